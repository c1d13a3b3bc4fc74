/* The table of RFC 3629 as comparisons: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "core/utf8_check.h"

#include <stdint.h>
#include <string.h>

size_t utf8_character(const char *text, size_t length) {
    const unsigned char *byte = (const unsigned char *)text;
    if (length == 0) {
        return 0;
    }
    if (byte[0] < 0x80) {
        return 1;
    }
    size_t size = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || size > length) {
        return 0;
    }
    unsigned char least = byte[0] == 0xe0 ? 0xa0 : byte[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char most = byte[0] == 0xed ? 0x9f : byte[0] == 0xf4 ? 0x8f : 0xbf;
    if (byte[1] < least || byte[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return size;
}

size_t utf8_text_prefix(const char *text, size_t length) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    size_t at = 0;
    while (at < length) {
        uint64_t word;
        while (length - at >= sizeof word) { /* eight bytes of ASCII at once: no top bit, none that borrows from it */
            memcpy(&word, text + at, sizeof word);
            if ((word | (word - ones)) & tops) {
                break;
            }
            at += sizeof word;
        }
        if (at == length) {
            break;
        }
        size_t size = text[at] == '\0' ? 0 : utf8_character(text + at, length - at);
        if (size == 0) {
            break;
        }
        at += size;
    }
    return at;
}

size_t utf8_put(uint32_t character, char out[4]) {
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; character >>= 6) {
        out[i] = (char)(0x80 | (character & 0x3f));
    }
    out[0] = (char)((0xf0 << (4 - length) & 0xff) | character);
    return length;
}
