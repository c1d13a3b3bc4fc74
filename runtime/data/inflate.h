/* Deflated bytes (RFC 1951) by zlib: an unpacking that goes on from block to block. */
#ifndef DATA_INFLATE_H
#define DATA_INFLATE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Inflate {
    void *stream; /* zlib's */
} Inflate;

typedef enum InflateResult { INFLATE_MORE, INFLATE_END, INFLATE_DAMAGED, INFLATE_NO_MEMORY } InflateResult;

bool inflate_begin(Inflate *inflate);
void inflate_finish(Inflate *inflate);
/* Before another stream of deflated bytes. */
void inflate_restart(Inflate *inflate);
/* Unpacks from `in` to `out` as far as both go; both are moved on. INFLATE_MORE: input or room is used up. */
InflateResult inflate_block(Inflate *inflate, const unsigned char **in, const unsigned char *in_end,
                            unsigned char **out, unsigned char *out_end);

#endif
