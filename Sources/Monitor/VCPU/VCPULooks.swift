import Telemetry

/// What the vCPU view shows of a moment: the selected vcpu's row, and the close look at it where there is one.
struct VCPULooks {
  let vcpu: VCPUSnapshot
  /// Its place in the snapshot.
  let index: Int
  let snapshot: Snapshot
  /// The close look, if it is of this vcpu.
  let detail: VCPUDetail?
  /// The one before it.
  let earlier: VCPUDetail?
  /// What it did in the last second or two.
  let change: VCPUChange?
  /// The key that lets a frozen picture move, in which no look will come; nil: it moves.
  private let thawingKey: String?

  /// Nil where there is no vcpu.
  init?(_ model: MonitorModel) {
    let shown = model.shown
    guard shown.snapshot.vcpus.indices.contains(model.ui.vcpu) else { return nil }
    index = model.ui.vcpu
    snapshot = shown.snapshot
    vcpu = snapshot.vcpus[index]
    let isThis = shown.recent.detail?.vcpu == vcpu.id
    detail = isThis ? shown.recent.detail : nil
    earlier = isThis ? shown.recent.earlier : nil
    change = shown.recent.change(of: index, until: snapshot)
    thawingKey =
      model.isFrozen ? model.keyWord(.freeze, in: .vcpu, usual: .character(" ")) : nil
  }

  /// How long ago `time` was, nanoseconds; 0 where it is to come.
  func age(_ time: UInt64) -> UInt64 {
    snapshot.timeNanoseconds > time ? snapshot.timeNanoseconds - time : 0
  }

  /// Why there is no close look.
  var waiting: String {
    thawingKey.map { "frozen: nobody looked at vcpu \(vcpu.id) then; \($0) goes on" }
      ?? "waiting for vcpu \(vcpu.id) to leave the guest"
  }
}
