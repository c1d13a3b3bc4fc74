/* Element-wise ops on vectors, one template `v16 lk_<name>(v16 a[, v16 b[, v16 c]])` for each row of
 * lrt/scalar_ops.def, and the uniform numbers of dropout. */
#include "numerics/vector_math.h"

#define REAL(x) ((v16)(float)(x))
#define SELECT(mask, x, y) vector_select(mask, x, y)
#define MATH(function) vector_##function
#define PARAMETERS_1 v16 a
#define PARAMETERS_2 v16 a, v16 b
#define PARAMETERS_3 v16 a, v16 b, v16 c

HELPER v16 vector_sqrt(v16 x) { return __builtin_elementwise_sqrt(x); }
HELPER v16 vector_floor(v16 x) { return __builtin_elementwise_floor(x); }

#define SCALAR_OP(id, name, arity, body, doc)                                                                          \
    TEMPLATE v16 lk_##name(PARAMETERS_##arity) { return body; }
#include "lrt/scalar_ops.def"
#undef SCALAR_OP

HELPER v16u vector_rotate_left(v16u x, uint32_t count) { return (x << count) | (x >> (32 - count)); }

/* The first output words of Threefry2x32 with 20 rounds (Salmon et al. 2011) at the counters (counter0 + lane,
 * counter1), their upper 24 bits as numbers in [0, 1). The scalar twin is lrt_random_uniform_at. */
TEMPLATE v16 lk_uniform(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1) {
    static const uint32_t rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
    const uint32_t keys[3] = {key0, key1, key0 ^ key1 ^ 0x1bd11bdau};
    v16u x0 = (v16u)vector_lane_numbers() + (v16u)(counter0 + key0);
    v16u x1 = (v16u)(counter1 + key1);
    UNROLL_FULLY for (uint32_t round = 0; round < 20; round++) {
        x0 += x1;
        x1 = vector_rotate_left(x1, rotations[round % 8]) ^ x0;
        if (round % 4 == 3) {
            uint32_t injection = round / 4 + 1;
            x0 += (v16u)keys[injection % 3];
            x1 += (v16u)(keys[(injection + 1) % 3] + injection);
        }
    }
    return __builtin_convertvector((v16i)(x0 >> 8), v16) * 0x1p-24f;
}

/* Horizontal reductions of one vector: fixed trees. */
TEMPLATE float lk_reduce_add(v16 x) { return vector_reduce_add(x); }
TEMPLATE float lk_reduce_max(v16 x) { return vector_reduce_max(x); }
