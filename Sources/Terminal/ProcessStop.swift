import Glibc

/// Stops this process as Ctrl-Z does by default, and returns when it is continued.
///
/// In a process group without a shell above it the kernel ignores the stop and this returns at once.
func stopProcess() {
  var mask = sigset_t()
  var before = sigset_t()
  var action = sigaction()
  var previous = sigaction()
  unsafe action.__sigaction_handler.sa_handler = SIG_DFL
  // All of these work on locals. Every other thread keeps the signal blocked, so the stop is taken
  // here, by the default action, and stops them all.
  _ = unsafe sigemptyset(&mask)
  _ = unsafe sigaddset(&mask, SIGTSTP)
  _ = unsafe sigaction(SIGTSTP, &action, &previous)
  raise(SIGTSTP)
  _ = unsafe pthread_sigmask(SIG_UNBLOCK, &mask, &before)
  _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
  _ = unsafe sigaction(SIGTSTP, &previous, nil)
}
