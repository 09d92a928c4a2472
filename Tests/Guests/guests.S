// The 64-bit test guests: a start like the demo guest's, handlers that only count, and one short program a
// test. Registers: r12 own number, r13 parameters, r14 local APIC, r15 own results; programs leave them alone.
#include "include/guests.h"

#define AT(label) (GUEST_IMAGE + (label) - tryst_guests_start)
#define TABLES 0x101000
#define STACK 0x210000
#define HOLE 0x3f000000
#define RAM_END 0x1000000
#define PANIC 0xf4
#define APIC_VERSION 0x30
#define APIC_TPR 0x80
#define APIC_EOI 0xb0
#define APIC_SVR 0xf0
#define UNKNOWN_PORT 0x1234
#define VALUE(n) (RESULT_VALUES + 8 * (n))

  .section .rodata.tryst.guests, "a", @progbits
  .globl tryst_guests_start, tryst_guests_end
  .balign 4096
tryst_guests_start:
  .code16
  .byte 0xea
  .word enter16 - tryst_guests_start, GUEST_IMAGE >> 4
nmi16:                                  // IP 5, which the real-mode NMI vector names
  iret
enter16:
  cli
  cld
  movl $1, %eax
  cpuid
  shrl $24, %ebx
  movl %ebx, %edi
  xorl %eax, %eax
  movw %ax, %ss
  leal 1(%edi), %esp
  shll $12, %esp
  addl $STACK, %esp
  lgdtl %cs:(gdt_pointer - tryst_guests_start)
  movl $0x620, %eax
  movl %eax, %cr4
  movl $TABLES, %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x100, %eax
  wrmsr
  lidtl %cs:(idt_pointer - tryst_guests_start)
  movl $0x80010033, %eax
  movl %eax, %cr0
  ljmpl $8, $AT(enter64)

  .balign 8
gdt:
  .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
  .word 23
  .long AT(gdt)
idt_pointer:
  .word 4095
  .long AT(idt)
no_idt_pointer:
  .word 0
  .quad 0

  .code64
enter64:
  movl $0x10, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
  movl %edi, %r12d
  movl $GUEST_PARAMETERS, %r13d
  movl $0xfee00000, %r14d
  movl %edi, %r15d
  shll $12, %r15d
  addl $GUEST_RESULTS, %r15d
  movl $0x1ff, APIC_SVR(%r14)
  incq RESULT_BOOTS(%r15)
  movl PARAMETER_PROGRAM(%r13), %eax
  testl %r12d, %r12d
  jz 1f
  movl PARAMETER_AP_PROGRAM(%r13), %eax
1:
  leaq programs(%rip), %rdx
  movl (%rdx,%rax,4), %eax
  addq $GUEST_IMAGE, %rax
  jmp *%rax

  .balign 4
programs:
  .long spin - tryst_guests_start
  .long ports - tryst_guests_start
  .long strings - tryst_guests_start
  .long mmio_reads - tryst_guests_start
  .long mmio_writes - tryst_guests_start
  .long mmio_crossing - tryst_guests_start
  .long mmio_wide - tryst_guests_start
  .long msrs - tryst_guests_start
  .long hypercall - tryst_guests_start
  .long triple_fault - tryst_guests_start
  .long breakpoint - tryst_guests_start
  .long disabled_until_go - tryst_guests_start
  .long halt_after_go - tryst_guests_start
  .long halt - tryst_guests_start
  .long halt_disabled - tryst_guests_start
  .long task_priority - tryst_guests_start
  .long cr8 - tryst_guests_start
  .long cr8_halt - tryst_guests_start
  .long apic_disabled - tryst_guests_start
  .long eoi_after_go - tryst_guests_start
  .long port_loop - tryst_guests_start
  .long mmio_loop - tryst_guests_start
  .long string_loop - tryst_guests_start
  .long port_storm - tryst_guests_start
  .long mmio_storm - tryst_guests_start
  .long short_timer - tryst_guests_start
  .if (. - programs) != 4 * PROGRAM_COUNT
  .error "a program is missing from the table"
  .endif

done:
  movl $GUEST_DONE, %eax
  outl %eax, $PANIC
  jmp spin

// Runs with interrupts on, for ever.
spin:
  sti
1:
  incq RESULT_PROGRESS(%r15)
  jmp 1b

// ---- Exits with data.
ports:
  movl $UNKNOWN_PORT, %edx
  movabsq $0x1122334455667788, %rbx
  movq %rbx, %rax
  inb %dx, %al
  movq %rax, VALUE(0)(%r15)
  movq %rbx, %rax
  inw %dx, %ax
  movq %rax, VALUE(1)(%r15)
  movq %rbx, %rax
  inl %dx, %eax
  movq %rax, VALUE(2)(%r15)
  outb %al, %dx
  outw %ax, %dx
  outl %eax, %dx
  movl $0x3ff, %edx                     // the scratch register keeps a byte
  movl $0x5a, %eax
  outb %al, %dx
  xorl %eax, %eax
  inb %dx, %al
  movq %rax, VALUE(3)(%r15)
  movl $0x1a6, %eax                     // a wider access is one for each byte
  outw %ax, %dx
  xorl %eax, %eax
  inb %dx, %al
  movq %rax, VALUE(4)(%r15)
  movl $0x20000c3, %eax
  outl %eax, %dx
  xorl %eax, %eax
  inb %dx, %al
  movq %rax, VALUE(5)(%r15)
  movl $0x3fd, %edx                     // line status in every width
  movq %rbx, %rax
  inb %dx, %al
  movq %rax, VALUE(6)(%r15)
  movq %rbx, %rax
  inw %dx, %ax
  movq %rax, VALUE(7)(%r15)
  movq %rbx, %rax
  inl %dx, %eax
  movq %rax, VALUE(8)(%r15)
  movq %rbx, %rax
  inb $0x80, %al
  movq %rax, VALUE(9)(%r15)
  jmp done

strings:
  movl $0x3f8, %edx
  leaq text_forward(%rip), %rsi
  movl $(text_forward_end - text_forward), %ecx
  rep outsb
  leaq text_words(%rip), %rsi
  movl $3, %ecx
  rep outsw
  leaq text_longs(%rip), %rsi
  movl $2, %ecx
  rep outsl
  std                                   // the last byte first
  leaq (text_backward_end - 1)(%rip), %rsi
  movl $(text_backward_end - text_backward), %ecx
  rep outsb
  cld
  movl $GUEST_IMAGE, %esi               // more than a page
  movl $5000, %ecx
  rep outsb
  movq %rsi, VALUE(0)(%r15)
  movq %rcx, VALUE(1)(%r15)
  movl $UNKNOWN_PORT, %edx
  leaq VALUE(2)(%r15), %rdi
  movl $5, %ecx
  rep insb
  leaq VALUE(4)(%r15), %rdi
  movl $3, %ecx
  rep insw
  leaq VALUE(6)(%r15), %rdi
  movl $3, %ecx
  rep insl
  movq %rdi, VALUE(10)(%r15)
  movl $0x3fd, %edx
  leaq VALUE(8)(%r15), %rdi
  movl $3, %ecx
  rep insb
  leaq RESULT_SCRATCH(%r15), %rdi       // nothing, and not for ever
  xorl %ecx, %ecx
  rep insb
  movq %rcx, VALUE(11)(%r15)
  jmp done
text_forward:
  .ascii "rep outsb goes forward\n"
text_forward_end:
text_words:
  .ascii "W.o.r."
text_longs:
  .ascii "L...l..."
text_backward:
  .ascii "drawkcab"
text_backward_end:

mmio_reads:
  movabsq $0x1122334455667788, %rbx
  movq %rbx, %rax
  movb APIC_VERSION(%r14), %al
  movq %rax, VALUE(0)(%r15)
  movq %rbx, %rax
  movw APIC_VERSION(%r14), %ax
  movq %rax, VALUE(1)(%r15)
  movl APIC_VERSION(%r14), %eax
  movq %rax, VALUE(2)(%r15)
  movq APIC_VERSION(%r14), %rax
  movq %rax, VALUE(3)(%r15)
  movzbl APIC_VERSION+1(%r14), %eax
  movq %rax, VALUE(4)(%r15)
  movzbl APIC_VERSION+2(%r14), %eax
  movq %rax, VALUE(5)(%r15)
  movzbl APIC_VERSION+3(%r14), %eax
  movq %rax, VALUE(6)(%r15)
  movzwl APIC_VERSION+2(%r14), %eax
  movq %rax, VALUE(7)(%r15)
  movl $HOLE, %esi
  movq %rbx, %rax
  movb (%rsi), %al
  movq %rax, VALUE(8)(%r15)
  movq %rbx, %rax
  movw (%rsi), %ax
  movq %rax, VALUE(9)(%r15)
  movl (%rsi), %eax
  movq %rax, VALUE(10)(%r15)
  movq (%rsi), %rax
  movq %rax, VALUE(11)(%r15)
  movl $0xfec00000, %esi                // the I/O APIC's version, byte by byte
  movb $1, (%rsi)
  movzbl 0x10(%rsi), %eax
  movq %rax, VALUE(12)(%r15)
  movzbl 0x12(%rsi), %eax
  movq %rax, VALUE(13)(%r15)
  movl 0x10(%rsi), %eax
  movq %rax, VALUE(14)(%r15)
  movq 0x10(%rsi), %rax
  movq %rax, VALUE(15)(%r15)
  jmp done

mmio_writes:
  movb $0x30, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(0)(%r15)
  movw $0x20, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(1)(%r15)
  movl $0x10, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(2)(%r15)
  movl $0x50, %ecx
  movq %rcx, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(3)(%r15)
  movl $0x10, APIC_TPR(%r14)            // read, modify, write
  orl $0x20, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(4)(%r15)
  addl $0x10, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(5)(%r15)
  movl $0x50, %eax
  xchgl %eax, APIC_TPR(%r14)
  movq %rax, VALUE(6)(%r15)
  movl $0x50, %eax
  movl $0x60, %ecx
  lock cmpxchgl %ecx, APIC_TPR(%r14)
  setz %al
  movzbl %al, %eax
  movq %rax, VALUE(7)(%r15)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(8)(%r15)
  lock btsl $0, APIC_TPR(%r14)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(9)(%r15)
  movl $1, %eax
  lock xaddl %eax, APIC_TPR(%r14)
  movq %rax, VALUE(10)(%r15)
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(11)(%r15)
  movl $0xff, APIC_TPR+1(%r14)          // starts inside a register: not a write to one
  movl APIC_TPR(%r14), %eax
  movq %rax, VALUE(12)(%r15)
  pushq APIC_TPR(%r14)
  popq %rax
  movq %rax, VALUE(13)(%r15)
  movl $HOLE, %esi
  movb $1, (%rsi)
  movw $1, 1(%rsi)
  movl $1, 3(%rsi)
  movq $1, 5(%rsi)
  lock addl $1, (%rsi)
  movq (%rsi), %rax
  movq %rax, VALUE(14)(%r15)
  movl $0, APIC_TPR(%r14)
  jmp done

mmio_crossing:
  movl $0xfee00ffe, %esi                // half in the local APIC's page, half in the hole after it
  movl (%rsi), %eax
  movq %rax, VALUE(0)(%r15)
  movl $-1, (%rsi)
  movq (%rsi), %rax
  movq %rax, VALUE(1)(%r15)
  movl $(RAM_END - 2), %esi             // half in memory
  movw $0x1234, (%rsi)
  movl (%rsi), %eax
  movq %rax, VALUE(2)(%r15)
  movl $0x89abcdef, (%rsi)
  movzwl (%rsi), %eax
  movq %rax, VALUE(3)(%r15)
  lock addl $0x1000f, (%rsi)
  movzwl (%rsi), %eax
  movq %rax, VALUE(4)(%r15)
  movl $0xfedffffe, %esi                // half in the hole before it
  movl (%rsi), %eax
  movq %rax, VALUE(5)(%r15)
  movl $(RAM_END - 4), %esi             // strings run out of memory too
  movl $0x77777777, (%rsi)
  leaq VALUE(6)(%r15), %rdi
  movl $8, %ecx
  rep movsb
  jmp done

// 16 bytes, in two halves: what KVM makes of it is the test's business.
mmio_wide:
  leaq 1f(%rip), %rax
  movq %rax, RESULT_RESUME(%r15)
  movdqu APIC_VERSION(%r14), %xmm0
  movdqu %xmm0, VALUE(0)(%r15)
  movl $HOLE, %esi
  movdqu (%rsi), %xmm1
  movdqu %xmm1, VALUE(2)(%r15)
  movdqu %xmm0, (%rsi)
  movl $(RAM_END - 8), %esi
  movq $0x55, (%rsi)
  movdqu (%rsi), %xmm1
  movdqu %xmm1, VALUE(4)(%r15)
1:
  jmp done

// ---- Exits with exceptions. Each access leaves its result, and the vector of what it raised.
  .macro try number:req, instruction:vararg
  movq $-1, RESULT_EXCEPTION(%r15)
  leaq 1f(%rip), %rbx
  movq %rbx, RESULT_RESUME(%r15)
  \instruction
1:
  movq RESULT_EXCEPTION(%r15), %rbx
  movq %rbx, VALUE(2 * \number + 1)(%r15)
  shlq $32, %rdx
  orq %rdx, %rax
  movq %rax, VALUE(2 * \number)(%r15)
  .endm
  .macro read_msr number:req, index:req
  xorl %eax, %eax
  xorl %edx, %edx
  movl $\index, %ecx
  try \number, rdmsr
  .endm
msrs:
  read_msr 0, 0x1b
  movq VALUE(0)(%r15), %rax             // what was read may be written
  movq %rax, %rdx
  shrq $32, %rdx
  try 1, wrmsr
  movl $0xfee00100, %eax                // disabling the local APIC may not
  xorl %edx, %edx
  try 2, wrmsr
  read_msr 3, 0xdead
  movl $0xdead, %ecx
  try 4, wrmsr
  read_msr 5, 0x802
  movl $0x830, %ecx
  try 6, wrmsr
  read_msr 7, 0x6e0
  movl $0x6e0, %ecx
  try 8, wrmsr
  read_msr 9, 0x10
  jmp done

hypercall:
  try 0, vmcall
  try 1, vmmcall
  jmp done

triple_fault:
  lidt no_idt_pointer(%rip)
  movabsq $0x1122334455667788, %rbx
  ud2

breakpoint:
  movabsq $0x1122334455667788, %rbx
  leaq 1f(%rip), %rax
  movq %rax, RESULT_RESUME(%r15)
  int3
1:
  jmp done

// ---- Interrupts. "go" is a word that the test sets.
disabled_until_go:
  cli
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  sti
1:
  incq RESULT_AFTER(%r15)
  jmp 1b

// The classic end of an idle loop: what became pending with IF=0 must end the HLT.
halt_after_go:
  cli
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  sti
  hlt
1:
  incq RESULT_AFTER(%r15)
  jmp 1b

halt:
  sti
  hlt
  incq RESULT_PROGRESS(%r15)
  jmp halt

halt_disabled:
  cli
  hlt
  incq RESULT_PROGRESS(%r15)
  jmp halt_disabled

task_priority:
  movl PARAMETER_ARGUMENT(%r13), %eax
  movl %eax, APIC_TPR(%r14)
  sti
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  movl $0, APIC_TPR(%r14)
1:
  incq RESULT_AFTER(%r15)
  jmp 1b

cr8:
  movq PARAMETER_ARGUMENT(%r13), %rax
  movq %rax, %cr8
  sti
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  xorl %eax, %eax
  movq %rax, %cr8
1:
  incq RESULT_AFTER(%r15)
  jmp 1b

cr8_halt:
  movq PARAMETER_ARGUMENT(%r13), %rax
  movq %rax, %cr8
  movl APIC_TPR(%r14), %eax             // one register with two names
  movq %rax, VALUE(0)(%r15)
  movl $0x35, APIC_TPR(%r14)
  movq %cr8, %rax
  movq %rax, VALUE(1)(%r15)
  movq PARAMETER_ARGUMENT(%r13), %rax
  movq %rax, %cr8
  sti
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  cli
  xorl %eax, %eax
  movq %rax, %cr8
  sti
  hlt
1:
  incq RESULT_AFTER(%r15)
  jmp 1b

apic_disabled:
  movl $0xff, APIC_SVR(%r14)
  jmp spin

// Handlers that send no EOI (the flag); at each "go" one is sent, and "go" taken back.
eoi_after_go:
  sti
1:
  incq RESULT_PROGRESS(%r15)
  cmpl $0, PARAMETER_GO(%r13)
  je 1b
  movl $0, PARAMETER_GO(%r13)
  movl $0, APIC_EOI(%r14)
  incq RESULT_AFTER(%r15)
  jmp 1b

// ---- Loops that an INIT finds in the middle of an instruction.
port_loop:
  sti
  movl $UNKNOWN_PORT, %edx
1:
  incq RESULT_PROGRESS(%r15)
  inl %dx, %eax
  outl %eax, $0x80
  jmp 1b

mmio_loop:
  sti
1:
  incq RESULT_PROGRESS(%r15)
  movl APIC_VERSION(%r14), %eax
  orl $0, APIC_TPR(%r14)
  jmp 1b

string_loop:
  sti
1:
  incq RESULT_PROGRESS(%r15)
  movl $UNKNOWN_PORT, %edx
  movl $RESULT_SCRATCH, %edi
  addl %r15d, %edi
  movl $64, %ecx
  rep insb
  movl $HOLE, %esi
  movl $RESULT_SCRATCH, %edi
  addl %r15d, %edi
  movl $16, %ecx
  rep movsl
  jmp 1b

// ---- Storms: pseudo-random accesses for ever; the state survives an INIT in the argument word.
  .macro random
  movq PARAMETER_ARGUMENT(%r13), %rax   // xorshift
  movq %rax, %rbx
  shlq $13, %rbx
  xorq %rbx, %rax
  movq %rax, %rbx
  shrq $7, %rbx
  xorq %rbx, %rax
  movq %rax, %rbx
  shlq $17, %rbx
  xorq %rbx, %rax
  movq %rax, PARAMETER_ARGUMENT(%r13)
  .endm
port_storm:
  cli
1:
  incq RESULT_PROGRESS(%r15)
  random
  movzwl %ax, %edx
  // Saying that it is lost ends a guest, and so do resets and switching off. A wide access reaches the three
  // ports above its own, too.
  .macro avoid first:req, last:req
  leal -(\first - 3)(%rdx), %ebx
  cmpl $(\last - \first + 3), %ebx
  jbe 1b
  .endm
  avoid PANIC, PANIC+3
  avoid 0x92, 0x92
  avoid 0xcf9, 0xcf9
  avoid 0x60, 0x64
  avoid 0x600, 0x605
  shrq $16, %rax
  movl %eax, %ebx
  shrl $8, %ebx
  andl $7, %ebx
  leaq 3f(%rip), %rcx
  leaq (%rcx,%rbx,8), %rcx
  jmp *%rcx
  .balign 8
3:
  inb %dx, %al
  jmp 1b
  .balign 8
  inw %dx, %ax
  jmp 1b
  .balign 8
  inl %dx, %eax
  jmp 1b
  .balign 8
  outb %al, %dx
  jmp 1b
  .balign 8
  outw %ax, %dx
  jmp 1b
  .balign 8
  outl %eax, %dx
  jmp 1b
  .balign 8
  jmp 4f
  .balign 8
  jmp 5f
4:
  movl %eax, %ecx
  andl $15, %ecx
  movl $RESULT_SCRATCH, %edi
  addl %r15d, %edi
  rep insb
  jmp 1b
5:
  movl %eax, %ecx
  andl $15, %ecx
  movl $GUEST_IMAGE, %esi
  rep outsl
  jmp 1b

mmio_storm:
  cli
1:
  incq RESULT_PROGRESS(%r15)
  random
  movl %eax, %esi                       // two pages before the argument's page to two after
  andl $0xfff, %esi
  movl %eax, %ecx
  shrl $12, %ecx
  andl $3, %ecx
  cmpl $3, %ecx
  je 2f
  movl $0xfee00000, %edi
  cmpl $2, %ecx
  jne 3f
  movl $0xfec00000, %edi
  andl $0x5f, %esi
  jmp 3f
2:
  movl %eax, %edi                       // anywhere in the fourth gigabyte
  orl $0xc0000000, %edi
  andl $0xfffff000, %edi
3:
  addq %rdi, %rsi
  testl $0x4000, %eax                   // mostly where registers are
  jz 4f
  andq $-16, %rsi
4:
  movq %rax, %rcx
  shrq $32, %rax
  shrq $16, %rcx
  andl $7, %ecx
  leaq 5f(%rip), %rdx
  leaq (%rdx,%rcx,8), %rdx
  jmp *%rdx
  .balign 8
5:
  movb (%rsi), %al
  jmp 1b
  .balign 8
  movw (%rsi), %ax
  jmp 1b
  .balign 8
  movl (%rsi), %eax
  jmp 1b
  .balign 8
  movq (%rsi), %rax
  jmp 1b
  .balign 8
  movb %al, (%rsi)
  jmp 1b
  .balign 8
  movw %ax, (%rsi)
  jmp 1b
  .balign 8
  movl %eax, (%rsi)
  jmp 1b
  .balign 8
  orl %eax, (%rsi)
  jmp 1b

// A periodic timer of 1 ns whose vector the task priority holds back.
short_timer:
  movl $0x40, %eax
  movl %eax, APIC_TPR(%r14)
  movl $0xb, 0x3e0(%r14)
  movl $0x20030, 0x320(%r14)
  movl $1, 0x380(%r14)
  jmp spin

// ---- Handlers.
interrupted:                            // stack: vector, error code, the processor's frame
  pushq %rax
  movl 8(%rsp), %eax
  incq (%r15,%rax,8)
  cmpl $2, %eax
  je nmi
  cmpl $32, %eax
  jb exception
  testl $FLAG_NO_EOI, PARAMETER_FLAGS(%r13)
  jnz 1f
  movl $0, APIC_EOI(%r14)
1:
  popq %rax
  addq $16, %rsp
  iretq
nmi:
  testl $FLAG_NMI_SPINS, PARAMETER_FLAGS(%r13)
  jnz nmi
  popq %rax
  addq $16, %rsp
  iretq
exception:
  movq %rax, RESULT_EXCEPTION(%r15)
  movq 16(%rsp), %rax
  movq %rax, RESULT_EXCEPTION_ERROR(%r15)
  movq 24(%rsp), %rax
  movq %rax, RESULT_EXCEPTION_RIP(%r15)
  movq RESULT_RESUME(%r15), %rax
  movq $0, RESULT_RESUME(%r15)
  testq %rax, %rax
  jz 1f
  movq %rax, 24(%rsp)
  popq %rax
  addq $16, %rsp
  iretq
1:
  movl 8(%rsp), %eax
  outl %eax, $PANIC
2:
  cli
  hlt
  jmp 2b

  .set vector, 0
  .balign 16
stubs:
  .rept 256
  .balign 16
  .if vector != 8 && vector != 10 && vector != 11 && vector != 12 && vector != 13 && vector != 14 && vector != 17 && vector != 21
  pushq $0
  .endif
  .byte 0x68
  .long vector
  .byte 0xe9
  .long interrupted - (. + 4)
  .set vector, vector + 1
  .endr

  .balign 4096
idt:
  .set vector, 0
  .rept 256
  .word (GUEST_IMAGE + (stubs - tryst_guests_start) + vector * 16) & 0xffff
  .word 8
  .word 0x8e00
  .word (GUEST_IMAGE + (stubs - tryst_guests_start) + vector * 16) >> 16
  .quad 0
  .set vector, vector + 1
  .endr
tryst_guests_end:

// ---- 16 bits: ports and strings, then HLT with IF=0 that an NMI ends, through the real-mode vector.
  .balign 4096
  .globl tryst_guest16_start, tryst_guest16_end
  .code16
tryst_guest16_start:
  jmp 1f
handler16:
  pushw %ax
  movb $'N', %al
  outb %al, %dx
  popw %ax
  iret
1:
  cli
  cld
  movw %cs, %ax
  movw %ax, %ds
  xorw %ax, %ax
  movw %ax, %es
  movw %ax, %ss
  movw $0x8000, %sp
  movw $(handler16 - tryst_guest16_start), %es:8
  movw %cs, %es:10
  movw $0x3f8, %dx
  movw $(text16 - tryst_guest16_start), %si
  movw $(text16_end - text16), %cx
  rep outsb
  movw $0x1234, %dx                     // an unknown port: "1" where it reads all ones
  movw $0, %ax
  inw %dx, %ax
  incw %ax
  movb $'1', %al
  jz 2f
  movb $'0', %al
2:
  movw $0x3f8, %dx
  outb %al, %dx
  hlt
  movb $'h', %al
  outb %al, %dx
  hlt
  movb $'H', %al
  outb %al, %dx
  movl $0x1000, %eax
  outl %eax, $0xf4
3:
  hlt
  jmp 3b
text16:
  .ascii "16 bits "
text16_end:
tryst_guest16_end:
  .section .note.GNU-stack, "", @progbits
