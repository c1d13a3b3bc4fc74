/* SHA-256 (FIPS 180-4), of a whole or piece by piece. */
#ifndef LRT_SHA256_H
#define LRT_SHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct LrtSha256 {
    uint32_t state[8];
    uint64_t length;               /* bytes so far */
    unsigned char block[64];       /* length mod 64 bytes that wait for the rest of their block */
    void (*compress)(uint32_t state[8], const unsigned char *blocks, size_t count);
} LrtSha256;

void lrt_sha256_init(LrtSha256 *hash);
void lrt_sha256_update(LrtSha256 *hash, const void *data, size_t length);
/* Lower-case hexadecimal digits and a NUL. The hash must be initialised again before further use. */
void lrt_sha256_final(LrtSha256 *hash, char out[65]);

void lrt_sha256_hex(const void *data, size_t length, char out[65]);

#endif
