/* CRC-32 of gzip, zip and PNG (ISO 3309). */
#ifndef CORE_CRC32_H
#define CORE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Eight bytes a step (Kounavis and Berry 2005, "slicing-by-8"): table[k][b] is the CRC of b followed by k zeros. */
typedef struct Crc32 {
    uint32_t table[8][256];
    uint32_t state;
} Crc32;

void crc32_init(Crc32 *crc);
/* Begins anew with the same tables. */
void crc32_restart(Crc32 *crc);
void crc32_update(Crc32 *crc, const void *data, size_t length);
uint32_t crc32_value(const Crc32 *crc);

#endif
