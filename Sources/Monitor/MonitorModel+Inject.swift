import Commands
import Telemetry

/// Injecting by the dialog.
extension MonitorModel {
  /// What the dialog's fields ask for now, or why they ask for nothing.
  var dialogRequest: Result<RepeatedInjection, FormError> {
    do throws(FormError) {
      return .success(
        try ui.dialog.request(selected: selectedVCPU, vcpus: live.snapshot.vcpus.count))
    } catch { return .failure(error) }
  }

  /// The vcpu that the open dialog tells about beforehand: it is looked at closely meanwhile.
  var dialogTarget: Int? {
    guard ui.overlay == .inject, case .success(let request) = dialogRequest else { return nil }
    return InjectForecast(request.injection, live)?.vcpu
  }

  /// Enter.
  mutating func inject() -> [MonitorEffect] {
    let request = ui.dialog.submit(
      selected: selectedVCPU, vcpus: live.snapshot.vcpus.count, lastInjection: live.lastInjection)
    guard let request else { return [] }
    guard ui.dialog.manner.isDryRun else { return [.perform(request.command)] }
    let forecast = InjectForecast.words(request.injection, live)
    ui.dialog.rehearse("dry run, nothing injected: \(forecast)")
    ui.notice = "dry run: nothing was injected by \(request.text)"
    return []
  }

  /// Brings an earlier injection (1), or a later one (-1), back into the fields.
  mutating func recallInjection(_ step: Int) {
    if ui.dialog.recall(step) { return }
    if step > 0 {
      ui.notice =
        ui.dialog.history.entries.isEmpty ? "nothing was injected here yet" : "no older injection"
    }
  }

  /// Ends what is repeated. The machine is asked in any case: it may know of one that came a moment ago.
  mutating func stopRepeating() -> [MonitorEffect] {
    let count = live.repeats.reports.count
    ui.notice =
      count == 0
      ? "nothing is repeated"
      : "\(Quantity.counted(count, "repeated injection")) stopped; the log has what came of it"
    return [.perform(.stopRepeating)]
  }
}
