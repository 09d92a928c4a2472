import Commands
import Rendezvous
import Telemetry

/// What an injection would meet at its first target: told before anything is injected, from what is known of
/// the guest at this moment. By the time of Enter it may be otherwise: the guest runs on.
struct InjectForecast {
  /// The first target.
  let vcpu: Int
  private let row: VCPUSnapshot
  /// The close look at it, where there is one.
  private let detail: VCPUDetail?
  private let snapshot: Snapshot
  private let targets: CPUSet

  /// Nil where no single vcpu can be named.
  init?(_ injection: Injection, _ live: Recording) {
    self.init(Self.targets(injection, live.snapshot), live)
  }

  private init?(_ targets: CPUSet?, _ live: Recording) {
    snapshot = live.snapshot
    guard let targets, let row = snapshot.vcpus.first(where: { targets.contains($0.id) }) else {
      return nil
    }
    self.targets = targets
    self.row = row
    vcpu = row.id
    detail = live.recent.detail?.vcpu == row.id ? live.recent.detail : nil
  }

  // MARK: Words

  /// What `injection` would do now, in a sentence or three.
  static func words(_ injection: Injection, _ live: Recording) -> String {
    let count = live.snapshot.vcpus.count
    guard count > 0 else { return "no vcpus yet." }
    if live.snapshot.guestEnded != nil { return "the guest has ended: nothing takes it." }
    let forecast = InjectForecast(injection, live)
    switch injection {
    case .fixed(let vector, _): return forecast?.vector(vector) ?? nobody
    case .nmi: return forecast?.nmi ?? nobody
    case .initIPI: return forecast?.reset ?? nobody
    case .startup(let vector, _): return forecast?.startup(vector) ?? nobody
    case .rendezvous(let targets): return forecast?.meeting(targets) ?? nobody
    case .lockAll: return "every vcpu is held outside the guest for a moment, then let go."
    case .message(let address, let data):
      return message(PinEntry(message: address, data), forecast, count)
    case .pin(let pin, let action):
      guard let entry = entry(pin, live.snapshot) else { return nobody }
      let plan = PinPlan(pin, action, entry, vcpus: count).words + "."
      guard action != .deassert, !entry.isMasked, !(entry.isLevel && entry.hasRemoteIRR) else {
        return plan
      }
      return plan + " " + message(entry, forecast, count)
    case .redirectionEntry(let pin, let value):
      guard let entry = entry(pin, live.snapshot) else { return nobody }
      return PinPlan(pin, rewriting: entry, as: value, live.snapshot.policy, vcpus: count).words
        + "."
    }
  }

  private static let nobody = "nobody is meant: ignored."

  private static func message(_ entry: PinEntry, _ forecast: Self?, _ count: Int) -> String {
    guard let forecast else {
      return "to \(entry.receiversInFull(vcpus: count))"
        + (entry.isLogical ? "; each vcpu's LDR decides." : ": ignored.")
    }
    return entry.deliveryMode == 4 ? forecast.nmi : forecast.vector(entry.vector)
  }

  private var name: String { "vcpu \(vcpu)" }

  private var condition: InjectCondition { InjectCondition(row.state) }

  private func vector(_ vector: UInt8) -> String {
    facts + delivery(of: vector) + differences
  }

  /// What is known of the target's local APIC.
  private var facts: String {
    guard let detail, condition == .runs else { return "" }
    let apic = detail.localAPIC
    func set(_ words: [UInt32]) -> String {
      guard let highest = VectorSet(words).highest else { return "-" }
      return Self.hexadecimal(UInt8(truncatingIfNeeded: highest))
    }
    return "\(name) \(row.state.word), IF \(detail.interruptFlag ? 1 : 0)"
      + " TPR \(Self.hexadecimal(apic.taskPriority))"
      + " PPR \(Self.hexadecimal(apic.processorPriority))"
      + " ISR \(set(apic.inService)) IRR \(set(apic.interruptRequest)). "
  }

  private func delivery(of vector: UInt8) -> String {
    let vectorName = Self.hexadecimal(vector)
    switch condition {
    case .ended: return "ignored: \(name) has stopped for good."
    case .idle: return "\(name) has not been started: nothing takes \(vectorName) yet."
    case .waitsForSIPI where detail == nil:
      return "\(name) waits for SIPI: nothing is delivered before one."
    case .waitsForSIPI, .runs: break
    }
    guard var after = detail else { return withoutLook(vectorName) }
    // SVR bit 8 (SDM vol. 3, "Local APIC State After It Has Been Software Disabled").
    guard after.localAPIC.spuriousVector & 0x100 != 0 else {
      let cause = condition == .waitsForSIPI ? ", as INIT leaves it" : ""
      return "ignored: the local APIC of \(name) is disabled\(cause)."
    }
    let number = Int(vector)
    if VectorSet(after.localAPIC.interruptRequest).contains(number) {
      return "coalesces: \(vectorName) is pending in IRR already."
    }
    // As it will be once the vector is in IRR; the reasons are then those of the vCPU view.
    if after.localAPIC.interruptRequest.indices.contains(number / 32) {
      after.localAPIC.interruptRequest[number / 32] |= 1 << UInt32(number % 32)
    }
    after.pendingReason = nil
    let highest = VectorSet(after.localAPIC.interruptRequest).highest ?? number
    let text = DeliveryWords.text(after, row, isStopped: snapshot.isStopped)
    if highest == number { return text }
    let first = Self.hexadecimal(UInt8(truncatingIfNeeded: highest))
    return "\(vectorName) goes into IRR, after \(first). \(text)"
  }

  private func withoutLook(_ vectorName: String) -> String {
    if snapshot.isStopped || row.state == .stopped {
      return "\(vectorName) goes into IRR of \(name) and waits: stopped by the operator."
    }
    let consequence = row.state == .halted ? "ends HLT" : "is taken"
    return "\(vectorName) \(consequence) if IF is 1 and PPR lets it: no look at \(name) yet."
  }

  private var nmi: String {
    let text: String
    switch condition {
    case .ended: text = "ignored: \(name) has stopped for good."
    case .idle: text = "\(name) has not been started: nothing takes it yet."
    case .waitsForSIPI: text = "the NMI waits: \(name) waits for SIPI."
    case .runs where snapshot.isStopped: text = "the NMI waits: stopped by the operator."
    case .runs where detail?.isNMIBlocked == true:
      text = "the NMI waits until the handler that runs on \(name) ends."
    case .runs: text = "\(name) takes the NMI at the next entry, whatever IF is."
    }
    return text + differences
  }

  private var reset: String {
    let alive = alive
    if alive == 0 { return "ignored: \(name) has stopped for good." }
    let who = alive == 1 ? "\(name) meets alone" : "\(alive) vcpus meet"
    return
      "\(who), \(alive == 1 ? "is" : "are") reset, and \(alive == 1 ? "waits" : "wait") for SIPI."
      + differences
  }

  private func startup(_ vector: UInt8) -> String {
    let address = NumberText.hexadecimal(UInt64(vector) << 12)
    let text =
      switch condition {
      case .waitsForSIPI: "\(name) starts at \(address)."
      case .ended: "ignored: \(name) has stopped for good."
      case .runs, .idle: "ignored: \(name) does not wait for SIPI."
      }
    return text + differences
  }

  private func meeting(_ targets: CPUSet) -> String {
    let alive = alive
    if alive == 0 { return "ignored: \(name) has stopped for good." }
    return "\(alive) vcpu\(alive == 1 ? " meets" : "s meet") and \(alive == 1 ? "does" : "do")"
      + " nothing there." + differences
  }

  // MARK: The others

  private var members: [VCPUSnapshot] { snapshot.vcpus.filter { targets.contains($0.id) } }

  /// How many of the targets can meet.
  private var alive: Int { members.filter { InjectCondition($0.state) != .ended }.count }

  /// How many targets are in another condition than the first, and the first of those.
  private var differences: String {
    let members = members
    let others = members.filter { InjectCondition($0.state) != condition }
    guard let other = others.first else { return "" }
    return " \(others.count) of \(members.count) targets differ"
      + " (vcpu \(other.id) \(InjectCondition(other.state).words))."
  }

  // MARK: Targets

  /// The vcpus that are named; nil where only their LDRs can tell.
  private static func targets(_ injection: Injection, _ snapshot: Snapshot) -> CPUSet? {
    switch injection {
    case .fixed(_, let targets), .nmi(let targets), .initIPI(let targets),
      .startup(_, let targets), .rendezvous(let targets):
      return targets
    case .message(let address, let data):
      return targets(PinEntry(message: address, data), snapshot)
    case .pin(let pin, _): return entry(pin, snapshot).flatMap { targets($0, snapshot) }
    case .redirectionEntry, .lockAll: return nil
    }
  }

  private static func targets(_ entry: PinEntry, _ snapshot: Snapshot) -> CPUSet? {
    if entry.isLogical { return nil }
    if entry.destination == 0xff {
      return .first(min(snapshot.vcpus.count, CPUSet.capacity))
    }
    return CPUSet([Int(entry.destination)])
  }

  private static func entry(_ pin: Int, _ snapshot: Snapshot) -> PinEntry? {
    let pins = snapshot.controllers.pins
    return pins.indices.contains(pin) ? PinEntry(rawValue: pins[pin].entry) : nil
  }

  private static func hexadecimal(_ value: UInt8) -> String {
    NumberText.hexadecimal(UInt64(value))
  }
}

extension PinEntry {
  /// The entry that would send the message: the fields are the same (SDM vol. 3, "Message Signalled
  /// Interrupts"). Its destination mode is that of the message only with the redirection hint set.
  init(message address: UInt32, _ data: UInt32) {
    let isLogical = address & 0xc == 0xc
    self.init(
      rawValue: UInt64(data & 0x7ff) | (isLogical ? 1 << 11 : 0)
        | UInt64(address >> 12 & 0xff) << 56)
  }
}
