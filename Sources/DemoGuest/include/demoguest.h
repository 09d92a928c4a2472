// The demo guest's contract with the host: where it lies in guest-physical memory and which words both
// sides use. The assembler and Swift read the same numbers.
#ifndef DEMOGUEST_H
#define DEMOGUEST_H

// The image starts at a page below 1 MiB, because a startup IPI names one: vector 0x10.
#define DEMO_STARTUP_VECTOR 0x10
#define DEMO_IMAGE 0x10000
// Control page, host to guest and back.
#define DEMO_CONTROL 0x100000
// Page tables and interrupt descriptors.
#define DEMO_TABLES 0x101000
// One page a vcpu, at DEMO_VCPU + id * 4096: what it counted, and at the page's end its stack.
#define DEMO_VCPU 0x110000
// More vcpus than have 8-bit ids, 0xff being the broadcast, get the image for x2APIC mode.
#define DEMO_MAX_XAPIC_VCPUS 255
#define DEMO_MAX_VCPUS 1024

// Control page: 32-bit words at these offsets.
#define CONTROL_SCENARIO 0
#define CONTROL_VCPUS 4
#define CONTROL_TSC_KHZ 8
#define CONTROL_ACKS 64
#define CONTROL_ONLINE 128
#define CONTROL_PING 192

// A vcpu's page: 64-bit counts by vector, then the sum, then 32-bit words.
#define VCPU_VECTORS 0
#define VCPU_TOTAL 2048
#define VCPU_BOOTS 2056
#define VCPU_FAULT 2064
#define VCPU_PING_ROUNDS 2072
#define VCPU_PING_TICKS 2080
#define VCPU_FLAG 2088
#define VCPU_TICKS 2096
#define VCPU_PONG 2104
// 64 bits: rounds of the scenario's work: bursts of port writes, restarts, rerouted pins, round trips.
#define VCPU_WORK 2112

// Vectors that the guest uses itself.
#define VECTOR_TIMER 0x30
#define VECTOR_IPI 0x40
#define VECTOR_PING 0x41
#define VECTOR_PONG 0x42
#define VECTOR_BROADCAST 0x43
#define VECTOR_ACKNOWLEDGED 0x44
#define VECTOR_PIN 0x50
#define VECTOR_DOORBELL 0xe0
#define VECTOR_SPURIOUS 0xff

// Ports: a 16550 at COM1, the POST port as a harmless target, and where a lost guest says so.
#define PORT_SERIAL 0x3f8
#define PORT_POST 0x80
#define PORT_PANIC 0xf4

#ifndef __ASSEMBLER__
#include <stddef.h>
extern const unsigned char tryst_demo_image_start[], tryst_demo_image_end[];
extern const unsigned char tryst_demo_x2apic_image_start[], tryst_demo_x2apic_image_end[];
extern const unsigned char tryst_demo_tables_start[], tryst_demo_tables_end[];
static inline const void *_Nonnull demoguest_image(void) { return tryst_demo_image_start; }
static inline size_t demoguest_image_size(void) { return (size_t)(tryst_demo_image_end - tryst_demo_image_start); }
static inline const void *_Nonnull demoguest_x2apic_image(void) { return tryst_demo_x2apic_image_start; }
static inline size_t demoguest_x2apic_image_size(void) {
  return (size_t)(tryst_demo_x2apic_image_end - tryst_demo_x2apic_image_start);
}
static inline const void *_Nonnull demoguest_tables(void) { return tryst_demo_tables_start; }
static inline size_t demoguest_tables_size(void) { return (size_t)(tryst_demo_tables_end - tryst_demo_tables_start); }
#endif
#endif
