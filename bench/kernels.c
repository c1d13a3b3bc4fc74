/* Matrix kernels at the shapes of W1 to W3 against the machine's measured peak of fused multiply-adds.
 * clang-19 -O3 -march=native -ffp-contract=off -Iruntime bench/kernels.c -o kernels && ./kernels */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "numerics/ref/contract.c"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What code for this machine calls, and as many chains of vectors as its registers hold. */
#ifdef __AVX512F__
#define CONTRACT lk_contract
enum { CHAINS = 24 };
#else
#define CONTRACT lk_contract_narrow
enum { CHAINS = 6 };
#endif

/* GFLOP/s of independent chains in registers. */
static double measure_peak(void) {
    enum { TURNS = 200000, ROUNDS = 15 };
    double seconds[ROUNDS];
    float sink = 0;
    for (int round = 0; round < ROUNDS; round++) {
        v16 chain[CHAINS];
        v16 factor = 0.999f + 1e-6f * (float)round;
        for (int i = 0; i < CHAINS; i++) chain[i] = (v16)(float)i;
        double start = now();
        UNROLL_NEVER for (int turn = 0; turn < TURNS; turn++) {
            UNROLL_FULLY for (int i = 0; i < CHAINS; i++)
                chain[i] = vector_fma(chain[i], factor, factor);
            __asm__ volatile("" ::: "memory");
        }
        seconds[round] = now() - start;
        for (int i = 0; i < CHAINS; i++) sink += vector_reduce_add(chain[i]);
    }
    qsort(seconds, ROUNDS, sizeof seconds[0], compare_doubles);
    if (sink == 1.0f) puts("");
    return (double)(2 * LANES * CHAINS) * (double)TURNS / seconds[0] * 1e-9;
}

enum { FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT };
static const char *const form_names[] = {"forward", "input gradient", "weight gradient"};

typedef void Run(const float *a, const float *b, const float *bias, float *c);

typedef struct Shape {
    const char *workload;
    int form;
    int64_t m, k, n; /* c is m x n, summed over k */
    int64_t lda, ldb, ldc;
    Run *run;
} Shape;

/* The distance between rows: whole vectors, and not a multiple of 1 KiB, which would fall on few cache sets. */
#define PADDED(n) (((n) + 15) / 16 * 16 + (((n) + 15) / 16 * 16 % 256 == 0 ? 16 : 0))

#define SHAPES(X)                                                                                                      \
    X(W1, FORWARD, 32, 30, 64)                                                                                         \
    X(W1, FORWARD, 32, 64, 32) X(W1, FORWARD, 32, 32, 2) X(W1, INPUT_GRADIENT, 32, 2, 32)                              \
        X(W1, INPUT_GRADIENT, 32, 32, 64) X(W1, WEIGHT_GRADIENT, 30, 32, 64) X(W1, WEIGHT_GRADIENT, 64, 32, 32)        \
            X(W1, WEIGHT_GRADIENT, 32, 32, 2) X(W2, FORWARD, 128, 64, 256) X(W2, FORWARD, 128, 256, 256)               \
                X(W2, FORWARD, 128, 256, 10) X(W2, INPUT_GRADIENT, 128, 10, 256) X(W2, WEIGHT_GRADIENT, 64, 128, 256)  \
                    X(W2, WEIGHT_GRADIENT, 256, 128, 256) X(W2, WEIGHT_GRADIENT, 256, 128, 10)                         \
                        X(W3, FORWARD, 128, 784, 512) X(W3, FORWARD, 128, 512, 256)                                    \
                            X(W3, INPUT_GRADIENT, 128, 256, 512) X(W3, WEIGHT_GRADIENT, 784, 128, 512)                 \
                                X(W3, WEIGHT_GRADIENT, 512, 128, 256) X(W3, WEIGHT_GRADIENT, 256, 128, 10)

#define NAME(workload, form, m, k, n) run_##workload##_##form##_##m##_##k##_##n
#define LDA(form, m, k) ((form) == WEIGHT_GRADIENT ? PADDED(m) : PADDED(k))
#define DEFINE(workload, form, m, k, n)                                                                                \
    __attribute__((noinline)) static void NAME(workload, form, m, k, n)(const float *a, const float *b,                \
                                                                        const float *bias, float *c) {                 \
        CONTRACT(0, m, 0, (n + 15) / 16 * 16, k, a, (form) == WEIGHT_GRADIENT ? 1 : LDA(form, m, k),                   \
                 (form) == WEIGHT_GRADIENT ? LDA(form, m, k) : 1, b, PADDED(n), (form) == FORWARD ? bias : NULL, c,    \
                 PADDED(n), 0);                                                                                        \
    }
SHAPES(DEFINE)

#define ROW(workload, form, m, k, n)                                                                                   \
    {#workload, form, m, k, n, LDA(form, m, k), PADDED(n), PADDED(n), NAME(workload, form, m, k, n)},
static const Shape shapes[] = {SHAPES(ROW)};

static float *filled(int64_t count) {
    float *block = aligned_alloc(64, (size_t)(count * 4 + 127) / 64 * 64);
    if (!block) exit(3);
    for (int64_t i = 0; i < count; i++) block[i] = (float)((i * 7919) % 1000) * 1e-3f - 0.5f;
    return block;
}

static double measure(const Shape *shape) {
    enum { ROUNDS = 31 };
    int64_t a_rows = shape->form == WEIGHT_GRADIENT ? shape->k : shape->m;
    float *a = filled(a_rows * shape->lda), *b = filled(shape->k * shape->ldb), *bias = filled(shape->ldb);
    float *c = filled(shape->m * shape->ldc);
    double flops = 2.0 * (double)(shape->m * shape->k) * (double)shape->n;
    int64_t turns = 1 + (int64_t)(2e7 / flops);
    double seconds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int64_t turn = 0; turn < turns; turn++) shape->run(a, b, bias, c);
        seconds[round] = (now() - start) / (double)turns;
    }
    qsort(seconds, ROUNDS, sizeof seconds[0], compare_doubles);
    free(a), free(b), free(bias), free(c);
    return seconds[ROUNDS / 2];
}

int main(void) {
    double peak = measure_peak();
    printf("peak %.1f GFLOP/s\n%-4s %-16s %5s %5s %5s %10s %9s %6s\n", peak, "", "form", "m", "k", "n", "us", "GFLOP/s",
           "peak");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const Shape *shape = &shapes[i];
        double seconds = measure(shape);
        double rate = 2.0 * (double)(shape->m * shape->k) * (double)shape->n / seconds * 1e-9;
        printf("%-4s %-16s %5d %5d %5d %10.2f %9.1f %5.0f%%\n", shape->workload, form_names[shape->form], (int)shape->m,
               (int)shape->k, (int)shape->n, seconds * 1e6, rate, 100 * rate / peak);
    }
    return 0;
}
