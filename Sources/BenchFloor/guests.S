// The guests of the bench: the same bytes run under the floors here and under the real machine, so that what
// differs is the monitor alone. Small, as a host that interprets ring 0 takes 0.3 us and more an instruction.

#define SELF_VECTOR 0x40
#define PING_VECTOR 0x41
#define PONG_VECTOR 0x42
#define APIC_BASE 0x1b
#define X2APIC_EOI 0x80b
#define X2APIC_SVR 0x80f
#define X2APIC_ICR 0x830
#define X2APIC_SELF 0x83f
#define APIC_VERSION 0xfee00030
#define APIC_ICR 0xfee00300
// Programs in real mode lie at page 0x10, which a startup IPI can name.
// Its data is in page 0.
#define ANSWERED 0x600

  .section .rodata.tryst.bench, "a", @progbits

// The MSR writes exit on every host: the local APIC is not in the kernel.
.macro write_msr number, high, low
  movl $\number, %ecx
  movl $\high, %edx
  movl $\low, %eax
  wrmsr
.endm

// The interrupt's vector, a stack, x2APIC mode, software enable.
.macro prepare vector, handler, base, stack
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %ss
  movw $\stack, %sp
  movw $(\handler - \base), 4 * \vector
  movw %cs, 4 * \vector + 2
  movl $APIC_BASE, %ecx
  rdmsr
  orl $0xc00, %eax
  wrmsr
  write_msr X2APIC_SVR, 0, 0x1ff
.endm

// ---- Real mode or 32 bits: every pass is a PIO exit.
  .globl bench_port_start, bench_port_end
bench_port_start:
  .code16
1:
  outb %al, $0x80
  jmp 1b
bench_port_end:

// ---- Real mode: stays in the guest.
  .globl bench_spin_start, bench_spin_end
bench_spin_start:
1:
  jmp 1b
bench_spin_end:

// ---- Real mode: one HLT.
  .globl bench_halt_start, bench_halt_end
bench_halt_start:
1:
  hlt
  jmp 1b
bench_halt_end:

// ---- 32 bits, flat: every pass is an MMIO exit, a read of the local APIC's version.
  .globl bench_memory_start, bench_memory_end
bench_memory_start:
  .code32
1:
  movl APIC_VERSION, %eax
  jmp 1b
bench_memory_end:

// ---- 32 bits, flat: says that it runs, starts every other vcpu, which halts, and halts too, interrupts on.
.macro start_others
  outb %al, $0x80
  movl $0xfdebf4fb, 0x10000             // at page 0x10: sti; hlt; jmp to the hlt
  movl $0xc4500, APIC_ICR               // INIT to all but self
  movl $0xc4610, APIC_ICR               // startup at page 0x10, twice as the SDM has it
  movl $0xc4610, APIC_ICR
.endm
  .globl bench_crowd_start, bench_crowd_end
bench_crowd_start:
  start_others
  sti
1:
  hlt
  jmp 1b
bench_crowd_end:

// ---- 32 bits, flat: the same, but the first vcpu stays in the guest.
  .globl bench_mixed_start, bench_mixed_end
bench_mixed_start:
  start_others
1:
  jmp 1b
bench_mixed_end:

// ---- Real mode: a round is a self-IPI with interrupts off, HLT, the interrupt, its EOI. Three exits.
  .globl bench_round_start, bench_round_end
bench_round_start:
  .code16
  prepare SELF_VECTOR, round_handler, bench_round_start, 0x7000
1:
  cli
  write_msr X2APIC_SELF, 0, SELF_VECTOR
  sti
  hlt
  jmp 1b
round_handler:
  write_msr X2APIC_EOI, 0, 0
  iretw
bench_round_end:

// ---- Real mode: a round is a self-IPI with interrupts on, taken at once, and its EOI. Two exits.
  .globl bench_interrupt_start, bench_interrupt_end
bench_interrupt_start:
  prepare SELF_VECTOR, interrupt_handler, bench_interrupt_start, 0x7000
  sti
1:
  write_msr X2APIC_SELF, 0, SELF_VECTOR
  jmp 1b
interrupt_handler:
  pushal                                // where it comes late, the next write has begun
  write_msr X2APIC_EOI, 0, 0
  popal
  iretw
bench_interrupt_end:

// ---- Real mode, two pages: the first vcpu starts the second one, then they send each other FIXED IPIs and sleep
// until the answer. A round is six exits: a write to ICR, a HLT and an EOI on each side; and two wake-ups.
  .globl bench_pair_start, bench_pair_end
  .balign 4096
bench_pair_start:
  prepare PONG_VECTOR, pong_handler, bench_pair_start, 0x7000
  write_msr X2APIC_ICR, 1, 0x4500
  write_msr X2APIC_ICR, 1, 0x4611       // at page 0x11
  // The second one says that it listens by the first answer.
  sti
  hlt
1:
  movb $0, ANSWERED
  write_msr X2APIC_ICR, 1, (0x4000 | PING_VECTOR)
2:
  cli                                   // nothing is slept through
  cmpb $0, ANSWERED
  jne 3f
  sti
  hlt
  jmp 2b
3:
  sti
  jmp 1b
pong_handler:
  movb $1, ANSWERED
  write_msr X2APIC_EOI, 0, 0
  iretw

  .balign 4096
second_page:
  prepare PING_VECTOR, ping_handler, second_page, 0x6000
  write_msr X2APIC_ICR, 0, (0x4000 | PONG_VECTOR)
  sti
1:
  hlt
  jmp 1b
ping_handler:
  write_msr X2APIC_ICR, 0, (0x4000 | PONG_VECTOR)
  write_msr X2APIC_EOI, 0, 0
  iretw
bench_pair_end:

  .section .note.GNU-stack, "", @progbits
