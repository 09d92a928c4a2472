#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

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
  unsigned count, exits;
  floor_machine *machine;
  struct member *members;
};

// Exits of one vcpu. What KVM_RUN says is not looked at: a guest that did not exit would not return.
static void make_exits(floor_machine *machine, unsigned vcpu, unsigned exits) {
  for (unsigned i = 0; i < exits; i++) ioctl(machine->vcpu[vcpu].fd, KVM_RUN, 0);
}

static void *sleep_and_answer(void *argument) {
  struct member *m = argument;
  floor_crowd *crowd = m->crowd;
  unsigned seen = 0;
  for (;;) {
    while (atomic_load(&m->word.value) == seen) floor_wait(&m->word, seen);
    seen = atomic_load(&m->word.value);
    if (atomic_load(&crowd->is_ending)) return NULL;
    if (crowd->machine) make_exits(crowd->machine, (unsigned)(m - crowd->members), crowd->exits);
    if (atomic_fetch_add(&crowd->arrived.value, 1) + 1 == crowd->count) {
      atomic_fetch_add(&crowd->done.value, 1);
      floor_wake(&crowd->done);
    }
  }
}

floor_crowd *floor_crowd_start(unsigned threads, floor_machine *machine, unsigned exits) {
  floor_crowd *crowd = aligned_alloc(_Alignof(floor_crowd), sizeof *crowd);
  if (!crowd) return NULL;
  memset(crowd, 0, sizeof *crowd);
  crowd->machine = machine;
  crowd->exits = exits;
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

// Wakes them all; what `done` will be.
static unsigned ask(floor_crowd *crowd) {
  unsigned wanted = atomic_load(&crowd->done.value) + 1;
  atomic_store(&crowd->arrived.value, 0);
  for (unsigned i = 0; i < crowd->count; i++) {
    atomic_fetch_add(&crowd->members[i].word.value, 1);
    floor_wake(&crowd->members[i].word);
  }
  return wanted;
}

uint64_t floor_crowd_wake(floor_crowd *crowd) {
  uint64_t begin = floor_now();
  return floor_await(&crowd->done, ask(crowd)) ? floor_now() - begin : 0;
}

uint64_t floor_crowd_wake_with_exits(floor_crowd *crowd, unsigned exits) {
  uint64_t begin = floor_now();
  make_exits(crowd->machine, crowd->count, exits);
  return floor_await(&crowd->done, ask(crowd)) ? floor_now() - begin : 0;
}

uint64_t floor_crowd_wake_and_kick(floor_crowd *crowd, floor_kick *kick) {
  uint64_t begin = floor_now();
  unsigned request = floor_kick_ask(kick), wanted = ask(crowd);
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

// ---- At a barrier of the C library.

struct floor_barrier {
  pthread_barrier_t out, back;
  atomic_bool is_ending;
  unsigned count;
  pthread_t *threads;
  pthread_mutex_t gate;
};

static void *pass(void *argument) {
  floor_barrier *b = argument;
  // Held until all threads are there: who waits at a barrier of too many never goes on.
  pthread_mutex_lock(&b->gate);
  pthread_mutex_unlock(&b->gate);
  while (!atomic_load(&b->is_ending)) {
    pthread_barrier_wait(&b->out);
    if (atomic_load(&b->is_ending)) break;
    pthread_barrier_wait(&b->back);
  }
  return NULL;
}

floor_barrier *floor_barrier_start(unsigned threads) {
  floor_barrier *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  b->threads = calloc(threads, sizeof *b->threads);
  if (!b->threads || pthread_barrier_init(&b->out, NULL, threads + 1) ||
      pthread_barrier_init(&b->back, NULL, threads + 1) || pthread_mutex_init(&b->gate, NULL)) {
    free(b->threads);
    free(b);
    return NULL;
  }
  pthread_mutex_lock(&b->gate);
  while (b->count < threads && floor_spawn(&b->threads[b->count], pass, b) == 0) b->count++;
  bool is_whole = b->count == threads;
  if (!is_whole) atomic_store(&b->is_ending, true);
  pthread_mutex_unlock(&b->gate);
  if (is_whole) return b;
  floor_barrier_end(b);
  return NULL;
}

uint64_t floor_barrier_pass(floor_barrier *b) {
  uint64_t begin = floor_now();
  pthread_barrier_wait(&b->out);
  pthread_barrier_wait(&b->back);
  return floor_now() - begin;
}

void floor_barrier_end(floor_barrier *b) {
  bool was_whole = !atomic_exchange(&b->is_ending, true);
  if (was_whole) pthread_barrier_wait(&b->out);
  for (unsigned i = 0; i < b->count; i++) pthread_join(b->threads[i], NULL);
  pthread_barrier_destroy(&b->out);
  pthread_barrier_destroy(&b->back);
  pthread_mutex_destroy(&b->gate);
  free(b->threads);
  free(b);
}
