/* zlib is compiled without its own memory functions and checksums, which belong to the formats around it. */
#include "data/inflate.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#define Z_PREFIX
#define Z_SOLO
#include <zlib/zlib.h>

static voidpf allocate(voidpf unused, uInt count, uInt size) {
    (void)unused;
    return calloc(count, size);
}

static void release(voidpf unused, voidpf memory) {
    (void)unused;
    free(memory);
}

bool inflate_begin(Inflate *inflater) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        return false;
    }
    stream->zalloc = allocate;
    stream->zfree = release;
    if (inflateInit2(stream, -MAX_WBITS) != Z_OK) {
        free(stream);
        return false;
    }
    inflater->stream = stream;
    return true;
}

void inflate_finish(Inflate *inflater) {
    if (inflater->stream) {
        inflateEnd(inflater->stream);
        free(inflater->stream);
        inflater->stream = NULL;
    }
}

void inflate_restart(Inflate *inflater) { inflateReset(inflater->stream); }

InflateResult inflate_block(Inflate *inflater, const unsigned char **in, const unsigned char *in_end,
                            unsigned char **out, unsigned char *out_end) {
    z_stream *stream = inflater->stream;
    size_t have = (size_t)(in_end - *in), room = (size_t)(out_end - *out);
    stream->next_in = (unsigned char *)(uintptr_t)*in;
    stream->next_out = *out;
    stream->avail_in = have < INT_MAX ? (uInt)have : INT_MAX;
    stream->avail_out = room < INT_MAX ? (uInt)room : INT_MAX;
    int result = inflate(stream, Z_NO_FLUSH);
    *in = stream->next_in;
    *out = stream->next_out;
    return result == Z_STREAM_END                    ? INFLATE_END
           : result == Z_OK || result == Z_BUF_ERROR ? INFLATE_MORE
           : result == Z_MEM_ERROR                   ? INFLATE_NO_MEMORY
                                                     : INFLATE_DAMAGED;
}
