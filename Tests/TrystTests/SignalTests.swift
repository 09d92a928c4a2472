import Foundation
import Testing

/// The signals that the other tests leave out: everything that stops, continues or breaks tryst, in a
/// terminal that works, with a shell that wants it back.
extension TerminalTests {
  @Test func controlBackslash() async throws {
    try await withShell { shell in
      try await shell.terminal.press("C-\\")
      expect(try await shell.expectRestored(), is: 128 + Int(SIGQUIT))
    }
  }

  /// Stopped from outside, as a debugger or a script does: SIGTSTP can be answered, SIGSTOP cannot, so
  /// that there only the way back is ours.
  @Test func stoppedByKill() async throws {
    try await withShell { shell in
      let program = try await shell.program()
      kill(program, SIGTSTP)
      try await awaiting("a stopped process") { ProcessTable.state(program) == "T" ? true : nil }
      expect(try await shell.expectRestored(), is: 128 + Int(SIGTSTP))
      try await shell.terminal.type("clear; fg")
      try await shell.terminal.press("Enter")
      let back = try await shell.terminal.wait("the monitor") {
        $0.contains("● RUN") && $0.contains("F10Quit")
      }
      kill(program, SIGSTOP)
      try await awaiting("a stopped process") { ProcessTable.state(program) == "T" ? true : nil }
      try await shell.terminal.press("Enter")
      try await shell.terminal.type("fg")
      try await shell.terminal.press("Enter")
      try await shell.terminal.wait("it goes on") {
        $0.contains("F10Quit") && $0.clock != back.clock && !$0.contains("READY>")
      }
      expect(try await shell.terminal.modes(), is: "1 1 0")
      try await shell.terminal.press("q")
      expect(try await shell.expectRestored(), is: 0)
    }
  }

  /// The window changes its size while the shell has it: nobody tells the stopped program.
  @Test func resizedWhileStopped() async throws {
    try await withShell { shell in
      let program = try await shell.program()
      for (columns, rows) in [(90, 30), (160, 45)] {
        try await shell.terminal.press("C-z")
        try await awaiting("a stopped process") { ProcessTable.state(program) == "T" ? true : nil }
        expect(try await shell.expectRestored(), is: 128 + Int(SIGTSTP))
        try await shell.terminal.resize(columns, rows)
        try await shell.terminal.type("clear; fg")
        try await shell.terminal.press("Enter")
        // The bar of keys is on the last row, and the clock at the right end of the first.
        try await shell.terminal.wait("a picture of \(columns)x\(rows)") { screen in
          guard screen.lines.count >= rows, let first = screen.lines.first else { return false }
          return screen.lines[rows - 1].contains("F10Quit") && first.contains("● RUN")
            && first.count > columns - 3 && first.count <= columns
        }
        expect(try await shell.terminal.modes(), is: "1 1 0")
      }
      try await shell.terminal.press("q")
      expect(try await shell.expectRestored(), is: 0)
    }
  }

  /// SIGTERM while it is stopped is served once it goes on, with the terminal given back.
  @Test func endedWhileStopped() async throws {
    try await withShell { shell in
      let program = try await shell.program()
      try await shell.terminal.press("C-z")
      try await awaiting("a stopped process") { ProcessTable.state(program) == "T" ? true : nil }
      kill(program, SIGTERM)
      try await shell.terminal.type("clear; fg")
      try await shell.terminal.press("Enter")
      try await awaiting("the end") { ProcessTable.state(program) == nil ? true : nil }
      expect(try await shell.expectRestored(), is: 128 + Int(SIGTERM))
    }
  }
}
