import Devices
import Interrupts

/// The device models wired as in a machine, driven by a program of bytes, and looked at after each of its
/// operations: what is true of a device whatever a guest does to it must be true then.
///
/// It stands for a guest that follows no rule, on processors that take interrupts when the program says
/// so. It has no thread and no clock: the same program does the same again.
public struct TrafficBoard {
  /// The first rule that did not hold, and at which operation; nil: all did.
  public internal(set) var violation: String?
  /// How many operations ran.
  public internal(set) var operations = 0

  /// More is not run of a program: what a long one finds a short one does.
  public static let operationLimit = 160
  /// How long before the highest value of the clock deadlines may saturate, ns: the alarm of the
  /// real-time clock is a day away at most, and nothing is further but the local APICs'.
  static let lastPeriod: UInt64 = 1 << 48
  /// A flat member, one of another cluster, and one that an xAPIC cannot name.
  static let ids: [UInt32] = [0, 1, 0x12, 0x103]

  var program: TrafficProgram
  var now: UInt64 = 1_000_000
  var apics: [LocalAPIC]
  var ioapic = IOAPIC(id: 0)
  var pic = PIC8259Pair()
  var pit: PIT8254
  var clock: RealTimeClock
  var uart = UART16550()
  var keyboard = KeyboardController()
  var power: PowerManagement
  var reset = ResetControl()
  var pci = PCIConfiguration()
  var test = TestDevice()
  var firmware = FirmwareConfiguration(cpus: 4, memoryBytes: 1 << 30, commandLine: "quiet")
  /// There once it is used: it is the one that is dear to make.
  var memory: TestMemory?
  /// What lowest-priority arbitration counts.
  var rotation: UInt64 = 0
  /// What the operation came to.
  var touched = TrafficParts.all
  /// What the interval timer was told since its edges were counted.
  var intervalWrites: UInt64 = 0
  /// The latest time at which its edges were counted, ns.
  var intervalTime: UInt64 = 1_000_000
  /// The devices' lines as they were sampled last, bit `n` being line `n`.
  var sampled: UInt32 = 0
  /// Whether the interrupt output of the 8259 pair was up.
  var wasAsked = false

  /// A board at power-up that is to run `program`.
  public init(_ program: [UInt8]) {
    self.program = TrafficProgram(program)
    apics = Self.ids.map { LocalAPIC(id: $0, isBootstrap: $0 == 0) }
    pit = PIT8254(now: now)
    clock = RealTimeClock(now: now, unixSeconds: 1_709_164_799)
    power = PowerManagement(now: now)
  }

  /// Runs the program to its end, to the first rule that does not hold, or to ``operationLimit``.
  public mutating func run() {
    while !program.isAtEnd && violation == nil && operations < Self.operationLimit {
      let code = program.byte()
      guard let operation = TrafficOperation(rawValue: code & 0xF) else { return }
      touched = []
      perform(operation, parameter: code >> 4)
      sampleLines()
      checkOperation()
      operations += 1
    }
    if violation == nil { checkEnd() }
  }

  private mutating func perform(_ operation: TrafficOperation, parameter: UInt8) {
    switch operation {
    case .readPort: readPort(parameter)
    case .writePort: writePort(parameter)
    case .wait: wait(TrafficWait(rawValue: parameter) ?? .nanoseconds)
    case .readAPIC: readAPIC(parameter)
    case .writeAPIC: writeAPIC(parameter)
    case .readMSR: readMSR(parameter)
    case .writeMSR: writeMSR(parameter)
    case .control: control(parameter)
    case .interrupt: interrupt(parameter)
    case .readIOAPIC: readIOAPIC(parameter)
    case .writeIOAPIC: writeIOAPIC(parameter)
    case .pin: pin(parameter)
    case .line: line(parameter)
    case .outside: outside(parameter)
    case .message: message()
    case .memory: testMemory(parameter)
    }
  }

  /// Notes `rule` as broken where `holds` is false.
  mutating func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
    if !holds && violation == nil { violation = "operation \(operations): \(rule())" }
  }

  /// The size that two bits of a parameter choose: 1, 2 or 4 bytes, or whatever the next byte says.
  mutating func size(_ parameter: UInt8) -> UInt8 {
    switch parameter & 3 {
    case 0: 1
    case 1: 2
    case 2: 4
    default: program.byte()
    }
  }
}
