/* The pool: each task runs once, on its thread, however many threads, regions and neighbours there are. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "lrt/pool.h"

enum { MAX_TASKS = 1000 };

typedef struct Record {
    int runs[MAX_TASKS];
    pthread_t by[MAX_TASKS];
} Record;

static void record_task(void *context, int64_t index) {
    Record *record = context;
    record->runs[index]++;
    record->by[index] = pthread_self();
}

static void test_each_task_runs_once_on_its_thread(void **state) {
    (void)state;
    static const int64_t counts[] = {0, 1, 2, 3, 7, 8, 100, MAX_TASKS};
    for (int threads = 1; threads <= 9; threads++) {
        LrtPool *pool = lrt_pool_new(threads);
        assert_non_null(pool);
        assert_int_equal(lrt_pool_threads(pool), threads);
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            static Record record;
            record = (Record){{0}, {0}};
            lrt_pool_run(pool, record_task, &record, counts[c]);
            for (int64_t i = 0; i < MAX_TASKS; i++) assert_int_equal(record.runs[i], i < counts[c]);
            for (int64_t i = 0; i < counts[c]; i++) {
                assert_true(pthread_equal(record.by[i], record.by[i % threads]));
                if (i % threads == 0) assert_true(pthread_equal(record.by[i], pthread_self()));
            }
            for (int64_t i = 1; i < counts[c] && i < threads; i++)
                assert_false(pthread_equal(record.by[i], record.by[i - 1]));
        }
        lrt_pool_free(pool);
    }
}

static void test_no_pool_is_one_thread(void **state) {
    (void)state;
    static Record record;
    lrt_pool_run(NULL, record_task, &record, 5);
    for (int i = 0; i < 5; i++) assert_true(record.runs[i] == 1 && pthread_equal(record.by[i], pthread_self()));
    assert_int_equal(lrt_pool_threads(NULL), 1);
    lrt_pool_free(NULL);
    LrtPool *pool = lrt_pool_new(-3);
    assert_int_equal(lrt_pool_threads(pool), 1);
    lrt_pool_free(pool);
}

typedef struct Chain {
    int64_t cells[64];
} Chain;

/* Reads what another thread wrote in the region before: an unordered region would show here, and under TSan. */
static void chain_task(void *context, int64_t index) {
    Chain *chains = context; /* [0] is read, [1] written */
    chains[1].cells[index] = chains[0].cells[(index + 1) % 64] + 1;
}

static void run_chain(int threads, int regions, int pause_every) {
    LrtPool *pool = lrt_pool_new(threads);
    Chain chains[2] = {{{0}}, {{0}}};
    for (int region = 0; region < regions; region++) {
        lrt_pool_run(pool, chain_task, chains, 64);
        chains[0] = chains[1];
        /* longer than the workers spin: they are asleep when the next region begins */
        if (pause_every && region % pause_every == 0) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (int i = 0; i < 64; i++) assert_true(chains[0].cells[i] == regions);
    lrt_pool_free(pool);
}

static void test_many_small_regions(void **state) {
    (void)state;
    run_chain(2, 50000, 0);
}

static void test_regions_wake_sleepers(void **state) {
    (void)state;
    run_chain(2, 300, 1);
    run_chain(4, 300, 3);
}

static void test_oversubscribed(void **state) {
    (void)state;
    run_chain(16, 2000, 0);
}

static void uneven_task(void *context, int64_t index) {
    atomic_int *done = context;
    if (index == 1) nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); /* the caller falls asleep */
    atomic_fetch_add(done, 1);
}

static void test_caller_waits_for_the_slowest(void **state) {
    (void)state;
    LrtPool *pool = lrt_pool_new(3);
    for (int round = 1; round <= 100; round++) {
        atomic_int done = 0;
        lrt_pool_run(pool, uneven_task, &done, 3);
        assert_int_equal(atomic_load(&done), 3);
    }
    lrt_pool_free(pool);
}

static void test_pools_are_independent(void **state) {
    (void)state;
    LrtPool *pools[4];
    for (int i = 0; i < 4; i++) pools[i] = lrt_pool_new(i + 1);
    static Record record;
    record = (Record){{0}, {0}};
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 4; i++) lrt_pool_run(pools[i], record_task, &record, 10);
    }
    for (int i = 0; i < 10; i++) assert_int_equal(record.runs[i], 400);
    for (int i = 0; i < 4; i++) lrt_pool_free(pools[i]);
}

static void denormal_task(void *context, int64_t index) {
    volatile float tiny = 1e-39f;
    ((int *)context)[index] = tiny * 1.0f == 0.0f;
}

static void test_denormals(void **state) {
    (void)state;
#if defined(__x86_64__) || defined(__aarch64__)
    int flushed[4] = {0};
    LrtPool *pool = lrt_pool_new(2);
    lrt_pool_run(pool, denormal_task, flushed, 2);
    assert_true(!flushed[0] && flushed[1]); /* the caller decides for itself */
    uint64_t before = lrt_flush_denormals_enable();
    lrt_pool_run(pool, denormal_task, flushed, 2);
    assert_true(flushed[0] && flushed[1]);
    lrt_flush_denormals_restore(before);
    lrt_pool_run(pool, denormal_task, flushed, 2);
    assert_true(!flushed[0]);
    lrt_pool_free(pool);
#endif
}

static volatile pthread_t signalled; /* volatile: kill is declared as calling nothing back */
static void note_signal(int number) {
    (void)number;
    signalled = pthread_self();
}

static void test_signals_reach_the_caller_alone(void **state) {
    (void)state;
    LrtPool *pool = lrt_pool_new(4);
    struct sigaction action = {.sa_handler = note_signal}, before;
    sigaction(SIGUSR1, &action, &before);
    for (int i = 0; i < 20; i++) {
        signalled = (pthread_t)0;
        kill(getpid(), SIGUSR1);
        assert_true(pthread_equal(signalled, pthread_self()));
    }
    sigaction(SIGUSR1, &before, NULL);
    lrt_pool_free(pool);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_task_runs_once_on_its_thread),
        cmocka_unit_test(test_no_pool_is_one_thread),
        cmocka_unit_test(test_many_small_regions),
        cmocka_unit_test(test_regions_wake_sleepers),
        cmocka_unit_test(test_oversubscribed),
        cmocka_unit_test(test_caller_waits_for_the_slowest),
        cmocka_unit_test(test_pools_are_independent),
        cmocka_unit_test(test_denormals),
        cmocka_unit_test(test_signals_reach_the_caller_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
