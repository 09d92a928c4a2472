#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "internal.h"

enum { icr = 0x830, x2apic_id = 0x802, port_console = 0xe9 };
// What ends a HLT: a vector, or one of these.
enum { sent_nmi = 0x100, sent_startup = 0x101 };

// One vcpu: what was sent to it, and a word to sleep on.
struct side {
  floor_word word;
  // Of its own thread, read by others.
  _Alignas(128) atomic_uint halts;
  atomic_ulong exits;
  _Alignas(128) atomic_uint sent;
  unsigned id;
  bool is_started;
  struct floor_mesh *mesh;
  pthread_t thread;
};
struct floor_mesh {
  struct side *sides;
  unsigned count, spawned;
  bool has_first;
  atomic_bool is_ending;
  floor_machine *machine;
};

static void ring(struct side *to) {
  atomic_fetch_add(&to->word.value, 1);
  floor_wake(&to->word);
}

static void post(struct side *to, unsigned what) {
  atomic_store(&to->sent, what);
  ring(to);
}

// What ends a HLT; 0 where the mesh ends.
static unsigned sleep_until_sent(struct side *side) {
  for (;;) {
    unsigned seen = atomic_load(&side->word.value);
    unsigned what = atomic_exchange(&side->sent, 0);
    if (what || atomic_load(&side->mesh->is_ending)) return what;
    floor_wait(&side->word, seen);
  }
}

static void send_to(struct side *to, unsigned command) {
  switch (command >> 8 & 7) {
    case 0: post(to, command & 0xff); break;
    case 4: post(to, sent_nmi); break;
    case 6:
      if (!to->is_started) {
        to->is_started = true;
        post(to, sent_startup);
      }
      break;
    default: break;
  }
}

// Of the shorthands, all but self; of the destinations, physical ones.
static void send_ipi(struct side *from, uint64_t command) {
  struct floor_mesh *mesh = from->mesh;
  if ((command >> 18 & 3) == 3) {
    for (unsigned i = 0; i < mesh->count; i++) {
      if (i != from->id) send_to(&mesh->sides[i], (unsigned)command);
    }
  } else if (command >> 32 < mesh->count) {
    send_to(&mesh->sides[command >> 32], (unsigned)command);
  }
}

// Runs to the end of the next HLT; false where it ends or something else happened.
static bool run_to_wake(struct side *side) {
  struct floor_vcpu *vcpu = &side->mesh->machine->vcpu[side->id];
  for (;;) {
    if (ioctl(vcpu->fd, KVM_RUN, 0) < 0) return false;
    atomic_store_explicit(&side->exits, atomic_load_explicit(&side->exits, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    struct kvm_run *run = vcpu->run;
    switch (run->exit_reason) {
      case KVM_EXIT_X86_WRMSR:
        run->msr.error = 0;
        if (run->msr.index == icr) send_ipi(side, run->msr.data);
        break;
      case KVM_EXIT_X86_RDMSR:
        run->msr.data = run->msr.index == x2apic_id ? side->id : 0;
        run->msr.error = 0;
        break;
      case KVM_EXIT_IO:
        if (run->io.port != port_console) return false;
        break;
      case KVM_EXIT_HLT: {
        atomic_store(&side->halts, atomic_load_explicit(&side->halts, memory_order_relaxed) + 1);
        unsigned what = sleep_until_sent(side);
        if (!what) return false;
        if (what == sent_nmi) {
          floor_inject_nmi(vcpu);
        } else {
          floor_inject(vcpu, (uint8_t)what);
        }
        return true;
      }
      default: return false;
    }
  }
}

static void *run_side(void *argument) {
  struct side *side = argument;
  // Its startup IPI.
  if (side->id > 0 && !sleep_until_sent(side)) return NULL;
  while (run_to_wake(side)) {}
  return NULL;
}

static bool fill(floor_mesh *mesh) {
  for (unsigned id = 0; id < mesh->count; id++) {
    mesh->sides[id].id = id;
    mesh->sides[id].mesh = mesh;
    if (id > 0 && floor_vcpu_begin(&mesh->machine->vcpu[id], 0x11, false)) return false;
  }
  for (unsigned id = mesh->has_first ? 0 : 1; id < mesh->count; id++) {
    if (floor_spawn(&mesh->sides[id].thread, run_side, &mesh->sides[id])) return false;
    mesh->spawned++;
  }
  return true;
}

floor_mesh *floor_mesh_start(floor_machine *machine, bool has_first) {
  floor_mesh *mesh = calloc(1, sizeof *mesh);
  if (!mesh) return NULL;
  mesh->sides = aligned_alloc(_Alignof(struct side), machine->vcpus * sizeof *mesh->sides);
  if (!mesh->sides) {
    free(mesh);
    return NULL;
  }
  memset(mesh->sides, 0, machine->vcpus * sizeof *mesh->sides);
  mesh->count = machine->vcpus;
  mesh->machine = machine;
  mesh->has_first = has_first;
  if (fill(mesh)) return mesh;
  floor_mesh_end(mesh);
  return NULL;
}

uint64_t floor_mesh_run(floor_mesh *mesh, unsigned rounds) {
  uint64_t begin = floor_now();
  for (unsigned i = 0; i < rounds; i++) {
    if (!run_to_wake(&mesh->sides[0])) return 0;
  }
  return floor_now() - begin;
}

// Waits until the first vcpu has halted other than `before` times, ten seconds at most.
static bool await_halt(floor_mesh *mesh, unsigned before) {
  uint64_t limit = floor_now() + 10000000000u;
  while (atomic_load(&mesh->sides[0].halts) == before) {
    if (floor_now() > limit) return false;
    sched_yield();
  }
  return true;
}

uint64_t floor_mesh_interrupt(floor_mesh *mesh, uint8_t vector) {
  if (!await_halt(mesh, 0)) return 0;
  unsigned before = atomic_load(&mesh->sides[0].halts);
  uint64_t begin = floor_now();
  post(&mesh->sides[0], vector);
  return await_halt(mesh, before) ? floor_now() - begin : 0;
}

uint64_t floor_mesh_exits(floor_mesh *mesh) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < mesh->count; i++) sum += atomic_load(&mesh->sides[i].exits);
  return sum;
}

void floor_mesh_end(floor_mesh *mesh) {
  atomic_store(&mesh->is_ending, true);
  for (unsigned id = 0; id < mesh->count; id++) ring(&mesh->sides[id]);
  unsigned first = mesh->has_first ? 0 : 1;
  for (unsigned i = 0; i < mesh->spawned; i++) pthread_join(mesh->sides[first + i].thread, NULL);
  free(mesh->sides);
  free(mesh);
}
