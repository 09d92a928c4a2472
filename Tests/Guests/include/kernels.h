// A multiboot kernel that only tests boot, and its contract with them: one image holds all the programs, and
// a block behind the multiboot header, which the test fills in before it boots the image, says which runs.
#ifndef KERNELS_H
#define KERNELS_H

// Where the image is loaded, and the block in it.
#define KERNEL_BASE 0x100000
#define KERNEL_PARAMETERS 64
// 32-bit words of the block, then a 64-bit one.
#define KERNEL_PROGRAM 0
#define KERNEL_AP_PROGRAM 4
#define KERNEL_VCPUS 8
#define KERNEL_GO 12
#define KERNEL_ARGUMENT 16

// A page a vcpu: first a 64-bit count for each vector, then 64-bit words.
#define KERNEL_RESULTS 0x800000
#define KERNEL_BOOTS 2112
#define KERNEL_PROGRESS 2120
// How a handler ends an interrupt.
#define KERNEL_EOI 2128
#define EOI_LOCAL_APIC 0
#define EOI_8259 1
#define EOI_X2APIC 2
#define EOI_NONE 3
#define KERNEL_VALUES 2304
#define KERNEL_EXCEPTION 3072
#define KERNEL_RESUME 3080
// The last 64 interrupts: the vector in bits 63:56, and the rip that was interrupted.
#define KERNEL_LOGGED 3088
#define KERNEL_LOG 3136

// What it says at port 0xF4 after an exception that it did not expect, plus its vector.
#define KERNEL_UNEXPECTED 0x100

#define KERNEL_PROBE 0
#define KERNEL_POWER_OFF 1
#define KERNEL_RESET 2
#define KERNEL_PANIC 3
#define KERNEL_TIMER_8259 4
#define KERNEL_TIMER_MASKED 5
#define KERNEL_TIMER_IOAPIC 6
#define KERNEL_WITHDRAWN 7
#define KERNEL_CLOCK 8
#define KERNEL_ECHO 9
#define KERNEL_X2APIC 10
#define KERNEL_DEADLINE 11
#define KERNEL_UNKNOWN_MSRS 12
#define KERNEL_REPAIRS 13
#define KERNEL_BREAKPOINT 14
#define KERNEL_WINDOWS 15
#define KERNEL_TWO_IN_A_WINDOW 16
#define KERNEL_WINDOW_HALT 17
#define KERNEL_HIGH_MEMORY 18
#define KERNEL_INIT_WHILE_PENDING 19
#define KERNEL_LINT0_FIXED 20
#define KERNEL_SPIN 21
#define KERNEL_HALT 22
#define KERNEL_HALT_DISABLED 23
#define KERNEL_MEET 24
#define KERNEL_NESTED_NMI 25
#define KERNEL_INVPCID 26
#define KERNEL_FIRMWARE_TICK 27
#define KERNEL_COUNT 28

// How KERNEL_RESET resets.
#define RESET_BY_CF9 0
#define RESET_BY_8042 1
#define RESET_BY_92 2

#ifndef __ASSEMBLER__
#include <stddef.h>
extern const unsigned char tryst_kernel_start[], tryst_kernel_end[];
static inline const void *_Nonnull kernel_image(void) { return tryst_kernel_start; }
static inline size_t kernel_image_size(void) { return (size_t)(tryst_kernel_end - tryst_kernel_start); }
#endif
#endif
