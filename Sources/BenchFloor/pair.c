#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "internal.h"

enum { icr = 0x830 };

// One of the two: what was sent to it, as the vector and a word to sleep on.
struct side {
  floor_word word;
  atomic_uint vector;
  unsigned id;
  bool is_started;
  struct floor_pair *pair;
};
struct floor_pair {
  struct side sides[2];
  atomic_bool is_ending;
  floor_machine *machine;
  pthread_t thread;
};

static void post(struct side *to, unsigned vector) {
  atomic_store(&to->vector, vector);
  atomic_fetch_add(&to->word.value, 1);
  floor_wake(&to->word);
}

// The vector that ends a HLT; 0 where the pair ends.
static unsigned sleep_until_posted(struct side *side) {
  for (;;) {
    unsigned seen = atomic_load(&side->word.value);
    unsigned vector = atomic_exchange(&side->vector, 0);
    if (vector || atomic_load(&side->pair->is_ending)) return vector;
    floor_wait(&side->word, seen);
  }
}

// Runs to the end of the next HLT; false where it ends or something else happened.
static bool run_to_wake(struct side *side) {
  struct floor_vcpu *vcpu = &side->pair->machine->vcpu[side->id];
  for (;;) {
    if (ioctl(vcpu->fd, KVM_RUN, 0) < 0) return false;
    struct kvm_run *run = vcpu->run;
    switch (run->exit_reason) {
      case KVM_EXIT_X86_WRMSR:
        run->msr.error = 0;
        if (run->msr.index == icr) {
          unsigned mode = (unsigned)run->msr.data >> 8 & 7;
          struct side *to = &side->pair->sides[run->msr.data >> 32 & 1];
          if (mode == 0) post(to, (unsigned)run->msr.data & 0xff);
          if (mode == 6 && !to->is_started) {
            to->is_started = true;
            post(to, 1);
          }
        }
        break;
      case KVM_EXIT_X86_RDMSR:
        run->msr.data = 0;
        run->msr.error = 0;
        break;
      case KVM_EXIT_HLT: {
        unsigned vector = sleep_until_posted(side);
        if (!vector) return false;
        floor_inject(vcpu, (uint8_t)vector);
        return true;
      }
      default: return false;
    }
  }
}

static void *second(void *argument) {
  struct side *side = argument;
  // Its startup IPI.
  if (!sleep_until_posted(side)) return NULL;
  while (run_to_wake(side)) {}
  return NULL;
}

floor_pair *floor_pair_start(const char *device) {
  floor_pair *pair = aligned_alloc(_Alignof(floor_pair), sizeof *pair);
  if (!pair) return NULL;
  memset(pair, 0, sizeof *pair);
  for (unsigned id = 0; id < 2; id++) {
    pair->sides[id].id = id;
    pair->sides[id].pair = pair;
  }
  pair->machine = floor_machine_open(device, 2, floor_guest_code(FLOOR_GUEST_PAIR),
                                     floor_guest_size(FLOOR_GUEST_PAIR), false);
  if (!pair->machine || floor_vcpu_begin(&pair->machine->vcpu[1], 0x11, false) ||
      floor_spawn(&pair->thread, second, &pair->sides[1])) {
    if (pair->machine) floor_machine_close(pair->machine);
    free(pair);
    return NULL;
  }
  return pair;
}

uint64_t floor_pair_run(floor_pair *pair, unsigned rounds) {
  uint64_t begin = floor_now();
  for (unsigned i = 0; i < rounds; i++) {
    if (!run_to_wake(&pair->sides[0])) return 0;
  }
  return floor_now() - begin;
}

void floor_pair_end(floor_pair *pair) {
  atomic_store(&pair->is_ending, true);
  for (unsigned id = 0; id < 2; id++) {
    atomic_fetch_add(&pair->sides[id].word.value, 1);
    floor_wake(&pair->sides[id].word);
  }
  pthread_join(pair->thread, NULL);
  floor_machine_close(pair->machine);
  free(pair);
}
