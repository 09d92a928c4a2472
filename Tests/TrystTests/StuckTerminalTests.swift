import Foundation
import Testing

/// Terminals that do not take what they are sent, and those that go away.
@Suite(.serialized, .needsKVM, .ownThread, .timeLimit(.minutes(3))) struct StuckTerminalTests {
  /// tryst with its picture on a terminal.
  private func started() async throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      ["run", "--scenario", "mixed"], columns: 160, rows: 50,
      environment: ["TERM": "xterm-256color"])
    try await terminal.wait(for: "RUN")
    #expect(terminal.modes != terminal.before)
    return terminal
  }

  /// Everything that tryst switched on is off again.
  private func expectUndone(_ terminal: PseudoTerminal) {
    #expect(terminal.modes == terminal.before)
    for undo in ["[?1002l", "[?1006l", "[?1004l", "[?25h", "[?1049l"] {
      #expect(terminal.contains("\u{1b}\(undo)"), "\(undo)")
    }
  }

  /// Makes the terminal full, so that tryst has to keep its pictures to itself: what the kernel keeps for a
  /// reader is 4 KiB that can be asked for and some 64 KiB that cannot, so many times that is sent.
  private func fill(_ terminal: PseudoTerminal) async throws {
    for press in 0..<80 {
      // Another view is a picture of several KiB; one press for each, as keys that come together are one.
      try terminal.type(press % 2 == 0 ? "2" : "1")
      try await Task.sleep(for: .milliseconds(30))
    }
    #expect(terminal.unread > 4_000)
    // Some periods, so that pictures are left out.
    try await Task.sleep(for: .milliseconds(500))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGQUIT, SIGHUP])
  func aTerminalThatNobodyReadsIsGivenBack(_ signal: Int32) async throws {
    let terminal = try await started()
    try await fill(terminal)
    terminal.forget()
    let start = ContinuousClock.now
    kill(terminal.process, signal)
    #expect(try await terminal.awaitEnd(isRead: false) == 128 + signal)
    // The budget is 300 ms; the machine may be busy.
    #expect(ContinuousClock.now - start < .seconds(10))
    terminal.receive()
    expectUndone(terminal)
  }

  @Test func quittingATerminalThatNobodyReads() async throws {
    let terminal = try await started()
    try await fill(terminal)
    terminal.forget()
    try terminal.type("q")
    #expect(try await terminal.awaitEnd(isRead: false) == 0)
    terminal.receive()
    expectUndone(terminal)
  }

  /// It is read again after a while: the newest picture is there, and the header has said what was left
  /// out.
  @Test func aTerminalThatIsReadAgainGoesOn() async throws {
    let terminal = try await started()
    try await fill(terminal)
    terminal.forget()
    try await terminal.wait(for: "term slow")
    try await terminal.wait(for: "skipped")
    terminal.forget()
    try terminal.type("?")
    try await terminal.wait(for: "Help: overview")
    try terminal.type("\u{3}")
    #expect(try await terminal.awaitEnd() == 130)
    expectUndone(terminal)
  }

  /// Its window is closed: the kernel sends SIGHUP, and everything that is asked of the terminal fails.
  @Test func aTerminalThatGoesAwayEndsIt() async throws {
    let terminal = try await started()
    terminal.hangUp()
    #expect(try await terminal.awaitEnd(isRead: false) == 129)
  }

  @Test func aTerminalThatGoesAwayWhileNobodyReadsItEndsIt() async throws {
    let terminal = try await started()
    try await fill(terminal)
    terminal.hangUp()
    #expect(try await terminal.awaitEnd(isRead: false) == 129)
  }

  /// Frozen, nothing is sent at all.
  @Test func aFrozenPictureSendsNothing() async throws {
    let terminal = try await started()
    terminal.forget()
    try terminal.type(" ")
    try await terminal.wait(for: "FROZEN")
    // What belongs to the same picture.
    try await awaiting("the end of the picture") {
      terminal.receive()
      return terminal.bytes.suffix(8).elementsEqual("\u{1b}[?2026l".utf8) ? true : nil
    }
    terminal.forget()
    try await Task.sleep(for: .seconds(3))
    #expect(terminal.receive().isEmpty)
    try terminal.type("q")
    #expect(try await terminal.awaitEnd() == 0)
    expectUndone(terminal)
  }

  /// A terminal that tells when its window loses the focus gets a picture a second, and at once one when
  /// the window has it again.
  @Test func withoutTheFocusThereIsAPictureASecond() async throws {
    let terminal = try await started()
    #expect(terminal.contains("\u{1b}[?1004h"))
    func pictures(in time: Duration) async throws -> Int {
      terminal.receive()
      terminal.forget()
      try await Task.sleep(for: time)
      terminal.receive()
      return String(decoding: terminal.bytes, as: UTF8.self)
        .components(separatedBy: "\u{1b}[?2026h").count - 1
    }
    try terminal.type("\u{1b}[O")
    let few = try await pictures(in: .seconds(4))
    #expect((1...6).contains(few))
    try terminal.type("\u{1b}[I")
    let many = try await pictures(in: .seconds(4))
    #expect(many > few * 2)
    try terminal.type("q")
    #expect(try await terminal.awaitEnd() == 0)
  }

  /// `dumb` and nothing at all: a line for people and exit code 69, without a single control character.
  @Test(arguments: ["dumb", "unknown-thing"])
  func aTerminalWithoutACursorGetsOneLine(_ type: String) async throws {
    let terminal = try PseudoTerminal(["run"], environment: ["TERM": type])
    #expect(try await terminal.awaitEnd() == 69)
    #expect(terminal.modes == terminal.before)
    let text = String(decoding: terminal.bytes, as: UTF8.self)
    #expect(text.hasPrefix("tryst: ") && text.hasSuffix("\r\n"))
    #expect(text.unicodeScalars.dropLast(2).allSatisfy { (0x20..<0x7f).contains($0.value) })
  }
}
