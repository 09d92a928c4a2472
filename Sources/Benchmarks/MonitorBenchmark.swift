import BenchFloor
import Machine
import Threads

/// The monitor: this program itself on a terminal of ours, which is drained as fast as it is filled; and htop on one like
/// it, where that is installed.
extension BenchmarkRun {
  private static let program = "/proc/self/exe"
  private static let htop = "/usr/bin/htop"
  /// The end of a picture: of a synchronized update (DEC private mode 2026).
  private static let mark = "\u{1b}[?2026l"
  private static let (columns, rows) = (120, 40)
  /// How long a first picture may take, nanoseconds.
  private static let patience: UInt64 = 60_000_000_000

  private var settling: UInt64 { plan.isShort ? 100_000_000 : 500_000_000 }
  private var watching: UInt64 { plan.isShort ? 400_000_000 : 1_000_000_000 }

  /// What was seen of one program.
  private struct Watched {
    var percent: Double
    var bytes: Double
    var resident: Double
  }
  private struct MonitorCase {
    var words: String
    var vcpus: Int
    var scenario: String
  }

  func measureMonitor() throws(BenchmarkError) {
    let limit = min(try vcpuLimit(), MachineConfiguration.maximumVCPUs)
    var sizes: [Int] = []
    for size in [4, 64, 256, 1024] where size <= plan.cpusUpTo || sizes.isEmpty {
      let size = min(size, limit, plan.cpusUpTo)
      if !sizes.contains(size) { sizes.append(size) }
    }
    let cases = sizes.flatMap { size in
      [("idle", "idle"), ("storm", "init-storm")].map {
        MonitorCase(words: "\(size) \($0.0)", vcpus: size, scenario: $0.1)
      }
    }
    let hasHtop = FloorChild.exists(Self.htop)
    if !hasHtop { omit(.monitor, "htop", "\(Self.htop) is not installed") }
    for it in cases { try measure(it, besideHtop: hasHtop, parts: cases.count) }
  }

  private func measure(
    _ it: MonitorCase, besideHtop hasHtop: Bool, parts: Int
  ) throws(BenchmarkError) {
    try begin(.monitor, it.words)
    var first = BenchmarkSamples()
    var (percent, bytes, resident) = (BenchmarkPairs(), BenchmarkPairs(), BenchmarkPairs())
    try turns(.monitor, parts: parts, least: 1) { () throws(BenchmarkError) in
      let (start, ours) = try watchOurs(it)
      first.add([start])
      let its = hasHtop ? try watchHtop() : nil
      percent.add(ours: [ours.percent], floor: its.map { [$0.percent] } ?? [])
      bytes.add(ours: [ours.bytes], floor: its.map { [$0.bytes] } ?? [])
      resident.add(ours: [ours.resident], floor: its.map { [$0.resident] } ?? [])
    }
    var start = BenchmarkResult(
      .monitor, "\(it.words): first frame", .nanoseconds, vcpus: it.vcpus, ours: first)
    start.isLatency = true
    add(start)
    for (name, unit, pairs) in [
      ("CPU", BenchmarkUnit.percent, percent), ("bytes a frame", .bytes, bytes),
      ("memory", .bytes, resident),
    ] {
      add(
        BenchmarkResult(
          .monitor, "\(it.words): \(name)", unit, vcpus: it.vcpus, pairs: pairs,
          against: hasHtop ? "htop -d 1; CPU is of the first thread, which is the screen's" : ""))
    }
  }

  /// Nanoseconds from its start to its first whole picture, and what it takes then.
  private func watchOurs(
    _ it: MonitorCase
  ) throws(BenchmarkError) -> (first: Double, Watched) {
    let begin = MonotonicClock.nanoseconds()
    let child = try floor(
      FloorChild(
        [
          Self.program, "run", "--config", "none", "--device", plan.device, "--cpus",
          "\(it.vcpus)", "--scenario", it.scenario, "--refresh", "10",
        ], columns: Self.columns, rows: Self.rows), "a program on a terminal")
    let first = child.drain(until: begin &+ Self.patience, mark: Self.mark, marks: 1)
    guard first.marks > 0 else { throw .guest("the monitor shows nothing") }
    return (Double(first.first_mark &- begin), try watch(child, "the monitor"))
  }

  private func watchHtop() throws(BenchmarkError) -> Watched {
    let child = try floor(
      FloorChild([Self.htop, "-d", "1"], columns: Self.columns, rows: Self.rows), "htop")
    return try watch(child, "htop")
  }

  private func watch(_ child: FloorChild, _ name: String) throws(BenchmarkError) -> Watched {
    let begin = MonotonicClock.nanoseconds()
    // Something that moves the cursor or colours.
    _ = child.drain(until: begin &+ Self.patience, mark: "\u{1b}", marks: 1)
    _ = child.drain(until: MonotonicClock.nanoseconds() &+ settling, mark: Self.mark)
    let (start, before) = (MonotonicClock.nanoseconds(), child.onCPU)
    var (end, bytes, frames): (UInt64, UInt64, UInt64) = (start, 0, 0)
    // A busy host may keep a program from its next picture.
    repeat {
      if isCut() { throw .cut }
      let output = child.drain(until: end &+ watching, mark: Self.mark)
      if output.has_ended { throw .guest("\(name) has ended") }
      bytes &+= output.bytes
      frames &+= output.marks
      end = MonotonicClock.nanoseconds()
    } while bytes == 0 && end &- start < Self.patience
    let (after, resident) = (child.onCPU, child.residentBytes)
    guard bytes > 0, after > before, resident > 0 else { throw .guest("\(name) shows nothing") }
    let time = Double(end &- start)
    // Where pictures have no end that could be seen, one comes every 100 ms.
    return Watched(
      percent: Double(after &- before) / time * 100,
      bytes: Double(bytes) / (frames > 0 ? Double(frames) : time / 100_000_000),
      resident: Double(resident))
  }
}
