// What the exit-loop bench cannot do in Swift: single-stepping another thread.
#ifndef EXITLOOP_H
#define EXITLOOP_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
  unsigned fewest, median, most;  // user-space instructions from one KVM_RUN to the next, its own included
  unsigned long system_calls;     // in all iterations together: other than KVM_RUN
  unsigned long locked;           // instructions with a LOCK prefix, or XCHG with memory
  unsigned long watched;          // arrivals at any of the watched addresses
  unsigned iterations;
  // Where the instructions of the last round were, in order; `last` of them, at most as many as there is room for.
  unsigned last;
  uint64_t addresses[1024];
} exitloop_count;
// Single-steps thread `thread` of a child through `iterations` rounds of its loop (at most 4096). 0, or -errno.
int exitloop_step(int thread, unsigned iterations, const uint64_t *_Nonnull watched, size_t count,
                  exitloop_count *_Nonnull result);
#endif
