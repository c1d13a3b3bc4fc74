/* Which rows a step sees: every row once an epoch, in an order that seed and epoch determine; or what a file says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/table_case.h"
#include "train/batches.h"

enum { ROWS = 23 };

static int64_t part[ROWS]; /* rows 100, 102, … of the data set */

static LrtDataset dataset_of(int64_t rows) {
    for (int64_t i = 0; i < ROWS; i++) part[i] = 100 + 2 * i;
    LrtDataset dataset = {.row_count = 200};
    dataset.part_rows[LRT_PART_TRAIN] = part;
    dataset.part_count[LRT_PART_TRAIN] = rows;
    return dataset;
}

static LrtProgram program_of(int64_t batch, bool drop_last) {
    return (LrtProgram){.train = {.batch = batch, .shuffle = true, .drop_last = drop_last},
                        .step = {.capacity = batch}};
}

static void collect_epoch(Batches *batches, int64_t epoch, int64_t out[ROWS], int64_t *out_count) {
    *out_count = 0;
    batches_begin_epoch(batches, epoch);
    for (int64_t i = 0; i < batches->steps_per_epoch; i++) {
        int64_t count;
        const int64_t *rows = batches_rows(batches, epoch * batches->steps_per_epoch + i, i, &count);
        assert_true(count >= 1 && count <= batches->batch);
        for (int64_t k = 0; k < count; k++) out[(*out_count)++] = rows[k];
    }
}

static void test_epochs(void **state) {
    (void)state;
    LrtDataset dataset = dataset_of(ROWS);
    LrtProgram program = program_of(5, false);
    LrtError error = {0};
    Batches batches, again;
    assert_true(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    assert_true(batches_init(&again, &program, &dataset, 7, NULL, &error));
    assert_int_equal(batches.steps_per_epoch, 5);
    int64_t first[ROWS], second[ROWS], other[ROWS], count;
    collect_epoch(&batches, 0, first, &count);
    assert_int_equal(count, ROWS);
    int seen[ROWS] = {0};
    for (int i = 0; i < ROWS; i++) seen[(first[i] - 100) / 2]++;
    for (int i = 0; i < ROWS; i++) assert_int_equal(seen[i], 1);
    collect_epoch(&batches, 1, second, &count);
    assert_memory_not_equal(first, second, sizeof first);
    assert_memory_not_equal(first, part, sizeof first);
    collect_epoch(&again, 1, other, &count); /* no matter what came before */
    assert_memory_equal(second, other, sizeof second);
    batches_free(&again);
    assert_true(batches_init(&again, &program, &dataset, 8, NULL, &error));
    collect_epoch(&again, 1, other, &count);
    assert_memory_not_equal(second, other, sizeof second);
    batches_free(&again);
    batches_free(&batches);
}

static void test_sizes(void **state) {
    (void)state;
    LrtDataset dataset = dataset_of(ROWS);
    LrtError error = {0};
    Batches batches;
    int64_t rows[ROWS], count;
    LrtProgram program = program_of(5, true);
    assert_true(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    collect_epoch(&batches, 0, rows, &count);
    assert_int_equal(count, 20); /* the last three are left out */
    batches_free(&batches);
    program = program_of(ROWS, false);
    program.train.batch_all = true;
    program.train.shuffle = false;
    assert_true(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    assert_int_equal(batches.steps_per_epoch, 1);
    collect_epoch(&batches, 3, rows, &count);
    assert_memory_equal(rows, part, sizeof rows);
    batches_free(&batches);
}

static void test_refusals(void **state) {
    (void)state;
    Batches batches;
    LrtDataset dataset = dataset_of(0);
    LrtProgram program = program_of(5, false);
    LrtError error = {0};
    assert_false(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    assert_string_equal(error.name, "no-training-rows");
    dataset = dataset_of(4);
    program = program_of(5, true);
    error = (LrtError){0};
    assert_false(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    assert_string_equal(error.fix, "train { batch: 4 }");
    dataset = dataset_of(ROWS);
    program.train.batch_all = true; /* built for fewer rows */
    error = (LrtError){0};
    assert_false(batches_init(&batches, &program, &dataset, 7, NULL, &error));
    assert_string_equal(error.name, "data-does-not-fit");
}

static void write_order(char path[64], const int64_t *rows, int64_t steps, int64_t batch) {
    char bytes[2000], text[200];
    int length = snprintf(text, sizeof text, "{'descr': '<i8', 'fortran_order': False, 'shape': (%d, %d), }",
                          (int)steps, (int)batch);
    snprintf(bytes, sizeof bytes, "\x93NUMPY\x01%c%c%c%-117s\n", '?', 118, '?', text);
    assert_true(length < 117);
    bytes[7] = 0;
    bytes[9] = 0;
    memcpy(bytes + 128, rows, (size_t)(steps * batch) * sizeof *rows);
    case_file_write(path, ".npy", bytes, 128 + (size_t)(steps * batch) * sizeof *rows);
}

static void test_given_order(void **state) {
    (void)state;
    static const int64_t rows[] = {0, 22, 5, 5, 1, 2};
    char path[64];
    LrtDataset dataset = dataset_of(ROWS);
    LrtProgram program = program_of(5, false);
    LrtError error = {0};
    BatchOrder order;
    write_order(path, rows, 3, 2);
    if (!batch_order_read(&order, &program, &dataset, path, &error)) fail_msg("%s", error.message);
    Batches batches;
    assert_true(batches_init(&batches, &program, &dataset, 7, &order, &error));
    for (int64_t step = 0; step < 3; step++) {
        int64_t count;
        const int64_t *have = batches_rows(&batches, step, step % batches.steps_per_epoch, &count);
        assert_int_equal(count, 2);
        for (int i = 0; i < 2; i++) assert_int_equal(have[i], 100 + 2 * rows[2 * step + i]);
    }
    batches_free(&batches);
    batch_order_free(&order);
    program.step.capacity = 1;
    assert_false(batch_order_read(&order, &program, &dataset, path, &error));
    assert_string_equal(error.name, "batch-order");
    unlink(path);
    static const int64_t bad[2][2] = {{0, 23}, {-1, 0}};
    program.step.capacity = 5;
    for (int i = 0; i < 2; i++) {
        write_order(path, bad[i], 1, 2);
        error = (LrtError){0};
        assert_false(batch_order_read(&order, &program, &dataset, path, &error));
        assert_non_null(strstr(error.message, i == 0 ? "row 23" : "row -1"));
        unlink(path);
    }
}

/* Classes of 14, 6, 0 and 3 rows: every batch of 6 has 2 of each of the three, a batch of 5 one class one less, which goes round; no
 * row comes a second time before all of its class came once; an epoch does not depend on the one before. */
static void test_balanced(void **state) {
    (void)state;
    static int32_t labels[200];
    for (int i = 0; i < ROWS; i++) labels[100 + 2 * i] = i % 4 == 1 ? (i < 9 ? 3 : 1) : i % 8 == 2 ? 1 : 0;
    LrtDataset dataset = dataset_of(ROWS);
    dataset.labels = labels;
    dataset.label_width = 1;
    const LrtTarget target = {.is_class = true, .level_count = 4};
    const LrtSampler sampler = {.kind = LRT_SAMPLER_BALANCED_BATCHES};
    int64_t counts[4] = {0};
    for (int i = 0; i < ROWS; i++) counts[labels[part[i]]]++;
    assert_true(counts[0] > 0 && counts[1] > 0 && counts[2] == 0 && counts[3] > 0);
    for (int64_t batch = 5; batch <= 6; batch++) {
        LrtProgram program = program_of(batch, false);
        program.data = (LrtDataSpec){.targets = &target, .target_count = 1, .samplers = &sampler, .sampler_count = 1};
        LrtError error = {0};
        Batches batches, again;
        assert_true(batches_init(&batches, &program, &dataset, 7, NULL, &error));
        assert_true(batches_init(&again, &program, &dataset, 7, NULL, &error));
        int64_t rows[ROWS], other[ROWS], count, totals[4] = {0};
        collect_epoch(&batches, 0, rows, &count);
        int uses[200] = {0};
        for (int64_t i = 0; i < count; i++) {
            int32_t label = labels[rows[i]];
            assert_int_equal(uses[rows[i]]++, totals[label]++ / counts[label]);
        }
        for (int64_t first = 0; first + batch <= count; first += batch) {
            int64_t in_batch[4] = {0};
            for (int64_t i = 0; i < batch; i++) in_batch[labels[rows[first + i]]]++;
            for (int k = 0; k < 4; k++) assert_true(k == 2 || (in_batch[k] >= batch / 3 && in_batch[k] <= (batch + 2) / 3));
        }
        for (int k = 0; k < 4; k++) assert_true(k == 2 || (totals[k] >= count / 3 && totals[k] <= (count + 2) / 3));
        collect_epoch(&batches, 1, rows, &count);
        collect_epoch(&again, 1, other, &count);
        assert_memory_equal(rows, other, sizeof rows);
        batches_free(&batches);
        batches_free(&again);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epochs), cmocka_unit_test(test_balanced),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_given_order),
    };
    return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
