import Glibc
import Testing

@testable import Terminal

/// A pipe that a test owns.
private final class Pipe {
  let reader: Int32
  let writer: Int32
  private var isReaderOpen = true

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    (reader, writer) = (ends[0], ends[1])
    #expect(fcntl(reader, F_SETFL, O_NONBLOCK) == 0)
  }

  deinit {
    closeReader()
    close(writer)
  }

  func closeReader() {
    if isReaderOpen { close(reader) }
    isReaderOpen = false
  }

  /// All that is there now.
  func received() -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(reader, &block, block.count)
      guard count > 0 else { return bytes }
      bytes += block.prefix(count)
    }
  }
}

@Suite struct StreamOutputTests {
  static func numbers(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 * 7 & 0xff) } }

  @Test func aFullPipeBlocksNobodyAndLosesNothing() throws {
    let pipe = try Pipe()
    let bytes = Self.numbers(300_000)
    var output = StreamOutput(to: pipe.writer)
    output.append(bytes)
    let isDone = output.flush()
    #expect(!isDone)
    let backlog = output.backlog
    #expect(backlog > 0)
    var received: [UInt8] = []
    while received.count < bytes.count {
      let before = received.count
      received += pipe.received()
      try #require(received.count > before)
      output.flush()
    }
    #expect(received == bytes)
    let (rest, lost) = (output.backlog, output.lostCount)
    #expect(rest == 0 && lost == 0)
    // The open file that others share is as it was.
    #expect(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK == 0)
  }

  @Test func beyondTheLimitTheOldestAreLostAndCounted() throws {
    let pipe = try Pipe()
    var output = StreamOutput(to: pipe.writer)
    let block = Self.numbers(1 << 20)
    for _ in 0..<6 { output.append(block) }
    let (backlog, lost) = (output.backlog, output.lostCount)
    #expect(backlog == StreamOutput.limit)
    #expect(lost == UInt64(2 << 20))
    output.flush()
    #expect(pipe.received().first == block.first)
  }

  @Test func aReaderThatHasGone() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = try Pipe()
    var output = StreamOutput(to: pipe.writer)
    pipe.closeReader()
    output.append([1, 2, 3])
    let isDone = output.flush()
    let failure = output.failure
    #expect(isDone && failure == .gone)
    output.append([1, 2, 3])
    let backlog = output.backlog
    #expect(backlog == 0)
  }

  @Test func sockets() throws {
    var ends: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { close(end) } }
    var output = StreamOutput(to: ends[0])
    output.append(Self.numbers(2 << 20))
    let isDone = output.flush()
    #expect(!isDone)
    var block = [UInt8](repeating: 0, count: 1000)
    #expect(recv(ends[1], &block, block.count, 0) == 1000)
    #expect(block == Self.numbers(1000))
  }

  @Test func aTerminalIsNotLeftNonBlocking() throws {
    let terminal = try PseudoTerminal()
    var output = StreamOutput(to: terminal.slave)
    output.append(Array("hello".utf8))
    let isDone = output.flush()
    #expect(isDone)
    #expect(terminal.text() == "hello")
    #expect(fcntl(terminal.slave, F_GETFL) & O_NONBLOCK == 0)
  }
}

@Suite struct LineEscapeTests {
  @Test func keysAfterControlA() {
    var escape = LineEscape()
    func take(_ text: String) -> (String, [LineEscape.Request]) {
      let (guest, requests) = escape.take(Array(text.utf8))
      return (String(decoding: guest, as: UTF8.self), requests)
    }
    #expect(take("ls\r\u{3}\u{1b}[A") == ("ls\r\u{3}\u{1b}[A", []))
    #expect(take("a\u{1}\u{1}b\u{1}ac") == ("a\u{1}b\u{1}c", []))
    #expect(take("a\u{1}") == ("a", []))
    #expect(take("xb") == ("b", [.quit]))
    #expect(take("\u{1}h\u{1}?\u{1}q") == ("", [.help, .help, .help]))
  }
}

@Suite struct PseudoTerminalLineTests {
  /// Bytes pass as they are, nothing is echoed, and the far end may come and go.
  @Test func itSurvivesItsUsers() throws {
    let line = try PseudoTerminalLine()
    var output = StreamOutput(to: line.descriptor, isShared: false)
    let all = (0...255).map { UInt8($0) }
    for round in 0..<3 {
      let user = open(line.name, O_RDWR | O_NOCTTY | O_NONBLOCK)
      try #require(user >= 0, "round \(round)")
      output.append(all)
      output.flush()
      var block = [UInt8](repeating: 0, count: 1000)
      #expect(read(user, &block, block.count) == 256)
      #expect(Array(block.prefix(256)) == all)
      #expect(write(user, all, 256) == 256)
      #expect(LineEvents.read(line.descriptor) == all)
      #expect(LineEvents.read(line.descriptor) == [])
      close(user)
    }
    // Nobody there: what fits waits in the line, the rest here.
    output.append([UInt8](repeating: 0x78, count: 100_000))
    let isDone = output.flush()
    let failure = output.failure
    #expect(!isDone && failure == nil)
  }
}

@Suite struct LineEventsTests {
  @Test func whatItWaitsFor() throws {
    let events = try LineEvents()
    let pipe = try Pipe()
    var ready = events.wait(input: pipe.reader, output: nil, needsRoom: false, nanoseconds: 0)
    #expect(ready == LineEvents.Ready())
    #expect(write(pipe.writer, "x", 1) == 1)
    ready = events.wait(
      input: pipe.reader, output: pipe.writer, needsRoom: false, nanoseconds: 60_000_000_000)
    #expect(ready.hasInput && !ready.hasRoom && !ready.hasLostReader)
    #expect(LineEvents.read(pipe.reader) == [0x78])
    ready = events.wait(
      input: pipe.reader, output: pipe.writer, needsRoom: true, nanoseconds: 60_000_000_000)
    #expect(ready.hasRoom && !ready.hasInput)
    events.waker.wake()
    ready = events.wait(input: nil, output: nil, needsRoom: false, nanoseconds: 60_000_000_000)
    #expect(ready == LineEvents.Ready())
    pipe.closeReader()
    ready = events.wait(
      input: nil, output: pipe.writer, needsRoom: false, nanoseconds: 60_000_000_000)
    #expect(ready.hasLostReader)
  }
}
