#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "internal.h"

struct spinner {
  struct floor_vcpu *vcpu;
  floor_spinners *all;
  pthread_t thread;
};
struct floor_spinners {
  floor_word request, arrived, done;
  atomic_bool is_ending;
  unsigned count;
  struct spinner *spinners;
};

static void *spin(void *argument) {
  struct spinner *me = argument;
  floor_spinners *all = me->all;
  unsigned answered = 0;
  while (!atomic_load(&all->is_ending)) {
    int result = ioctl(me->vcpu->fd, KVM_RUN, 0);
    if (result < 0 && errno != EINTR) break;
    // First forget the latch, then look.
    if (result < 0) __atomic_store_n(&me->vcpu->run->immediate_exit, 0, __ATOMIC_SEQ_CST);
    unsigned asked = atomic_load(&all->request.value);
    if (asked == answered) continue;
    answered = asked;
    if (atomic_fetch_add(&all->arrived.value, 1) + 1 == all->count) {
      atomic_store(&all->done.value, asked);
      floor_wake(&all->done);
      continue;
    }
    // Who went back at once would keep those out who have not answered, where the host's CPUs are few.
    for (unsigned seen; (seen = atomic_load(&all->done.value)) != asked && !atomic_load(&all->is_ending);) {
      floor_wait(&all->done, seen);
    }
  }
  return NULL;
}

static void kick_all(floor_spinners *all) {
  for (unsigned i = 0; i < all->count; i++) {
    __atomic_store_n(&all->spinners[i].vcpu->run->immediate_exit, 1, __ATOMIC_SEQ_CST);
    pthread_kill(all->spinners[i].thread, floor_kick_signal());
  }
}

floor_spinners *floor_spinners_start(floor_machine *machine) {
  if (!floor_accept_kicks()) return NULL;
  floor_spinners *all = aligned_alloc(_Alignof(floor_spinners), sizeof *all);
  if (!all) return NULL;
  memset(all, 0, sizeof *all);
  all->spinners = calloc(machine->vcpus, sizeof *all->spinners);
  if (!all->spinners) {
    free(all);
    return NULL;
  }
  for (unsigned i = 0; i < machine->vcpus; i++) {
    all->spinners[i] = (struct spinner){.vcpu = &machine->vcpu[i], .all = all};
    if (floor_spawn(&all->spinners[i].thread, spin, &all->spinners[i])) {
      floor_spinners_end(all);
      return NULL;
    }
    all->count++;
  }
  return all;
}

uint64_t floor_spinners_kick(floor_spinners *all) {
  uint64_t begin = floor_now();
  atomic_store(&all->arrived.value, 0);
  unsigned request = atomic_fetch_add(&all->request.value, 1) + 1;
  kick_all(all);
  return floor_await(&all->done, request) ? floor_now() - begin : 0;
}

void floor_spinners_end(floor_spinners *all) {
  atomic_store(&all->is_ending, true);
  kick_all(all);
  for (unsigned i = 0; i < all->count; i++) pthread_join(all->spinners[i].thread, NULL);
  free(all->spinners);
  free(all);
}
