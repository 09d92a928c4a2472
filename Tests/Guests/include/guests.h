// Guest programs that only tests boot, and their contract with the tests. One 64-bit image holds them all;
// words of the parameter page say which one a vcpu runs. A 16-bit program stands beside it.
#ifndef GUESTS_H
#define GUESTS_H

// The image replaces the demo guest's, at the same page; its page tables stay.
#define GUEST_IMAGE 0x10000
// Test to guest: 32-bit words at these offsets, then 64-bit arguments.
#define GUEST_PARAMETERS 0x330000
#define PARAMETER_PROGRAM 0
#define PARAMETER_AP_PROGRAM 4
#define PARAMETER_GO 8
#define PARAMETER_FLAGS 12
#define PARAMETER_ARGUMENT 16
// Interrupt handlers send no EOI.
#define FLAG_NO_EOI 1
// The NMI handler does not return as long as this is set.
#define FLAG_NMI_SPINS 2

// Guest to test: a page a vcpu, where the demo guest has its own. First a 64-bit count for each vector,
// where the machine looks for it too, then 64-bit words.
#define GUEST_RESULTS 0x110000
#define RESULT_PROGRESS 2112
#define RESULT_BOOTS 2120
#define RESULT_AFTER 2128
#define RESULT_VALUES 2304
#define RESULT_EXCEPTION 3072
#define RESULT_EXCEPTION_ERROR 3080
#define RESULT_EXCEPTION_RIP 3088
#define RESULT_RESUME 3096
#define RESULT_SCRATCH 3584
// What a program that is done says to the panic port; an unexpected exception says its vector.
#define GUEST_DONE 0x1000

// The programs.
#define PROGRAM_SPIN 0
#define PROGRAM_PORTS 1
#define PROGRAM_STRINGS 2
#define PROGRAM_MMIO_READS 3
#define PROGRAM_MMIO_WRITES 4
#define PROGRAM_MMIO_CROSSING 5
#define PROGRAM_MMIO_WIDE 6
#define PROGRAM_MSRS 7
#define PROGRAM_VMCALL 8
#define PROGRAM_TRIPLE_FAULT 9
#define PROGRAM_INT3 10
#define PROGRAM_DISABLED_UNTIL_GO 11
#define PROGRAM_HALT_AFTER_GO 12
#define PROGRAM_HALT 13
#define PROGRAM_HALT_DISABLED 14
#define PROGRAM_TASK_PRIORITY 15
#define PROGRAM_CR8 16
#define PROGRAM_CR8_HALT 17
#define PROGRAM_APIC_DISABLED 18
#define PROGRAM_EOI_AFTER_GO 19
#define PROGRAM_PORT_LOOP 20
#define PROGRAM_MMIO_LOOP 21
#define PROGRAM_STRING_LOOP 22
#define PROGRAM_PORT_STORM 23
#define PROGRAM_MMIO_STORM 24
#define PROGRAM_SHORT_TIMER 25
#define PROGRAM_COUNT 26

#ifndef __ASSEMBLER__
#include <stddef.h>
extern const unsigned char tryst_guests_start[], tryst_guests_end[];
extern const unsigned char tryst_guest16_start[], tryst_guest16_end[];
static inline const void *_Nonnull guests_image(void) { return tryst_guests_start; }
static inline size_t guests_image_size(void) { return (size_t)(tryst_guests_end - tryst_guests_start); }
static inline const void *_Nonnull guest16_image(void) { return tryst_guest16_start; }
static inline size_t guest16_image_size(void) { return (size_t)(tryst_guest16_end - tryst_guest16_start); }
#endif
#endif
