#define _GNU_SOURCE
#include "cthreads.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int cthreads_futex_wait(const void *word, uint32_t expected, const uint64_t *deadline) {
  struct timespec limit;
  if (deadline) {
    limit.tv_sec = (time_t)(*deadline / 1000000000u);
    limit.tv_nsec = (long)(*deadline % 1000000000u);
  }
  // WAIT_BITSET, not WAIT: its time-out is absolute, so that a restarted wait does not wait longer.
  long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected,
                        deadline ? &limit : NULL, NULL, FUTEX_BITSET_MATCH_ANY);
  return result < 0 ? -errno : 0;
}

int cthreads_futex_wake(const void *word, int count) {
  long result = syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL, 0);
  return result < 0 ? -errno : (int)result;
}

int cthreads_spawn(unsigned long *thread, size_t stack_size, const int *unblocked,
                   size_t unblocked_count, void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error) return error;
  if (stack_size) {
    long page = sysconf(_SC_PAGESIZE);
    if (stack_size < (size_t)PTHREAD_STACK_MIN) stack_size = (size_t)PTHREAD_STACK_MIN;
    stack_size = (stack_size + (size_t)page - 1) / (size_t)page * (size_t)page;
    error = pthread_attr_setstacksize(&attributes, stack_size);
  }
  if (!error) {
    // The mask is in the attributes, so it holds from the thread's first instruction and the caller's
    // own mask is never touched.
    sigset_t blocked;
    sigfillset(&blocked);
    for (size_t i = 0; i < unblocked_count; i++) sigdelset(&blocked, unblocked[i]);
    error = pthread_attr_setsigmask_np(&attributes, &blocked);
  }
  if (!error) {
    pthread_t created;
    error = pthread_create(&created, &attributes, body, argument);
    if (!error) *thread = created;
  }
  pthread_attr_destroy(&attributes);
  return error;
}

int cthreads_join(unsigned long thread) { return pthread_join(thread, NULL); }

int cthreads_kill(unsigned long thread, int signal) { return pthread_kill(thread, signal); }

unsigned long cthreads_self(void) { return pthread_self(); }

void cthreads_set_name(const char *name) {
  char cut[16];
  strncpy(cut, name, sizeof cut - 1);
  cut[sizeof cut - 1] = 0;
  pthread_setname_np(pthread_self(), cut);
}

int cthreads_kick_signal(void) { return SIGRTMIN + 1; }

// Empty on purpose: the kicker has already left its request, all that is wanted is the EINTR.
static void do_nothing(int signal) { (void)signal; }

int cthreads_install_empty_handler(int signal) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = do_nothing;
  action.sa_flags = 0;  // no SA_RESTART
  sigemptyset(&action.sa_mask);
  return sigaction(signal, &action, NULL) ? errno : 0;
}
