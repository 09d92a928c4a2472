#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

void floor_wait(floor_word *word, unsigned expected) {
  struct timespec limit = {.tv_sec = 1};
  syscall(SYS_futex, &word->value, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, expected, &limit, NULL, 0);
}

void floor_wake(floor_word *word) {
  syscall(SYS_futex, &word->value, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
}

bool floor_await(floor_word *word, unsigned wanted) {
  uint64_t limit = floor_now() + 10000000000u;
  for (;;) {
    unsigned seen = atomic_load(&word->value);
    if (seen == wanted) return true;
    if (floor_now() > limit) return false;
    floor_wait(word, seen);
  }
}

int floor_kick_signal(void) { return SIGRTMIN + 1; }

static void do_nothing(int signal) { (void)signal; }

bool floor_accept_kicks(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = do_nothing;
  sigemptyset(&action.sa_mask);
  return sigaction(floor_kick_signal(), &action, NULL) == 0;
}

int floor_spawn(pthread_t *thread, void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error) return error;
  sigset_t blocked;
  sigfillset(&blocked);
  sigdelset(&blocked, floor_kick_signal());
  error = pthread_attr_setstacksize(&attributes, floor_stack_size);
  if (!error) error = pthread_attr_setsigmask_np(&attributes, &blocked);
  if (!error) error = pthread_create(thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return error;
}
