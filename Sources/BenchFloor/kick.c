#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "internal.h"

struct floor_kick {
  floor_word request, answer;
  atomic_bool is_ending;
  floor_machine *machine;
  pthread_t thread;
};

static void *run(void *argument) {
  floor_kick *k = argument;
  struct floor_vcpu *vcpu = &k->machine->vcpu[0];
  unsigned answered = 0;
  while (!atomic_load(&k->is_ending)) {
    int result = ioctl(vcpu->fd, KVM_RUN, 0);
    if (result < 0 && errno != EINTR) break;
    // First forget the latch, then look.
    if (result < 0) __atomic_store_n(&vcpu->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
    unsigned asked = atomic_load(&k->request.value);
    if (asked == answered) continue;
    answered = asked;
    atomic_store(&k->answer.value, asked);
    floor_wake(&k->answer);
  }
  return NULL;
}

static void kick(floor_kick *k) {
  __atomic_store_n(&k->machine->vcpu[0].run->immediate_exit, 1, __ATOMIC_SEQ_CST);
  pthread_kill(k->thread, floor_kick_signal());
}

floor_kick *floor_kick_start(floor_machine *machine) {
  if (!floor_accept_kicks()) return NULL;
  floor_kick *k = aligned_alloc(_Alignof(floor_kick), sizeof *k);
  if (!k) return NULL;
  memset(k, 0, sizeof *k);
  k->machine = machine;
  if (floor_spawn(&k->thread, run, k) == 0) return k;
  free(k);
  return NULL;
}

unsigned floor_kick_ask(floor_kick *k) {
  unsigned request = atomic_load(&k->request.value) + 1;
  atomic_store(&k->request.value, request);
  kick(k);
  return request;
}

bool floor_kick_await(floor_kick *k, unsigned request) { return floor_await(&k->answer, request); }

uint64_t floor_kick_once(floor_kick *k) {
  uint64_t begin = floor_now();
  return floor_kick_await(k, floor_kick_ask(k)) ? floor_now() - begin : 0;
}

void floor_kick_end(floor_kick *k) {
  atomic_store(&k->is_ending, true);
  kick(k);
  pthread_join(k->thread, NULL);
  free(k);
}
