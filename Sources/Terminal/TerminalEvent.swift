public import Monitor

/// What the thread that owns the screen has to react to.
public enum TerminalEvent: Sendable, Hashable {
  /// The period is over (at once after it was set).
  case tick
  /// A key.
  case key(Key)
  /// The mouse.
  case mouse(MouseEvent)
  /// Text was pasted while the keyboard was the guest's: any bytes, 1 MiB at most.
  case paste([UInt8])
  /// The terminal's window has got the focus (true) or lost it.
  case focus(Bool)
  /// The screen has a new size, which it has taken over: draw for ``Screen/size``.
  case resize
  /// SIGTERM, SIGINT or SIGQUIT: leave, and exit with 128 + the signal.
  case signal(Int32)
  /// SIGUSR1 or SIGUSR2: whatever the program does on it.
  case user(Int32)
  /// Ctrl-Z (SIGTSTP): call ``Screen/suspend()``.
  case suspend
  /// The terminal is gone (SIGHUP, or it says so itself): leave, and exit with 129. Said once.
  case hangup
  /// Another thread called ``Waker/wake()``.
  case wake
}
