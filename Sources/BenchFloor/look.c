#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "internal.h"

// As large as a set of 4,096 vcpus, and read by a pointer that the compiler does not know.
static _Atomic uint64_t words[64];
static _Atomic uint64_t *volatile set = words;

static inline bool is_asked(unsigned member) {
  _Atomic uint64_t *now = set;
  return atomic_load_explicit(&now[member / 64], memory_order_seq_cst) >> (member % 64) & 1;
}

unsigned long floor_look(unsigned long looks) {
  unsigned member = 3;
  __asm__ volatile("" : "+r"(member));
  for (; looks > 0; looks--) {
    if (is_asked(member)) return looks;
  }
  return 0;
}

unsigned long floor_look_twice(unsigned long turns) {
  unsigned member = 3;
  __asm__ volatile("" : "+r"(member));
  for (; turns > 0; turns--) {
    if (is_asked(member)) return turns;
    if (is_asked(member)) return turns;
  }
  return 0;
}

static _Thread_local volatile uint64_t traps;
static void count(int signal) {
  (void)signal;
  traps++;
}

uint64_t floor_count_instructions(void (*body)(void *), void *context) {
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = count;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGTRAP, &action, &before)) return 0;
  sigset_t wanted, old;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTRAP);
  pthread_sigmask(SIG_UNBLOCK, &wanted, &old);
  traps = 0;
  // The trap flag (SDM vol. 3, 18.3.1.4): a debug exception after each instruction from the next one on. Below the
  // red zone, which the compiler may use.
  __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc");
  body(context);
  __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andq $-257, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc");
  uint64_t result = traps;
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  sigaction(SIGTRAP, &before, NULL);
  return result;
}
