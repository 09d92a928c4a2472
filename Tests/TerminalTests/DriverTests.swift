import CCurses
import Console
import Glibc
import Monitor
import SampleGuest
import Testing
import Themes

@testable import Terminal

extension Trait where Self == ConditionTrait {
  /// Skips, and says so, where python3-pyte is not installed.
  static var needsPyte: Self { .enabled(if: Pyte.python != nil, "SKIPPED: no python3-pyte") }
}

extension ScreenTests {
  /// The whole way out: the monitor's frames through ncurses onto a terminal that somebody else has
  /// written, and what that shows against the frames, character for character.
  @Suite(.serialized, .timeLimit(.minutes(10))) struct DriverTests {
    /// What the screen was asked to show, and what it sent for it.
    struct Session {
      var frames: [Frame] = []
      var steps: [Pyte.Step] = []
      /// The sequences that tryst asks for by itself mean something only to terminals of xterm's family.
      var unbracketed = 0
    }

    static let types = ["xterm-256color", "screen-256color", "vt100", "linux"]

    /// Every view of a guest of so many vcpus, the help and a dialog, at these sizes one after the other.
    private func session(
      term: String, glyphs: GlyphSet, sizes: [(UInt16, UInt16)], vcpus: Int
    ) throws -> Session {
      let terminal = try PseudoTerminal(columns: sizes[0].0, rows: sizes[0].1)
      let screen = try ScreenTests.open(
        terminal, ScreenOptions(glyphs: glyphs), TerminalEnvironment(term: term))
      defer { screen.close() }
      try #require(screen.glyphs == glyphs)
      let guest = SampleGuest(vcpus: vcpus, pace: .allChanging)
      var model = MonitorModel()
      var session = Session()
      var step: UInt64 = 0
      func present() {
        step += 1
        model.absorb(guest.snapshot(step: step))
        let frame = model.frame(glyphs: screen.glyphs)
        screen.present(frame)
        var bytes = terminal.received()
        while screen.isBehind {
          screen.sendRest()
          bytes += terminal.received()
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if !text.contains("\u{1b}[?2026h") || !text.hasSuffix("\u{1b}[?2026l") {
          session.unbracketed += 1
        }
        session.frames.append(frame)
        session.steps.append(.bytes(bytes))
      }
      for (columns, rows) in sizes {
        terminal.resize(columns: columns, rows: rows)
        screen.adoptSize()
        model.resize(width: screen.size.columns, height: screen.size.rows)
        session.steps.append(.size(columns: Int(columns), rows: Int(rows)))
        for key in "12345678".unicodeScalars {
          _ = model.handle(.character(key))
          present()
          if columns < 100 { present() }
        }
        for key: Key in [.character("1"), .function(5), .character("?"), .escape, .character("i")] {
          _ = model.handle(key)
          present()
        }
        _ = model.handle(.escape)
        _ = model.handle(.function(5))
      }
      return session
    }

    @Test(.needsPyte, arguments: types, [GlyphSet.blocks, .ascii])
    func aTerminalShowsTheFrame(term: String, glyphs: GlyphSet) throws {
      let sizes: [(UInt16, UInt16)] = [(80, 24), (20, 5), (132, 43)]
      let session = try session(
        term: term, glyphs: glyphs, sizes: glyphs == .ascii ? [sizes[0]] : sizes, vcpus: 16)
      let pictures = try Pyte.pictures(
        session.steps, erasesInColor: term == "xterm-256color" || term == "linux")
      #expect(pictures.count == session.frames.count)
      #expect(session.unbracketed == 0)
      if glyphs == .blocks {
        // What is compared has wide characters, blocks and lines in it.
        #expect(session.frames.contains { $0.text.contains("漢字") && $0.text.contains("─") })
      }
      let isColored = term.hasSuffix("256color")
      let theme = Theme.standard
      for (number, (frame, picture)) in zip(session.frames, pictures).enumerated() {
        let lines = frame.text.split(separator: "\n", omittingEmptySubsequences: false)
        for (y, (found, wanted)) in zip(picture.text, lines).enumerated() {
          #expect(found == wanted, "frame \(number), row \(y)")
        }
        #expect(picture.text.count == lines.count)
        guard isColored else { continue }
        for y in 0..<frame.height {
          let expected = looks(frame.row(y), theme, hasItalics: term.hasPrefix("xterm"))
          let found = picture.looks[y].split(separator: " ").map(String.init)
          let place = zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
          #expect(found.count == expected.count, "frame \(number), row \(y)")
          let (shown, wanted) = (place.map { found[$0] }, place.map { expected[$0] })
          #expect(shown == wanted, "frame \(number), row \(y), character \(place ?? -1)")
        }
      }
    }

    /// A thousand vcpus and a large terminal, in the colours of the worst theme for the bytes.
    @Test(.needsPyte) func aTerminalShowsALargeFrame() throws {
      let session = try session(
        term: "xterm-256color", glyphs: .blocks, sizes: [(200, 60)], vcpus: 1024)
      let pictures = try Pyte.pictures(session.steps, erasesInColor: true)
      #expect(pictures.count == session.frames.count)
      for (frame, picture) in zip(session.frames, pictures) {
        #expect(picture.text.joined(separator: "\n") == frame.text)
      }
    }

    /// Looks have numbers, of which there are so many: a guest that has more gets all of them anyhow, a frame
    /// later.
    @Test(.needsPyte) func aGuestHasMoreLooksThanThereAreNumbers() throws {
      let terminal = try PseudoTerminal(columns: 160, rows: 30)
      let screen = try ScreenTests.open(
        terminal, ScreenOptions(glyphs: .ascii), TerminalEnvironment(term: "xterm-256color"))
      defer { screen.close() }
      var steps = [Pyte.Step.size(columns: 160, rows: 30)]
      var frames: [Frame] = []
      // Three times 4,800 looks: the second are too many, and the third begin anew.
      for turn in 0..<3 {
        var frame = Frame(width: 160, height: 30)
        for y in 0..<30 {
          for x in 0..<160 {
            frame[x, y] = Cell(UnicodeScalar(0x41 + UInt8(frames.count)), .console)
            frame[x, y].rendition.foreground = UInt8((y * 160 + x) % 240 + 16)
            frame[x, y].rendition.background = UInt8(turn * 20 + (y * 160 + x) / 240 + 16)
          }
        }
        screen.present(frame)
        var bytes = terminal.received()
        while screen.isBehind {
          screen.sendRest()
          bytes += terminal.received()
        }
        steps.append(.bytes(bytes))
        frames.append(frame)
      }
      let pictures = try Pyte.pictures(steps, erasesInColor: true)
      for (number, (frame, picture)) in zip(frames, pictures).enumerated() {
        #expect(picture.text.joined(separator: "\n") == frame.text)
        let wrong = (0..<30).filter { y in
          picture.looks[y].split(separator: " ").map(String.init)
            != looks(frame.row(y), .standard, hasItalics: true)
        }
        #expect(wrong.isEmpty == (number != 1), "frame \(number): rows \(wrong)")
      }
    }

    /// Which terminals get looks by number, and what a look is.
    @Test func looksHaveNumbers() throws {
      for term in ["vt100", "linux", "xterm", "screen"] {
        let curses = try CursesWriter(term: term)
        #expect(PaintNumbers() == nil, "\(term)")
        _ = curses.take()
      }
      let curses = try CursesWriter(term: "xterm-256color")
      _ = curses.take()
      start_color()
      use_default_colors()
      var numbers = try #require(PaintNumbers())
      #expect(numbers.number(-1, -1, attributes: 0) == 0)
      #expect(numbers.number(1, 196, attributes: curses_bold()) == 1)
      #expect(numbers.number(1, 196, attributes: curses_bold() | curses_reverse()) == 2)
      #expect(numbers.number(1, 196, attributes: curses_bold()) == 1)
      var merger = RenditionMerger()
      func sent(_ text: String) -> String {
        let bytes = merger.merge(Array(text.replacing("^", with: "\u{1b}").utf8), numbers)
        return String(decoding: bytes, as: UTF8.self).replacing("\u{1b}", with: "^")
      }
      #expect(sent("^[1za^[1zb^[2zc^[39;49md") == "^[0;1;31;48;5;196mab^[7mc^[39;49md")
      // None that there is, and what only looks like one.
      #expect(sent("^[3zx^[99999999999999999999ze^[0yf^8z^[zg") == "xef^8z^[zg")
    }

    /// `dumb` cannot move its cursor: no screen (the program then exits 69), not a byte, and a word about
    /// what else there is.
    @Test func aDumbTerminalGetsNothing() throws {
      let terminal = try PseudoTerminal()
      let before = terminal.modes()
      #expect(throws: TerminalError.typeTooSimple("dumb")) {
        _ = try ScreenTests.open(terminal, ScreenOptions(), TerminalEnvironment(term: "dumb"))
      }
      #expect(terminal.received().isEmpty)
      #expect(terminal.modes() == before)
    }

    // MARK: - What is expected

    /// The looks of a row as ``Pyte`` writes them, from the theme alone.
    private func looks(_ row: ArraySlice<Cell>, _ theme: Theme, hasItalics: Bool) -> [String] {
      row.filter { $0.scalar != 0 }.map { cell in
        let theirs = cell.rendition
        // What the guest wants goes over the console's style.
        let style = theme.style(of: theirs == Rendition() ? cell.role : .console)
        let front = theirs.foreground.map(Int.init) ?? number(style.foreground)
        let back = theirs.background.map(Int.init) ?? number(style.background)
        let isReversed =
          style.attributes.contains(.reverse) != theirs.attributes.contains(.reverse)
        let marks: [(Character, Bool, Bool)] = [
          ("b", style.attributes.contains(.bold), theirs.attributes.contains(.bold)),
          ("d", style.attributes.contains(.dim), theirs.attributes.contains(.dim)),
          ("i", style.attributes.contains(.italic), theirs.attributes.contains(.italic)),
          ("u", style.attributes.contains(.underline), theirs.attributes.contains(.underline)),
        ]
        if cell.scalar == 0x20 { return isReversed ? "\(front)r" : "\(back)" }
        let shown = marks.filter { ($0.1 || $0.2) && ($0.0 != "i" || hasItalics) }.map(\.0)
        return "\(front)/\(back)" + String(shown) + (isReversed ? "r" : "")
      }
    }

    private func number(_ color: Color) -> Int {
      switch color {
      case .terminal: -1
      case .ansi(let name): Int(name.rawValue)
      case .rgb(let rgb): Int(XtermPalette.nearest(to: rgb))
      }
    }
  }
}
