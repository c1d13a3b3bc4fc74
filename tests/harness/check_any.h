/* What holds for every text that the checker is given without data: used by its fuzzer and by the replay of the corpus. */
#ifndef TESTS_HARNESS_CHECK_ANY_H
#define TESTS_HARNESS_CHECK_ANY_H

#include <stddef.h>
#include <stdint.h>

/* Checks the bytes as a spec, renders the messages, applies the certain fixes and checks what comes out. NULL where all
 * went well: the memory is bounded by the size of the text, every message has a place in it and a text. */
const char *check_any(const uint8_t *bytes, size_t size);

#endif
