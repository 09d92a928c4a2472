import Commands
import Glibc
import Guests
import Interrupts
import KVM
import Rendezvous
import Telemetry
import Threads

@testable import Machine

/// Whether the tests that boot guests can run.
let hasKVM = access("/dev/kvm", R_OK | W_OK) == 0
/// Whether ring 0 is interpreted here (kvm_pvm).
let isPVM = KVMSystem.flavour == "kvm_pvm"

/// How many of a storm's events a test waits for, where `count` take a second on a usual host: an emulated one of
/// one CPU makes a tenth of them in several.
func enough(_ count: Int) -> Int { KVMSystem.hostCPUs > 1 ? count : count / 10 }

/// A program of the 64-bit test image.
struct Program: Sendable {
  let number: Int32
  init(_ number: Int32) { self.number = number }
}

/// A machine that runs a test program (or the demo guest), and all that it said so far.
final class Guest {
  let machine: VirtualMachine
  private(set) var events: [LogEntry] = []
  private(set) var console: [UInt8] = []
  private(set) var lanes: [RendezvousLane] = []
  private(set) var last = Snapshot()

  /// The image and the parameters of a test program.
  static func configuration(
    _ program: Int32, ap: Int32 = PROGRAM_SPIN, vcpus: Int = 1, argument: UInt64 = 0,
    flags: Int32 = 0, policy: RendezvousPolicy = .landed
  ) -> MachineConfiguration {
    var configuration = MachineConfiguration()
    configuration.vcpus = vcpus
    configuration.policy = policy
    configuration.scenario = .idle
    configuration.overlays[UInt64(GUEST_IMAGE)] = [UInt8](
      UnsafeRawBufferPointer(start: guests_image(), count: guests_image_size()))
    // A vcpu that starts at a wrong place stops at a HLT, instead of being led back to the start by the
    // jump at the next page or through an exception's vector 0:0.
    configuration.overlays[0x20000] = [UInt8](repeating: 0xf4, count: 0x10000)
    configuration.overlays[12] = (3..<32).flatMap { _ in [0x00, 0x05, 0, 0] as [UInt8] }
    configuration.overlays[0x500] = [0xfa, 0xf4, 0xeb, 0xfc]
    var parameters: [UInt8] = []
    for word in [UInt32(program), UInt32(ap), 0, UInt32(flags)] {
      withUnsafeBytes(of: word) { parameters += $0 }
    }
    withUnsafeBytes(of: argument) { parameters += $0 }
    configuration.overlays[UInt64(GUEST_PARAMETERS)] = parameters
    return configuration
  }

  /// The 16-bit program.
  static var configuration16: MachineConfiguration {
    var configuration = MachineConfiguration()
    configuration.vcpus = 1
    configuration.scenario = .idle
    configuration.overlays[UInt64(GUEST_IMAGE)] = [UInt8](
      UnsafeRawBufferPointer(start: guest16_image(), count: guest16_image_size()))
    return configuration
  }

  init(_ configuration: MachineConfiguration) throws { machine = try VirtualMachine(configuration) }

  // MARK: What it did

  /// Takes a snapshot and keeps its events and its text.
  @discardableResult
  func look() -> Snapshot {
    last = machine.snapshot()
    events += last.events
    console += last.console
    lanes += last.lanes
    return last
  }

  var text: String { String(decoding: console, as: UTF8.self) }

  var messages: [String] {
    events.compactMap { if case .message(let line) = $0.event { line } else { nil } }
  }

  /// Looks until `condition` holds; false where it does not within `seconds`. What a guest counts has
  /// no event to wait for, so this looks again every half millisecond.
  func until(seconds: UInt64 = 30, _ condition: (Snapshot) -> Bool) -> Bool {
    let limit = MonotonicClock.nanoseconds() + seconds * 1_000_000_000
    while true {
      if condition(look()) { return true }
      if MonotonicClock.nanoseconds() > limit { return false }
      usleep(500)
    }
  }

  /// Waits for the guest's end; nil where it does not come.
  func end(within seconds: UInt64 = 30) -> String? {
    let limit = MonotonicClock.nanoseconds() + seconds * 1_000_000_000
    while machine.guestEnded == nil && MonotonicClock.nanoseconds() < limit {
      let seen = machine.news.load()
      if machine.guestEnded != nil { break }
      _ = machine.news.wait(whileEqualTo: seen, untilNanoseconds: limit)
    }
    look()
    return machine.guestEnded
  }

  // MARK: What it left in memory

  func word(_ offset: Int32, vcpu: Int = 0) -> UInt64 {
    machine.platform.memory.atomicLoad64(
      at: UInt64(GUEST_RESULTS) + UInt64(vcpu) << 12 + UInt64(offset))
  }
  func value(_ number: Int32, vcpu: Int = 0) -> UInt64 {
    word(RESULT_VALUES + 8 * number, vcpu: vcpu)
  }
  func values(_ range: Range<Int32>) -> [UInt64] { range.map { value($0) } }
  func progress(_ vcpu: Int = 0) -> UInt64 { word(RESULT_PROGRESS, vcpu: vcpu) }
  func after(_ vcpu: Int = 0) -> UInt64 { word(RESULT_AFTER, vcpu: vcpu) }
  func boots(_ vcpu: Int = 0) -> UInt64 { word(RESULT_BOOTS, vcpu: vcpu) }
  /// Interrupts with `vector` that the guest's handler counted.
  func count(_ vector: Int32, vcpu: Int = 0) -> UInt64 { word(vector * 8, vcpu: vcpu) }

  func set(_ offset: Int32, _ value: Int32) {
    machine.platform.memory.atomicStore32(
      UInt32(value), at: UInt64(GUEST_PARAMETERS) + UInt64(offset))
  }
  func go() { set(PARAMETER_GO, 1) }

  // MARK: What is done to it

  /// Injections that the machine took: the next one's id is one more.
  private var taken: UInt64 = 0

  /// Injects; nil where the queue is full, else the id that the reports will have.
  @discardableResult
  func inject(_ injection: Injection) -> UInt64? {
    guard machine.perform(.inject(injection)) else { return nil }
    taken += 1
    return taken
  }

  /// The same, `count` times.
  @discardableResult
  func inject(_ injection: Injection, count: Int, every periodNanoseconds: UInt64) -> UInt64? {
    let wanted = RepeatedInjection(
      injection, count: count, periodNanoseconds: periodNanoseconds)
    guard machine.perform(.injectRepeatedly(wanted)) else { return nil }
    taken += 1
    return taken
  }

  /// The reports of `injection`, oldest first.
  func reports(_ injection: Injection) -> [InjectionReport] {
    events.compactMap {
      if case .injection(let report) = $0.event, report.injection == injection {
        report
      } else {
        nil
      }
    }
  }

  /// Injects and waits for a report for which `condition` holds; by default the first that is more than
  /// that a busy host has not let the vcpu look yet.
  func report(
    _ injection: Injection, seconds: UInt64 = 30,
    where condition: (InjectionReport) -> Bool = { $0.firstOutcome != .pending(.notSeen) }
  ) -> InjectionReport? {
    var next = events.count
    guard let id = inject(injection) else { return nil }
    var found: InjectionReport?
    _ = until(seconds: seconds) { _ in
      while found == nil && next < events.count {
        if case .injection(let report) = events[next].event, report.id == id, condition(report) {
          found = report
        }
        next += 1
      }
      return found != nil
    }
    return found
  }

  /// Waits for a report of an earlier injection.
  func laterReport(
    _ injection: Injection, seconds: UInt64 = 30,
    where condition: (InjectionReport) -> Bool = { _ in true }
  ) -> InjectionReport? {
    var found: InjectionReport?
    _ = until(seconds: seconds) { _ in
      found = reports(injection).first(where: condition)
      return found != nil
    }
    return found
  }

  /// Starts the APs by startup IPIs and waits until they are there.
  func startAPs() -> Bool {
    let count = machine.platform.cells.count
    guard until({ _ in self.boots() == 1 }) else { return false }
    inject(.startup(vector: 0x10, targets: CPUSet(1..<count)))
    return until { _ in (1..<count).allSatisfy { self.boots($0) >= 1 } }
  }
}

/// Boots `configuration`, runs `body`, ends the machine.
func withGuest<Result>(
  _ configuration: MachineConfiguration, _ body: (Guest) throws -> Result
) throws -> Result {
  let guest = try Guest(configuration)
  defer { guest.machine.end() }
  return try body(guest)
}

/// Runs a test program to its end and checks that it got there.
func run(_ program: Int32, seconds: UInt64 = 30, _ body: (Guest) throws -> Void) throws {
  try withGuest(Guest.configuration(program)) { guest in
    let end = guest.end(within: seconds) ?? "it did not end"
    guard end.contains("exception \(GUEST_DONE)") else { throw UnexpectedEnd(what: end) }
    try body(guest)
  }
}

/// How a guest ended that was to say "done".
struct UnexpectedEnd: Error { let what: String }

extension InjectionReport {
  var firstOutcome: InjectionOutcome? { targets.first?.outcome ?? outcome }
}
extension InjectionOutcome {
  var isDelivered: Bool { if case .delivered = self { true } else { false } }
  var isDone: Bool { if case .done = self { true } else { false } }
}

extension CPUSet: ExpressibleByArrayLiteral {
  /// The set of `members`, as tests write it.
  public init(arrayLiteral members: Int...) { self.init(members) }
}
