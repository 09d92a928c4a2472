// The kernel's KVM interface for Swift. The _IO* request macros are function-like, so Swift cannot
// import them: they are a typed enum here. Sources: linux/kvm.h, Documentation/virt/kvm/api.rst.
#ifndef CKVM_H
#define CKVM_H
#include <errno.h>
#include <linux/kvm.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

typedef enum : unsigned long {
  CKVM_GET_API_VERSION = KVM_GET_API_VERSION,
  CKVM_CREATE_VM = KVM_CREATE_VM,
  CKVM_CHECK_EXTENSION = KVM_CHECK_EXTENSION,
  CKVM_GET_VCPU_MMAP_SIZE = KVM_GET_VCPU_MMAP_SIZE,
  CKVM_GET_SUPPORTED_CPUID = KVM_GET_SUPPORTED_CPUID,
  CKVM_ENABLE_CAP = KVM_ENABLE_CAP,
  CKVM_SET_TSS_ADDR = KVM_SET_TSS_ADDR,
  CKVM_SET_IDENTITY_MAP_ADDR = KVM_SET_IDENTITY_MAP_ADDR,
  CKVM_SET_USER_MEMORY_REGION = KVM_SET_USER_MEMORY_REGION,
  CKVM_X86_SET_MSR_FILTER = KVM_X86_SET_MSR_FILTER,
  CKVM_CREATE_VCPU = KVM_CREATE_VCPU,
  CKVM_RUN = KVM_RUN,
  CKVM_GET_REGS = KVM_GET_REGS,
  CKVM_SET_REGS = KVM_SET_REGS,
  CKVM_GET_SREGS = KVM_GET_SREGS,
  CKVM_SET_SREGS = KVM_SET_SREGS,
  CKVM_SET_CPUID2 = KVM_SET_CPUID2,
  CKVM_GET_VCPU_EVENTS = KVM_GET_VCPU_EVENTS,
  CKVM_SET_VCPU_EVENTS = KVM_SET_VCPU_EVENTS,
  CKVM_SET_DEBUGREGS = KVM_SET_DEBUGREGS,
  CKVM_GET_DEBUGREGS = KVM_GET_DEBUGREGS,
  CKVM_GET_CPUID2 = KVM_GET_CPUID2,
  CKVM_GET_TSC_KHZ = KVM_GET_TSC_KHZ,
  CKVM_TRANSLATE = KVM_TRANSLATE,
  CKVM_NMI = KVM_NMI,
  CKVM_GET_MSRS = KVM_GET_MSRS,
  CKVM_SET_MSRS = KVM_SET_MSRS,
  CKVM_SET_GUEST_DEBUG = KVM_SET_GUEST_DEBUG,
  CKVM_GET_FPU = KVM_GET_FPU,
  CKVM_SET_FPU = KVM_SET_FPU,
  CKVM_GET_XSAVE = KVM_GET_XSAVE,
  CKVM_SET_XSAVE = KVM_SET_XSAVE,
  CKVM_GET_XCRS = KVM_GET_XCRS,
  CKVM_SET_XCRS = KVM_SET_XCRS,
} ckvm_request;

// Newer than Debian 12's headers (6.1): the values are ABI.
enum {
  CKVM_CAP_DISABLE_QUIRKS2 = 213,
  CKVM_QUIRK_FIX_HYPERCALL_INSN = 1 << 5,
};

// One ioctl; -errno on failure. Inline, so that the exit loop pays a call and nothing else.
static inline __attribute__((always_inline)) long ckvm_call(int fd, ckvm_request request, unsigned long argument) {
  long result = ioctl(fd, (unsigned long)request, argument);
  return result < 0 ? -(long)errno : result;
}

// The sync-regs area is the second of kvm_run's unions; Swift has no name for its address.
static inline __attribute__((always_inline)) struct kvm_sync_regs *_Nonnull ckvm_sync_regs(struct kvm_run *_Nonnull run) {
  return &run->s.regs;
}

// The MSR filter holds pointers to bitmaps: it is built here, where they live on the stack.
// Denies the MSRs that must exit to us: IA32_APIC_BASE (0x1b) and IA32_TSC_DEADLINE (0x6e0).
long ckvm_filter_msrs(int vm);
// open(2) of a path, read and write, close-on-exec; the descriptor or -errno.
int ckvm_open(const char *_Nonnull path);
// LOCK CMPXCHG16B: compares the 16 bytes at `place` (a multiple of 16) with low and high, and stores
// the new ones where they are equal; low and high become what was found. False without the instruction.
bool ckvm_compare_exchange_16(void *_Nonnull place, uint64_t *_Nonnull low, uint64_t *_Nonnull high,
                              uint64_t new_low, uint64_t new_high);
#endif
