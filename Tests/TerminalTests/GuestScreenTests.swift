import Console
import Glibc
import Monitor
import Testing

@testable import Terminal

/// What the guest has of the terminal: its colours, and the keyboard while it is its own.
extension ScreenTests {
  private static func red() -> Frame {
    var frame = Frame(width: 80, height: 24)
    frame.put(0, 5, "red", .console)
    for x in 0..<3 {
      frame[x, 5].rendition.foreground = 196
      frame[x, 5].rendition.background = 4
      frame[x, 5].rendition.attributes = [.underline, .blink]
    }
    return frame
  }

  @Test(arguments: [
    (ColorChoice.indexed256, ["38;5;196", "44"]), (.ansi16, ["91", "44"]), (.ansi8, ["31", "44"]),
    (.never, []),
  ])
  func coloursOfTheGuest(choice: ColorChoice, parameters: [String]) throws {
    let terminal = try PseudoTerminal()
    let screen = try Self.open(terminal, ScreenOptions(color: choice, glyphs: .braille))
    defer { screen.close() }
    screen.present(Frame(width: 80, height: 24))
    _ = terminal.received()
    screen.present(Self.red())
    let text = terminal.text()
    #expect(text.contains("red"))
    for wanted in parameters + ["4"] {
      // Somewhere in an SGR, alone or between others.
      let isThere = text.split(separator: "\u{1b}").contains { part in
        part.hasPrefix("[") && part.contains("m")
          && ";\(part.dropFirst().prefix { $0 != "m" });".contains(";\(wanted);")
      }
      #expect(isThere, "\(choice): \(wanted) in \(text.debugDescription)")
    }
  }

  @Test func theGuestGetsTheKeysThatAreSignals() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let screen = try Self.open(terminal)
    func hasSignals() -> Bool {
      var modes = termios()
      #expect(tcgetattr(terminal.slave, &modes) == 0)
      return modes.c_lflag & tcflag_t(ISIG) != 0
    }
    #expect(hasSignals())
    _ = terminal.received()
    screen.keyboard = .guest
    #expect(!hasSignals())
    #expect(terminal.text().contains("\u{1b}[?2004h"))
    screen.keyboard = .guest
    #expect(terminal.received().isEmpty)
    screen.keyboard = .monitor
    #expect(hasSignals())
    #expect(terminal.text().contains("\u{1b}[?2004l"))
    // Left while the guest has it: all is undone.
    screen.keyboard = .guest
    _ = terminal.received()
    screen.close()
    #expect(terminal.text().contains("\u{1b}[?2004l"))
    #expect(terminal.modes() == before)
  }

  @Test func aLineTakesTheKeysAndGivesThemBack() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes()
    let line = try LineTerminal(input: terminal.slave, output: terminal.slave)
    var modes = termios()
    #expect(tcgetattr(terminal.slave, &modes) == 0)
    #expect(modes.c_lflag & tcflag_t(ISIG | ICANON | ECHO) == 0)
    // What other programs print there looks as usual.
    #expect(modes.c_oflag & tcflag_t(ONLCR) != 0)
    terminal.type("\u{3}\r")
    #expect(LineEvents.read(terminal.slave) == [0x03, 0x0d])
    line.close()
    #expect(terminal.modes() == before)
    line.resume()
    #expect(terminal.modes() == before)
  }
}
