/* The inner function of SHA-256, in the two forms that must agree. */
#ifndef CORE_SHA256_BLOCKS_H
#define CORE_SHA256_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* Mixes `count` blocks of 64 bytes into the state. */
typedef void Sha256Compress(uint32_t state[8], const unsigned char *blocks, size_t count);

Sha256Compress sha256_compress_plain;
/* The one that this processor has instructions for, or the plain one. To ask costs more than to hash a kilobyte. */
Sha256Compress *sha256_choose_compress(void);

#endif
