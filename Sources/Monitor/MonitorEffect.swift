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
  /// Sample and paint so many times a second (1, 2, 5, 10, 20, 30 or 60).
  case setRefresh(hertz: Int)
}
