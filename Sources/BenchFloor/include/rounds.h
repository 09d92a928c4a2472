// What guests in assembly and their measurers agree on.
#ifndef BENCHFLOOR_ROUNDS_H
#define BENCHFLOOR_ROUNDS_H
// After so many rounds FLOOR_GUEST_IPI writes a full stop to port 0xE9, QEMU's debugging console.
#define FLOOR_ROUNDS_EACH_MARK 16
#endif
