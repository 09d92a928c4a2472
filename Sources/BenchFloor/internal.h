// What the floors share.
#ifndef BENCHFLOOR_INTERNAL_H
#define BENCHFLOOR_INTERNAL_H
#include <linux/kvm.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "benchfloor.h"

struct floor_vcpu {
  int fd;
  struct kvm_run *run;
};
struct floor_machine {
  int kvm, vm, run_size;
  unsigned vcpus;
  uint8_t *memory;
  struct floor_vcpu *vcpu;
};
enum { floor_memory_size = 2 << 20, floor_stack_size = 64 << 10 };

static inline uint64_t floor_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Puts one vcpu at the start of real-mode code at page `page`, or of flat code.
int floor_vcpu_begin(struct floor_vcpu *vcpu, unsigned page, bool is_flat);
// Puts `vector` into the vcpu at its next KVM_RUN, by sync regs.
void floor_inject(struct floor_vcpu *vcpu, uint8_t vector);
// An NMI likewise.
void floor_inject_nmi(struct floor_vcpu *vcpu);

// A word on a cache line of its own that threads sleep on.
typedef struct {
  _Alignas(128) atomic_uint value;
} floor_word;
// Sleeps while the word is `expected`, at most a second.
void floor_wait(floor_word *word, unsigned expected);
void floor_wake(floor_word *word);
// Waits until it is `wanted`, at most ten seconds; whether it is.
bool floor_await(floor_word *word, unsigned wanted);
// A thread with a small stack and no signal but the kick's. 0 or an errno.
int floor_spawn(pthread_t *thread, void *(*body)(void *), void *argument);
int floor_kick_signal(void);
// Has that signal interrupt KVM_RUN and nothing else. False where it cannot be set.
bool floor_accept_kicks(void);

// The halves of floor_kick_once: asks, which gives the request's number; waits for its answer.
unsigned floor_kick_ask(floor_kick *kick);
bool floor_kick_await(floor_kick *kick, unsigned request);
#endif
