/* Text from outside as a message shows it. */
#ifndef CORE_SHOWN_TEXT_H
#define CORE_SHOWN_TEXT_H

#include <stddef.h>

/* Printable and short: control characters and bytes that are no text as \xNN; a long text ends in an ellipsis. `size`
 * of at least 16. */
void shown_text(char *out, size_t size, const char *text, size_t length);

#endif
