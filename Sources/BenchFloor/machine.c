#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

#define GUEST(name) extern const uint8_t bench_##name##_start[], bench_##name##_end[]
GUEST(port);
GUEST(spin);
GUEST(halt);
GUEST(memory);
GUEST(crowd);
GUEST(mixed);
GUEST(round);
GUEST(interrupt);
GUEST(spinners);
GUEST(sleeper);
GUEST(ipi);
GUEST(rom);
static const struct {
  const uint8_t *start, *end;
} guests[] = {
#define ROW(number, name) [number] = {bench_##name##_start, bench_##name##_end}
    ROW(FLOOR_GUEST_PORT, port),   ROW(FLOOR_GUEST_SPIN, spin),   ROW(FLOOR_GUEST_HALT, halt),
    ROW(FLOOR_GUEST_MEMORY, memory), ROW(FLOOR_GUEST_CROWD, crowd), ROW(FLOOR_GUEST_ROUND, round),
    ROW(FLOOR_GUEST_INTERRUPT, interrupt), ROW(FLOOR_GUEST_MIXED, mixed),
    ROW(FLOOR_GUEST_SPINNERS, spinners), ROW(FLOOR_GUEST_SLEEPER, sleeper), ROW(FLOOR_GUEST_IPI, ipi),
    ROW(FLOOR_GUEST_ROM, rom),
};
const uint8_t *floor_guest_code(floor_guest guest) { return guests[guest].start; }
size_t floor_guest_size(floor_guest guest) { return (size_t)(guests[guest].end - guests[guest].start); }

int floor_vcpu_begin(struct floor_vcpu *vcpu, unsigned page, bool is_flat) {
  struct kvm_sregs system;
  if (ioctl(vcpu->fd, KVM_GET_SREGS, &system)) return -errno;
  struct kvm_regs registers = {.rflags = 2};
  if (is_flat) {
    struct kvm_segment code = {.limit = ~0u, .selector = 8, .type = 11, .present = 1, .db = 1, .s = 1, .g = 1};
    struct kvm_segment data = code;
    data.selector = 16;
    data.type = 3;
    system.cs = code;
    system.ds = system.es = system.fs = system.gs = system.ss = data;
    system.cr0 |= 1;
    registers.rip = FLOOR_FLAT_ADDRESS;
  } else {
    system.cs.selector = (uint16_t)(page << 8);
    system.cs.base = page << 12;
  }
  if (ioctl(vcpu->fd, KVM_SET_SREGS, &system)) return -errno;
  return ioctl(vcpu->fd, KVM_SET_REGS, &registers) ? -errno : 0;
}

// What the kernel offers goes to the guest as it is.
static struct kvm_cpuid2 *supported_cpuid(int kvm) {
  enum { entries = 256 };
  struct kvm_cpuid2 *table = calloc(1, sizeof *table + entries * sizeof(struct kvm_cpuid_entry2));
  if (!table) return NULL;
  table->nent = entries;
  if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, table) == 0) return table;
  free(table);
  return NULL;
}

static bool create(floor_machine *m, const struct kvm_cpuid2 *cpuid, unsigned id, bool is_flat) {
  struct floor_vcpu *vcpu = &m->vcpu[id];
  vcpu->fd = ioctl(m->vm, KVM_CREATE_VCPU, id);
  if (vcpu->fd < 0) return false;
  void *run = mmap(NULL, (size_t)m->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
  if (run == MAP_FAILED) return false;
  vcpu->run = run;
  return ioctl(vcpu->fd, KVM_SET_CPUID2, cpuid) == 0 && floor_vcpu_begin(vcpu, 0x10, is_flat) == 0;
}

static bool fill(floor_machine *m, const char *device, const uint8_t *code, size_t size, bool is_flat) {
  m->kvm = open(device, O_RDWR | O_CLOEXEC);
  if (m->kvm < 0) return false;
  m->vm = ioctl(m->kvm, KVM_CREATE_VM, 0);
  m->run_size = ioctl(m->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  if (m->vm < 0 || m->run_size <= 0) return false;
  void *memory = mmap(NULL, floor_memory_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  m->memory = memory;
  memcpy(m->memory + (is_flat ? FLOOR_FLAT_ADDRESS : FLOOR_REAL_ADDRESS), code, size);
  ioctl(m->vm, KVM_SET_TSS_ADDR, 0xfffbd000ul);
  // The local APIC's MSRs come to us as they do to tryst.
  struct kvm_enable_cap msrs = {
      .cap = KVM_CAP_X86_USER_SPACE_MSR,
      .args = {KVM_MSR_EXIT_REASON_INVAL | KVM_MSR_EXIT_REASON_UNKNOWN | KVM_MSR_EXIT_REASON_FILTER}};
  if (ioctl(m->vm, KVM_ENABLE_CAP, &msrs)) return false;
  struct kvm_userspace_memory_region region = {
      .memory_size = floor_memory_size, .userspace_addr = (uintptr_t)m->memory};
  if (ioctl(m->vm, KVM_SET_USER_MEMORY_REGION, &region)) return false;
  struct kvm_cpuid2 *cpuid = supported_cpuid(m->kvm);
  bool is_good = cpuid != NULL;
  for (unsigned id = 0; is_good && id < m->vcpus; id++) is_good = create(m, cpuid, id, is_flat);
  free(cpuid);
  return is_good;
}

floor_machine *floor_machine_open(const char *device, unsigned vcpus, const uint8_t *code, size_t size,
                                  bool is_flat) {
  floor_machine *m = calloc(1, sizeof *m);
  if (!m) return NULL;
  m->kvm = m->vm = -1;
  m->vcpus = vcpus;
  m->vcpu = calloc(vcpus, sizeof *m->vcpu);
  if (!m->vcpu) {
    free(m);
    return NULL;
  }
  for (unsigned id = 0; id < vcpus; id++) m->vcpu[id].fd = -1;
  if (size <= floor_memory_size / 2 && fill(m, device, code, size, is_flat)) return m;
  floor_machine_close(m);
  return NULL;
}

void floor_machine_close(floor_machine *m) {
  for (unsigned id = 0; id < m->vcpus; id++) {
    if (m->vcpu[id].run) munmap(m->vcpu[id].run, (size_t)m->run_size);
    if (m->vcpu[id].fd >= 0) close(m->vcpu[id].fd);
  }
  if (m->vm >= 0) close(m->vm);
  if (m->kvm >= 0) close(m->kvm);
  if (m->memory) munmap(m->memory, floor_memory_size);
  free(m->vcpu);
  free(m);
}

uint64_t floor_run_exits(floor_machine *m, unsigned exits, unsigned reason) {
  int vcpu = m->vcpu[0].fd;
  struct kvm_run *run = m->vcpu[0].run;
  uint64_t begin = floor_now();
  for (unsigned i = 0; i < exits; i++) {
    if (ioctl(vcpu, KVM_RUN, 0) < 0) return 0;
    if (run->exit_reason != reason) return 0;
  }
  return floor_now() - begin;
}

void floor_inject(struct floor_vcpu *vcpu, uint8_t vector) {
  struct kvm_vcpu_events *events = &vcpu->run->s.regs.events;
  memset(events, 0, sizeof *events);
  events->interrupt.injected = 1;
  events->interrupt.nr = vector;
  vcpu->run->kvm_dirty_regs = KVM_SYNC_X86_EVENTS;
}

void floor_inject_nmi(struct floor_vcpu *vcpu) {
  struct kvm_vcpu_events *events = &vcpu->run->s.regs.events;
  memset(events, 0, sizeof *events);
  events->nmi.pending = 1;
  events->flags = KVM_VCPUEVENT_VALID_NMI_PENDING;
  vcpu->run->kvm_dirty_regs = KVM_SYNC_X86_EVENTS;
}

uint64_t floor_run_rounds(floor_machine *m, unsigned rounds, bool halts) {
  struct floor_vcpu *vcpu = &m->vcpu[0];
  uint8_t vector = 0;
  uint64_t begin = floor_now();
  for (unsigned done = 0; done < rounds;) {
    if (ioctl(vcpu->fd, KVM_RUN, 0) < 0) return 0;
    switch (vcpu->run->exit_reason) {
      case KVM_EXIT_X86_WRMSR:
        vcpu->run->msr.error = 0;
        // The self-IPI names the vector; nothing else matters here.
        if (vcpu->run->msr.index != 0x83f) break;
        vector = (uint8_t)vcpu->run->msr.data;
        if (halts) break;
        floor_inject(vcpu, vector);
        done++;
        break;
      case KVM_EXIT_X86_RDMSR:
        vcpu->run->msr.data = 0;
        vcpu->run->msr.error = 0;
        break;
      case KVM_EXIT_HLT:
        floor_inject(vcpu, vector);
        done++;
        break;
      default: return 0;
    }
  }
  return floor_now() - begin;
}
