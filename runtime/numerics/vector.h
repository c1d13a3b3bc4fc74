/* The virtual vector: 16 lanes on every target, so that the bits of a result never depend on the machine.
 * Kernel templates are written in it; the compiler lowers it to whatever registers the target has. */
#ifndef LRT_NUMERICS_VECTOR_H
#define LRT_NUMERICS_VECTOR_H

#include <stdint.h>

enum { LANES = 16 };

typedef float v16 __attribute__((ext_vector_type(16)));
typedef int32_t v16i __attribute__((ext_vector_type(16)));
typedef uint32_t v16u __attribute__((ext_vector_type(16)));
typedef double v16d __attribute__((ext_vector_type(16)));
typedef int64_t v16l __attribute__((ext_vector_type(16)));
typedef float v16_unaligned __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t v16i_unaligned __attribute__((ext_vector_type(16), aligned(4)));

/* The x86-64 ABI passes a v16 in memory unless AVX-512 is there; the code generator expects a value. Target attributes
 * are stripped once the bitcode is linked into a module, so the flag binds nobody to such a machine. */
#if defined(__x86_64__) && !defined(__AVX__)
#error "compile kernel templates to bitcode with -mavx512f: otherwise vectors are passed in memory"
#endif

/* Natively compiled for a machine without AVX-512 the vectors are passed in memory: slower, and only tests do it. */
#pragma clang diagnostic ignored "-Wpsabi"

/* A template: external, for the code generator to find, and inlined wherever it is called. */
#define TEMPLATE __attribute__((always_inline))
#define HELPER __attribute__((always_inline)) static inline

#define UNROLL_FULLY _Pragma("clang loop unroll(full)")
/* Loops whose trip count depends on the data: left as they stand, for LLVM would otherwise vectorise or unroll them
 * again. */
#define UNROLL_NEVER _Pragma("clang loop unroll(disable) vectorize(disable) interleave(disable)")

HELPER v16 vector_load(const float *from) { return *(const v16_unaligned *)from; }
HELPER void vector_store(float *to, v16 x) { *(v16_unaligned *)to = x; }
HELPER v16i vector_load_int(const int32_t *from) { return *(const v16i_unaligned *)from; }

HELPER v16i vector_lane_numbers(void) { return (v16i){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}; }

/* All bits set in the lanes below `count`. */
HELPER v16i vector_mask(int64_t count) {
    return vector_lane_numbers() < (v16i)(int32_t)(count > LANES ? LANES : count);
}

/* The condition of a vector's ?: is a mask; clang's warning takes it for a truth value. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wconversion"
HELPER v16 vector_select(v16i mask, v16 where_set, v16 elsewhere) { return mask ? where_set : elsewhere; }
HELPER v16d vector_select_double(v16l mask, v16d where_set, v16d elsewhere) { return mask ? where_set : elsewhere; }
#pragma clang diagnostic pop
HELPER v16i vector_select_int(v16i mask, v16i where_set, v16i elsewhere) {
    return (where_set & mask) | (elsewhere & ~mask);
}

/* `count` < 16 floats that nothing readable may follow; the other lanes are 0. */
HELPER v16 vector_load_partial(const float *from, int64_t count) {
    float lanes[LANES] = {0};
    UNROLL_NEVER for (int64_t i = 0; i < count; i++)
        lanes[i] = from[i];
    return vector_load(lanes);
}

HELPER void vector_store_partial(float *to, v16 x, int64_t count) {
    float lanes[LANES];
    vector_store(lanes, x);
    UNROLL_NEVER for (int64_t i = 0; i < count; i++)
        to[i] = lanes[i];
}

/* The tail of a row that is padded to whole vectors: the padding is read, its lanes become `filler`. */
HELPER v16 vector_load_tail(const float *from, int64_t count, float filler) {
    return vector_select(vector_mask(count), vector_load(from), (v16)filler);
}

HELPER v16 vector_fma(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }
HELPER v16d vector_fma_double(v16d a, v16d b, v16d c) { return __builtin_elementwise_fma(a, b, c); }

HELPER v16i vector_bits(v16 x) { return (v16i)x; }
HELPER v16 vector_from_bits(v16i bits) { return (v16)bits; }

/* Fixed tree: lane i with lane i + 8, then + 4, + 2, + 1. */
HELPER float vector_reduce_add(v16 x) {
    typedef float v8 __attribute__((ext_vector_type(8)));
    typedef float v4 __attribute__((ext_vector_type(4)));
    typedef float v2 __attribute__((ext_vector_type(2)));
    v8 eight = x.lo + x.hi;
    v4 four = eight.lo + eight.hi;
    v2 two = four.lo + four.hi;
    return two.x + two.y;
}

/* The larger; NaN from either side propagates. One instruction where b is a constant. */
HELPER v16 vector_max(v16 a, v16 b) { return vector_select(b != b, b, vector_select(a < b, b, a)); }

HELPER float vector_reduce_max(v16 x) {
    v16 folded = vector_max(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    folded = vector_max(folded,
                        __builtin_shufflevector(folded, folded, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    folded = vector_max(folded,
                        __builtin_shufflevector(folded, folded, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    folded = vector_max(folded,
                        __builtin_shufflevector(folded, folded, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    return folded[0];
}

#endif
