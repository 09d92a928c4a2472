#define _GNU_SOURCE
#include "terminal_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// off: nothing to undo. armed: a screen is up. leaving: a thread is undoing it. Lock-free atomics are
// async-signal-safe (C11 7.14.1.1).
enum { off, armed, leaving };
static atomic_int state;

static int terminal_in = -1, terminal_out = -1;
static struct termios shell_modes;
static char undo_bytes[512];
static size_t undo_count;

static int captured = -1, real_stderr = -1;

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
enum { fatal_count = sizeof fatal / sizeof *fatal };
static struct sigaction previous[fatal_count];
static int handlers_installed;

static void write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

// The terminal is non-blocking. If it has not read what was sent before, that is thrown away (a dying
// program cannot wait for it) so that the undo bytes fit.
static void write_undo(void) {
  ssize_t written = write(terminal_out, undo_bytes, undo_count);
  if (written == (ssize_t)undo_count) return;
  tcflush(terminal_out, TCOFLUSH);
  write_all(terminal_out, undo_bytes, undo_count);
}

static void dump_captured(void) {
  char block[4096];
  off_t offset = 0;
  ssize_t got;
  while ((got = pread(captured, block, sizeof block, offset)) > 0) {
    write_all(real_stderr, block, (size_t)got);
    offset += got;
  }
}

// Only the first thread that gets here undoes the screen. Another one that dies at the same moment
// waits for it (0.2 s at most), as its default action would end the process in the middle of it.
static void leave_screen(void) {
  int expected = armed;
  if (!atomic_compare_exchange_strong(&state, &expected, leaving)) {
    struct timespec moment = {0, 5000000};
    for (int i = 0; i < 40 && atomic_load(&state) == leaving; i++) nanosleep(&moment, NULL);
    return;
  }
  write_undo();
  tcsetattr(terminal_in, TCSANOW, &shell_modes);
  if (captured >= 0) {
    dump_captured();  // what fatalError said
    dup2(real_stderr, STDERR_FILENO);
  }
  atomic_store(&state, off);
}

static void on_fatal(int signal, siginfo_t *info, void *context) {
  int error = errno;
  leave_screen();
  // Swift's backtracer would wait half a minute for a key after its report; at the end of its input it
  // goes on at once.
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null >= 0) {
    dup2(null, STDIN_FILENO);
    close(null);
  }
  struct sigaction before = {.sa_handler = SIG_DFL};
  for (int i = 0; i < fatal_count; i++)
    if (fatal[i] == signal) before = previous[i];
  // A fault happens again when we return, now with the previous handler and the original context.
  // What was sent (kill, abort) or what follows its instruction (int3, seccomp) does not, and Swift's
  // handler only reports: so it reports here, about the original context, and the signal is raised for
  // its default action; it is blocked here and arrives on return.
  if (info->si_code <= 0 || signal == SIGTRAP || signal == SIGSYS || signal == SIGABRT) {
    if (before.sa_flags & SA_SIGINFO) {
      before.sa_sigaction(signal, info, context);
    } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
      before.sa_handler(signal);
    }
    memset(&before, 0, sizeof before);
    before.sa_handler = SIG_DFL;
    raise(signal);
  }
  sigaction(signal, &before, NULL);
  errno = error;
}

static void at_exit(void) { leave_screen(); }

static void install_handlers(void) {
  if (handlers_installed) return;
  static char stack[65536];
  stack_t current, ours = {.ss_sp = stack, .ss_size = sizeof stack};
  // A stack overflow of this thread needs another stack; Swift's runtime may have set one already.
  if (sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE)) sigaltstack(&ours, NULL);
  for (int i = 0; i < fatal_count; i++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    action.sa_sigaction = on_fatal;
    sigaction(fatal[i], &action, &previous[i]);
  }
  handlers_installed = 1;
}

int terminal_guard_arm(int input, int output, const struct termios *modes, const char *undo,
                       size_t count) {
  static int registered;
  if (count > sizeof undo_bytes) return -1;
  atomic_store(&state, off);
  memcpy(undo_bytes, undo, count);
  undo_count = count;
  shell_modes = *modes;
  terminal_in = input;
  terminal_out = output;
  install_handlers();
  if (!registered) registered = atexit(at_exit) == 0;
  atomic_store(&state, armed);
  return 0;
}

void terminal_guard_disarm(void) {
  atomic_store(&state, off);
  if (!handlers_installed) return;
  for (int i = 0; i < fatal_count; i++) {
    // Leave alone what someone else has put on top of ours meanwhile.
    struct sigaction now;
    if (sigaction(fatal[i], NULL, &now) == 0 && now.sa_sigaction == on_fatal)
      sigaction(fatal[i], &previous[i], NULL);
  }
  handlers_installed = 0;
}

int terminal_guard_capture_stderr(void) {
  if (captured >= 0 || !isatty(STDERR_FILENO)) return 0;
  int memory = memfd_create("stderr", MFD_CLOEXEC);
  int copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (memory < 0 || copy < 0 || dup2(memory, STDERR_FILENO) < 0) {
    int error = errno;
    if (memory >= 0) close(memory);
    if (copy >= 0) close(copy);
    errno = error;
    return -1;
  }
  real_stderr = copy;
  captured = memory;
  return 0;
}

void terminal_guard_release_stderr(void) {
  if (captured < 0) return;
  dup2(real_stderr, STDERR_FILENO);
  dump_captured();
  int memory = captured, copy = real_stderr;
  captured = real_stderr = -1;
  close(memory);
  close(copy);
}
