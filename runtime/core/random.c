/* Streams of random numbers over Threefry: a stream is a key, drawing is counting. */
#include "unfused.h"

#include "lrt/random.h"

#include <assert.h>

#include "lrt/normal.h"

/* FNV-1a, 64 bits. */
static uint64_t hash_name(const char *name) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name; name++) hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    return hash;
}

static void split_words(uint64_t value, uint32_t out[2]) {
    out[0] = (uint32_t)value;
    out[1] = (uint32_t)(value >> 32);
}

LrtRandom lrt_random_stream(uint64_t seed, const char *stream_name, uint64_t index) {
    uint32_t key[2], words[2], named[2];
    split_words(seed, key);
    split_words(hash_name(stream_name), words);
    lrt_threefry(key, words, named);
    split_words(index, words);
    LrtRandom random = {.counter = 0};
    lrt_threefry(named, words, random.key);
    return random;
}

uint64_t lrt_random_u64(LrtRandom *random) {
    uint32_t counter[2], out[2];
    split_words(random->counter++, counter);
    lrt_threefry(random->key, counter, out);
    return (uint64_t)out[1] << 32 | out[0];
}

double lrt_random_uniform(LrtRandom *random) { return (double)(lrt_random_u64(random) >> 11) * 0x1p-53; }

int64_t lrt_random_below(LrtRandom *random, int64_t n) {
    assert(n >= 1);
    uint64_t range = (uint64_t)n;
    uint64_t accepted = UINT64_MAX - UINT64_MAX % range; /* a multiple of the range; the rest is drawn again */
    uint64_t draw;
    do draw = lrt_random_u64(random);
    while (draw >= accepted);
    return (int64_t)(draw % range);
}

void lrt_random_shuffle(LrtRandom *random, int64_t *items, int64_t n) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = lrt_random_below(random, i + 1);
        int64_t item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

double lrt_random_normal(LrtRandom *random) {
    /* 52 bits and a half: never 0 or 1. */
    return lrt_normal_quantile(((double)(lrt_random_u64(random) >> 12) + 0.5) * 0x1p-52);
}
