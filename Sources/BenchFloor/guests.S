// The guests of the bench: the same bytes run under the floors here and under the real machine, so that what
// differs is the monitor alone. Small, as a host that interprets ring 0 takes 0.3 us and more an instruction.

#include "include/rounds.h"

#define SELF_VECTOR 0x40
#define PING_VECTOR 0x41
#define PONG_VECTOR 0x42
#define APIC_BASE 0x1b
#define X2APIC_ID 0x802
#define X2APIC_EOI 0x80b
#define X2APIC_SVR 0x80f
#define X2APIC_ICR 0x830
#define X2APIC_SELF 0x83f
#define APIC_VERSION 0xfee00030
#define APIC_ICR 0xfee00300
// Programs in real mode lie at page 0x10, which a startup IPI can name.
// Its data is in page 0.
#define ANSWERED 0x600
#define ROUNDS 0x602
#define ARRIVED 0x604
#define MARK_PORT 0xe9

  .section .rodata.tryst.bench, "a", @progbits

// The MSR writes exit on every host: the local APIC is not in the kernel.
.macro write_msr number, high, low
  movl $\number, %ecx
  movl $\high, %edx
  movl $\low, %eax
  wrmsr
.endm

// x2APIC mode, software enable.
.macro enable_apic
  movl $APIC_BASE, %ecx
  rdmsr
  orl $0xc00, %eax
  wrmsr
  write_msr X2APIC_SVR, 0, 0x1ff
.endm

// The interrupt's vector, a stack, the local APIC.
.macro prepare vector, handler, base, stack
  cli
  xorw %ax, %ax
  movw %ax, %ds
  movw %ax, %ss
  movw $\stack, %sp
  movw $(\handler - \base), 4 * \vector
  movw %cs, 4 * \vector + 2
  enable_apic
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
.macro start_others code=0xfdebf4fb
  outb %al, $0x80
  movl $\code, 0x10000                  // at page 0x10: sti; hlt; jmp to the hlt
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

// ---- 32 bits, flat: the same, but all of them stay in the guest.
  .globl bench_spinners_start, bench_spinners_end
bench_spinners_start:
  start_others 0x9090feeb               // jmp to itself
1:
  jmp 1b
bench_spinners_end:

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

// ---- Real mode: asleep until an interrupt, whose handler is its EOI. A round is two exits, EOI and HLT.
  .globl bench_sleeper_start, bench_sleeper_end
bench_sleeper_start:
  prepare SELF_VECTOR, sleeper_handler, bench_sleeper_start, 0x7000
  sti
1:
  hlt
  jmp 1b
sleeper_handler:
  write_msr X2APIC_EOI, 0, 0
  iretw
bench_sleeper_end:

// ---- Real mode, two pages: the first vcpu starts the others, then sends them an IPI again and again, FIXED or NMI, to
// one or to all. Whoever of them comes last answers, and until then everybody sleeps. A round is the write to ICR,
// the HLT and, for the answer, the EOI of the first vcpu; a HLT each of the others, an EOI where it was no NMI; and
// the last one's write to ICR. The others, and what they are sent, are in the image.
// The last one of the others answers.
.macro arrive
  movw $0x1000, %bx
  movw %bx, %es
  movw $1, %ax
  lock xaddw %ax, ARRIVED
  incw %ax
  cmpw %es:(others - bench_ipi_start), %ax
  jne 9f
  movw $0, ARRIVED
  write_msr X2APIC_ICR, 0, (0x4000 | PONG_VECTOR)
9:
.endm
  .globl bench_ipi_start, bench_ipi_end
  .balign 4096
bench_ipi_start:
  jmp 1f
  .balign 4
others:
  .word 1
  .word 0
command:
  .long 0x4000 | PING_VECTOR, 1
1:
  prepare PONG_VECTOR, pong_handler, bench_ipi_start, 0x7000
  movw $(ping_handler - ipi_second_page), 4 * PING_VECTOR
  movw $0x1100, 4 * PING_VECTOR + 2
  movw $(nmi_handler - ipi_second_page), 4 * 2
  movw $0x1100, 4 * 2 + 2
  movw $0, ARRIVED
  movb $0, ANSWERED
  movw $1, ROUNDS
  write_msr X2APIC_ICR, 0, 0xc4500      // INIT to all but self
  write_msr X2APIC_ICR, 0, 0xc4611      // startup at page 0x11
  // The last one says that all of them listen by the first answer.
2:
  cli                                   // nothing is slept through
  cmpb $0, ANSWERED
  jne 3f
  sti
  hlt
  jmp 2b
3:
  sti
  movb $0, ANSWERED
  decw ROUNDS
  jnz 4f
  movw $FLOOR_ROUNDS_EACH_MARK, ROUNDS
  movb $'.', %al
  outb %al, $MARK_PORT
4:
  movl $X2APIC_ICR, %ecx
  movl %cs:(command + 4 - bench_ipi_start), %edx
  movl %cs:(command - bench_ipi_start), %eax
  wrmsr
  jmp 2b
pong_handler:
  movb $1, ANSWERED
  write_msr X2APIC_EOI, 0, 0
  iretw

  .balign 4096
ipi_second_page:
  cli
  xorw %ax, %ax
  movw %ax, %ds
  enable_apic
  movl $X2APIC_ID, %ecx                 // 64 bytes of stack each
  rdmsr
  shlw $6, %ax
  movw $0x2000, %dx
  movw %dx, %ss
  movw %ax, %sp
  arrive
  sti
1:
  hlt
  jmp 1b
ping_handler:
  arrive
  write_msr X2APIC_EOI, 0, 0
  iretw
nmi_handler:
  arrive
  iretw
bench_ipi_end:

// ---- A ROM's last 256 bytes, for a machine that begins at the reset vector: puts the 32 KiB at the ROM's begin where
// programs in real mode lie, and jumps there.
  .globl bench_rom_start, bench_rom_end
bench_rom_start:
  cli
  cld
  movw $0xf000, %ax
  movw %ax, %ds
  movw $0x1000, %ax
  movw %ax, %es
  xorw %si, %si
  xorw %di, %di
  movw $0x4000, %cx
  rep movsw
  ljmpw $0x1000, $0
  .org bench_rom_start + 0xf0
  ljmpw $0xf000, $0xff00
  .org bench_rom_start + 0x100
bench_rom_end:

  .section .note.GNU-stack, "", @progbits
