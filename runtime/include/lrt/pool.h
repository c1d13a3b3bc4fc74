/* A pool of threads for regions of a microsecond and more: fork and join cost half a microsecond while the workers
 * spin, and nothing once they sleep. */
#ifndef LRT_POOL_H
#define LRT_POOL_H

#include <stdint.h>

typedef struct LrtPool LrtPool;

/* `threads` of them, the caller among them (less than 1 counts as 1). Where the system grants fewer, the pool has
 * fewer. NULL: no memory. */
LrtPool *lrt_pool_new(int threads);
void lrt_pool_free(LrtPool *pool);
int lrt_pool_threads(const LrtPool *pool);

/* Calls task(context, i) once for each 0 <= i < count: task i runs on thread i mod threads, the caller is thread 0.
 * Returns when all are done. Only the thread that made the pool may call it, and no task may. A NULL pool is a pool of
 * one. */
void lrt_pool_run(LrtPool *pool, void (*task)(void *context, int64_t index), void *context, int64_t count);

/* Numbers below the normal range count as 0 in this thread from now on, where the processor can: they are up to 35
 * times slower. The pool's workers do so always. The result is what lrt_flush_denormals_restore takes. */
uint64_t lrt_flush_denormals_enable(void);
void lrt_flush_denormals_restore(uint64_t state);

#endif
