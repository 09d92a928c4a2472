#define _GNU_SOURCE
#include <stdlib.h>

#include "internal.h"

// At barriers of the C library. Who polls looks at `turn` in place of the first one.

struct floor_barrier {
  pthread_barrier_t out, back;
  floor_word turn;
  atomic_bool is_ending;
  bool is_whole;
  unsigned count, polling;
  atomic_uint numbered;
  pthread_t *threads;
  pthread_mutex_t gate;
};

static void *pass(void *argument) {
  floor_barrier *b = argument;
  // Held until all threads are there: who waits at a barrier of too many never goes on.
  pthread_mutex_lock(&b->gate);
  bool is_whole = b->is_whole;
  pthread_mutex_unlock(&b->gate);
  if (!is_whole) return NULL;
  bool is_polling = atomic_fetch_add(&b->numbered, 1) < b->polling;
  unsigned seen = 0;
  // The end comes by the first barrier, too: who looked for it elsewhere would leave the others there.
  for (;;) {
    if (is_polling) {
      while (atomic_load(&b->turn.value) == seen) {}
      seen = atomic_load(&b->turn.value);
    } else {
      pthread_barrier_wait(&b->out);
    }
    if (atomic_load(&b->is_ending)) return NULL;
    pthread_barrier_wait(&b->back);
  }
}

floor_barrier *floor_barrier_start(unsigned threads, unsigned polling) {
  floor_barrier *b = aligned_alloc(_Alignof(floor_barrier), sizeof *b);
  if (!b) return NULL;
  *b = (floor_barrier){.polling = polling};
  b->threads = calloc(threads, sizeof *b->threads);
  if (!b->threads || pthread_barrier_init(&b->out, NULL, threads - polling + 1) ||
      pthread_barrier_init(&b->back, NULL, threads + 1) || pthread_mutex_init(&b->gate, NULL)) {
    free(b->threads);
    free(b);
    return NULL;
  }
  pthread_mutex_lock(&b->gate);
  while (b->count < threads && floor_spawn(&b->threads[b->count], pass, b) == 0) b->count++;
  b->is_whole = b->count == threads;
  pthread_mutex_unlock(&b->gate);
  if (b->is_whole) return b;
  floor_barrier_end(b);
  return NULL;
}

// Lets all of them go.
static void release(floor_barrier *b) {
  atomic_fetch_add(&b->turn.value, 1);
  pthread_barrier_wait(&b->out);
}

uint64_t floor_barrier_pass(floor_barrier *b) {
  uint64_t begin = floor_now();
  release(b);
  pthread_barrier_wait(&b->back);
  return floor_now() - begin;
}

void floor_barrier_end(floor_barrier *b) {
  atomic_store(&b->is_ending, true);
  if (b->is_whole) release(b);
  for (unsigned i = 0; i < b->count; i++) pthread_join(b->threads[i], NULL);
  pthread_barrier_destroy(&b->out);
  pthread_barrier_destroy(&b->back);
  pthread_mutex_destroy(&b->gate);
  free(b->threads);
  free(b);
}
