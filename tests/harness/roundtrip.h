/* What holds for every text that the parser is given: used by the fuzzer and by the replay of its corpus. */
#ifndef TESTS_HARNESS_ROUNDTRIP_H
#define TESTS_HARNESS_ROUNDTRIP_H

#include <stddef.h>
#include <stdint.h>

/* Parses the bytes, renders the messages, applies the fixes; where there is no error, prints, parses again and prints
 * again: the tree and the text must be the same, and no comment lost. NULL where all holds, else what does not. */
const char *roundtrip_check(const uint8_t *bytes, size_t size);

#endif
