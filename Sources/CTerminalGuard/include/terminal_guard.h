#ifndef TRYST_TERMINAL_GUARD_H
#define TRYST_TERMINAL_GUARD_H
#include <stddef.h>
#include <termios.h>

// What brings the terminal back when the program dies. This is the only code of tryst that may run in
// a fatal-signal handler: it makes async-signal-safe calls only (signal-safety(7)).

// Remembers how to leave the screen: write `count` bytes of `undo` to `output` (our own non-blocking
// open of the terminal), set `modes` on `input`. Installs handlers for SEGV BUS ILL TRAP FPE ABRT SYS
// which do so once and then hand the signal to the handler that was there (Swift's backtracer, a
// sanitizer) or to the default. Also done at exit(3). Returns 0, or -1 when `undo` is too long.
int terminal_guard_arm(int input, int output, const struct termios *modes, const char *undo,
                       size_t count);
// The screen was left in an orderly way: nothing to do any more; the old handlers come back.
void terminal_guard_disarm(void);
// Standard error goes to a memory file while the screen is up; release (or the handler, after it has
// left the screen) puts it back and writes what came meanwhile. Does nothing unless standard error is
// a terminal. Returns 0, or -1 with errno.
int terminal_guard_capture_stderr(void);
void terminal_guard_release_stderr(void);
#endif
