#define _GNU_SOURCE
#include "exitloop.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

static int compare(const void *a, const void *b) {
  unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
  return x < y ? -1 : x > y;
}

// Whether the instruction is locked. Prefixes are skipped; XCHG with memory locks by itself.
static int is_locked(const uint8_t *code) {
  int i = 0;
  while (i < 8 && (code[i] == 0x66 || code[i] == 0xf2 || code[i] == 0xf3 || code[i] == 0x2e || code[i] == 0x65 || code[i] == 0x64)) i++;
  if (code[i] == 0xf0) return 1;
  if ((code[i] & 0xf0) == 0x40) i++;
  return (code[i] == 0x86 || code[i] == 0x87) && (code[i + 1] >> 6) != 3;
}

int exitloop_step(int thread, unsigned iterations, const uint64_t *watched, size_t count, exitloop_count *result) {
  static unsigned counts[4096];
  memset(result, 0, sizeof *result);
  if (iterations > 4096) iterations = 4096;
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) || ptrace(PTRACE_INTERRUPT, thread, 0, 0)) return -errno;
  int status;
  if (waitpid(thread, &status, __WALL) < 0) return -errno;
  unsigned round = 0, instructions = 0;
  int is_counting = 0, deliver = 0;
  while (round < iterations) {
    struct user_regs_struct r;
    union { uint64_t words[2]; uint8_t bytes[16]; } code;
    if (ptrace(PTRACE_GETREGS, thread, 0, &r)) return -errno;
    errno = 0;
    code.words[0] = (uint64_t)ptrace(PTRACE_PEEKTEXT, thread, r.rip, 0);
    code.words[1] = (uint64_t)ptrace(PTRACE_PEEKTEXT, thread, r.rip + 8, 0);
    if (is_counting) {
      if (instructions < sizeof result->addresses / sizeof *result->addresses) {
        result->addresses[instructions] = r.rip;
        result->last = instructions + 1;
      }
      instructions++;
      for (size_t i = 0; i < count; i++) result->watched += r.rip == watched[i];
      result->locked += (unsigned)is_locked(code.bytes);
    }
    if (code.bytes[0] == 0x0f && code.bytes[1] == 0x05) {
      if (r.rax == SYS_ioctl && r.rsi == KVM_RUN) {
        if (is_counting) counts[round++] = instructions;
        instructions = 0;
        is_counting = 1;
      } else if (is_counting) {
        result->system_calls++;
      }
    }
    if (ptrace(PTRACE_SINGLESTEP, thread, 0, deliver)) return -errno;
    if (waitpid(thread, &status, __WALL) < 0) return -errno;
    if (!WIFSTOPPED(status)) return -ESRCH;
    // A signal of its own goes on to it; the trap of the step is ours.
    deliver = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
  }
  ptrace(PTRACE_DETACH, thread, 0, 0);
  qsort(counts, round, sizeof *counts, compare);
  result->iterations = round;
  result->fewest = counts[0];
  result->median = counts[round / 2];
  result->most = counts[round - 1];
  return 0;
}
