// Runs one instruction on the processor that the tests run on, with registers of the caller's choice: what
// the emulation must agree with. Only for instructions that ring 3 may execute and that do not branch.
#ifndef INSTRUCTION_ORACLE_H
#define INSTRUCTION_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

// The registers before and after. RSP is the oracle's own; the instruction must not name it.
typedef struct {
  // RAX, RCX, RDX, RBX, (RSP), RBP, RSI, RDI, R8 to R15.
  uint64_t gprs[16];
  uint64_t rflags;
} oracle_registers;

// An XSAVE image, standard form, aligned.
typedef struct {
  _Alignas(64) uint8_t bytes[4096];
} oracle_image;

// Runs `code` (`length` bytes, at most 15) with `registers`, and with the x87/SSE/AVX state of `image` where
// that is not null; both hold the results. False if the page for it could not be had.
bool oracle_run(const uint8_t *_Nonnull code, int length, oracle_registers *_Nonnull registers,
                uint8_t *_Nullable image);

// A CPUID register (0 EAX to 3 EDX) of this processor.
uint32_t oracle_cpuid(uint32_t leaf, uint32_t subleaf, int which);

// XCR0: the state components that this system manages; 0 where there is no XSAVE.
uint64_t oracle_components(void);

#endif
