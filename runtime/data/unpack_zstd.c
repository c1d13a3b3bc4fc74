/* Zstandard (RFC 8878) by its own decoder, which checks the checksum of each frame that has one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zstd/zstd.h>

#include "lrt/reader.h"

static char *no_memory(const char *shown, LrtError *error) {
    lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to unpack `%s`", shown);
    return NULL;
}

static bool refuse(const char *what, const char *shown, size_t at, size_t length, LrtError *error) {
    lrt_error_set(error, LRT_EXIT_DATA, "data-not-read", "`%s` is damaged: %s, at byte %zu of %zu", shown, what, at,
                  length);
    lrt_error_fix(error, "copy or pack the file anew; zstd -t tells whether it is whole");
    return false;
}

/* All frames, one behind the other. False with the error set. */
static bool unpack_frames(ZSTD_DStream *stream, ZSTD_inBuffer *in, ZSTD_outBuffer *out, const char *shown,
                          LrtError *error) {
    size_t left = 1;
    while (in->pos < in->size || left != 0) {
        if (out->pos == out->size) {
            size_t capacity = out->size ? out->size + out->size / 2 : 4 * in->size + 4096;
            void *grown = realloc(out->dst, capacity);
            if (!grown) {
                return no_memory(shown, error) != NULL;
            }
            out->dst = grown;
            out->size = capacity;
        }
        size_t in_before = in->pos, out_before = out->pos;
        left = ZSTD_decompressStream(stream, out, in);
        if (ZSTD_isError(left)) {
            return refuse(ZSTD_getErrorName(left), shown, in->pos, in->size, error);
        }
        if (left != 0 && in->pos == in_before && out->pos == out_before && in->pos == in->size) {
            return refuse("the file ends within what is packed", shown, in->pos, in->size, error);
        }
    }
    return true;
}

static char *unpack(const char *bytes, size_t length, const char *shown, size_t *out_length, LrtError *error) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {bytes, length, 0};
    ZSTD_outBuffer out = {NULL, 0, 0};
    if (!stream) {
        return no_memory(shown, error);
    }
    bool good = unpack_frames(stream, &in, &out, shown, error);
    ZSTD_freeDStream(stream);
    if (!good) {
        free(out.dst);
        return NULL;
    }
    *out_length = out.pos;
    return out.dst;
}

const LrtUnpacker lrt_unpacker_zstd = {
    .word = "zstd", .symbol = "lrt_unpacker_zstd", .ending = ".zst", .magic = "\x28\xb5\x2f\xfd", .unpack = unpack};
