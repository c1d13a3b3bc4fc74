/* The cases of tests/parity in the reference evaluator: a spec through the front end and lowering, 20 steps from
 * PyTorch's initial weights in its order of batches, held against the weights it ended with. No machine code takes
 * part, so a difference here is one of meaning. */
#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "driver/pipeline.h"
#include "harness/calls.h"
#include "lrt/dataset.h"
#include "lrt/npy.h"
#include "lrt/safetensors.h"
#include "train/schedule.h"

#define CASES "tests/parity/cases"

typedef struct ParityCase {
    const char *name;
    Pipeline pipeline;
    LrtTable *table;
    LrtDataset *dataset;
    int64_t *order, steps, batch;
} ParityCase;

static const char *case_path(const ParityCase *run, const char *file) {
    return arena_printf(run->pipeline.session->arena, "%s/%s/%s", CASES, run->name, file);
}

/* Reads the file's tensor into the arena's layout, or compares it with what lies there. */
static void each_number(const ParityCase *run, const char *file, const Memory *memory, bool compare) {
    LrtError error = {0};
    const Graph *graph = run->pipeline.lowered->training;
    LrtSafetensors *tensors = lrt_safetensors_read(case_path(run, file), &error);
    if (tensors == NULL) fail_msg("%s: %s", run->name, error.message);
    assert_int_equal(tensors->count, graph->parameters.count);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        const LrtTensor *tensor = lrt_safetensors_find(tensors, parameter->name);
        if (tensor == NULL) fail_msg("%s: PyTorch has no %s", run->name, parameter->name);
        assert_int_equal(tensor->rank, parameter->file_shape.rank);
        for (int32_t d = 0; d < tensor->rank; d++) assert_int_equal(tensor->dims[d], parameter->file_shape.dims[d]);
        int64_t columns = parameter->shape.rank == 2 ? parameter->shape.dims[1] : tensor->element_count;
        int64_t rows = tensor->element_count / columns;
        for (int64_t k = 0; k < tensor->element_count; k++) {
            float number;
            memcpy(&number, tensor->bytes + 4 * k, sizeof number);
            double *place = &memory->parameters[i][lrt_tensor_place(parameter->transposed, parameter->cells, rows, columns, columns, k)];
            if (!compare)
                *place = (double)number;
            else if (fabs(*place - (double)number) > 1e-4 * fabs((double)number) + 1e-6)
                fail_msg("%s: %s[%" PRId64 "] is %.9g, not %.9g", run->name, parameter->name, k, *place,
                         (double)number);
        }
    }
    lrt_safetensors_free(tensors);
}

static double *as_double(Arena *arena, const float *from, int64_t width, const int64_t *rows, int64_t count) {
    double *out = ARENA_ARRAY(arena, double, count *width + 1);
    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k < width; k++) out[i * width + k] = (double)from[rows[i] * width + k];
    return out;
}

static int32_t *picked(Arena *arena, const int32_t *from, int64_t width, const int64_t *rows, int64_t count) {
    int32_t *out = ARENA_ARRAY(arena, int32_t, count *width + 1);
    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k < width; k++) out[i * width + k] = from[rows[i] * width + k];
    return out;
}

static void run_step(const ParityCase *run, Memory *memory, int64_t step) {
    Arena *arena = arena_new();
    const LrtDataset *data = run->dataset;
    const Model *model = run->pipeline.model;
    const int64_t *order = run->order + step * run->batch;
    int64_t *rows = ARENA_ARRAY(arena, int64_t, run->batch);
    for (int64_t i = 0; i < run->batch; i++) rows[i] = data->part_rows[LRT_PART_TRAIN][order[i]];
    int64_t steps_per_epoch = data->part_count[LRT_PART_TRAIN] / run->batch;
    EvalInput input = {
        .rows = run->batch,
        .features = as_double(arena, data->features, data->feature_width, rows, run->batch),
        .feature_width = data->feature_width,
        .indices = picked(arena, data->indices, data->index_width, rows, run->batch),
        .index_width = data->index_width,
        .targets = as_double(arena, data->targets, data->target_width, rows, run->batch),
        .target_width = data->target_width,
        .labels = picked(arena, data->labels, data->label_width, rows, run->batch),
        .label_width = data->label_width,
        .learning_rate =
            schedule_learning_rate(&model->schedule, step, steps_per_epoch, model->train.epochs * steps_per_epoch),
        .step = step,
    };
    memory_step(run->pipeline.lowered->training, arena, &input, memory);
    arena_free(arena);
}

static void run_case(const char *name) {
    Session *session = session_new();
    Options options = {0};
    LrtError error = {0};
    ParityCase run = {.name = name, .pipeline = {.session = session}};
    if (!pipeline_run(session, &options, case_path(&run, "spec.lspec"), STAGE_STEP, &run.pipeline)) {
        pipeline_report(session, &options);
        fail_msg("%s does not compile", name);
    }
    if (run.pipeline.model->weight_steps.count > 0) { /* means of the weights are the training loop's: tests/e2e/parity.sh */
        session_free(session);
        return;
    }
    const LrtDataSpec *data = &run.pipeline.model->data;
    run.table = lrt_table_read(data, NULL, LRT_READ_TRAIN, &error);
    run.dataset = run.table != NULL ? lrt_dataset_prepare(data, run.table, true, &error) : NULL;
    if (run.dataset == NULL) fail_msg("%s: %s", name, error.message);
    run.order = lrt_npy_read_indices(CASES "/order.npy", &run.steps, &run.batch, &error);
    assert_non_null(run.order);
    assert_int_equal(run.batch, run.pipeline.model->train.batch);
    Memory memory = memory_make(run.pipeline.lowered->training, session->arena, 0);
    each_number(&run, "init.safetensors", &memory, false);
    for (int64_t step = 0; step < run.steps; step++) run_step(&run, &memory, step);
    each_number(&run, "expected.safetensors", &memory, true);
    free(run.order);
    lrt_dataset_free(run.dataset);
    lrt_table_free(run.table);
    session_free(session);
}

static void test_cases(void **state) {
    (void)state;
    DIR *folder = opendir(CASES);
    assert_non_null(folder);
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.' || strchr(entry->d_name, '.') != NULL) continue;
        run_case(entry->d_name);
        count++;
    }
    closedir(folder);
    assert_true(count > 80);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
