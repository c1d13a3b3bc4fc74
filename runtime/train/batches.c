/* A shuffled epoch is the training part permuted by a generator keyed by seed and epoch: nothing is carried from one to the next. */
#include "train/batches.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/npy.h"
#include "lrt/random.h"

bool batch_order_read(BatchOrder *order, const LrtProgram *program, const LrtDataset *dataset, const char *path, LrtError *error) {
    *order = (BatchOrder){0};
    int64_t *rows = lrt_npy_read_indices(path, &order->steps, &order->batch, error);
    if (!rows) {
        return false;
    }
    int64_t count = dataset->part_count[LRT_PART_TRAIN];
    bool good = true;
    if (order->batch < 1 || order->batch > program->step.capacity) {
        good = lrt_error_set(error, LRT_EXIT_DATA, "batch-order", "`%s` has batches of %" PRId64 " rows, the trainer takes 1..%" PRId64,
                             path, order->batch, program->step.capacity);
        lrt_error_fix(error, "train { batch: %" PRId64 " }", order->batch);
    }
    for (int64_t i = 0; good && i < order->steps * order->batch; i++) {
        if (rows[i] < 0 || rows[i] >= count) {
            good = lrt_error_set(error, LRT_EXIT_DATA, "batch-order",
                                 "`%s` names row %" PRId64 " in step %" PRId64 "; the training part has the rows 0..%" PRId64, path,
                                 rows[i], i / order->batch, count - 1);
        } else {
            rows[i] = dataset->part_rows[LRT_PART_TRAIN][rows[i]];
        }
    }
    if (!good) {
        free(rows);
        return false;
    }
    order->rows = rows;
    return true;
}

void batch_order_free(BatchOrder *order) {
    free(order->rows);
    *order = (BatchOrder){0};
}

bool batches_init(Batches *batches, const LrtProgram *program, const LrtDataset *dataset, uint64_t seed, const BatchOrder *order,
                  LrtError *error) {
    int64_t count = dataset->part_count[LRT_PART_TRAIN];
    int64_t batch = order ? order->batch : program->train.batch_all ? count : program->train.batch;
    *batches = (Batches){.part = dataset->part_rows[LRT_PART_TRAIN],
                         .count = count,
                         .batch = batch,
                         .shuffle = program->train.shuffle,
                         .seed = seed,
                         .order = order};
    if (count < 1) {
        return lrt_error_set(error, LRT_EXIT_DATA, "no-training-rows", "the training part has no rows");
    }
    if (batch > program->step.capacity) {
        lrt_error_set(error, LRT_EXIT_DATA, "data-does-not-fit",
                      "`batch: all` of %" PRId64 " training rows; the trainer was built for %" PRId64, batch, program->step.capacity);
        lrt_error_fix(error, "build the trainer again with this data");
        return false;
    }
    batches->steps_per_epoch = program->train.drop_last ? count / batch : (count + batch - 1) / batch;
    if (batches->steps_per_epoch < 1) {
        lrt_error_set(error, LRT_EXIT_DATA, "no-training-rows",
                      "`drop_last` leaves no step: %" PRId64 " training rows are less than a batch of %" PRId64, count, batch);
        lrt_error_fix(error, "train { batch: %" PRId64 " }", count);
        return false;
    }
    batches->shuffled = malloc((size_t)count * sizeof *batches->shuffled);
    if (!batches->shuffled) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the order of the rows");
    }
    return balanced_init(&batches->balanced, program, dataset, error);
}

void batches_free(Batches *batches) {
    free(batches->shuffled);
    balanced_free(&batches->balanced);
    *batches = (Batches){0};
}

void batches_begin_epoch(Batches *batches, int64_t epoch) {
    if (batches->balanced.classes > 0 && !batches->order) {
        balanced_draw_epoch(&batches->balanced, batches->seed, epoch, batches->batch, batches->count, batches->shuffled);
        return;
    }
    memcpy(batches->shuffled, batches->part, (size_t)batches->count * sizeof *batches->shuffled);
    if (batches->shuffle && !batches->order) {
        LrtRandom random = lrt_random_stream(batches->seed, "shuffle", (uint64_t)epoch);
        lrt_random_shuffle(&random, batches->shuffled, batches->count);
    }
}

const int64_t *batches_rows(const Batches *batches, int64_t step, int64_t index, int64_t *out_count) {
    if (batches->order) {
        *out_count = batches->batch;
        return batches->order->rows + step * batches->batch;
    }
    int64_t first = index * batches->batch;
    *out_count = batches->count - first < batches->batch ? batches->count - first : batches->batch;
    return batches->shuffled + first;
}
