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

#include "rounds.h"

// ---- The guests (guests.S).
typedef enum {
  FLOOR_GUEST_PORT, FLOOR_GUEST_SPIN, FLOOR_GUEST_HALT, FLOOR_GUEST_MEMORY, FLOOR_GUEST_CROWD, FLOOR_GUEST_MIXED,
  FLOOR_GUEST_SPINNERS, FLOOR_GUEST_ROUND, FLOOR_GUEST_INTERRUPT, FLOOR_GUEST_SLEEPER, FLOOR_GUEST_IPI,
  FLOOR_GUEST_ROM,
} floor_guest;
const uint8_t *_Nonnull floor_guest_code(floor_guest guest);
size_t floor_guest_size(floor_guest guest);
// In FLOOR_GUEST_IPI: how many vcpus answer, two bytes, and what goes to the ICR, eight, little endian.
enum { FLOOR_IPI_OTHERS_OFFSET = 4, FLOOR_IPI_COMMAND_OFFSET = 8 };
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
// `threads` threads, each asleep on a futex of its own.
floor_crowd *_Nullable floor_crowd_start(unsigned threads);
// Wakes one after the other; each counts itself, the last one wakes the caller.
uint64_t floor_crowd_wake(floor_crowd *_Nonnull crowd);
// The same of the first `some` of them alone.
uint64_t floor_crowd_wake_some(floor_crowd *_Nonnull crowd, unsigned some);
void floor_crowd_end(floor_crowd *_Nonnull crowd);
// The same, and a kick beside it: until both have been answered.
uint64_t floor_crowd_wake_and_kick(floor_crowd *_Nonnull crowd, floor_kick *_Nonnull kick);
typedef struct floor_barrier floor_barrier;
// `threads` threads that meet at pthread barriers; the first `polling` of them do not wait for the next time in one, but
// look for it again and again.
floor_barrier *_Nullable floor_barrier_start(unsigned threads, unsigned polling);
// Lets them all go and waits until all are at the next one.
uint64_t floor_barrier_pass(floor_barrier *_Nonnull barrier);
void floor_barrier_end(floor_barrier *_Nonnull barrier);

// ---- Vcpus in the guest (spinners.c).
typedef struct floor_spinners floor_spinners;
// A thread for each vcpu of `machine`, which all spin.
floor_spinners *_Nullable floor_spinners_start(floor_machine *_Nonnull machine);
// Kicks all of them at once; each counts itself and waits, the last one wakes the others and the caller.
uint64_t floor_spinners_kick(floor_spinners *_Nonnull spinners);
void floor_spinners_end(floor_spinners *_Nonnull spinners);

// ---- Vcpus that are sent interrupts, and send each other IPIs (mesh.c).
typedef struct floor_mesh floor_mesh;
// A thread for each vcpu of `machine`; without `has_first` the first one is the caller's, who runs it by
// floor_mesh_run.
floor_mesh *_Nullable floor_mesh_start(floor_machine *_Nonnull machine, bool has_first);
// Runs the first vcpu of FLOOR_GUEST_IPI for `rounds` answers.
uint64_t floor_mesh_run(floor_mesh *_Nonnull mesh, unsigned rounds);
// Gives the first vcpu `vector` in its HLT, until it halts again.
uint64_t floor_mesh_interrupt(floor_mesh *_Nonnull mesh, uint8_t vector);
// Returns of KVM_RUN, all vcpus, until now.
uint64_t floor_mesh_exits(floor_mesh *_Nonnull mesh);
void floor_mesh_end(floor_mesh *_Nonnull mesh);

// ---- Other programs (child.c).
typedef struct floor_child floor_child;
// What it has printed since the last call.
typedef struct {
  uint64_t bytes, marks;
  uint64_t first_mark, last_mark;  // when they were read
  bool has_ended;
} floor_output;
// Starts `arguments`, which NULL ends, in an environment of its own, without files of the user's. With `columns` on a
// terminal of that size, else with nothing as input and a pipe as output. It ends with the calling thread, too.
floor_child *_Nullable floor_child_start(const char *_Nullable const *_Nonnull arguments, unsigned columns,
                                         unsigned rows);
// Reads what it prints until the moment `end`, or until `marks` occurrences of `mark` have come.
void floor_child_drain(floor_child *_Nonnull child, uint64_t end, const char *_Nonnull mark, uint64_t marks,
                       floor_output *_Nonnull output);
// Stops it and has it go on (SIGSTOP, SIGCONT).
void floor_child_pause(floor_child *_Nonnull child, bool is_paused);
// On-CPU nanoseconds of its first thread, and its memory, bytes; 0 where it is gone.
uint64_t floor_child_cpu(floor_child *_Nonnull child);
uint64_t floor_child_resident(floor_child *_Nonnull child);
// Kills it.
void floor_child_end(floor_child *_Nonnull child);
// Whether `path` can be started.
bool floor_is_program(const char *_Nonnull path);
// A file in memory of those bytes that children can open as /proc/self/fd/N: N, or -1.
int floor_memory_file(const uint8_t *_Nonnull bytes, size_t size);
void floor_memory_file_close(int file);

// ---- Looks (look.c).
// `looks` looks at one bit that is clear, each a load of its word. Ends where it is set; how many were left, which is 0.
unsigned long floor_look(unsigned long looks);

/// The same with two looks in each of so many turns.
unsigned long floor_look_twice(unsigned long turns);
// The instructions that `body` takes on this thread, counted by the trap flag; 0 where the host does not trap.
uint64_t floor_count_instructions(void (*_Nonnull body)(void *_Nullable), void *_Nullable context);
#endif
