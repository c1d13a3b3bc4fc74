/* Tables are made where they are needed: they take less time than reading a page of a file. */
#include "core/crc32.h"

static const uint32_t polynomial = UINT32_C(0xedb88320);

void crc32_init(Crc32 *crc) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) {
            value = value >> 1 ^ (value & 1 ? polynomial : 0);
        }
        crc->table[0][byte] = value;
    }
    for (int k = 1; k < 8; k++) {
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = crc->table[k - 1][byte];
            crc->table[k][byte] = before >> 8 ^ crc->table[0][before & 0xff];
        }
    }
    crc32_restart(crc);
}

void crc32_restart(Crc32 *crc) { crc->state = UINT32_MAX; }

void crc32_update(Crc32 *crc, const void *data, size_t length) {
    const unsigned char *at = data;
    uint32_t state = crc->state;
    for (; length >= 8; length -= 8, at += 8) {
        uint32_t low = state ^ ((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
        state = crc->table[7][low & 0xff] ^ crc->table[6][low >> 8 & 0xff] ^ crc->table[5][low >> 16 & 0xff] ^
                crc->table[4][low >> 24] ^ crc->table[3][at[4]] ^ crc->table[2][at[5]] ^ crc->table[1][at[6]] ^
                crc->table[0][at[7]];
    }
    for (; length > 0; length--, at++) {
        state = state >> 8 ^ crc->table[0][(state ^ *at) & 0xff];
    }
    crc->state = state;
}

uint32_t crc32_value(const Crc32 *crc) { return ~crc->state; }
