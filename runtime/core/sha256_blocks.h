/* The inner function of SHA-256, in the two forms that must agree. */
#ifndef CORE_SHA256_BLOCKS_H
#define CORE_SHA256_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/* Mixes `count` blocks of 64 bytes into the state. */
void sha256_compress_plain(uint32_t state[8], const unsigned char *blocks, size_t count);
/* The same by the processor's instructions where it has them. */
void sha256_compress(uint32_t state[8], const unsigned char *blocks, size_t count);

#endif
