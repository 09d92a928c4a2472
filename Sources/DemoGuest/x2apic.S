// The demo guest for more vcpus than 8 bits can number.
#define X2APIC
#include "guest.S"
