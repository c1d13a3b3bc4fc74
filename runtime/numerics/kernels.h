/* The kernel templates as native functions, for tests and the benchmark: libkernels_native is the same source compiled
 * by clang. Generated code calls the same names in bitcode. Rows of matrices are padded to whole vectors of 16 floats
 * unless said otherwise; padding is read and written, never counted. */
#ifndef LRT_NUMERICS_KERNELS_H
#define LRT_NUMERICS_KERNELS_H

#include <stdint.h>

/* numerics/ref/contract.c */
void lk_contract(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, int64_t depth, const float *a,
                 int64_t a_row_stride, int64_t a_depth_stride, const float *b, int64_t ldb, const float *bias, float *c,
                 int64_t ldc, int64_t accumulate);
void lk_contract_narrow(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, int64_t depth,
                        const float *a, int64_t a_row_stride, int64_t a_depth_stride, const float *b, int64_t ldb,
                        const float *bias, float *c, int64_t ldc, int64_t accumulate);

/* numerics/ref/transpose.c */
void lk_transpose(int64_t rows, int64_t cols, const float *in, int64_t ld_in, float *out, int64_t ld_out);

/* numerics/ref/reduce.c */
float lk_sum(const float *x, int64_t count);
float lk_row_sum(const float *x, int64_t count);
float lk_row_max(const float *x, int64_t count);
double lk_dot(int64_t rows, int64_t columns, const float *a, int64_t lda, const float *b, int64_t ldb);
double lk_sum_squares(int64_t rows, int64_t columns, const float *x, int64_t ld);
void lk_column_sum(int64_t rows, int64_t column_begin, int64_t column_end, const float *x, int64_t ld, float *out,
                   int64_t accumulate);

/* numerics/ref/index.c */
void lk_gather(int64_t rows, int64_t width, const float *table, int64_t ld, const int32_t *indices,
               int64_t index_stride, float *out, int64_t ld_out);
void lk_scatter_add(int64_t rows, int64_t width, const float *grad, int64_t ld_grad, const int32_t *indices,
                    int64_t index_stride, float *out, int64_t ld_out);

/* numerics/ref/move.c, besides vectors from and to strided columns */
void lk_move(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, const float *from, int64_t f0, int64_t f1,
             int64_t f2, int64_t f3, int64_t f4, float *to, int64_t t0, int64_t t1, int64_t t2, int64_t t3, int64_t t4);
void lk_fill(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, float value, float *to, int64_t t0, int64_t t1,
             int64_t t2, int64_t t3, int64_t t4);
void lk_reduce_axes(int64_t is_max, int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, const float *from,
                    int64_t f0, int64_t f1, int64_t f2, int64_t f3, int64_t f4, float *to, int64_t t0, int64_t t1,
                    int64_t t2, int64_t t3, int64_t t4);
void lk_reshape(int64_t count, int64_t from_columns, const float *from, int64_t from_stride, int64_t to_columns,
                float *to, int64_t to_stride);

void lk_swap_rows(int64_t outer, int64_t inner, int64_t width, const float *from, int64_t from_stride, float *to,
                  int64_t to_stride);

/* numerics/ref/recurrent.c */
void lk_recurrent(int64_t cell, int64_t reverse, int64_t wide, int64_t steps, int64_t units, int64_t batch,
                  int64_t row_begin, int64_t row_end, const float *z, int64_t ldz, const float *weight, int64_t ldw,
                  const float *bias, float *tape, int64_t ldt, float *q, int64_t ldq);
void lk_recurrent_gradient(int64_t cell, int64_t reverse, int64_t wide, int64_t steps, int64_t units, int64_t batch,
                           int64_t row_begin, int64_t row_end, const float *tape, int64_t ldt, const float *turned,
                           int64_t ldw, const float *upstream, int64_t ldu, int64_t last_alone, float *out, int64_t ldo,
                           float *carry, int64_t ldc);

/* numerics/native/array_wrappers.c: each op of lrt/scalar_ops.def over n floats that need no padding:
 * lk_array_exp(a, out, n), lk_array_add(a, b, out, n), lk_array_select(a, b, c, out, n). */
#define KERNEL_ARRAYS_1 const float *a
#define KERNEL_ARRAYS_2 const float *a, const float *b
#define KERNEL_ARRAYS_3 const float *a, const float *b, const float *c
#define SCALAR_OP(id, name, arity, body, doc) void lk_array_##name(KERNEL_ARRAYS_##arity, float *out, int64_t n);
#include "lrt/scalar_ops.def"
#undef SCALAR_OP

/* out[i]: the uniform number at the counters (counter0 + i, counter1). */
void lk_array_uniform(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1, float *out, int64_t n);

#endif
