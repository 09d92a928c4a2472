public import Commands

/// What the application is to do after a key or a click; the monitor itself does nothing.
public enum MonitorEffect: Sendable, Equatable {
  /// Leave.
  case quit
  /// Hand the command to the machine.
  case perform(Command)
  /// Look closely at this vcpu from now on, or at none.
  case watch(vcpu: Int?)
  /// Use the next theme.
  case nextTheme
  /// Use the theme of that name.
  case useTheme(String)
  /// Use the next set of characters.
  case nextGlyphs
  /// Write the shown view's data to a file.
  case save(SavedView)
  /// Put the text into the terminal's clipboard: of ``ClipboardText``, no control characters but newlines.
  case copy(String)
  /// Measure policies beside each other, or end that.
  case compare(CompareRequest)
  /// Sample and paint so many times a second (1, 2, 5, 10, 20, 30 or 60).
  case setRefresh(hertz: Int)
}
