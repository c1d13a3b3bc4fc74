/* A cell may hold anything; a message may not. */
#include "core/shown_text.h"

#include <stdio.h>
#include <string.h>

#include "core/utf8_check.h"

enum { BYTES_SHOWN = 60 };

void shown_text(char *out, size_t size, const char *text, size_t length) {
    size_t written = 0;
    for (size_t i = 0; i < length;) {
        if (i >= BYTES_SHOWN || written + sizeof "\\xNN…" > size) {
            memcpy(out + written, "…", sizeof "…");
            return;
        }
        size_t character = utf8_character(text + i, length - i);
        if (character == 0 || (unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            written += (size_t)snprintf(out + written, size - written, "\\x%02x", (unsigned)(unsigned char)text[i]);
            i++;
            continue;
        }
        memcpy(out + written, text + i, character);
        written += character;
        i += character;
    }
    out[written] = '\0';
}
