#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// ---- Each asleep on a word of its own, as halted vcpus are.

struct member {
  floor_word word;
  floor_crowd *crowd;
  pthread_t thread;
};
struct floor_crowd {
  floor_word arrived, done;
  atomic_bool is_ending;
  unsigned count;
  // How many are asked now.
  atomic_uint asked;
  struct member *members;
};

static void *sleep_and_answer(void *argument) {
  struct member *m = argument;
  floor_crowd *crowd = m->crowd;
  unsigned seen = 0;
  for (;;) {
    while (atomic_load(&m->word.value) == seen) floor_wait(&m->word, seen);
    seen = atomic_load(&m->word.value);
    if (atomic_load(&crowd->is_ending)) return NULL;
    if (atomic_fetch_add(&crowd->arrived.value, 1) + 1 == atomic_load(&crowd->asked)) {
      atomic_fetch_add(&crowd->done.value, 1);
      floor_wake(&crowd->done);
    }
  }
}

floor_crowd *floor_crowd_start(unsigned threads) {
  floor_crowd *crowd = aligned_alloc(_Alignof(floor_crowd), sizeof *crowd);
  if (!crowd) return NULL;
  memset(crowd, 0, sizeof *crowd);
  crowd->members = aligned_alloc(_Alignof(struct member), threads * sizeof *crowd->members);
  if (!crowd->members) {
    free(crowd);
    return NULL;
  }
  memset(crowd->members, 0, threads * sizeof *crowd->members);
  for (unsigned i = 0; i < threads; i++) {
    crowd->members[i].crowd = crowd;
    if (floor_spawn(&crowd->members[i].thread, sleep_and_answer, &crowd->members[i])) {
      floor_crowd_end(crowd);
      return NULL;
    }
    crowd->count++;
  }
  return crowd;
}

// Wakes the first `some`; what `done` will be.
static unsigned ask(floor_crowd *crowd, unsigned some) {
  unsigned wanted = atomic_load(&crowd->done.value) + 1;
  atomic_store(&crowd->arrived.value, 0);
  atomic_store(&crowd->asked, some);
  for (unsigned i = 0; i < some; i++) {
    atomic_fetch_add(&crowd->members[i].word.value, 1);
    floor_wake(&crowd->members[i].word);
  }
  return wanted;
}

uint64_t floor_crowd_wake_some(floor_crowd *crowd, unsigned some) {
  uint64_t begin = floor_now();
  return floor_await(&crowd->done, ask(crowd, some)) ? floor_now() - begin : 0;
}

uint64_t floor_crowd_wake(floor_crowd *crowd) { return floor_crowd_wake_some(crowd, crowd->count); }

uint64_t floor_crowd_wake_and_kick(floor_crowd *crowd, floor_kick *kick) {
  uint64_t begin = floor_now();
  unsigned request = floor_kick_ask(kick), wanted = ask(crowd, crowd->count);
  return floor_await(&crowd->done, wanted) && floor_kick_await(kick, request) ? floor_now() - begin : 0;
}

void floor_crowd_end(floor_crowd *crowd) {
  atomic_store(&crowd->is_ending, true);
  for (unsigned i = 0; i < crowd->count; i++) {
    atomic_fetch_add(&crowd->members[i].word.value, 1);
    floor_wake(&crowd->members[i].word);
  }
  for (unsigned i = 0; i < crowd->count; i++) pthread_join(crowd->members[i].thread, NULL);
  free(crowd->members);
  free(crowd);
}
