/* The words of a text: runs of two or more letters, digits and `_`, in lower case, as scikit-learn's CountVectorizer
 * finds them. */
#ifndef PREPROCESS_TEXT_WORDS_H
#define PREPROCESS_TEXT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORD_ROOM = 256 }; /* bytes; a longer word is cut */

/* The next word from *at on, which is moved behind it; its length in bytes, or 0 at the end of the text. */
size_t word_next(const char **at, char out[WORD_ROOM]);

/* One of `buckets` for a text, the same on every machine. */
int64_t text_bucket(const char *text, size_t length, int64_t buckets);

#endif
