#define _GNU_SOURCE
#include "ckvm.h"

#include <fcntl.h>

int ckvm_open(const char *path) {
  int fd = open(path, O_RDWR | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

long ckvm_filter_msrs(int vm) {
  // A clear bit denies. Ranges start where the kernel wants them: at any MSR, whole bytes of bits.
  uint8_t low[32], deadline[1] = {0xfe};
  for (unsigned i = 0; i < sizeof low; i++) low[i] = 0xff;
  low[0x1b / 8] &= (uint8_t) ~(1u << (0x1b % 8));
  struct kvm_msr_filter filter = {.flags = KVM_MSR_FILTER_DEFAULT_ALLOW};
  filter.ranges[0] = (struct kvm_msr_filter_range){
      .flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE, .nmsrs = 256, .base = 0, .bitmap = low};
  filter.ranges[1] = (struct kvm_msr_filter_range){
      .flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE, .nmsrs = 8, .base = 0x6e0, .bitmap = deadline};
  return ckvm_call(vm, CKVM_X86_SET_MSR_FILTER, (unsigned long)&filter);
}

bool ckvm_compare_exchange_16(void *place, uint64_t *low, uint64_t *high, uint64_t new_low, uint64_t new_high) {
  // Every x86-64 processor that runs KVM but the very first has it; leaf 1 ECX bit 13.
  unsigned a = 1, b, c = 0, d;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if (!(c & 1u << 13)) return false;
  __asm__ volatile("lock cmpxchg16b %0"
                   : "+m"(*(unsigned __int128 *)place), "+a"(*low), "+d"(*high)
                   : "b"(new_low), "c"(new_high)
                   : "memory", "cc");
  return true;
}
