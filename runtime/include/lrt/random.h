/* Random numbers as a pure function of seed, stream and counter: Threefry2x32 with 20 rounds (Salmon, Moraes, Dror and
 * Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The same bits in every build; streams of different names
 * never meet. */
#ifndef LRT_RANDOM_H
#define LRT_RANDOM_H

#include <stdint.h>

typedef struct LrtRandom {
    uint32_t key[2]; /* of the stream */
    uint64_t counter; /* of the next number */
} LrtRandom;

/* A stream is named by what it is for ("shuffle", "init") and a number within that (the epoch, the parameter). */
LrtRandom lrt_random_stream(uint64_t seed, const char *stream_name, uint64_t index);

uint64_t lrt_random_u64(LrtRandom *random);

/* In [0, 1), multiples of 2^-53. */
double lrt_random_uniform(LrtRandom *random);

/* Standard normal, by the inverse of its distribution: one number a draw, exact to about 1e-16 relative. */
double lrt_random_normal(LrtRandom *random);

/* 0 <= result < n without bias; n >= 1. */
int64_t lrt_random_below(LrtRandom *random, int64_t n);

/* Fisher and Yates, from the end. */
void lrt_random_shuffle(LrtRandom *random, int64_t *items, int64_t n);

static inline uint32_t lrt_rotate_left(uint32_t x, uint32_t count) { return (x << count) | (x >> (32 - count)); }

/* Encrypts the counter under the key. */
static inline void lrt_threefry(const uint32_t key[2], const uint32_t counter[2], uint32_t out[2]) {
    static const uint8_t rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
    const uint32_t keys[3] = {key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bdau};
    uint32_t x0 = counter[0] + keys[0];
    uint32_t x1 = counter[1] + keys[1];
    for (uint32_t round = 0; round < 20; round++) {
        x0 += x1;
        x1 = lrt_rotate_left(x1, rotations[round % 8]) ^ x0;
        if (round % 4 == 3) {
            uint32_t injection = round / 4 + 1;
            x0 += keys[injection % 3];
            x1 += keys[(injection + 1) % 3] + injection;
        }
    }
    out[0] = x0;
    out[1] = x1;
}

/* In [0, 1), multiples of 2^-24: what lk_uniform gives in a lane of generated code. */
static inline float lrt_random_uniform_at(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1) {
    uint32_t out[2];
    lrt_threefry((const uint32_t[2]){key0, key1}, (const uint32_t[2]){counter0, counter1}, out);
    return (float)(out[0] >> 8) * 0x1p-24f;
}

#endif
