/* The vector templates over plain arrays, so that code of any compiler can call them. Not part of the bitcode. */
#include "numerics/kernels.h"
#include "numerics/vector.h"

#define VECTORS_1 v16
#define VECTORS_2 v16, v16
#define VECTORS_3 v16, v16, v16
#define WHOLE_1 vector_load(a + i)
#define WHOLE_2 WHOLE_1, vector_load(b + i)
#define WHOLE_3 WHOLE_2, vector_load(c + i)
#define TAIL_1 vector_load_partial(a + i, n - i)
#define TAIL_2 TAIL_1, vector_load_partial(b + i, n - i)
#define TAIL_3 TAIL_2, vector_load_partial(c + i, n - i)

#define SCALAR_OP(id, name, arity, body, doc)                                                                          \
    v16 lk_##name(VECTORS_##arity);                                                                                    \
    void lk_array_##name(KERNEL_ARRAYS_##arity, float *out, int64_t n) {                                               \
        int64_t i = 0;                                                                                                 \
        for (; i + LANES <= n; i += LANES) vector_store(out + i, lk_##name(WHOLE_##arity));                            \
        if (i < n) vector_store_partial(out + i, lk_##name(TAIL_##arity), n - i);                                      \
    }
#include "lrt/scalar_ops.def"
#undef SCALAR_OP

v16 lk_uniform(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1);

void lk_array_uniform(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1, float *out, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES) {
        v16 numbers = lk_uniform(key0, key1, counter0 + (uint32_t)i, counter1);
        if (i + LANES <= n) vector_store(out + i, numbers);
        else vector_store_partial(out + i, numbers, n - i);
    }
}
