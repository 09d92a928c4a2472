// Clock, futex, thread and signal glue that Glibc's Swift module lacks (functions behind _GNU_SOURCE,
// variadic ones, macros). Only the target Threads calls these.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/// The time-stamp counter (SDM vol. 2, RDTSC). Not serializing: it may be read a few instructions early
/// or late, which is nothing beside a VM exit.
static inline __attribute__((always_inline)) uint64_t cthreads_rdtsc(void) {
  return __builtin_ia32_rdtsc();
}

/// CLOCK_MONOTONIC in nanoseconds; through the vDSO, no system call.
static inline __attribute__((always_inline)) uint64_t cthreads_monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/// CLOCK_REALTIME in whole seconds.
static inline __attribute__((always_inline)) int64_t cthreads_unix_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec;
}

/// FUTEX_WAIT_BITSET, private. `deadline` is absolute, CLOCK_MONOTONIC nanoseconds; NULL waits for
/// ever. Returns 0 when woken, else -errno (-EAGAIN: the word was not `expected`).
int cthreads_futex_wait(const void *_Nonnull word, uint32_t expected,
                        const uint64_t *_Nullable deadline);

/// FUTEX_WAKE, private: wakes at most `count` waiters. Returns how many, or -errno.
int cthreads_futex_wake(const void *_Nonnull word, int count);

/// Tells the processor that this is a loop that waits for another one (PAUSE, SDM volume 2).
static inline void cthreads_relax(void) { __builtin_ia32_pause(); }

/// Starts a joinable thread in which every signal is blocked but the `unblocked_count` of `unblocked`.
/// `stack_size` 0 means the system's default. Returns 0 or an errno.
int cthreads_spawn(unsigned long *_Nonnull thread, size_t stack_size,
                   const int *_Nullable unblocked, size_t unblocked_count,
                   void *_Nullable (*_Nonnull body)(void *_Nullable), void *_Nullable argument);

/// Waits for the end of `thread`. Returns 0 or an errno.
int cthreads_join(unsigned long thread);

/// pthread_kill. Returns 0 or an errno.
int cthreads_kill(unsigned long thread, int signal);

/// pthread_self.
unsigned long cthreads_self(void);

/// Names the calling thread; the kernel keeps the first 15 bytes.
void cthreads_set_name(const char *_Nonnull name);

/// The signal that makes KVM_RUN return: SIGRTMIN + 1 (SIGRTMIN is a function call in glibc).
int cthreads_kick_signal(void);

/// Installs a handler that does nothing, without SA_RESTART, so that `signal` interrupts a blocking
/// system call and has no other effect. Returns 0 or an errno.
int cthreads_install_empty_handler(int signal);
