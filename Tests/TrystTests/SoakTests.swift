import Commands
import Foundation
import Machine
import Rendezvous
import Telemetry
import Testing

/// Everything at once for a while: no hang, no missing member, no growth.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(30))) struct SoakTests {
  /// `TRYST_SOAK_SECONDS` makes it longer, `TRYST_SOAK_SEED` makes it another.
  @Test func randomCommands() async {
    // In a process of its own, whose memory is the machine's and nothing else's.
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent]
    ) {
      let environment = ProcessInfo.processInfo.environment
      let seconds = environment["TRYST_SOAK_SECONDS"].flatMap(Double.init)
      let seed = environment["TRYST_SOAK_SEED"].flatMap { UInt64($0) }
      try await Soak(seconds: seconds ?? 20, seed: seed ?? 0x5eed).run()
    }
    print(String(decoding: result?.standardErrorContent ?? [], as: UTF8.self))
  }
}

/// One soak: a machine with 8 vcpus and an operator who never rests.
private struct Soak {
  let seconds: Double
  let seed: UInt64
  private static let vcpus = 8
  /// Memory that may come on top after the warm-up, bytes.
  private static let slack = 2 << 20

  func run() async throws {
    var configuration = MachineConfiguration()
    configuration.vcpus = Self.vcpus
    configuration.scenario = .mixed
    let machine = try VirtualMachine(configuration)
    var random = RandomInjections(seed: seed, vcpus: Self.vcpus)
    let start = ContinuousClock.now
    let warm = start + .seconds(min(10, seconds / 3))
    let end = start + .seconds(seconds)
    var (memory, sent, reported, turn) = (0, UInt64(0), UInt64(0), 0)
    var snapshot = machine.snapshot()
    while ContinuousClock.now < end {
      turn += 1
      if turn % 100 == 0 {
        machine.perform(.setPolicy(turn % 200 == 0 ? .landed : .baseline))
      }
      for injection in random.next() where machine.perform(.inject(injection)) { sent += 1 }
      // The pace of a very quick operator; the guest needs time between two of them.
      try await Task.sleep(for: .milliseconds(5))
      snapshot = machine.snapshot()
      reported = max(reported, Self.lastReport(snapshot))
      guard Self.isWhole(snapshot) else { break }
      if memory == 0 && ContinuousClock.now >= warm { memory = Self.residentBytes() }
    }
    let grown = Self.residentBytes() - memory
    #expect(Self.isWhole(snapshot))
    #expect(grown <= Self.slack, "resident memory grew by \(grown) bytes after the warm-up")

    // Nothing hangs: whatever was asked gets its answer, and all vcpus still meet.
    machine.perform(.inject(.rendezvous(targets: .first(Self.vcpus))))
    sent += 1
    let last = try await awaiting("the last report, #\(sent)", seconds: 60) {
      let snapshot = machine.snapshot()
      reported = max(reported, Self.lastReport(snapshot))
      return reported >= sent ? snapshot : nil
    }
    #expect(Self.isWhole(last))
    #expect(last.rendezvous.requested == last.rendezvous.completed || last.guestEnded == nil)
    machine.end()
    FileHandle.standardError.write(
      Data(
        "soak: \(sent) injections, \(last.rendezvous.completed) rendezvous, \(grown) bytes more\n"
          .utf8))
  }

  private static func isWhole(_ snapshot: Snapshot) -> Bool {
    let isWhole =
      snapshot.guestEnded == nil && snapshot.rendezvous.missingMembers == 0
      && snapshot.rendezvous.timeoutRescues == 0
      && snapshot.vcpus.allSatisfy { $0.state != .shutdown && $0.state != .fault }
    if !isWhole {
      Issue.record(
        """
        ended: \(snapshot.guestEnded ?? "no"), missing \(snapshot.rendezvous.missingMembers), \
        rescues \(snapshot.rendezvous.timeoutRescues), states \(snapshot.vcpus.map(\.state))
        """)
    }
    return isWhole
  }

  private static func lastReport(_ snapshot: Snapshot) -> UInt64 {
    snapshot.events.reduce(0) { last, entry in
      if case .injection(let report) = entry.event { return max(last, report.id) }
      return last
    }
  }

  private static func residentBytes() -> Int {
    let text = FileManager.default.contents(atPath: "/proc/self/statm") ?? Data()
    let words = String(decoding: text, as: UTF8.self).split(separator: " ")
    return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// Injections of every kind, by a generator that a seed determines.
private struct RandomInjections {
  private var generator: SplitMix64
  private let vcpus: Int

  init(seed: UInt64, vcpus: Int) {
    generator = SplitMix64(state: seed)
    self.vcpus = vcpus
  }

  /// One injection, with what has to follow it.
  mutating func next() -> [Injection] {
    switch Int.random(in: 0..<16, using: &generator) {
    case 0..<4: return [.fixed(vector: vector(), targets: targets())]
    case 4, 5: return [.nmi(targets: targets())]
    case 6:
      let targets = targets()
      // As real initiators do: whoever was reset is started, by a second SIPI at the latest.
      return [
        .initIPI(targets: targets), .startup(vector: 0x10, targets: targets),
        .startup(vector: 0x10, targets: targets),
      ]
    case 7: return [.startup(vector: .random(in: 0...255, using: &generator), targets: targets())]
    case 8, 9:
      return [
        .message(
          destination: .random(in: 0...255, using: &generator), vector: vector(),
          deliveryMode: mode(), destinationMode: .allCases.randomElement(using: &generator)!)
      ]
    case 10, 11: return [.pin(.random(in: 0..<24, using: &generator), .pulse)]
    case 12:
      // A level that stays asserted is a storm; it ends here.
      let pin = Int.random(in: 0..<24, using: &generator)
      return [.pin(pin, .assert), .pin(pin, .deassert)]
    case 13, 14:
      let fields = Injection.RedirectionFields(
        vector: vector(), deliveryMode: mode(),
        destinationMode: .allCases.randomElement(using: &generator)!, isActiveLow: false,
        isLevelTriggered: .random(using: &generator), isMasked: .random(using: &generator),
        destination: .random(in: 0..<UInt8(vcpus), using: &generator))
      return [
        .redirectionEntry(pin: .random(in: 0..<24, using: &generator), value: fields.value)
      ]
    default: return [.rendezvous(targets: targets())]
    }
  }

  /// Some vcpus, at least one.
  private mutating func targets() -> CPUSet {
    var result = CPUSet()
    let bits = UInt8.random(in: 1...255, using: &generator)
    for vcpu in 0..<vcpus where bits >> UInt8(vcpu) & 1 == 1 { result.insert(vcpu) }
    return result
  }
  private mutating func vector() -> UInt8 { .random(in: 16...255, using: &generator) }
  private mutating func mode() -> Injection.DeliveryMode {
    .allCases.randomElement(using: &generator)!
  }
}

/// Steele, Lea and Flood's generator, "Fast splittable pseudorandom number generators" (2014).
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }
}
