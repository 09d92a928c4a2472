#ifndef TRYST_TERMINAL_DESCRIPTORS_H
#define TRYST_TERMINAL_DESCRIPTORS_H
// Linux calls that Swift's Glibc module does not show. All descriptors are close-on-exec; those that
// are polled are non-blocking. Each returns -1 with errno on failure.

// Blocks the signals in the calling thread (and in those it starts later).
void terminal_block_signals(const int *signals, int count);
// A descriptor from which those signals are read. They must be blocked everywhere.
int terminal_signal_descriptor(const int *signals, int count);
// The next signal that waits there, 0 when none does.
int terminal_next_signal(int descriptor);
// A timer on CLOCK_MONOTONIC, stopped.
int terminal_timer_descriptor(void);
// Fires at once and then every `period` ns; 0 stops it.
void terminal_timer_set(int descriptor, long long period);
// An event counter (eventfd(2)) that starts at 0.
int terminal_event_descriptor(void);
// An unnamed file in memory, in which a FILE may write without ever being blocked.
int terminal_memory_file(const char *name);
#endif
