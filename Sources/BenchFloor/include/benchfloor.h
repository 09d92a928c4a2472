// What tryst is measured against: the least that a program in C does for the same thing, on the same guest. And what
// measuring needs that Swift cannot do. Nothing of this is part of a running monitor.
//
// A handle belongs to one thread at a time, unless its function says otherwise. Times are nanoseconds of the
// monotonic clock; 0 where something failed.
#ifndef BENCHFLOOR_H
#define BENCHFLOOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- The guests (guests.S).
typedef enum {
  FLOOR_GUEST_PORT, FLOOR_GUEST_SPIN, FLOOR_GUEST_HALT, FLOOR_GUEST_MEMORY, FLOOR_GUEST_CROWD, FLOOR_GUEST_MIXED,
  FLOOR_GUEST_ROUND, FLOOR_GUEST_INTERRUPT, FLOOR_GUEST_PAIR,
} floor_guest;
const uint8_t *_Nonnull floor_guest_code(floor_guest guest);
size_t floor_guest_size(floor_guest guest);
// Where it is put and begins: in real mode below 1 MiB, with a flat 32-bit segment above.
enum { FLOOR_REAL_ADDRESS = 0x10000, FLOOR_FLAT_ADDRESS = 0x100000 };

// ---- Bare machines (machine.c).
typedef struct floor_machine floor_machine;
// A machine of `device` with `vcpus` vcpus that run `code`. NULL where KVM refuses.
floor_machine *_Nullable floor_machine_open(const char *_Nonnull device, unsigned vcpus,
                                            const uint8_t *_Nonnull code, size_t size, bool is_flat);
void floor_machine_close(floor_machine *_Nonnull machine);
// KVM_RUN `exits` times and nothing else; each must be for `reason` (KVM_EXIT_...).
uint64_t floor_run_exits(floor_machine *_Nonnull machine, unsigned exits, unsigned reason);
// Runs FLOOR_GUEST_ROUND or FLOOR_GUEST_INTERRUPT for `rounds` interrupts, put in by dirty sync regs: after the HLT of
// the one, after the self-IPI of the other, which halts never.
uint64_t floor_run_rounds(floor_machine *_Nonnull machine, unsigned rounds, bool halts);

// ---- Start-up (startup.c).
typedef struct {
  uint64_t created;      // until all vcpus are there, by one thread
  uint64_t all_ran;      // until each has run to its HLT, on a thread of its own
  uint64_t resident;     // bytes of memory that this took, with all of them alive
} floor_startup;
// Creates `vcpus` vcpus, runs them, and ends them. False where something failed.
bool floor_start(const char *_Nonnull device, unsigned vcpus, floor_startup *_Nonnull result);
// Bytes of this process that are in memory.
uint64_t floor_resident_bytes(void);
// Gives memory that is free back, so that a next measurement sees what it takes.
void floor_trim(void);

// ---- Kicks (kick.c).
typedef struct floor_kick floor_kick;
// A thread that runs the machine's first vcpu, which spins or does port I/O, and answers requests.
floor_kick *_Nullable floor_kick_start(floor_machine *_Nonnull machine);
// A request, immediate_exit, the signal, until the answer has woken the caller.
uint64_t floor_kick_once(floor_kick *_Nonnull kick);
// Ends the thread.
void floor_kick_end(floor_kick *_Nonnull kick);

// ---- Sleeping threads (wake.c).
typedef struct floor_crowd floor_crowd;
// `threads` threads, each asleep on a futex of its own. With a `machine` of as many vcpus and one more, which runs
// FLOOR_GUEST_PORT, each makes `exits` exits on its own vcpu before it answers.
floor_crowd *_Nullable floor_crowd_start(unsigned threads, floor_machine *_Nullable machine, unsigned exits);
// Wakes one after the other; each counts itself, the last one wakes the caller.
uint64_t floor_crowd_wake(floor_crowd *_Nonnull crowd);
// The same by a caller that makes `exits` exits, too, on the vcpu that is left.
uint64_t floor_crowd_wake_with_exits(floor_crowd *_Nonnull crowd, unsigned exits);
void floor_crowd_end(floor_crowd *_Nonnull crowd);
// The same, and a kick beside it: until both have been answered.
uint64_t floor_crowd_wake_and_kick(floor_crowd *_Nonnull crowd, floor_kick *_Nonnull kick);
typedef struct floor_barrier floor_barrier;
// `threads` threads that wait at a pthread barrier.
floor_barrier *_Nullable floor_barrier_start(unsigned threads);
// Lets them all go and waits until all are at the next one.
uint64_t floor_barrier_pass(floor_barrier *_Nonnull barrier);
void floor_barrier_end(floor_barrier *_Nonnull barrier);

// ---- Two vcpus that send each other IPIs (pair.c).
typedef struct floor_pair floor_pair;
floor_pair *_Nullable floor_pair_start(const char *_Nonnull device);
// `rounds` round trips.
uint64_t floor_pair_run(floor_pair *_Nonnull pair, unsigned rounds);
void floor_pair_end(floor_pair *_Nonnull pair);

// ---- Looks (look.c).
// `looks` looks at one bit that is clear, each a load of its word. Ends where it is set; how many were left, which is 0.
unsigned long floor_look(unsigned long looks);
// The instructions that `body` takes on this thread, counted by the trap flag; 0 where the host does not trap.
uint64_t floor_count_instructions(void (*_Nonnull body)(void *_Nullable), void *_Nullable context);
#endif
