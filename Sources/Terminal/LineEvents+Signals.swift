import CTerminalGuard
import Glibc

extension LineEvents {
  /// What is not to end or disturb a run of lines without being asked for; SIGTSTP keeps its default
  /// action, as there is no screen to be given back.
  private static let blocked = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT, SIGUSR1, SIGUSR2]

  /// Blocks the signals that come as events, in this thread and those that it starts. Call it first
  /// thing in the program, before any other thread exists.
  public static func blockSignals() {
    // C reads the array during the call.
    unsafe terminal_block_signals(blocked, Int32(blocked.count))
  }
}
