// A multiboot kernel for tests (Multiboot Specification 0.6.96, a.out kludge, so that no linker is needed):
// goes to long mode, starts the other vcpus if it is to, and runs one short program a vcpu. Registers: r12
// own number, r13 parameters, r14 local APIC, r15 own results; programs leave them alone.
#include "include/kernels.h"

#define AT(label) (KERNEL_BASE + (label) - tryst_kernel_start)
#define STACKS 0x900000
#define TRAMPOLINE 0x8000
#define SCRATCH_MEMORY 0x400000
#define COM1 0x3f8
#define EXIT 0xf4
#define IOAPIC 0xfec00000
#define APIC_VERSION 0x30
#define APIC_EOI 0xb0
#define APIC_SVR 0xf0
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_TIMER 0x320
#define APIC_LINT0 0x350
#define VALUE(n) (KERNEL_VALUES + 8 * (n))
#define COUNT(vector) (8 * (vector))
// 100 Hz.
#define TIMER_DIVISOR 11932

  .section .rodata.tryst.kernels, "a", @progbits
  .globl tryst_kernel_start, tryst_kernel_end
  .balign 4096
tryst_kernel_start:
  .long 0x1badb002, 0x10003, -(0x1badb002 + 0x10003)
  .long KERNEL_BASE, KERNEL_BASE, 0, 0, AT(entry32)
  .org tryst_kernel_start + KERNEL_PARAMETERS
  .fill 32, 1, 0

  .code32
entry32:
  cli
  cld
  movl %eax, KERNEL_RESULTS + VALUE(0)
  movl %ebx, KERNEL_RESULTS + VALUE(1)
  cmpb $'B', AT(marker)                 // after an INIT of vcpu 0: a stretch without any access
  jne 1f
  movl $10000, %ecx
2:
  decl %ecx
  jnz 2b
1:
  lgdtl AT(gdt_pointer)
  movl $0x620, %eax
  movl %eax, %cr4
  movl $AT(tables), %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x100, %eax
  wrmsr
  movl $0x80010033, %eax
  movl %eax, %cr0
  ljmpl $8, $AT(enter64)

// What a startup IPI starts, once it is copied to a page below 1 MiB.
  .code16
trampoline:
  cli
  cld
  lgdtl %cs:(trampoline_gdt_pointer - trampoline)
  movl $0x620, %eax
  movl %eax, %cr4
  movl $AT(tables), %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x100, %eax
  wrmsr
  movl $0x80010033, %eax
  movl %eax, %cr0
  ljmpl $8, $AT(enter64)
trampoline_gdt_pointer:
  .word 23
  .long AT(gdt)
trampoline_end:

  .balign 8
gdt:
  .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
  .word 23
  .long AT(gdt)
idt_pointer:
  .word 4095
  .quad AT(idt)

  .code64
enter64:
  movl $0x10, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
  movl $1, %eax
  cpuid
  shrl $24, %ebx
  movl %ebx, %r12d
  leal 1(%rbx), %esp
  shll $12, %esp
  addl $STACKS, %esp
  movl %ebx, %r15d
  shll $12, %r15d
  addl $KERNEL_RESULTS, %r15d
  movl $(KERNEL_BASE + KERNEL_PARAMETERS), %r13d
  movl $0xfee00000, %r14d
  lidt idt_pointer(%rip)
  movl $0x1ff, APIC_SVR(%r14)
  movl KERNEL_AP_PROGRAM(%r13), %eax
  testl %r12d, %r12d
  jnz 1f
  movl KERNEL_PROGRAM(%r13), %eax
  cmpl $KERNEL_FIRMWARE_TICK, %eax
  je 1f
  movl %eax, %ebx                       // firmware left its tick open, at vector 8
  movb $0xff, %al
  outb %al, $0x21
  outb %al, $0xa1
  movl %ebx, %eax
1:
  incq KERNEL_BOOTS(%r15)
  leaq programs(%rip), %rdx
  movl (%rdx,%rax,4), %eax
  addq $KERNEL_BASE, %rax
  jmp *%rax

  .balign 4
programs:
  .irp program, probe, power_off, reset, panic, timer_8259, timer_masked, timer_ioapic, withdrawn, clock, echo, x2apic, deadline, unknown_msrs, repairs, breakpoint, windows, two_in_a_window, window_halt, high_memory, init_while_pending, lint0_fixed, spin, halt, halt_disabled, meet, nested_nmi, invpcid, firmware_tick
  .long \program - tryst_kernel_start
  .endr
  .if (. - programs) != 4 * KERNEL_COUNT
  .error "a program is missing from the table"
  .endif

done:
  xorl %eax, %eax
  outl %eax, $EXIT
  jmp idle
idle:
  cli
  hlt
  jmp idle

// ---- Small helpers. They change rax, rcx, rdx, rsi, rdi.
  .macro poke port:req, value:req
  movl $\port, %edx
  movl $\value, %eax
  outb %al, %dx
  .endm

// The string at rsi, up to a zero byte.
print:
  movl $COM1, %edx
1:
  lodsb
  testb %al, %al
  jz 2f
  outb %al, %dx
  jmp 1b
2:
  ret
// eax as 8 digits and a blank.
print_number:
  movl %eax, %edi
  movl $8, %ecx
  movl $COM1, %edx
1:
  roll $4, %edi
  movl %edi, %eax
  andl $15, %eax
  leaq digits(%rip), %rsi
  movb (%rsi,%rax), %al
  outb %al, %dx
  decl %ecx
  jnz 1b
  movb $' ', %al
  outb %al, %dx
  ret
digits:
  .ascii "0123456789abcdef"

// The 8259 pair at vectors 0x20 and 0x28; al and ah are its masks.
start_8259:
  pushq %rax
  poke 0x20, 0x11
  poke 0xa0, 0x11
  poke 0x21, 0x20
  poke 0xa1, 0x28
  poke 0x21, 4
  poke 0xa1, 2
  poke 0x21, 1
  poke 0xa1, 1
  popq %rax
  outb %al, $0x21
  movb %ah, %al
  outb %al, $0xa1
  ret
// Channel 0 as a rate generator.
start_timer:
  poke 0x43, 0x34
  poke 0x40, (TIMER_DIVISOR & 0xff)
  poke 0x40, (TIMER_DIVISOR >> 8)
  ret
// Waits until the channel has begun anew 4 times, by its count.
await_periods:
  xorl %esi, %esi
  xorl %edi, %edi
1:
  poke 0x43, 0
  inb $0x40, %al
  movb %al, %cl
  inb $0x40, %al
  shll $8, %eax
  movb %cl, %al
  andl $0xffff, %eax
  cmpl %edi, %eax
  jbe 2f
  incl %esi
2:
  movl %eax, %edi
  cmpl $5, %esi                         // the first count above 0 is none
  jb 1b
  ret
// Entry edi of the I/O APIC becomes eax, for the local APIC 0.
set_entry:
  leal 0x11(,%rdi,2), %ecx
  movl $IOAPIC, %edx
  movl %ecx, (%rdx)
  movl $0, 0x10(%rdx)
  decl %ecx
  movl %ecx, (%rdx)
  movl %eax, 0x10(%rdx)
  ret

// Starts the other vcpus and waits until each has begun its program.
start_others:
  cmpl $1, KERNEL_VCPUS(%r13)
  jbe 3f
  leaq trampoline(%rip), %rsi
  movl $TRAMPOLINE, %edi
  movl $(trampoline_end - trampoline), %ecx
  rep movsb
  movl $0xc4500, APIC_ICR(%r14)         // INIT, then startup, to all but self
  movl $(0xc4600 | TRAMPOLINE >> 12), APIC_ICR(%r14)
  movl $1, %ecx
1:
  movl %ecx, %esi
  shll $12, %esi
2:
  pause
  cmpq $0, KERNEL_RESULTS + KERNEL_PROGRESS(%rsi)
  je 2b
  incl %ecx
  cmpl KERNEL_VCPUS(%r13), %ecx
  jb 1b
3:
  ret

  .macro self_interrupt vector:req
  movl $(0x44000 | \vector), APIC_ICR(%r14)
  .endm
// Executes an instruction; leaves its rdx:rax, and the vector of what it raised, or all ones.
  .macro try number:req, instruction:vararg
  movq $-1, KERNEL_EXCEPTION(%r15)
  leaq 1f(%rip), %rbx
  movq %rbx, KERNEL_RESUME(%r15)
  \instruction
1:
  movq $0, KERNEL_RESUME(%r15)
  movq KERNEL_EXCEPTION(%r15), %rbx
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
  .macro write_msr number:req, index:req, low:req, high=0
  movl $\low, %eax
  movl $\high, %edx
  movl $\index, %ecx
  try \number, wrmsr
  .endm

// ---- The start and the end.
probe:
  movl VALUE(1)(%r15), %ebx             // the multiboot information
  movl (%rbx), %eax
  movq %rax, VALUE(2)(%r15)
  movl 4(%rbx), %eax
  movq %rax, VALUE(3)(%r15)
  movl 8(%rbx), %eax
  movq %rax, VALUE(4)(%r15)
  movl 16(%rbx), %esi
  call print
  movl KERNEL_ARGUMENT(%r13), %eax
  outl %eax, $EXIT
  jmp idle

power_off:
  movl $0x604, %edx                     // PM1a control: SLP_TYP 5, then SLP_EN with it
  movl $0x1400, %eax
  outw %ax, %dx
  movl $0x3400, %eax
  outw %ax, %dx
  jmp idle

// Prints what a reset must bring back, changes it all, resets.
reset:
  movzbl marker(%rip), %eax
  call print_number
  movl SCRATCH_MEMORY, %eax
  call print_number
  movl APIC_LINT0(%r14), %eax
  call print_number
  movl $IOAPIC, %edx
  movl $0x1a, (%rdx)
  movl 0x10(%rdx), %eax
  call print_number
  xorl %eax, %eax
  inb $0x21, %al
  call print_number
  movl $COM1 + 7, %edx
  xorl %eax, %eax
  inb %dx, %al
  call print_number
  poke 0x70, 0x40
  xorl %eax, %eax
  inb $0x71, %al
  call print_number
  movl $0x604, %edx
  xorl %eax, %eax
  inw %dx, %ax
  call print_number
  movl $'\n', %eax
  movl $COM1, %edx
  outb %al, %dx

  movb $'B', marker(%rip)
  movl $0x55aa55aa, SCRATCH_MEMORY
  movl $0x10051, APIC_LINT0(%r14)
  movl $5, %edi
  movl $0x35, %eax
  call set_entry
  poke 0x21, 0x5a
  poke (COM1 + 7), 0x77
  poke 0x70, 0x40
  poke 0x71, 0x99
  movl $0x604, %edx
  movl $0x401, %eax
  outw %ax, %dx
  call start_others
  movl KERNEL_ARGUMENT(%r13), %eax
  cmpl $RESET_BY_8042, %eax
  je 1f
  ja 2f
  poke 0xcf9, 2
  poke 0xcf9, 6
  jmp spin
1:
  poke 0x64, 0xfe
  jmp spin
2:
  inb $0x92, %al
  orb $1, %al
  outb %al, $0x92
  jmp spin
marker:
  .byte 'A'

panic:
  leaq panic_text(%rip), %rsi
  call print
  cmpl $0, KERNEL_ARGUMENT(%r13)
  jne 1f
  poke 0xcf9, 6
  jmp spin
1:
  leaq panic_end_text(%rip), %rsi
  call print
  jmp spin
panic_text:
  .asciz "[    1.5] Kernel panic - not syncing: no init found\r\n"
panic_end_text:
  .asciz "[    1.6] ---[ end Kernel panic - not syncing: no init found ]---\r\n"

// ---- Devices.
timer_8259:
  movq $EOI_8259, KERNEL_EOI(%r15)
  movl $0xfffe, %eax
  call start_8259
  call start_timer
1:
  sti
  hlt
  cli
  cmpq $5, COUNT(0x20)(%r15)
  jb 1b
  jmp done

// As firmware left the 8259 pair and the 8254: three ticks at vector 8, counted as 0x20. Values 0 and 1 are the
// masks that it found, 2 what the interrupt table of real mode has for vector 8.
firmware_tick:
  movq $EOI_8259, KERNEL_EOI(%r15)
  leaq tick_stub(%rip), %rax
  movw %ax, idt + 8 * 16(%rip)
  shrl $16, %eax
  movw %ax, idt + 8 * 16 + 6(%rip)
  // A host so busy that the tick's line is down again before the acknowledge: IRQ 7, spurious, without EOI.
  leaq spurious_stub(%rip), %rax
  movw %ax, idt + 15 * 16(%rip)
  shrl $16, %eax
  movw %ax, idt + 15 * 16 + 6(%rip)
  xorl %eax, %eax
  inb $0x21, %al
  movq %rax, VALUE(0)(%r15)
  inb $0xa1, %al
  movq %rax, VALUE(1)(%r15)
  movl 4 * 8, %eax
  movq %rax, VALUE(2)(%r15)
1:
  sti
  hlt
  cli
  cmpq $3, COUNT(0x20)(%r15)
  jb 1b
  jmp done
spurious_stub:
  iretq
tick_stub:
  pushq $0
  pushq $0x20
  jmp interrupted

// LINT0 masked: the 8259 pair's request waits.
timer_masked:
  movq $EOI_8259, KERNEL_EOI(%r15)
  movl $0x10700, APIC_LINT0(%r14)
  movl $0xfffe, %eax
  call start_8259
  call start_timer
  sti
  call await_periods
  movq COUNT(0x20)(%r15), %rax
  movq %rax, VALUE(0)(%r15)
  movl $0x700, APIC_LINT0(%r14)
1:
  cmpq $1, COUNT(0x20)(%r15)
  jb 1b
  jmp done

timer_ioapic:
  movl $0xffff, %eax
  call start_8259
  movl $2, %edi
  movl $0x10030, %eax
  call set_entry
  call start_timer
  sti
  call await_periods
  movq COUNT(0x30)(%r15), %rax
  movq %rax, VALUE(0)(%r15)
  movl $2, %edi
  movl $0x30, %eax
  call set_entry
1:
  sti
  hlt
  cli
  cmpq $5, COUNT(0x30)(%r15)
  jb 1b
  jmp done

// The pair asks with interrupts off, and is masked before they are on.
withdrawn:
  movq $EOI_8259, KERNEL_EOI(%r15)
  movl $0xfffe, %eax
  call start_8259
  call start_timer
1:
  poke 0x20, 0x0a                       // the request register
  inb $0x20, %al
  testb $1, %al
  jz 1b
  poke 0x21, 0xff
  sti
  movl $100, %ecx
1:
  nop
  outb %al, $0x80
  decl %ecx
  jnz 1b
  cli
  movq COUNT(0x20)(%r15), %rax
  addq COUNT(0x27)(%r15), %rax
  movq %rax, VALUE(0)(%r15)
  poke 0x21, 0xfe
  sti
1:
  cmpq $1, COUNT(0x20)(%r15)
  jb 1b
  movq COUNT(0x27)(%r15), %rax
  movq %rax, VALUE(1)(%r15)
  jmp done

// The real-time clock's periodic interrupt, 1024 Hz.
clock:
  movl $0xffff, %eax
  call start_8259
  movl $8, %edi
  movl $0x38, %eax
  call set_entry
  poke 0x70, 0x0a
  poke 0x71, 0x26
  poke 0x70, 0x0b
  poke 0x71, 0x42
1:
  poke 0x70, 0x0c
  inb $0x71, %al
  orq %rax, VALUE(0)(%r15)
  sti
  hlt
  cli
  cmpq $10, COUNT(0x38)(%r15)
  jb 1b
  jmp done

// What comes in on COM1 goes out again, by interrupts.
echo:
  movl $0xffff, %eax
  call start_8259
  movl $4, %edi
  movl $0x34, %eax
  call set_entry
  poke (COM1 + 2), 7
  poke (COM1 + 4), 0x0b
  poke (COM1 + 1), 1
  leaq ready_text(%rip), %rsi
  call print
1:
  movl $COM1 + 5, %edx
  inb %dx, %al
  testb $1, %al
  jz 2f
  movl $COM1, %edx
  inb %dx, %al
  outb %al, %dx
  jmp 1b
2:
  sti
  hlt
  cli
  jmp 1b
ready_text:
  .asciz "ready\n"

// ---- The local APIC.
x2apic:
  call start_others
  read_msr 0, 0x1b
  write_msr 1, 0x1b, 0xfee00d00
  read_msr 2, 0x802
  read_msr 3, 0x1b
  xorl %edx, %edx
  try 4, movl APIC_VERSION(%r14), %eax
  write_msr 5, 0x1b, 0xfee00900         // back to xAPIC mode: only by way of "disabled"
  movq $EOI_X2APIC, KERNEL_EOI(%r15)
  write_msr 6, 0x83f, 0x41              // self IPI
  sti
1:
  cmpq $1, COUNT(0x41)(%r15)
  jb 1b
  write_msr 7, 0x830, 0x42, 1           // to vcpu 1
1:
  cmpq $1, (0x1000 + COUNT(0x42))(%r15)
  jb 1b
  write_msr 8, 0x83f, 0x41              // the first one's EOI came through
1:
  cmpq $2, COUNT(0x41)(%r15)
  jb 1b
  cli
  write_msr 9, 0x80b, 1
  write_msr 10, 0x1b, 0xfee00100
  xorl %edx, %edx
  try 11, movl APIC_VERSION(%r14), %eax
  movl $1, %eax
  cpuid
  shrl $9, %edx
  andl $1, %edx
  movq %rdx, VALUE(24)(%r15)
  write_msr 13, 0x1b, 0xfee00d00        // from "disabled" to x2APIC mode
  read_msr 14, 0x802
  write_msr 15, 0x1b, 0xfee00900
  movl $1, %eax
  cpuid
  shrl $9, %edx
  andl $1, %edx
  movq %rdx, VALUE(32)(%r15)
  xorl %edx, %edx
  try 17, movl APIC_VERSION(%r14), %eax
  write_msr 18, 0x1b, 0xfee00b00        // a reserved bit
  read_msr 19, 0x1b
  jmp done

deadline:
  movl $1, %eax
  cpuid
  shrl $24, %ecx
  andl $1, %ecx
  movq %rcx, VALUE(3)(%r15)
  movl $0x40050, APIC_TIMER(%r14)
  mfence
  rdtsc
  shlq $32, %rdx
  orq %rdx, %rax
  addq KERNEL_ARGUMENT(%r13), %rax
  movq %rax, VALUE(0)(%r15)
  movq %rax, %rdx
  shrq $32, %rdx
  movl $0x6e0, %ecx
  wrmsr
  sti
1:
  pause
  cmpq $1, COUNT(0x50)(%r15)
  jb 1b
  cli
  rdtsc
  shlq $32, %rdx
  orq %rdx, %rax
  movq %rax, VALUE(1)(%r15)
  rdmsr
  shlq $32, %rdx
  orq %rdx, %rax
  movq %rax, VALUE(2)(%r15)
  jmp done

// The 8259 pair's output as an interrupt of the local APIC's own: nobody acknowledges to the pair, which is
// polled instead.
lint0_fixed:
  movl $0xfffe, %eax
  call start_8259
  movl $0x51, APIC_LINT0(%r14)
  call start_timer
  xorl %ebx, %ebx
1:
  sti
  hlt
  cli
  poke 0x20, 0x0c
  inb $0x20, %al
  poke 0x20, 0x20
  cmpq $3, COUNT(0x51)(%r15)
  jb 1b
  jmp done

// ---- What a host may not have.
unknown_msrs:
  movl $100, %esi
5:
  movl $0xdead, %ecx
  try 0, rdmsr
  movl $0xbeef, %ecx
  try 1, wrmsr
  decl %esi
  jnz 5b
  write_msr 2, 0xc0000080, 0x502        // IA32_EFER is there; its bit 1 is not
  jmp done

repairs:
  movq $EOI_NONE, KERNEL_EOI(%r15)
  int3
  int $0x80
  fwait
  movabsq $0xff00ff00ff, %rcx
  popcntq %rcx, %rax
  movq %rax, VALUE(0)(%r15)
  movl $SCRATCH_MEMORY, %edi
  movq $1, (%rdi)
  movq $2, 8(%rdi)
  movl $1, %eax
  movl $2, %edx
  movl $3, %ebx
  movl $4, %ecx
  leaq 1f(%rip), %rsi                   // whether it is there is CPUID's to say
  movq %rsi, KERNEL_RESUME(%r15)
  lock cmpxchg16b (%rdi)
1:
  setz %sil
  movzbl %sil, %esi
  movq %rsi, VALUE(1)(%r15)
  movq (%rdi), %rax
  movq %rax, VALUE(2)(%r15)
  movq 8(%rdi), %rax
  movq %rax, VALUE(3)(%r15)
  xorl %eax, %eax                       // not what is there: that comes back
  xorl %edx, %edx
  leaq 1f(%rip), %rsi
  movq %rsi, KERNEL_RESUME(%r15)
  cmpxchg16b (%rdi)
1:
  setz %sil
  movzbl %sil, %esi
  movq %rsi, VALUE(4)(%r15)
  movq %rax, VALUE(5)(%r15)
  movq %rdx, VALUE(6)(%r15)
  movl $1, %eax
  cpuid
  shrl $13, %ecx
  andl $1, %ecx
  movq %rcx, VALUE(7)(%r15)
  jmp done

breakpoint:
  movabsq $0x1122334455667788, %rbx
  int3
  jmp done

// What is cached of a page that lies elsewhere now must be gone.
invpcid:
  movl $7, %eax
  xorl %ecx, %ecx
  cpuid
  shrl $10, %ebx
  andl $1, %ebx
  movq %rbx, VALUE(6)(%r15)
  movl $0x600000, %edi
  movq $0x11, (%rdi)
  movl $0xc00000, %esi
  movq $0x22, (%rsi)
  movq (%rdi), %rax
  movq %rax, VALUE(7)(%r15)
  leaq directories(%rip), %rdx
  movq $0xc00083, 3 * 8(%rdx)
  pushq $0
  pushq $0
  movl $2, %esi
  try 0, invpcid (%rsp), %rsi
  movq (%rdi), %rax
  movq %rax, VALUE(8)(%r15)
  movl $4, %esi
  try 1, invpcid (%rsp), %rsi
  movl $0, %esi
  movabsq $0x8000000000000000, %rax
  movq %rax, 8(%rsp)
  try 2, invpcid (%rsp), %rsi
  jmp done

// ---- Short windows for interrupts.
windows:
  movl KERNEL_ARGUMENT(%r13), %esi
1:
  self_interrupt 0x41
  sti
  nop
  cli
  decl %esi
  jnz 1b
  jmp done

two_in_a_window:
  self_interrupt 0x41
  self_interrupt 0x51
  sti
  nop
  cli
  jmp done

window_halt:
  movl KERNEL_ARGUMENT(%r13), %esi
1:
  self_interrupt 0x41
  sti
  hlt
  cli
  decl %esi
  jnz 1b
  jmp done

// An NMI that its own handler sends anew; behind that's IRET there is nothing that exits for a while.
nested_nmi:
  leaq nmi_outer(%rip), %rax
  call set_nmi_gate
  movl $0, APIC_ICR_HIGH(%r14)
  movl $0x4400, APIC_ICR(%r14)
  movl $3000, %ecx
1:
  decl %ecx
  jnz 1b
  jmp done
nmi_outer:
  pushq %rax
  pushq %rcx
  movq 16(%rsp), %rax
  movq %rax, VALUE(0)(%r15)
  movl $AT(stubs) + 2 * 16, %eax
  call set_nmi_gate
  movl $0x4400, APIC_ICR(%r14)
  movl $1000, %ecx
1:
  decl %ecx
  jnz 1b
  popq %rcx
  popq %rax
  outb %al, $0x80                       // an exit right before the IRET
  iretq
set_nmi_gate:
  movw %ax, idt + 2 * 16(%rip)
  shrl $16, %eax
  movw %ax, idt + 2 * 16 + 6(%rip)
  ret

// INIT while an interrupt waits for a window: nothing of the search for it may be left.
init_while_pending:
  cmpb $'B', marker(%rip)
  je 1f
  movb $'B', marker(%rip)
  self_interrupt 0x41
  nop
  nop
  movl $0, APIC_ICR_HIGH(%r14)
  movl $0x4500, APIC_ICR(%r14)
  jmp spin
1:
  jmp done

// ---- Memory above the hole.
high_memory:
  movabsq $0x100100000, %rdi
  movq (%rdi), %rax
  movq %rax, VALUE(2)(%r15)
  movabsq $0x1122334455667788, %rax
  movq %rax, (%rdi)
  xorl %eax, %eax
  movq (%rdi), %rax
  movq %rax, VALUE(3)(%r15)
  movabsq $0x17ffffff8, %rdi            // the last word of 5 GiB
  movq $0x5a, (%rdi)
  movq (%rdi), %rax
  movq %rax, VALUE(4)(%r15)
  movl $0xbffffff8, %edi                // the last word below the hole, and the hole
  movq $0xa5, (%rdi)
  movq (%rdi), %rax
  movq %rax, VALUE(5)(%r15)
  movq 8(%rdi), %rax
  movq %rax, VALUE(6)(%r15)
  jmp done

// ---- What the other vcpus do.
spin:
  sti
1:
  incq KERNEL_PROGRESS(%r15)
  pause
  jmp 1b

halt:
  incq KERNEL_PROGRESS(%r15)
  sti
  hlt
  jmp halt

halt_disabled:
  incq KERNEL_PROGRESS(%r15)
  jmp idle

// Vcpu 1 changes redirection entries (all vcpus meet), vcpu 2 resets vcpu 3 for ever, which spins.
meet:
  cmpl $2, %r12d
  ja spin
  je 2f
1:
  movl $7, %edi
  movl $0x18037, %eax
  call set_entry
  movl $7, %edi
  movl $0x10037, %eax
  call set_entry
  incq KERNEL_PROGRESS(%r15)
  jmp 1b
2:
  movl $0x3000000, APIC_ICR_HIGH(%r14)
  movl $0x4500, APIC_ICR(%r14)
  movl $(0x4600 | TRAMPOLINE >> 12), APIC_ICR(%r14)
  incq KERNEL_PROGRESS(%r15)
  jmp 2b

// ---- Handlers.
interrupted:                            // stack: vector, error code, the processor's frame
  pushq %rax
  pushq %rcx
  pushq %rdx
  movl 24(%rsp), %eax
  incq (%r15,%rax,8)
  movq KERNEL_LOGGED(%r15), %rcx
  incq KERNEL_LOGGED(%r15)
  andl $63, %ecx
  movq %rax, %rdx
  shlq $56, %rdx
  orq 40(%rsp), %rdx
  movq %rdx, KERNEL_LOG(%r15,%rcx,8)
  cmpl $32, %eax
  jb exception
  movl KERNEL_EOI(%r15), %ecx
  cmpl $EOI_8259, %ecx
  je 1f
  ja 2f
  movl $0, APIC_EOI(%r14)
  jmp 4f
1:
  cmpl $0x28, %eax
  movb $0x20, %al
  jb 3f
  outb %al, $0xa0
3:
  outb %al, $0x20
  jmp 4f
2:
  cmpl $EOI_NONE, %ecx
  je 4f
  xorl %eax, %eax
  xorl %edx, %edx
  movl $0x80b, %ecx
  wrmsr
4:
  popq %rdx
  popq %rcx
  popq %rax
  addq $16, %rsp
  iretq
exception:
  cmpl $2, %eax
  je 4b
  cmpl $3, %eax
  je 4b
  movq %rax, KERNEL_EXCEPTION(%r15)
  movq KERNEL_RESUME(%r15), %rcx
  testq %rcx, %rcx
  jz 1f
  movq %rcx, 40(%rsp)
  jmp 4b
1:
  addl $KERNEL_UNEXPECTED, %eax
  outl %eax, $EXIT
  jmp idle

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
  .word (AT(stubs) + vector * 16) & 0xffff
  .word 8
  .word 0x8e00
  .word (AT(stubs) + vector * 16) >> 16
  .quad 0
  .set vector, vector + 1
  .endr

// Everything below 6 GiB where it is, in pages of 2 MiB.
tables:
  .quad AT(pointers) + 3
  .fill 511, 8, 0
pointers:
  .set number, 0
  .rept 6
  .quad AT(directories) + number * 4096 + 3
  .set number, number + 1
  .endr
  .fill 506, 8, 0
directories:
  .set number, 0
  .rept 6 * 512
  .quad number * 0x200000 + 0x83
  .set number, number + 1
  .endr
tryst_kernel_end:
  .section .note.GNU-stack, "", @progbits
