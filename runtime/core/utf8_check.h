/* UTF-8 (RFC 3629): which bytes are text. */
#ifndef CORE_UTF8_CHECK_H
#define CORE_UTF8_CHECK_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of a character; returns how many. */
size_t utf8_put(uint32_t character, char out[4]);

/* Bytes of the character at `text`, 1 to 4; 0 where no whole, well-formed one begins there. */
size_t utf8_character(const char *text, size_t length);

/* Length of the longest prefix of well-formed characters without a NUL: `length` where all is text. */
size_t utf8_text_prefix(const char *text, size_t length);

#endif
