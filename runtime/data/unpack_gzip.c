/* gzip (RFC 1952): members one behind the other, each a header, deflated bytes, their CRC-32 and their length. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/crc32.h"
#include "data/inflate.h"
#include "lrt/reader.h"

enum { FLAG_CRC = 2, FLAG_EXTRA = 4, FLAG_NAME = 8, FLAG_COMMENT = 16, HEADER = 10, TRAILER = 8 };

typedef struct Gunzip {
    const unsigned char *start, *at, *end;
    unsigned char *out;
    size_t length, capacity;
    Inflate inflater;
    Crc32 crc;
    const char *shown;
    LrtError *error;
} Gunzip;

static bool refuse(Gunzip *gunzip, const char *what) {
    lrt_error_set(gunzip->error, LRT_EXIT_DATA, "data-not-read", "`%s` is damaged: %s, at byte %td of %td",
                  gunzip->shown, what, gunzip->at - gunzip->start, gunzip->end - gunzip->start);
    lrt_error_fix(gunzip->error, "copy or pack the file anew; gzip -t tells whether it is whole");
    return false;
}

static bool refuse_torn(Gunzip *gunzip) { return refuse(gunzip, "the file ends within what is packed"); }

static bool no_memory(Gunzip *gunzip) {
    return lrt_error_set(gunzip->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to unpack `%s`", gunzip->shown);
}

static uint32_t number(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static bool skip_text(Gunzip *gunzip) {
    const unsigned char *zero = memchr(gunzip->at, 0, (size_t)(gunzip->end - gunzip->at));
    gunzip->at = zero ? zero + 1 : gunzip->end;
    return zero || refuse_torn(gunzip);
}

static bool read_header(Gunzip *gunzip) {
    if (gunzip->end - gunzip->at < HEADER) {
        return refuse_torn(gunzip);
    }
    unsigned flags = gunzip->at[3];
    if (gunzip->at[2] != 8 || flags > 31) {
        return refuse(gunzip, "the header is of an unknown kind of gzip");
    }
    gunzip->at += HEADER;
    if (flags & FLAG_EXTRA) {
        ptrdiff_t left = gunzip->end - gunzip->at;
        ptrdiff_t extra = left < 2 ? left + 1 : 2 + gunzip->at[0] + 256 * gunzip->at[1];
        if (extra > left) {
            return refuse_torn(gunzip);
        }
        gunzip->at += extra;
    }
    if (((flags & FLAG_NAME) && !skip_text(gunzip)) || ((flags & FLAG_COMMENT) && !skip_text(gunzip))) {
        return false;
    }
    gunzip->at += flags & FLAG_CRC ? 2 : 0;
    return gunzip->at <= gunzip->end || refuse_torn(gunzip);
}

/* Room for more; a file unpacks to some times its size. */
static bool make_room(Gunzip *gunzip) {
    if (gunzip->length < gunzip->capacity) {
        return true;
    }
    size_t capacity =
        gunzip->capacity ? gunzip->capacity + gunzip->capacity / 2 : 4 * (size_t)(gunzip->end - gunzip->start) + 4096;
    unsigned char *grown = realloc(gunzip->out, capacity);
    if (!grown) {
        return no_memory(gunzip);
    }
    gunzip->out = grown;
    gunzip->capacity = capacity;
    return true;
}

static bool read_member(Gunzip *gunzip) {
    InflateResult result = INFLATE_MORE;
    size_t begin = gunzip->length;
    if (!read_header(gunzip)) {
        return false;
    }
    inflate_restart(&gunzip->inflater);
    crc32_restart(&gunzip->crc);
    while (result == INFLATE_MORE) {
        if (!make_room(gunzip)) {
            return false;
        }
        unsigned char *out = gunzip->out + gunzip->length;
        const unsigned char *before = gunzip->at;
        result = inflate_block(&gunzip->inflater, &gunzip->at, gunzip->end, &out, gunzip->out + gunzip->capacity);
        size_t made = (size_t)(out - gunzip->out) - gunzip->length;
        crc32_update(&gunzip->crc, gunzip->out + gunzip->length, made);
        gunzip->length += made;
        if (result == INFLATE_MORE && made == 0 && gunzip->at == before) {
            return refuse_torn(gunzip);
        }
    }
    if (result != INFLATE_END) {
        return result == INFLATE_NO_MEMORY ? no_memory(gunzip) : refuse(gunzip, "what is packed makes no sense");
    }
    if (gunzip->end - gunzip->at < TRAILER) {
        return refuse_torn(gunzip);
    }
    if (number(gunzip->at) != crc32_value(&gunzip->crc) ||
        number(gunzip->at + 4) != (uint32_t)(gunzip->length - begin)) {
        return refuse(gunzip, "the checksum of the unpacked bytes is another");
    }
    gunzip->at += TRAILER;
    return true;
}

/* Zeros fill a tape's last block. */
static bool at_end(const Gunzip *gunzip) {
    for (const unsigned char *at = gunzip->at; at < gunzip->end; at++) {
        if (*at) {
            return false;
        }
    }
    return true;
}

static bool read_members(Gunzip *gunzip) {
    do {
        if (!read_member(gunzip)) {
            return false;
        }
        bool member = gunzip->end - gunzip->at >= 2 && gunzip->at[0] == 0x1f && gunzip->at[1] == 0x8b;
        if (!member && !at_end(gunzip)) {
            return refuse(gunzip, "other bytes follow what is packed");
        }
    } while (!at_end(gunzip));
    return true;
}

static char *unpack(const char *bytes, size_t length, const char *shown, size_t *out_length, LrtError *error) {
    const unsigned char *start = (const unsigned char *)bytes;
    Gunzip gunzip = {.start = start, .at = start, .end = start + length, .shown = shown, .error = error};
    crc32_init(&gunzip.crc);
    bool good = inflate_begin(&gunzip.inflater) ? read_members(&gunzip) : no_memory(&gunzip);
    inflate_finish(&gunzip.inflater);
    if (!good) {
        free(gunzip.out);
        return NULL;
    }
    *out_length = gunzip.length;
    return (char *)gunzip.out;
}

const LrtUnpacker lrt_unpacker_gzip = {
    .word = "gzip", .symbol = "lrt_unpacker_gzip", .ending = ".gz", .magic = "\x1f\x8b", .unpack = unpack};
