import CCurses
import CTerminalGuard
import Console
import Glibc
public import Monitor
import Synchronization
public import Themes

/// The terminal while tryst has it.
///
/// Not Sendable on purpose: it belongs to the thread that made it, and the compiler refuses to let it
/// escape. ncurses' state is global, so a process has one at a time. It never blocks on the terminal:
/// ncurses writes into memory, and the bytes go out as the terminal takes them; while it is behind,
/// frames are left out and only the newest is kept.
public final class Screen {
  /// What is really used of the terminal's colours.
  public let depth: ColorDepth
  /// Which characters are sent. Views ask this to choose theirs; the screen enforces it.
  public private(set) var glyphs: GlyphSet
  /// Whether the mouse is reported.
  public let mouse: Bool
  /// Frames that were never shown because a newer one came before the terminal had caught up.
  public private(set) var framesSkipped = 0
  /// The theme of the next frame.
  public private(set) var theme: Theme

  /// Whose the keyboard is; the terminal is set accordingly.
  public var keyboard = KeyboardOwner.monitor {
    didSet { if isOpen && keyboard != oldValue { adoptKeyboard() } }
  }

  /// The terminal's input, for ``TerminalEvents``.
  let input: Int32
  private let output: Int32
  private var out: TerminalOutput
  private let curses: CursesWriter
  private var merger = RenditionMerger()
  private let shellModes: TerminalModes
  private let isXtermLike: Bool
  private let clipboard: ClipboardSequence
  private var painter: FramePainter
  /// What is sent of a frame; its room is kept.
  private var merged: [UInt8] = []
  private var held: Frame?
  private var isOpen = true
  private var isLost = false

  private static let isTaken = Atomic(false)
  private static let beginUpdate = Array("\u{1b}[?2026h".utf8)
  private static let endUpdate = Array("\u{1b}[?2026l".utf8)
  private static let mouseOn = Array("\u{1b}[?1002h\u{1b}[?1006h".utf8)
  private static let mouseOff = Array("\u{1b}[?1006l\u{1b}[?1002l".utf8)
  private static let focusOn = Array("\u{1b}[?1004h".utf8)
  private static let focusOff = Array("\u{1b}[?1004l".utf8)
  private static let pasteOn = Array("\u{1b}[?2004h".utf8)
  private static let pasteOff = Array("\u{1b}[?2004l".utf8)
  /// Larger terminals are painted up to here; a wrong size must not become a wrong allocation.
  private static let largest = 1024

  /// Takes the terminal: raw keys, the alternate screen with the first frame, the mouse.
  ///
  /// Block the signals first (``TerminalEvents/blockSignals()``). `input` and `output` must lead to the
  /// same terminal. Nothing has been changed when it throws.
  public init(
    theme: Theme, options: ScreenOptions = ScreenOptions(),
    environment: TerminalEnvironment = .process, input: Int32 = STDIN_FILENO,
    output: Int32 = STDOUT_FILENO
  ) throws(TerminalError) {
    guard isatty(input) == 1 else { throw .notATerminal(stream: "standard input") }
    guard isatty(output) == 1 else { throw .notATerminal(stream: "standard output") }
    // Only a flag: no other memory is published with it.
    guard !Screen.isTaken.exchange(true, ordering: .relaxed) else { throw .alreadyOpen }
    do throws(TerminalError) {
      glyphs = options.glyphs.map(ScreenLocale.allow) ?? ScreenLocale.adopt(term: environment.term)
      let type = try TerminalType(term: environment.term, choice: options.color)
      shellModes = try TerminalModes(of: input)
      out = try TerminalOutput(reopening: output)
      curses = try CursesWriter(term: type.name)
      depth = ColorDepth.resolve(options.color, noColor: environment.noColor, offered: type.offered)
    } catch {
      Screen.isTaken.store(false, ordering: .relaxed)
      throw error
    }
    self.theme = theme
    self.input = input
    self.output = output
    // Private modes mean something only to terminals of that family.
    isXtermLike = Capability.bytes("cup").starts(with: [0x1b, UInt8(ascii: "[")])
    mouse = options.mouse && isXtermLike
    clipboard = ClipboardSequence(term: environment.term)
    if depth != .monochrome {
      start_color()
      use_default_colors()
    }
    curses_hide_cursor()
    painter = FramePainter(
      PaintTable(
        theme, depth: depth,
        numbers: isXtermLike && depth != .monochrome ? PaintNumbers() : nil))
    adoptSize()
    arm()
    _ = terminal_guard_capture_stderr()
    shellModes.forScreen(keyboard).apply(to: input)
    askForReports()
  }

  deinit { close() }

  /// Columns and rows of the terminal, 1 to 1024 each.
  public var size: (columns: Int, rows: Int) { (Int(curses_columns()), Int(curses_lines())) }

  /// Bytes that the terminal has taken.
  public var bytesOut: Int { out.bytesOut }

  /// The terminal has not yet taken all of the last frame.
  public var isBehind: Bool { out.backlog > 0 }

  /// The terminal is gone.
  var isHungUp: Bool { out.hungUp || isLost }

  /// The terminal's input has come to an end.
  func lose() { isLost = true }

  /// The descriptor on which to wait until the terminal takes more.
  var outputDescriptor: Int32 { out.descriptor }

  /// Shows a frame: sends what differs from the last one, nothing when nothing does. While the terminal
  /// is behind the frame is kept instead, until it has caught up or a newer frame comes.
  public func present(_ frame: Frame) {
    guard isOpen else { return }
    guard out.flush() else {
      if held != nil { framesSkipped += 1 }
      held = frame
      return
    }
    held = nil
    paint(frame)
  }

  /// Sends of what waits as much as the terminal takes, and then the frame that was kept, if any.
  /// ``TerminalEvents`` does so by itself.
  public func sendRest() {
    guard isOpen, out.flush(), let frame = held else { return }
    held = nil
    paint(frame)
  }

  /// Swaps the theme and repaints with it.
  public func setTheme(_ theme: Theme) {
    self.theme = theme
    painter.paints = PaintTable(theme, depth: depth, numbers: painter.paints.numbers)
    repaint()
  }

  /// Sends other characters from now on, and repaints with them. False, and nothing changes, where the
  /// locale has ASCII alone.
  public func setGlyphs(_ glyphs: GlyphSet) -> Bool {
    guard glyphs == .ascii || ScreenLocale.isUTF8 else { return false }
    self.glyphs = glyphs
    repaint()
    return true
  }

  /// Puts `text` into the terminal's clipboard, as far as the terminal allows: it does not tell. Sent behind
  /// the frames so far; false, and nothing is sent, where the terminal knows no clipboard or is behind by
  /// more than a copy. UTF-8 of any kind.
  public func copy(_ text: String) -> Bool {
    guard isOpen, isXtermLike, clipboard.isKnown, out.backlog <= ClipboardSequence.limit else {
      return false
    }
    out.append(ClipboardSequence.bytes(text))
    out.flush()
    return true
  }

  /// Takes over the terminal's size (after SIGWINCH) and clears the screen at the next frame.
  public func adoptSize() {
    var size = winsize()
    // Fills the local; a terminal that does not know its size says 0.
    let known = unsafe ioctl(output, UInt(TIOCGWINSZ), &size) == 0
    let rows = known && size.ws_row > 0 ? Int(size.ws_row) : 24
    let columns = known && size.ws_col > 0 ? Int(size.ws_col) : 80
    resize_term(Int32(min(rows, Screen.largest)), Int32(min(columns, Screen.largest)))
    painter.forget()
    curses_clear_next()
  }

  /// For SIGTSTP: gives the terminal back, stops the process until SIGCONT, takes the terminal again
  /// and repaints.
  public func suspend() {
    guard isOpen else { return }
    leave()
    stopProcess()
    resume()
  }

  /// Takes the terminal again after a stop, whoever stopped us.
  func resume() {
    guard isOpen else { return }
    arm()
    _ = terminal_guard_capture_stderr()
    adoptKeyboard()
    askForReports()
    let frame = held ?? painter.shown
    adoptSize()
    if let frame { paint(frame) }
  }

  /// Gives the terminal back as it was. Takes 0.2 s at most, even when nobody reads the terminal;
  /// afterwards nothing is sent any more. Called again it does nothing.
  public func close() {
    guard isOpen else { return }
    leave()
    isOpen = false
    Screen.isTaken.store(false, ordering: .relaxed)
  }

  /// Asks to be told of what else than keys there is to tell: the focus and the mouse.
  private func askForReports() {
    if isXtermLike { out.append(Screen.focusOn) }
    if mouse { out.append(Screen.mouseOn) }
  }

  private func adoptKeyboard() {
    shellModes.forScreen(keyboard).apply(to: input)
    if isXtermLike { out.append(keyboard == .guest ? Screen.pasteOn : Screen.pasteOff) }
    // What undoes the screen has changed with it.
    arm()
    out.flush()
  }

  // MARK: - Leaving

  /// Leaves the screen; what the terminal does not take in time is thrown away so that the bytes that
  /// undo everything fit.
  private func leave() {
    endwin()
    out.append(merger.merge(curses.take(), painter.paints.numbers))
    merger.forget()
    out.append(undo)
    if !out.drain(milliseconds: 200) {
      out.discard()
      out.append(undo)
      _ = out.drain(milliseconds: 20)
    }
    shellModes.apply(to: input)
    terminal_guard_disarm()
    terminal_guard_release_stderr()
  }

  /// Everything that undoes the screen, whatever state it is in.
  private var undo: [UInt8] {
    var bytes: [UInt8] = []
    if isXtermLike { bytes += Screen.endUpdate + Screen.focusOff }
    if mouse { bytes += Screen.mouseOff }
    if keyboard == .guest && isXtermLike { bytes += Screen.pasteOff }
    bytes += Capability.bytes("sgr0")
    if depth != .monochrome { bytes += Capability.bytes("op") }
    return bytes + Capability.bytes("cnorm") + Capability.bytes("rmcup")
  }

  private func arm() {
    let undo = undo
    _ = unsafe shellModes.withPointer { modes in
      // C copies both during the call.
      unsafe undo.withUnsafeBytes { bytes in
        unsafe terminal_guard_arm(
          input, out.descriptor, modes, bytes.baseAddress, bytes.count)
      }
    }
  }

  // MARK: - Painting

  /// The last frame once more, in full.
  private func repaint() {
    guard let frame = held ?? painter.shown else { return }
    painter.forget()
    present(frame)
  }

  private func paint(_ frame: Frame) {
    if let numbers = painter.paints.numbers, numbers.isFull {
      // Their numbers get other looks: nothing of what is on the screen is what ncurses takes it for.
      painter.paints = PaintTable(theme, depth: depth, numbers: numbers.renewed())
      painter.forget()
      curses_clear_next()
    }
    let (columns, rows) = size
    guard painter.put(frame, columns: columns, rows: rows, glyphs: glyphs) else { return }
    curses_update()
    let bytes = curses.take()
    guard !bytes.isEmpty else { return }
    if isXtermLike {
      merger.merge(bytes, painter.paints.numbers, into: &merged)
      out.append(Screen.beginUpdate)
      out.append(merged)
      out.append(Screen.endUpdate)
    } else {
      out.append(bytes)
    }
    out.flush()
  }
}
