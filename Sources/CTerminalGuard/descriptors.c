#define _GNU_SOURCE
#include "terminal_descriptors.h"

#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

static sigset_t set_of(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  return set;
}

void terminal_block_signals(const int *signals, int count) {
  sigset_t set = set_of(signals, count);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int terminal_signal_descriptor(const int *signals, int count) {
  sigset_t set = set_of(signals, count);
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int terminal_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t got = read(descriptor, &info, sizeof info);
  return got == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int terminal_timer_descriptor(void) {
  return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
}

void terminal_timer_set(int descriptor, long long period) {
  struct itimerspec spec = {{period / 1000000000, period % 1000000000}, {0, period > 0}};
  timerfd_settime(descriptor, 0, &spec, NULL);
}

int terminal_event_descriptor(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int terminal_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
