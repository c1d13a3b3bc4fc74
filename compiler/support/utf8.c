/* Strict decoding of UTF-8: every byte sequence has one reading or none. */
#include "support/utf8.h"

size_t utf8_decode(const char *text, size_t length, uint32_t *out) {
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    if (length == 0) return 0;
    unsigned char lead = (unsigned char)text[0];
    if (lead < 0x80) {
        *out = lead;
        return 1;
    }
    size_t size = lead >= 0xF0 && lead < 0xF8   ? 4
                  : lead >= 0xE0 && lead < 0xF0 ? 3
                  : lead >= 0xC0 && lead < 0xE0 ? 2
                                                : 0;
    if (size == 0 || size > length) return 0;
    uint32_t point = lead & (0xFFu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80) return 0;
        point = point << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    if (point < smallest[size] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
    *out = point;
    return size;
}

size_t utf8_first_bad(const char *text, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint32_t point;
        size_t size = utf8_decode(text + at, length - at, &point);
        if (size == 0) break;
        at += size;
    }
    return at;
}

typedef struct PointRange {
    uint32_t first, last;
} PointRange;

/* The blocks that matter in a spec's names, strings and comments; terminals differ on the rest. */
static const PointRange zero_width[] = {
    {0x300, 0x36F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
static const PointRange double_width[] = {{0x1100, 0x115F},   {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                          {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

int utf8_width(uint32_t code_point) {
    for (size_t i = 0; i < sizeof zero_width / sizeof *zero_width; i++)
        if (code_point >= zero_width[i].first && code_point <= zero_width[i].last) return 0;
    for (size_t i = 0; i < sizeof double_width / sizeof *double_width; i++)
        if (code_point >= double_width[i].first && code_point <= double_width[i].last) return 2;
    return 1;
}
