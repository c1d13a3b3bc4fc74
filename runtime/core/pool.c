/* Static division of work over spinning threads. The caller publishes a region by raising `generation`; each worker
 * does its share and counts `working` down. Both sides spin for a while and then sleep on the word they watch, so a
 * pool that nobody feeds costs nothing and an oversubscribed machine is not burnt by waiting. */
#include "lrt/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    SPINS = 2000, /* pauses before sleeping: some 30 to 100 microseconds */
    STACK_BYTES = 1 << 20, /* musl's default of 128 KiB is narrow for kernels with local blocks */
    LINE_BYTES = 64,
    /* FUTEX_WAIT_PRIVATE and FUTEX_WAKE_PRIVATE of linux/futex.h, which musl does not bring */
    FUTEX_WAIT_OF_PROCESS = 128,
    FUTEX_WAKE_OF_PROCESS = 129,
};

typedef struct Worker {
    LrtPool *pool;
    pthread_t thread;
    int number; /* 1.. */
} Worker;

struct LrtPool {
    /* what workers read: written between regions only */
    void (*task)(void *context, int64_t index);
    void *context;
    int64_t count;
    int threads;
    bool stopping;
    bool running;
    Worker *workers;
    /* each on a cache line of its own */
    _Alignas(LINE_BYTES) _Atomic uint32_t generation;
    _Atomic uint32_t sleeping; /* workers asleep on `generation` */
    _Alignas(LINE_BYTES) _Atomic uint32_t working;
    _Atomic uint32_t caller_sleeps; /* on `working` */
};

static void processor_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

uint64_t lrt_flush_denormals_enable(void) {
#if defined(__x86_64__)
    uint32_t state = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(state | 0x8040u); /* flush to zero, denormals are zero */
    return state;
#elif defined(__aarch64__)
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    __asm__ volatile("msr fpcr, %0" : : "r"(state | 1u << 24));
    return state;
#else
    return 0;
#endif
}

void lrt_flush_denormals_restore(uint64_t state) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr((uint32_t)state);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(state));
#else
    (void)state;
#endif
}

/* Sleeps while the word is `expected`; may return early. */
static void futex_wait(_Atomic uint32_t *word, uint32_t expected) {
    syscall(SYS_futex, word, FUTEX_WAIT_OF_PROCESS, expected, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE_OF_PROCESS, count, NULL, NULL, 0);
}

static void run_share(const LrtPool *pool, int number) {
    for (int64_t i = number; i < pool->count; i += pool->threads) pool->task(pool->context, i);
}

/* Returns the generation that follows `seen`. A worker says that it sleeps before it looks at the word for the last
 * time (in the kernel), and the caller raises the word before it asks who sleeps: one of the two sees the other. */
static uint32_t wait_for_generation(LrtPool *pool, uint32_t seen) {
    for (int spin = 0; spin < SPINS; spin++) {
        uint32_t current = atomic_load_explicit(&pool->generation, memory_order_acquire);
        if (current != seen) return current;
        processor_pause();
    }
    atomic_fetch_add(&pool->sleeping, 1);
    uint32_t current;
    while ((current = atomic_load(&pool->generation)) == seen) futex_wait(&pool->generation, seen);
    atomic_fetch_sub(&pool->sleeping, 1);
    return current;
}

static void finish_share(LrtPool *pool) {
    if (atomic_fetch_sub(&pool->working, 1) == 1 && atomic_load(&pool->caller_sleeps)) futex_wake(&pool->working, 1);
}

static void wait_for_workers(LrtPool *pool) {
    for (int spin = 0; spin < SPINS; spin++) {
        if (atomic_load_explicit(&pool->working, memory_order_acquire) == 0) return;
        processor_pause();
    }
    atomic_store(&pool->caller_sleeps, 1);
    uint32_t working;
    while ((working = atomic_load(&pool->working)) != 0) futex_wait(&pool->working, working);
    atomic_store(&pool->caller_sleeps, 0);
}

static void *worker_main(void *argument) {
    const Worker *worker = argument;
    LrtPool *pool = worker->pool;
    lrt_flush_denormals_enable();
    for (uint32_t seen = 0;;) {
        seen = wait_for_generation(pool, seen);
        if (pool->stopping) return NULL;
        run_share(pool, worker->number);
        finish_share(pool);
    }
}

static void publish(LrtPool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleeping) > 0) futex_wake(&pool->generation, pool->threads);
}

/* Signals stay with the thread that made the pool. */
static void start_workers(LrtPool *pool, int wanted) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (int number = 1; number < wanted; number++) {
        Worker *worker = &pool->workers[number - 1];
        *worker = (Worker){.pool = pool, .number = number};
        if (pthread_create(&worker->thread, &attributes, worker_main, worker) != 0) break;
        pool->threads = number + 1;
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

LrtPool *lrt_pool_new(int threads) {
    if (threads < 1) threads = 1;
    LrtPool *pool = aligned_alloc(_Alignof(LrtPool), sizeof(LrtPool));
    Worker *workers = calloc((size_t)threads, sizeof *workers);
    if (!pool || !workers) {
        free(pool);
        free(workers);
        return NULL;
    }
    *pool = (LrtPool){.threads = 1, .workers = workers};
    start_workers(pool, threads);
    return pool;
}

void lrt_pool_free(LrtPool *pool) {
    if (!pool) return;
    assert(!pool->running);
    pool->stopping = true;
    publish(pool);
    for (int i = 0; i < pool->threads - 1; i++) pthread_join(pool->workers[i].thread, NULL);
    free(pool->workers);
    free(pool);
}

int lrt_pool_threads(const LrtPool *pool) { return pool ? pool->threads : 1; }

void lrt_pool_run(LrtPool *pool, void (*task)(void *context, int64_t index), void *context, int64_t count) {
    if (!pool || pool->threads == 1 || count <= 1) {
        for (int64_t i = 0; i < count; i++) task(context, i);
        return;
    }
    assert(!pool->running);
    pool->running = true;
    pool->task = task;
    pool->context = context;
    pool->count = count;
    atomic_store_explicit(&pool->working, (uint32_t)(pool->threads - 1), memory_order_relaxed);
    publish(pool);
    run_share(pool, 0);
    wait_for_workers(pool);
    pool->running = false;
}
