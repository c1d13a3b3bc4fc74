/* UTF-8 is read code point by code point; what is a letter and what its lower case is does not depend on a locale. */
#include "preprocess/text_words.h"

/* A code point of valid UTF-8; readers refuse other text. */
static uint32_t next_point(const char **at) {
    const unsigned char *byte = (const unsigned char *)*at;
    int more = byte[0] < 0x80 ? 0 : byte[0] < 0xe0 ? 1 : byte[0] < 0xf0 ? 2 : 3;
    uint32_t point = more == 0 ? byte[0] : byte[0] & (0x3fu >> more);
    for (int k = 1; k <= more; k++) {
        if ((byte[k] & 0xc0) != 0x80) {
            more = k - 1;
            break;
        }
        point = point << 6 | (byte[k] & 0x3f);
    }
    *at += more + 1;
    return point;
}

static size_t put_point(uint32_t point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t k = length; k-- > 1; point >>= 6) {
        out[k] = (char)(0x80 | (point & 0x3f));
    }
    out[0] = (char)((length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0) | point);
    return length;
}

static bool within(uint32_t point, uint32_t low, uint32_t high) { return point >= low && point <= high; }

/* Punctuation and symbols beyond ASCII are no letters; all else there is taken for one. */
static bool is_word_point(uint32_t point) {
    if (point < 0x80) {
        return within(point | 0x20, 'a', 'z') || within(point, '0', '9') || point == '_';
    }
    if (point < 0xc0) {
        return point == 0xaa || point == 0xb5 || point == 0xba;
    }
    return point != 0xd7 && point != 0xf7 && !within(point, 0x2000, 0x2bff) && !within(point, 0x3000, 0x3020) &&
           !within(point, 0xfe10, 0xfe6f) && !within(point, 0xff00, 0xff0f) && !within(point, 0x1f000, 0x1faff);
}

/* Latin, Greek and Cyrillic. */
static uint32_t lower_point(uint32_t point) {
    if (within(point, 'A', 'Z') || (within(point, 0xc0, 0xde) && point != 0xd7) || within(point, 0x391, 0x3a9) ||
        within(point, 0x410, 0x42f)) {
        return point + 0x20;
    }
    if (within(point, 0x100, 0x137) || within(point, 0x14a, 0x177)) {
        return point | 1;
    }
    if (within(point, 0x139, 0x148) || within(point, 0x179, 0x17e)) {
        return point + (point & 1);
    }
    return point == 0x178 ? 0xff : within(point, 0x400, 0x40f) ? point + 0x50 : point;
}

size_t word_next(const char **at, char out[WORD_ROOM]) {
    size_t length = 0;
    int64_t points = 0;
    while (**at) {
        uint32_t point = next_point(at);
        if (is_word_point(point)) {
            points++;
            length += length + 4 < WORD_ROOM ? put_point(lower_point(point), out + length) : 0;
        } else if (points > 1) {
            return length;
        } else {
            points = 0;
            length = 0;
        }
    }
    return points > 1 ? length : 0;
}

/* FNV-1a, then the mixer of splitmix64, whose high bits are as good as its low ones. */
int64_t text_bucket(const char *text, size_t length, int64_t buckets) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    }
    hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
    hash ^= hash >> 31;
    return (int64_t)(hash % (uint64_t)buckets);
}
