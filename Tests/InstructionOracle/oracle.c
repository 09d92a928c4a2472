#include "instruction_oracle.h"

#include <cpuid.h>
#include <string.h>
#include <sys/mman.h>

// Saved by the trampoline: the callee-saved registers are pushed, RSP is kept in the block.
typedef struct {
  oracle_registers registers;
  uint64_t stack;
  uint64_t image;
  uint64_t target;
} block;

// RDI = block. Loads everything, calls the instruction (which is followed by RET), stores everything. The
// block's address lies on the stack meanwhile.
__attribute__((naked)) static void run(block *b) {
  __asm__(
      "push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
      "push %rdi\n"
      "mov 144(%rdi), %rsi\n test %rsi, %rsi\n jz 1f\n"
      "mov $0xe7, %eax\n xor %edx, %edx\n xrstor64 (%rsi)\n"
      "1: pushq 128(%rdi)\n popfq\n"
      "mov 0(%rdi), %rax\n mov 8(%rdi), %rcx\n mov 16(%rdi), %rdx\n mov 24(%rdi), %rbx\n"
      "mov 40(%rdi), %rbp\n mov 48(%rdi), %rsi\n"
      "mov 64(%rdi), %r8\n mov 72(%rdi), %r9\n mov 80(%rdi), %r10\n mov 88(%rdi), %r11\n"
      "mov 96(%rdi), %r12\n mov 104(%rdi), %r13\n mov 112(%rdi), %r14\n mov 120(%rdi), %r15\n"
      "pushq 152(%rdi)\n"
      "mov 56(%rdi), %rdi\n"
      "call *(%rsp)\n"
      // On the stack: target, block. MOV, LEA and PUSHF leave the flags as they are.
      "mov %rdi, (%rsp)\n"
      "mov 8(%rsp), %rdi\n"
      "mov %rax, 0(%rdi)\n mov %rcx, 8(%rdi)\n mov %rdx, 16(%rdi)\n mov %rbx, 24(%rdi)\n"
      "mov %rbp, 40(%rdi)\n mov %rsi, 48(%rdi)\n"
      "mov %r8, 64(%rdi)\n mov %r9, 72(%rdi)\n mov %r10, 80(%rdi)\n mov %r11, 88(%rdi)\n"
      "mov %r12, 96(%rdi)\n mov %r13, 104(%rdi)\n mov %r14, 112(%rdi)\n mov %r15, 120(%rdi)\n"
      "pushfq\n pop %rax\n mov %rax, 128(%rdi)\n"
      "mov (%rsp), %rax\n mov %rax, 56(%rdi)\n"
      "cld\n"
      "mov 144(%rdi), %rsi\n test %rsi, %rsi\n jz 2f\n"
      "mov $0xe7, %eax\n xor %edx, %edx\n xsave64 (%rsi)\n"
      "fninit\n vzeroupper\n ldmxcsr 3f(%rip)\n"
      "2: add $8, %rsp\n pop %rdi\n"
      "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n ret\n"
      "3: .long 0x1f80\n");
}

bool oracle_run(const uint8_t *code, int length, oracle_registers *registers, uint8_t *image) {
  if (length < 1 || length > 15) return false;
  uint8_t *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  memcpy(page, code, (size_t)length);
  page[length] = 0xC3;
  bool ready = mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
  if (ready) {
    // TF and the flags that are not the caller's stay as they are here.
    static const uint64_t own = 0xCD5;
    oracle_image aligned;
    block b = {.registers = *registers, .target = (uint64_t)page};
    b.registers.rflags = (registers->rflags & own) | 0x202;
    if (image) {
      memcpy(aligned.bytes, image, sizeof aligned.bytes);
      b.image = (uint64_t)aligned.bytes;
    }
    run(&b);
    uint64_t stack = registers->gprs[4];
    *registers = b.registers;
    registers->gprs[4] = stack;
    if (image) memcpy(image, aligned.bytes, sizeof aligned.bytes);
  }
  munmap(page, 4096);
  return ready;
}

uint32_t oracle_cpuid(uint32_t leaf, uint32_t subleaf, int which) {
  uint32_t r[4] = {0, 0, 0, 0};
  __get_cpuid_count(leaf, subleaf, &r[0], &r[1], &r[2], &r[3]);
  return r[which & 3];
}

uint64_t oracle_components(void) {
  // OSXSAVE: XGETBV may be executed.
  if (!(oracle_cpuid(1, 0, 2) & 1u << 27)) return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}
