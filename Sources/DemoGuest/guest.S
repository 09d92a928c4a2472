// The demo guest: ordinary x86, real mode to long mode, that starts its APs by INIT-SIPI-SIPI, counts every
// vector that it takes, survives whatever the operator injects, and runs the scenario that the host names in
// the control page. On a host that interprets ring 0 (kvm_pvm) an instruction costs 0.3 us and an exit 10 us,
// so loops are short and waiting is HLT.
//
// There are two images of it. With up to 255 vcpus the local APIC is the page at 0xfee00000. More need ids of
// 32 bits: x2apic.S builds this file again with X2APIC defined, and the local APIC is MSRs. Everything else is
// the same code.
//
// Registers in 64-bit code: r12 own number, r13 control page, r14 local APIC, r15 own page, rbp scenario that
// this vcpu is set up for. Interrupt handlers rely on r13 to r15 and change nothing.
#include "include/demoguest.h"

#ifdef X2APIC
#define IMAGE_START tryst_demo_x2apic_image_start
#define IMAGE_END tryst_demo_x2apic_image_end
#else
#define IMAGE_START tryst_demo_image_start
#define IMAGE_END tryst_demo_image_end
#endif
#define AT(label) (DEMO_IMAGE + (label) - IMAGE_START)
#define CODE64 0x08
#define DATA 0x10
#define STUBS 0x1010
#define STUB_SIZE 12

#define APIC_ID 0x20
#define APIC_EOI 0xb0
#define APIC_LDR 0xd0
#define APIC_SVR 0xf0
#define APIC_ISR 0x100
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_TIMER_COUNT 0x380
#define APIC_TIMER_DIVIDE 0x3e0
#define IOAPIC 0xfec00000
#define PERIODIC (1 << 17)
#define MASKED (1 << 16)
#define ICR_INIT 0x4500
#define ICR_STARTUP (0x4600 | DEMO_STARTUP_VECTOR)
#define ICR_NMI 0x4400
#define ALL_BUT_SELF 0xc0000
#define MSR_APIC_BASE 0x1b
#define APIC_BASE_EXTD 10
// The MSR of the register at an offset in the page.
#define APIC_MSR(offset) (0x800 + ((offset) >> 4))

// A register of the local APIC = value, 32 bits. ICR, too, with a shorthand, which needs no destination.
// x2APIC: rax, rcx and rdx change.
  .macro write_apic offset, value
#ifdef X2APIC
  movl $APIC_MSR(\offset), %ecx
  movl \value, %eax
  xorl %edx, %edx
  wrmsr
#else
  movl \value, \offset(%r14)
#endif
  .endm

// The end of an interrupt, where rax is saved already.
  .macro end_of_interrupt
#ifdef X2APIC
  pushq %rcx
  pushq %rdx
  write_apic APIC_EOI, $0
  popq %rdx
  popq %rcx
#else
  movl $0, APIC_EOI(%r14)
#endif
  .endm

// ecx: to how many vcpus a redirection entry can lead, 0 to ecx - 1. Its destination has 8 bits, also for an
// x2APIC: as a physical id it names vcpus 0 to 254, and 255 is all of them. As a logical one it would be
// members 0 to 7 of cluster 0, so physical ones get farther. edx becomes 0.
  .macro reachable_by_pins
  movl CONTROL_VCPUS(%r13), %ecx
#ifdef X2APIC
  movl $255, %edx
  cmpl %edx, %ecx
  cmova %edx, %ecx
#endif
  xorl %edx, %edx
  .endm

  .section .rodata.tryst.demo, "a", @progbits
  .globl IMAGE_START, IMAGE_END
  .balign 4096
IMAGE_START:

// ---- 16 bits: where a startup IPI, or the host, starts a vcpu. Every page below 1 MiB that a startup IPI can
// name begins with this same jump, so any vector leads here. IP 5 is what the real-mode NMI vector names.
  .code16
  .byte 0xea
  .word enter16 - IMAGE_START, DEMO_IMAGE >> 4
nmi16:
  iret
enter16:
  cli
  cld
#ifdef X2APIC
  movl $0xb, %eax                       // the one place that has all 32 bits of the id without an exit
  xorl %ecx, %ecx
  cpuid
  movl %edx, %edi                       // APIC id
#else
  movl $1, %eax
  cpuid
  shrl $24, %ebx
  movl %ebx, %edi                       // APIC id
#endif
  xorl %eax, %eax
  movw %ax, %ss
  leal 1(%edi), %eax                    // an NMI needs a good stack at any instruction: set at once
  shll $12, %eax
  addl $DEMO_VCPU, %eax
  movl %eax, %esp
  lgdtl %cs:(gdt_pointer - IMAGE_START)
  movl $0x620, %eax                     // PAE, OSFXSR, OSXMMEXCPT
  movl %eax, %cr4
  movl $DEMO_TABLES, %eax
  movl %eax, %cr3
  movl $0xc0000080, %ecx
  rdmsr
  orl $0x100, %eax                      // EFER.LME
  wrmsr
  // From real mode straight to long mode, so that no 32-bit mode without an IDT lies between. Read as a
  // real-mode vector table, this IDT sends an NMI to 0:0, which leads to the start of this page again.
  lidtl %cs:(idt_pointer - IMAGE_START)
  movl $0x80010033, %eax                // PG, WP, NE, ET, MP, PE
  movl %eax, %cr0
  ljmpl $CODE64, $AT(enter64)

  .balign 8
gdt:
  .quad 0
  .quad 0x00af9b000000ffff              // 64-bit code
  .quad 0x00cf93000000ffff              // data
gdt_pointer:
  .word 23
  .long AT(gdt)
idt_pointer:
  .word 4095
  .long DEMO_TABLES + 0x4000

// ---- 64 bits.
  .code64
enter64:
  movl $DATA, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %ss
#ifdef X2APIC
  movl $MSR_APIC_BASE, %ecx             // an INIT leaves the mode as it is
  rdmsr
  btsl $APIC_BASE_EXTD, %eax
  jc 1f
  wrmsr
1:
  movl $APIC_MSR(APIC_ID), %ecx
  rdmsr
  movl %eax, %edi
#endif
  movl %edi, %r12d
  movl $DEMO_CONTROL, %r13d
  movl $0xfee00000, %r14d
  movl %edi, %eax                       // as the stack: an NMI counts there as soon as it is not 0
  shll $12, %eax
  addl $DEMO_VCPU, %eax
  movl %eax, %r15d
  write_apic APIC_SVR, $0x1ff           // software enable, spurious vector 0xff
#ifndef X2APIC                          // whose logical id follows from its number
  movl %edi, %ecx
  andl $7, %ecx
  movl $0x1000000, %eax
  shll %cl, %eax
  movl %eax, APIC_LDR(%r14)             // flat logical id: bit (number & 7)
#endif
  write_apic APIC_TIMER_DIVIDE, $0xb    // by 1: the count is nanoseconds
  movl $-1, %ebp                        // set up for no scenario yet
  incq VCPU_BOOTS(%r15)
  testl %r12d, %r12d
  jz boot_processor
  lock incl CONTROL_ONLINE(%r13)
  jmp dispatch

boot_processor:
  leaq text_hello(%rip), %rsi
  call print
  movl CONTROL_VCPUS(%r13), %eax
  call print_number
  leaq text_vcpus(%rip), %rsi
  call print
#ifndef X2APIC
  call program_ioapic
#endif
  movl CONTROL_VCPUS(%r13), %ebx
  decl %ebx
  jz boot_done
  movl $0, CONTROL_ONLINE(%r13)
  write_apic APIC_ICR, $(ALL_BUT_SELF | ICR_INIT)
  write_apic APIC_ICR, $(ALL_BUT_SELF | ICR_STARTUP)
  write_apic APIC_ICR, $(ALL_BUT_SELF | ICR_STARTUP)
  movl $200000, %ecx                    // 2 s and more: an exit a turn
boot_wait:
  cmpl %ebx, CONTROL_ONLINE(%r13)
  jae boot_done
  outb %al, $PORT_POST
  decl %ecx
  jnz boot_wait
boot_done:
  movl CONTROL_ONLINE(%r13), %eax
  call print_number
  leaq text_online(%rip), %rsi
  call print
#ifdef X2APIC                           // only now: for each pin all vcpus may have to meet, and they are many
  call program_ioapic
#endif

// What now? Interrupts are on while a vcpu works; they are off from the look at a condition to the HLT whose
// STI turns them on, so that nothing is slept through.
dispatch:
  sti
  movl CONTROL_SCENARIO(%r13), %eax
  cmpl %ebp, %eax
  je 1f
  call set_up
1:
  testl %r12d, %r12d
  jnz dispatch_ap
  cmpl $1, %ebp
  je mixed_boot
  cmpl $2, %ebp
  je init_storm_boot
  cmpl $3, %ebp
  je reroute_boot
  cmpl $4, %ebp
  je ping_pong
  cmpl $5, %ebp
  je broadcast_boot
  cmpl $6, %ebp
  je halted_crowd_boot
  cmpl $7, %ebp
  je reroute_boot
  cmpl $8, %ebp
  je pair_init
  jmp doze
dispatch_ap:
  cmpl $2, %ebp
  je burst
  cmpl $3, %ebp
  je burst
  cmpl $7, %ebp
  je burst
  cmpl $8, %ebp
  je pair_init_ap
  cmpl $4, %ebp
  je ping_pong
  cmpl $1, %ebp
  je mixed_ap
// Sleep until any interrupt, unless the scenario changed.
doze:
  cli
  cmpl %ebp, CONTROL_SCENARIO(%r13)
  jne dispatch
  sti
  hlt
  jmp dispatch

// A scenario begins: eax is its number. Sets the timer; the boot processor says so.
set_up:
  movl %ebp, %r8d                       // the one before
  movl %eax, %ebp
  write_apic APIC_LVT_TIMER, $MASKED
  write_apic APIC_TIMER_COUNT, $0
  testl %r12d, %r12d
  jnz set_up_ap
  cmpl $3, %r8d
  je 1f
  cmpl $7, %r8d
  jne 3f
1:
  call program_ioapic
3:
  cmpl $8, %ebp
  ja 2f
  leaq text_scenario(%rip), %rsi
  call print
  leaq scenario_names(%rip), %rsi
  movl %ebp, %eax
  shll $4, %eax
  addq %rax, %rsi
  call print
  leaq text_newline(%rip), %rsi
  call print
2:
  movl $250000000, %eax                 // mixed: 4 Hz
  cmpl $1, %ebp
  je start_timer
  movl $50000000, %eax                  // ping-pong and broadcast: notices what got lost
  cmpl $4, %ebp
  je start_timer
  cmpl $5, %ebp
  je start_timer
  ret
set_up_ap:
  movl CONTROL_VCPUS(%r13), %eax
  cmpl $4, %eax
  jae 1f
  movl $4, %eax
1:
  movl $5000000, %ecx                   // mixed: 5 ms a vcpu of the machine
  cmpl $1, %ebp
  je 2f
#ifdef X2APIC
  movl $1000000, %ecx                   // storms: 1 ms a vcpu: where many threads want to run, the others of
#else                                   // the host, the monitor's among them, wait long
  movl $125000, %ecx                    // storms: 125 us a vcpu, so that the host keeps up
#endif
  cmpl $2, %ebp
  je 2f
  cmpl $3, %ebp
  je 2f
  cmpl $7, %ebp
  je 2f
  cmpl $8, %ebp
  je 2f
  movl $1000000, %ecx                   // halted crowd
  cmpl $6, %ebp
  je 2f
  movl $50000000, %eax
  cmpl $4, %ebp
  je start_timer
  ret
2:
  mull %ecx
  testl %edx, %edx
  jz start_timer
  movl $-1, %eax                        // 4.3 s is the most: mixed with more than 858 vcpus
start_timer:
  movl %eax, %r8d
  write_apic APIC_LVT_TIMER, $(PERIODIC | VECTOR_TIMER)
  write_apic APIC_TIMER_COUNT, %r8d
  ret

// Port writes, then sleep until the timer.
burst:
  movl $16, %ecx
1:
  outb %al, $PORT_POST
  decl %ecx
  jnz 1b
  incq VCPU_WORK(%r15)
  jmp doze
mixed_ap:
  testl $1, %r12d
  jz doze
  movl $100, %ecx
  jmp 1b

// ---- mixed, boot processor: at each tick one kind of event.
mixed_boot:
  cli
  movl VCPU_TICKS(%r15), %ebx
  cmpl %ebx, VCPU_FLAG(%r15)
  jne 1f
  cmpl %ebp, CONTROL_SCENARIO(%r13)
  jne dispatch
  sti
  hlt
  jmp dispatch
1:
  movl %ebx, VCPU_FLAG(%r15)
  sti
  cmpl $1, CONTROL_VCPUS(%r13)
  je mixed_reroute
  call pick_ap                          // edi: an AP, a new one with each tick
  movl $(0x4000 | VECTOR_IPI), %esi
  testl $1, %ebx
  jz 2f
  movl $ICR_NMI, %esi
  testl $2, %ebx
  jz 2f
  movl $(0x4900 | VECTOR_IPI), %esi     // lowest priority, logical: to whoever is least busy
#ifdef X2APIC
  shrl $4, %edi                         // of the 16 in the AP's cluster
  shll $16, %edi
  orl $0xffff, %edi
#else
  movl $0xff, %edi
#endif
  testl $4, %ebx
  jz 2f
  movl $(0x40000 | 0x4000 | VECTOR_IPI), %esi
2:
  call send
  testl $7, %ebx
  jnz mixed_reroute
  movl %ebx, %eax
  shrl $3, %eax
  call pick_ap_by
  call restart
mixed_reroute:
  movl %ebx, %eax
  xorl %edx, %edx
  movl $12, %ecx
  divl %ecx
  cmpl $6, %edx
  jne dispatch
  reachable_by_pins
  divl %ecx
  movl %edx, %esi                       // pin 0 goes to the next vcpu
  shll $24, %esi
  movl $0x11, %eax
  call write_ioapic
  jmp dispatch

// edi = an AP chosen by ebx (or by eax): 1 + number mod (vcpus - 1). Needs more than one vcpu.
pick_ap:
  movl %ebx, %eax
pick_ap_by:
  movl CONTROL_VCPUS(%r13), %ecx
  decl %ecx
  xorl %edx, %edx
  divl %ecx
  leal 1(%rdx), %edi
  ret

// The ICR: edi destination, esi the low half. Only the scenario's own handlers send too, and never on a vcpu
// whose main code sends, so the two halves need no protection (pair-init, where an AP sends, sees to itself).
// x2APIC: it is one register, and one exit; rax, rcx and rdx change.
send:
#ifdef X2APIC
  movl $APIC_MSR(APIC_ICR), %ecx
  movl %esi, %eax
  movl %edi, %edx
  wrmsr
#else
  shll $24, %edi
  movl %edi, APIC_ICR_HIGH(%r14)
  movl %esi, APIC_ICR(%r14)
#endif
  ret
// To the one before.
  .macro send_startup
#ifdef X2APIC
  movl $ICR_STARTUP, %esi
  call send
#else
  movl $ICR_STARTUP, APIC_ICR(%r14)
#endif
  .endm

// INIT-SIPI-SIPI to the AP edi, and wait until it has booted (bounded: it may be gone).
restart:
  movl %edi, %r8d
  shll $12, %r8d
  addl $DEMO_VCPU, %r8d
  movl VCPU_BOOTS(%r8), %r9d
  movl $ICR_INIT, %esi
  call send
  send_startup
  send_startup
  sti                                   // for who came with interrupts off
  movl $20000, %ecx
1:
  cmpl %r9d, VCPU_BOOTS(%r8)
  jne 2f
  outb %al, $PORT_POST
  decl %ecx
  jnz 1b
2:
  incq VCPU_WORK(%r15)
  ret

// ---- init-storm: one AP after the other.
init_storm_boot:
  cmpl $1, CONTROL_VCPUS(%r13)
  je doze
  incl VCPU_FLAG(%r15)
  movl VCPU_FLAG(%r15), %ebx
  call pick_ap
  call restart
  jmp dispatch

// ---- halted-crowd: the first AP is INITed again and again, the others sleep with timers.
halted_crowd_boot:
  cmpl $1, CONTROL_VCPUS(%r13)
  je doze
  movl $1, %edi
  call restart
  jmp dispatch

// ---- pair-init: the first vcpu INITs the even APs, the last one the odd ones, at the same time. Neither INITs the
// other; the last one's APs have lower numbers than its own, the first one's higher ones.
pair_init_ap:
  movl CONTROL_VCPUS(%r13), %ecx
  decl %ecx
  movl $1, %ebx
  cmpl %ecx, %r12d
  jne burst
  jmp 1f
pair_init:
  movl CONTROL_VCPUS(%r13), %ecx
  subl $2, %ecx
  movl $2, %ebx
1:
  sarl %ecx                             // so many APs it has, from ebx on
  jle doze
  incl VCPU_FLAG(%r15)
  movl VCPU_FLAG(%r15), %eax
  xorl %edx, %edx
  divl %ecx
  leal (%rbx,%rdx,2), %edi
  // The next scenario may have begun elsewhere, and its handlers send: the high half of the ICR would be theirs
  // when the SIPIs go out, and the AP wait for one for ever.
  cli
  call restart
  jmp dispatch

// ---- reroute-storm: each pin in turn to the next vcpu, edge and level by turns. Both halves change.
// ---- edge-storm: only the pins that are edge-triggered, and they stay so.
reroute_boot:
  movl $24, %ecx
  cmpl $3, %ebp
  je 1f
  movl $16, %ecx
1:
  incl VCPU_FLAG(%r15)
  incq VCPU_WORK(%r15)
  movl VCPU_FLAG(%r15), %eax
  xorl %edx, %edx
  divl %ecx
  movl %edx, %ebx                       // pin
  movl %eax, %r8d                       // round
  reachable_by_pins
  divl %ecx
  movl %edx, %esi
  shll $24, %esi
  leal 0x11(,%rbx,2), %eax
  call write_ioapic
  leal VECTOR_PIN(%rbx), %esi
  cmpl $3, %ebp
  jne 1f
  movl %r8d, %eax
  andl $1, %eax
  shll $15, %eax
  orl %eax, %esi
1:
  leal 0x10(,%rbx,2), %eax
  call write_ioapic
  jmp dispatch

// I/O APIC register eax = esi.
write_ioapic:
  movl $IOAPIC, %ecx
  movl %eax, (%rcx)
  movl %esi, 0x10(%rcx)
  ret

// Every pin to vcpu 0 with vector VECTOR_PIN + pin, pins 16 to 23 level-triggered, none masked.
program_ioapic:
  xorl %ebx, %ebx
1:
  leal 0x11(,%rbx,2), %eax
  xorl %esi, %esi
  call write_ioapic
  leal VECTOR_PIN(%rbx), %esi
  cmpl $16, %ebx
  jb 2f
  orl $0x8000, %esi
2:
  leal 0x10(,%rbx,2), %eax
  call write_ioapic
  incl %ebx
  cmpl $24, %ebx
  jb 1b
  ret

// ---- ping-pong: even vcpus start, their odd neighbours answer from the handler.
ping_pong:
  testl $1, %r12d
  jnz doze
  leal 1(%r12), %edi
  cmpl CONTROL_VCPUS(%r13), %edi
  jae doze
  call mark
  movl $(0x4000 | VECTOR_PING), %esi
  call send
  leaq text_ping(%rip), %rsi
  jmp await_answer

// A round trip begins: r9 when, r10 answers so far, r11 the tick at which it counts as lost.
mark:
  rdtsc
  shlq $32, %rdx
  orq %rdx, %rax
  movq %rax, %r9
  movl VCPU_PONG(%r15), %r10d
  movl VCPU_TICKS(%r15), %r11d
  addl $4, %r11d
  ret

// It ends with the next answer. rsi: what to call it in the report.
await_answer:
  cli
  cmpl %r10d, VCPU_PONG(%r15)
  jne 1f
  cmpl %ebp, CONTROL_SCENARIO(%r13)
  jne dispatch
  movl VCPU_TICKS(%r15), %eax
  subl %r11d, %eax
  jns dispatch
  sti
  hlt
  jmp await_answer
1:
  sti
  rdtsc
  shlq $32, %rdx
  orq %rdx, %rax
  subq %r9, %rax
  addq %rax, VCPU_PING_TICKS(%r15)
  incq VCPU_PING_ROUNDS(%r15)
  incq VCPU_WORK(%r15)

// Once a second of measured time, from the boot processor: rounds and their mean. rsi: what.
  testl %r12d, %r12d
  jnz dispatch
  movl CONTROL_TSC_KHZ(%r13), %ecx
  testl %ecx, %ecx
  jz dispatch
  imulq $1000, %rcx, %rax
  cmpq %rax, VCPU_PING_TICKS(%r15)
  jb dispatch
  call print
  movq VCPU_PING_ROUNDS(%r15), %rax
  call print_number
  leaq text_rounds(%rip), %rsi
  call print
  movq VCPU_PING_TICKS(%r15), %rax
  xorl %edx, %edx
  divq VCPU_PING_ROUNDS(%r15)
  imulq $1000, %rax
  movl CONTROL_TSC_KHZ(%r13), %ecx
  xorl %edx, %edx
  divq %rcx
  call print_number
  leaq text_microseconds(%rip), %rsi
  call print
  movq $0, VCPU_PING_ROUNDS(%r15)
  movq $0, VCPU_PING_TICKS(%r15)
  jmp dispatch

// ---- broadcast: all but self; the last that acknowledges tells the boot processor.
broadcast_boot:
  cmpl $1, CONTROL_VCPUS(%r13)
  je doze
  movl $0, CONTROL_ACKS(%r13)
  call mark
  write_apic APIC_ICR, $(ALL_BUT_SELF | 0x4000 | VECTOR_BROADCAST)
  leaq text_broadcast(%rip), %rsi
  jmp await_answer

// ---- The serial port. rsi: text up to a zero byte.
print:
  pushq %rax
  pushq %rdx
  movl $PORT_SERIAL, %edx
1:
  lodsb
  testb %al, %al
  jz 2f
  outb %al, %dx
  jmp 1b
2:
  popq %rdx
  popq %rax
  ret

// rax in decimal.
print_number:
  pushq %rdx
  pushq %rcx
  pushq $0
  movl $10, %ecx
1:
  xorl %edx, %edx
  divq %rcx
  addl $0x30, %edx
  pushq %rdx
  testq %rax, %rax
  jnz 1b
  movl $PORT_SERIAL, %edx
2:
  popq %rax
  testl %eax, %eax
  jz 3f
  outb %al, %dx
  jmp 2b
3:
  popq %rcx
  popq %rdx
  ret

// ---- Interrupts. A stub leaves its vector on the stack.
counted:                                // any vector: count, EOI, done
  pushq %rax
  movl 8(%rsp), %eax
  incq (%r15,%rax,8)
  incq VCPU_TOTAL(%r15)
  end_of_interrupt
  popq %rax
  addq $8, %rsp
  iretq
timer:
  incl VCPU_TICKS(%r15)
  jmp counted
ponged:
  incl VCPU_PONG(%r15)
  jmp counted
pinged:
  cmpl $4, CONTROL_SCENARIO(%r13)
  jne counted
  pushq %rax
#ifdef X2APIC
  pushq %rcx
  pushq %rdx
  movl $APIC_MSR(APIC_ICR), %ecx
  movl $(0x4000 | VECTOR_PONG), %eax
  leal -1(%r12), %edx
  wrmsr
  popq %rdx
  popq %rcx
#else
  leal -1(%r12), %eax
  shll $24, %eax
  movl %eax, APIC_ICR_HIGH(%r14)
  movl $(0x4000 | VECTOR_PONG), APIC_ICR(%r14)
#endif
  popq %rax
  jmp counted
broadcasted:
  cmpl $5, CONTROL_SCENARIO(%r13)
  jne counted
  pushq %rax
  movl $1, %eax
  lock xaddl %eax, CONTROL_ACKS(%r13)
  addl $2, %eax
  cmpl CONTROL_VCPUS(%r13), %eax
  jne 1f
#ifdef X2APIC
  pushq %rcx
  pushq %rdx
  write_apic APIC_ICR, $(0x4000 | VECTOR_ACKNOWLEDGED)
  popq %rdx
  popq %rcx
#else
  movl $0, APIC_ICR_HIGH(%r14)
  movl $(0x4000 | VECTOR_ACKNOWLEDGED), APIC_ICR(%r14)
#endif
1:
  popq %rax
  jmp counted
nmi:                                    // no EOI; and before r15 is set, nothing to count in
  testq %r15, %r15
  jz 1f
  incq (2 * 8)(%r15)
  incq VCPU_TOTAL(%r15)
1:
  cmpq $CODE64, 16(%rsp)
  je 2f
  movq $CODE64, 16(%rsp)                // between PG and the far jump CS is a real-mode segment, which
  movq $AT(enter64), 8(%rsp)            // no IRET could load: go where that jump goes
2:
  addq $8, %rsp
  iretq
spurious:                               // no EOI, unless somebody sent this vector as an ordinary one
#ifdef X2APIC
  pushq %rax
  pushq %rcx
  pushq %rdx
  movl $APIC_MSR(APIC_ISR + 0x70), %ecx
  rdmsr
  testl %eax, %eax
  jns 1f
  write_apic APIC_EOI, $0
1:
  popq %rdx
  popq %rcx
  popq %rax
#else
  testl $0x80000000, (APIC_ISR + 0x70)(%r14)
  jz 1f
  movl $0, APIC_EOI(%r14)
1:
#endif
  incq (VECTOR_SPURIOUS * 8)(%r15)
  incq VCPU_TOTAL(%r15)
  addq $8, %rsp
  iretq
ambiguous:                              // 16 to 31: an exception, unless the local APIC has it in service
  pushq %rax
  pushq %rcx
#ifdef X2APIC
  pushq %rdx
  movl $APIC_MSR(APIC_ISR), %ecx
  rdmsr
  popq %rdx
#else
  movl APIC_ISR(%r14), %eax
#endif
  movl 16(%rsp), %ecx
  btl %ecx, %eax
  popq %rcx
  popq %rax
  jc counted
exception:                              // nothing of ours raises one: tell the host which, and stop
  popq %rax
  movl %eax, VCPU_FAULT(%r15)
  outl %eax, $PORT_PANIC
1:
  cli
  hlt
  jmp 1b

// The code must fit its page (the assembler refuses .org otherwise): the next begins with a jump.
  .org 0x1000
  .byte 0xea
  .word enter16 - IMAGE_START, DEMO_IMAGE >> 4
  .org STUBS
stubs:
  .set vector, 0
  .rept 256
1:
  .byte 0x68                            // pushq $vector, always five bytes
  .long vector
  .byte 0xe9                            // jmp, always five bytes
  .if vector == 2
  .long nmi - (. + 4)
  .elseif vector < 16
  .long exception - (. + 4)
  .elseif vector < 32
  .long ambiguous - (. + 4)
  .elseif vector == VECTOR_TIMER
  .long timer - (. + 4)
  .elseif vector == VECTOR_PING
  .long pinged - (. + 4)
  .elseif vector == VECTOR_PONG || vector == VECTOR_ACKNOWLEDGED
  .long ponged - (. + 4)
  .elseif vector == VECTOR_BROADCAST
  .long broadcasted - (. + 4)
  .elseif vector == VECTOR_SPURIOUS
  .long spurious - (. + 4)
  .else
  .long counted - (. + 4)
  .endif
  .fill STUB_SIZE - (. - 1b), 1, 0xcc
  .set vector, vector + 1
  .endr

  .org 0x2000
  .byte 0xea
  .word enter16 - IMAGE_START, DEMO_IMAGE >> 4
  .balign 16
scenario_names:                         // 16 bytes each, in the order of their numbers
  .asciz "idle"
  .balign 16
  .asciz "mixed"
  .balign 16
  .asciz "init-storm"
  .balign 16
  .asciz "reroute-storm"
  .balign 16
  .asciz "ping-pong"
  .balign 16
  .asciz "broadcast"
  .balign 16
  .asciz "halted-crowd"
  .balign 16
  .asciz "edge-storm"
  .balign 16
  .asciz "pair-init"
  .balign 16
text_hello:
  .asciz "[demo] tryst demo guest, "
text_vcpus:
  .asciz " vcpus\n"
text_online:
  .asciz " APs answered INIT-SIPI-SIPI\n"
text_scenario:
  .asciz "[demo] scenario "
text_newline:
  .asciz "\n"
text_ping:
  .asciz "[demo] ping-pong 0-1: "
text_broadcast:
  .asciz "[demo] broadcast: "
text_rounds:
  .asciz " round trips, mean "
text_microseconds:
  .asciz " us\n"
IMAGE_END:

// ---- For both images: identity mapping of the first and the fourth gigabyte by 2 MiB pages, then the IDT.
#ifndef X2APIC
  .globl tryst_demo_tables_start, tryst_demo_tables_end
  .balign 4096
tryst_demo_tables_start:
  .quad DEMO_TABLES + 0x1003
  .org tryst_demo_tables_start - tryst_demo_image_start + 0x1000
  .quad DEMO_TABLES + 0x2003, 0, 0, DEMO_TABLES + 0x3003
  .org tryst_demo_tables_start - tryst_demo_image_start + 0x2000
  .set frame, 0
  .rept 512
  .quad (frame << 21) | 0x83
  .set frame, frame + 1
  .endr
  .set frame, 1536
  .rept 512
  .quad (frame << 21) | 0x9b            // uncached: the interrupt controllers are there
  .set frame, frame + 1
  .endr
  .set vector, 0
  .rept 256
  .word (DEMO_IMAGE + STUBS + vector * STUB_SIZE) & 0xffff
  .word CODE64
  .word 0x8e00
  .word (DEMO_IMAGE + STUBS + vector * STUB_SIZE) >> 16
  .quad 0
  .set vector, vector + 1
  .endr
tryst_demo_tables_end:
#endif
  .section .note.GNU-stack, "", @progbits
