#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

uint64_t floor_resident_bytes(void) {
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long size = 0, resident = 0;
  int found = fscanf(file, "%lu %lu", &size, &resident);
  fclose(file);
  return found == 2 ? (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

void floor_trim(void) { malloc_trim(0); }

struct runner {
  struct floor_vcpu *vcpu;
  struct start *start;
  pthread_t thread;
};
struct start {
  floor_word halted, end;
  unsigned count;
  atomic_bool has_failed;
};

static void *run(void *argument) {
  struct runner *r = argument;
  if (ioctl(r->vcpu->fd, KVM_RUN, 0) < 0 || r->vcpu->run->exit_reason != KVM_EXIT_HLT) {
    atomic_store(&r->start->has_failed, true);
  }
  if (atomic_fetch_add(&r->start->halted.value, 1) + 1 == r->start->count) floor_wake(&r->start->halted);
  while (atomic_load(&r->start->end.value) == 0) floor_wait(&r->start->end, 0);
  return NULL;
}

bool floor_start(const char *device, unsigned vcpus, floor_startup *result) {
  memset(result, 0, sizeof *result);
  uint64_t before = floor_resident_bytes(), begin = floor_now();
  floor_machine *machine = floor_machine_open(device, vcpus, floor_guest_code(FLOOR_GUEST_HALT),
                                              floor_guest_size(FLOOR_GUEST_HALT), false);
  struct runner *runners = calloc(vcpus, sizeof *runners);
  if (!machine || !runners) {
    if (machine) floor_machine_close(machine);
    free(runners);
    return false;
  }
  result->created = floor_now() - begin;
  struct start start = {.count = vcpus};
  unsigned spawned = 0;
  for (; spawned < vcpus; spawned++) {
    runners[spawned] = (struct runner){.vcpu = &machine->vcpu[spawned], .start = &start};
    if (floor_spawn(&runners[spawned].thread, run, &runners[spawned])) break;
  }
  bool is_good = spawned == vcpus && floor_await(&start.halted, vcpus);
  result->all_ran = floor_now() - begin;
  uint64_t after = floor_resident_bytes();
  result->resident = after > before ? after - before : 0;
  atomic_store(&start.end.value, 1);
  floor_wake(&start.end);
  for (unsigned i = 0; i < spawned; i++) pthread_join(runners[i].thread, NULL);
  free(runners);
  floor_machine_close(machine);
  return is_good && !atomic_load(&start.has_failed);
}
