/* A batch is copied row by row next to the kernels' other buffers; large ones by all threads. */
#include "train/gather.h"

#include <assert.h>
#include <string.h>

enum {
    THREADED_BYTES = 1 << 18, /* below, waking the threads costs more than the copy */
    CHUNK_ROWS = 16
};

typedef struct Gather {
    const Machine *machine;
    const LrtEntry *entry;
    const LrtDataset *dataset;
    const int64_t *rows;
    int64_t count;
    bool blind;
} Gather;

/* float and int32 alike: four bytes an element. `source` NULL: zeros. */
static void copy_row(const Gather *gather, int64_t buffer, int64_t stride, int64_t row, const void *source, int64_t width) {
    if (buffer < 0 || stride == 0) {
        return;
    }
    unsigned char *to = gather->machine->arena + buffer + row * stride * 4;
    int64_t copied = source ? width : 0;
    if (copied > 0) {
        memcpy(to, source, (size_t)copied * 4);
    }
    memset(to + copied * 4, 0, (size_t)(stride - copied) * 4);
}

/* What the network is fed of a row and, under windows, of the rows before it. */
static void copy_features(const Gather *gather, int64_t i, int64_t row) {
    const LrtDataset *data = gather->dataset;
    int64_t stride = gather->entry->feature_stride, width = data->feature_width;
    if (gather->entry->features < 0 || stride == 0) {
        return;
    }
    float *to = (float *)(void *)(gather->machine->arena + gather->entry->features) + i * stride;
    for (int64_t c = 0; c < data->copy_count; c++) {
        const LrtCopy *copy = &data->copies[c];
        const float *from = data->features + (row - copy->rows + 1) * width + copy->from;
        if (copy->width == width) {
            memcpy(to + copy->to, from, (size_t)(copy->rows * width) * sizeof *to);
            continue;
        }
        for (int64_t t = 0; t < copy->rows; t++) {
            memcpy(to + copy->to + t * copy->width, from + t * width, (size_t)copy->width * sizeof *to);
        }
    }
    memset(to + data->fed_width, 0, (size_t)(stride - data->fed_width) * sizeof *to);
}

static void copy_rows(const Gather *gather, int64_t begin, int64_t end) {
    const LrtEntry *entry = gather->entry;
    const LrtDataset *data = gather->dataset;
    bool blind = gather->blind;
    for (int64_t i = begin; i < end; i++) {
        int64_t row = gather->rows[i];
        copy_features(gather, i, row);
        copy_row(gather, entry->indices, entry->index_stride, i, data->indices + row * data->index_width, data->index_width);
        copy_row(gather, entry->targets, entry->target_stride, i, blind ? NULL : data->targets + row * data->target_width,
                 data->target_width);
        copy_row(gather, entry->labels, entry->label_stride, i, blind ? NULL : data->labels + row * data->label_width,
                 data->label_width);
        if (entry->weights >= 0) {
            float weight = data->weights && !blind ? data->weights[row] : 1.0f;
            memcpy(gather->machine->arena + entry->weights + i * 4, &weight, sizeof weight);
        }
    }
}

static void copy_chunk(void *context, int64_t index) {
    const Gather *gather = context;
    int64_t end = (index + 1) * CHUNK_ROWS;
    copy_rows(gather, index * CHUNK_ROWS, end < gather->count ? end : gather->count);
}

void gather_rows(const Machine *machine, const LrtEntry *entry, const LrtDataset *dataset, const int64_t *rows, int64_t count,
                 bool blind) {
    assert(count <= entry->capacity);
    Gather gather = {machine, entry, dataset, rows, count, blind};
    int64_t bytes = 4 * count * (dataset->fed_width + dataset->index_width + dataset->target_width + dataset->label_width);
    if (machine->threads > 1 && bytes >= THREADED_BYTES) {
        lrt_pool_run(machine->pool, copy_chunk, &gather, (count + CHUNK_ROWS - 1) / CHUNK_ROWS);
    } else {
        copy_rows(&gather, 0, count);
    }
    lrt_dataset_touch(dataset, count);
}
