/* Weights between the arena, where kernels lie padded and transposed, and files in PyTorch's layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "checkpoint/weights.h"
#include "harness/table_case.h"

enum { ARENA_FLOATS = 64 };

/* dense_1.weight [2, 3] lies as 3 rows of 2 at a stride of 4; its bias [2] as one row; a running mean [2] is frozen. */
static const LrtParameter parameters[] = {
    {.name = "dense_1.weight",
     .rank = 2,
     .dims = {2, 3},
     .transposed = true,
     .rows = 3,
     .columns = 2,
     .stride = 4,
     .offset = 0,
     .trainable = true,
     .gradient_offset = 128},
    {.name = "dense_1.bias",
     .rank = 1,
     .dims = {2},
     .rows = 1,
     .columns = 2,
     .stride = 2,
     .offset = 64,
     .trainable = true,
     .gradient_offset = 192},
    {.name = "batch_norm_1.running_mean",
     .rank = 1,
     .dims = {2},
     .rows = 1,
     .columns = 2,
     .stride = 2,
     .offset = 80,
     .gradient_offset = -1},
};

static const LrtProgram program = {
    .name = "model", .spec_digest = "0123", .parameters = parameters, .parameter_count = 3};

static void fill(float arena[ARENA_FLOATS]) {
    for (int i = 0; i < ARENA_FLOATS; i++) arena[i] = (float)i + 0.5f;
}

static LrtSafetensors *save_and_read(const float *arena, char path[64]) {
    LrtError error = {0};
    WeightsMetadata metadata = {.epoch = 7, .metric = "validation.loss", .metric_value = 0.1, .data_digest = "ab"};
    case_file_write(path, ".safetensors", "", 0);
    if (!weights_save(&program, (const unsigned char *)arena, &metadata, path, &error)) fail_msg("%s", error.message);
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    assert_non_null(file);
    return file;
}

static void test_save_and_load(void **state) {
    (void)state;
    _Alignas(64) float arena[ARENA_FLOATS], other[ARENA_FLOATS] = {0};
    fill(arena);
    char path[64];
    LrtSafetensors *file = save_and_read(arena, path);
    /* [out, in]: the file's row 0 is the arena's column 0 */
    static const float weight[6] = {0.5f, 4.5f, 8.5f, 1.5f, 5.5f, 9.5f};
    assert_memory_equal(lrt_safetensors_find(file, "dense_1.weight")->bytes, weight, sizeof weight);
    assert_int_equal(lrt_safetensors_find(file, "dense_1.weight")->dims[1], 3);
    assert_string_equal(lrt_safetensors_metadata(file, "epoch"), "7");
    assert_string_equal(lrt_safetensors_metadata(file, "metric"), "validation.loss 0.1");
    assert_string_equal(lrt_safetensors_metadata(file, "data_sha256"), "ab");
    LrtError error = {0};
    assert_true(weights_load(&program, (unsigned char *)other, file, path, &error));
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 4; c++)
            assert_true(other[4 * r + c] == (c < 2 ? arena[4 * r + c] : 0.0f)); /* padding untouched */
    assert_true(other[16] == arena[16] && other[17] == arena[17] && other[20] == arena[20] && other[18] == 0);
    lrt_safetensors_free(file);
    unlink(path);
}

static void test_copy_and_restore(void **state) {
    (void)state;
    _Alignas(64) float arena[ARENA_FLOATS], copy[16], again[ARENA_FLOATS];
    fill(arena);
    fill(again);
    assert_int_equal(weights_float_count(&program), 16);
    weights_copy(&program, (const unsigned char *)arena, copy);
    for (int i = 0; i < 24; i++) arena[i] = -1;
    weights_restore(&program, (unsigned char *)arena, copy);
    assert_memory_equal(arena, again, 12 * sizeof(float));
    assert_memory_equal(arena + 16, again + 16, 2 * sizeof(float));
    assert_memory_equal(arena + 20, again + 20, 2 * sizeof(float));
    assert_true(arena[19] == -1);
}

static void test_gradients(void **state) {
    (void)state;
    _Alignas(64) float arena[ARENA_FLOATS], copy[16];
    fill(arena);
    gradients_copy(&program, (const unsigned char *)arena, copy);
    assert_true(copy[0] == 32.5f && copy[12] == 48.5f && copy[14] == 0);
    char path[64];
    LrtError error = {0};
    case_file_write(path, ".safetensors", "", 0);
    assert_true(gradients_save(&program, copy, path, &error));
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    unlink(path);
    assert_non_null(file);
    assert_int_equal(file->count, 2); /* nothing of the running mean */
    float first[2];
    memcpy(first, lrt_safetensors_find(file, "dense_1.weight")->bytes, sizeof first);
    assert_true(first[0] == 32.5f && first[1] == 36.5f);
    lrt_safetensors_free(file);
}

static void check_load(const LrtProgram *other, const char *what) {
    _Alignas(64) float arena[ARENA_FLOATS], kept[ARENA_FLOATS];
    fill(arena);
    fill(kept);
    char path[64];
    LrtSafetensors *file = save_and_read(arena, path);
    LrtError error = {0};
    assert_false(weights_load(other, (unsigned char *)arena, file, path, &error));
    assert_string_equal(error.name, "weights-mismatch");
    if (!strstr(error.message, what)) fail_msg("`%s` says nothing of `%s`", error.message, what);
    assert_memory_equal(arena, kept, sizeof arena);
    lrt_safetensors_free(file);
    unlink(path);
}

static void test_mismatches(void **state) {
    (void)state;
    LrtParameter changed[4];
    memcpy(changed, parameters, sizeof parameters);
    LrtProgram other = program;
    other.parameters = changed;
    changed[0].dims[0] = 3;
    check_load(&other, "has the shape [2, 3], the model's has [3, 3]");
    changed[0] = parameters[0];
    changed[1].name = "dense_2.bias";
    check_load(&other, "has no tensor `dense_2.bias`");
    changed[1] = parameters[1];
    other.parameter_count = 2;
    check_load(&other, "`batch_norm_1.running_mean` of");
}

/* What PyTorch saves: doubles are taken, its batch counter is passed over, other types are refused. */
static void test_foreign_files(void **state) {
    (void)state;
    static const LrtParameter bias = {
        .name = "b", .rank = 1, .dims = {1}, .rows = 1, .columns = 1, .stride = 1, .gradient_offset = -1};
    static const LrtProgram one = {.name = "one", .spec_digest = "", .parameters = &bias, .parameter_count = 1};
    static const char wide[] = "{\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                               "\"n.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}";
    static const char half[] = "{\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}";
    for (int i = 0; i < 2; i++) {
        const char *header = i == 0 ? wide : half;
        unsigned char bytes[300] = {(unsigned char)strlen(header)};
        memcpy(bytes + 8, header, strlen(header));
        double value = 0.75;
        memcpy(bytes + 8 + strlen(header), &value, sizeof value);
        char path[64];
        case_file_write(path, ".safetensors", bytes, 8 + strlen(header) + (i == 0 ? 16 : 2));
        LrtError error = {0};
        LrtSafetensors *file = lrt_safetensors_read(path, &error);
        unlink(path);
        assert_non_null(file);
        _Alignas(64) float arena[16] = {0};
        assert_int_equal(weights_load(&one, (unsigned char *)arena, file, path, &error), i == 0);
        assert_true(arena[0] == (i == 0 ? 0.75f : 0.0f));
        if (i == 1) assert_non_null(strstr(error.message, "of type F16"));
        lrt_safetensors_free(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_and_load), cmocka_unit_test(test_copy_and_restore), cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_mismatches),    cmocka_unit_test(test_foreign_files),
    };
    return cmocka_run_group_tests_name("weights", tests, NULL, NULL);
}
