import Commands
import Rendezvous
import Telemetry

/// What the operator did to the log alone.
struct LogState: Sendable {
  /// What is being typed; nil: nothing is.
  var prompt: String?
  var filter: LogFilter?
  /// What the filter made of the log when it was asked last.
  var filtered: FilteredLog?
  /// The absolute number of the entry that is selected; nil: the newest, which is followed.
  var selected: Int?
}

extension MonitorModel {
  /// Does `action` where it is the log's; nil where it is everybody's.
  mutating func performLog(_ action: Action) -> [MonitorEffect]? {
    let page = max(1, layout.body.height - 1)
    switch action {
    case .up: selectInLog(-1)
    case .down: selectInLog(1)
    case .pageUp: selectInLog(-page)
    case .pageDown: selectInLog(page)
    case .home: selectInLog(-1_000_000)
    case .end: ui.logView.selected = nil
    case .editFilter: ui.logView.prompt = ui.logView.filter?.text ?? ""
    case .openEntry: openLogEntry()
    default: return nil
    }
    return []
  }

  /// The place of the selected entry in `numbers`.
  func selectedPlace(in numbers: [Int]) -> Int {
    guard let selected = ui.logView.selected else { return numbers.count - 1 }
    // The selected one may be gone, or filtered: the next one stands for it.
    return min(numbers.firstIndex { $0 >= selected } ?? numbers.count - 1, numbers.count - 1)
  }

  private mutating func selectInLog(_ step: Int) {
    let numbers = filteredLog
    guard !numbers.isEmpty else { return }
    let next = max(0, min(selectedPlace(in: numbers) + step, numbers.count - 1))
    ui.logView.selected = next == numbers.count - 1 ? nil : numbers[next]
  }

  private mutating func openLogEntry() {
    let numbers = filteredLog
    guard !numbers.isEmpty else { return }
    let log = shown.log
    let entry = log[numbers[selectedPlace(in: numbers)] - log.dropped]
    switch entry.event {
    case .rendezvous(let record): explain(record, timeNanoseconds: entry.timeNanoseconds)
    case .injection(let report):
      if let record = report.rendezvous.first {
        explain(record)
      } else if !showClosely(report.targets.first?.vcpu) {
        openInjection(report.injection)
      }
    case .policyChanged: show(.policies)
    case .message(let text):
      if !showClosely(LogFilter.subject(of: text)) { ui.notice = "nothing more is known of it" }
    case .assertionFailed(let failure): open(.assertion(failure))
    case .rendezvousBroken(let broken):
      open(.broken(broken, timeNanoseconds: entry.timeNanoseconds))
    case .scenarioChanged, .dropped: ui.notice = "nothing more is known of it"
    }
  }

  /// To what an injection names itself: a repeated one is reported without its targets.
  private mutating func openInjection(_ injection: Injection) {
    switch injection {
    case .pin(let pin, _), .redirectionEntry(let pin, _):
      ui.interrupts.pin = pin
      show(.interrupts)
    default:
      if !showClosely(injection.namedVCPUs.members.first) {
        ui.notice = "this injection reached no vcpu"
      }
    }
  }

  /// Shows a vcpu closely; false where there is none of that number.
  private mutating func showClosely(_ vcpu: Int?) -> Bool {
    guard let vcpu, let place = shown.snapshot.vcpus.firstIndex(where: { $0.id == vcpu }) else {
      return false
    }
    ui.vcpu = place
    show(.vcpu)
    return true
  }

  /// Takes the filter that was typed; a wrong one stays to be mended.
  mutating func applyFilter() {
    guard let text = ui.logView.prompt else { return }
    do throws(LogFilter.Mistake) {
      ui.logView.filter = try LogFilter.parse(text, vcpus: shown.snapshot.vcpus.count)
      ui.logView.prompt = nil
      ui.logView.selected = nil
      settleLog()
    } catch { ui.notice = error.words }
  }

  mutating func typeFilter(_ scalar: Unicode.Scalar) {
    guard let prompt = ui.logView.prompt, prompt.unicodeScalars.count < LogFilter.limit else {
      return
    }
    ui.logView.prompt = prompt + String(Character(scalar))
  }

  mutating func eraseFilter() {
    guard var scalars = ui.logView.prompt?.unicodeScalars, !scalars.isEmpty else { return }
    scalars.removeLast()
    ui.logView.prompt = String(scalars)
  }

  mutating func clickLog(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    guard mouse.kind == .press else {
      selectInLog(mouse.kind == .wheelUp ? -3 : 3)
      return []
    }
    let numbers = filteredLog
    let visible = LogView.visible(numbers, rows: body.height - 1, self)
    let place = visible.lowerBound + mouse.y - body.y - 1
    guard mouse.y > body.y, visible.contains(place) else { return [] }
    ui.logView.selected = place == numbers.count - 1 ? nil : numbers[place]
    return []
  }
}
