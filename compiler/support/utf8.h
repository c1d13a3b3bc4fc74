/* Code points of UTF-8 text, and how wide a terminal draws them. */
#ifndef LSPEC_SUPPORT_UTF8_H
#define LSPEC_SUPPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the code point at `text` (of `length` bytes left), with the code point in `*out`; 0 where the bytes are not
 * UTF-8 (overlong forms, surrogates and values beyond U+10FFFF included) or none are left. */
size_t utf8_decode(const char *text, size_t length, uint32_t *out);

/* Offset of the first byte that is not UTF-8; `length` where all of it is. */
size_t utf8_first_bad(const char *text, size_t length);

/* Columns on a terminal: 0 for combining marks, 2 for wide East Asian characters and emoji, else 1. */
int utf8_width(uint32_t code_point);

#endif
