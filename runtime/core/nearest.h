/* "Did you mean": the word of a list that one or two slips of the finger away. */
#ifndef CORE_NEAREST_H
#define CORE_NEAREST_H

#include <stdint.h>

/* NULL where none is near. */
const char *nearest_word(const char *word, const char *const *words, int64_t count);

#endif
