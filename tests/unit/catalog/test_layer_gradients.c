/* Every layer and activation of the catalogue: gradients against central differences at three shapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/layer_check.h"

enum { SHAPES = 4 };

/* What layers take: rows and sequences, unless it says otherwise here. */
typedef struct ShapeRow {
    const char *name;
    Shape shapes[SHAPES];
} ShapeRow;


#define ROW_SHAPE(width) {.rank = 2, .dims = {DIM_BATCH, width}}
#define SEQUENCE_SHAPE(time, width) {.rank = 3, .dims = {DIM_BATCH, time, width}}
#define IMAGE_SHAPE(height, width, channels) {.rank = 4, .dims = {DIM_BATCH, height, width, channels}}

static const ShapeRow shape_rows[] = {
    {"dense", {ROW_SHAPE(6), ROW_SHAPE(2), SEQUENCE_SHAPE(3, 4)}},
    {"embedding", {ROW_SHAPE(6), ROW_SHAPE(2)}},
    {"conv1d", {SEQUENCE_SHAPE(4, 3), SEQUENCE_SHAPE(2, 1), SEQUENCE_SHAPE(5, 2)}},
    {"conv2d", {IMAGE_SHAPE(3, 4, 2), IMAGE_SHAPE(2, 2, 3), IMAGE_SHAPE(4, 3, 1)}},
    {"depthwise_conv2d", {IMAGE_SHAPE(3, 4, 2), IMAGE_SHAPE(2, 2, 3), IMAGE_SHAPE(4, 3, 1)}},
    {"max_pool", {IMAGE_SHAPE(4, 5, 2), SEQUENCE_SHAPE(5, 3), IMAGE_SHAPE(2, 2, 1)}},
    {"avg_pool", {IMAGE_SHAPE(4, 5, 2), SEQUENCE_SHAPE(5, 3), IMAGE_SHAPE(2, 2, 1)}},
    {"global_max_pool", {IMAGE_SHAPE(4, 2, 2), SEQUENCE_SHAPE(5, 3), IMAGE_SHAPE(1, 2, 1)}},
    {"global_avg_pool", {IMAGE_SHAPE(4, 2, 2), SEQUENCE_SHAPE(5, 3), IMAGE_SHAPE(1, 2, 1)}},
    {"upsample", {IMAGE_SHAPE(3, 2, 2), SEQUENCE_SHAPE(4, 3), IMAGE_SHAPE(1, 2, 1)}},
    {"transpose", {SEQUENCE_SHAPE(2, 5), SEQUENCE_SHAPE(3, 1), SEQUENCE_SHAPE(4, 4)}},
    {NULL, {ROW_SHAPE(6), ROW_SHAPE(2), SEQUENCE_SHAPE(3, 4), IMAGE_SHAPE(2, 1, 4)}},
};

static const ShapeRow sequence_row = {NULL, {SEQUENCE_SHAPE(1, 6), SEQUENCE_SHAPE(5, 2), SEQUENCE_SHAPE(3, 4)}};

static const ShapeRow *shapes_of(const CatalogEntry *entry) {
    const ShapeRow *row = shape_rows;
    if (entry->takes_sequence) return &sequence_row;
    while (row->name != NULL && strcmp(row->name, entry->name) != 0) row++;
    return row;
}

/* Obligatory lists of numbers. */
static void give_shapes(Call *call) {
    static const double order[] = {2, 1}, dims[] = {2, -1};
    if (catalog_param(call->entry, "order") >= 0) call_set_numbers(call, "order", order, NULL, 2);
    if (catalog_param(call->entry, "shape") >= 0) call_set_numbers(call, "shape", dims, NULL, 2);
}

static void check_entry(const CatalogEntry *entry, const CallOption *options) {
    const ShapeRow *row = shapes_of(entry);
    for (int i = 0; i < SHAPES && row->shapes[i].rank > 0; i++)
        for (int training = 0; training < 2; training++) {
            Session *session = session_new();
            Call *call = call_make(session, entry, options);
            give_shapes(call);
            layer_check_call(session, call, &row->shapes[i], training);
        }
}

static void test_gradients(void **state) {
    (void)state;
    int checked = 0;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (!entry->built || (entry->kind != ENTRY_LAYER && entry->kind != ENTRY_ACTIVATION)) continue;
        check_entry(entry, NULL);
        checked++;
    }
    assert_true(checked >= 42);
}

/* Convolutions and pools with paddings, strides, dilations and groups. */
static void test_window_options(void **state) {
    (void)state;
    static const CallOption options[][6] = {
        {{.name = "padding", .word = "same"}, {.name = "stride", .number = 2}, {.name = NULL}},
        {{.name = "padding", .word = "same"}, {.name = "size", .number = 3}, {.name = "dilation", .number = 2}},
        {{.name = "padding", .word = "same"}, {.name = "bias", .number = 0}, {.name = "multiplier", .number = 3}},
    };
    static const char *const layers[] = {"conv1d", "conv2d", "depthwise_conv2d", "max_pool", "avg_pool"};
    for (size_t k = 0; k < sizeof layers / sizeof *layers; k++)
        for (size_t i = 0; i < sizeof options / sizeof *options; i++)
            check_entry(catalog_find(ENTRY_LAYER, layers[k]), options[i]);
    static const CallOption causal[] = {
        {.name = "padding", .word = "causal"}, {.name = "dilation", .number = 2}, {.name = NULL}};
    check_entry(catalog_find(ENTRY_LAYER, "conv1d"), causal);
    for (int groups = 2; groups <= 4; groups += 2) { /* groups of channels, and each channel by itself */
        const CallOption grouped[] = {
            {.name = "groups", .number = groups}, {.name = "filters", .number = 8}, {.name = NULL}};
        const Shape shape = IMAGE_SHAPE(3, 2, 4);
        Session *session = session_new();
        layer_check_call(session, call_find(session, ENTRY_LAYER, "conv2d", grouped), &shape, true);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gradients), cmocka_unit_test(test_window_options)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
