/* Any bytes as a data file: read or refused with a name, a place within the file and a way out; never a crash, and what
 * was read keeps its contract. The first byte chooses the dialect. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lrt/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static const char *const levels[] = {"no", "yes"}, *const numbers[] = {"0", "1", "2.5"},
                         *const missing[] = {"NA", "-9"};

static const LrtColumn columns[] = {
    {.name = "a", .type = LRT_COLUMN_REAL, .optional = true},
    {.name = "b", .type = LRT_COLUMN_INT, .has_low = true, .low = -10, .has_high = true, .high = 1000},
    {.name = "c", .type = LRT_COLUMN_CATEGORY, .optional = true},
    {.name = "d", .type = LRT_COLUMN_CATEGORY, .closed = true, .levels = levels, .level_count = 2},
    {.name = "e", .type = LRT_COLUMN_ORDINAL, .closed = true, .levels = numbers, .level_count = 3, .optional = true},
    {.name = "f", .type = LRT_COLUMN_TIMESTAMP, .format = "%Y-%m-%d %H:%M:%S.%f%z", .optional = true},
    {.name = "g", .type = LRT_COLUMN_BOOL, .optional = true},
    {.name = "h", .type = LRT_COLUMN_WEIGHT, .optional = true},
    {.name = "i", .type = LRT_COLUMN_KEY, .optional = true},
    {.name = "j", .type = LRT_COLUMN_FOLD},
    {.name = "k", .type = LRT_COLUMN_IGNORE},
    {.name = "l", .type = LRT_COLUMN_TIMESTAMP, .optional = true},
};
enum { COLUMN_COUNT = sizeof columns / sizeof columns[0] };

static void check_column(const LrtColumn *column, const LrtTableColumn *values, int64_t rows) {
    for (int64_t row = 0; row < rows; row++) {
        bool is_missing = values->real ? isnan(values->real[row]) : values->code && values->code[row] < 0;
        require(!is_missing || column->optional || column->type == LRT_COLUMN_FOLD || !values->present,
                "a cell is missing");
        if (values->code) require(values->code[row] < values->level_count, "a code without a level");
        if (values->real && !is_missing) {
            double value = values->real[row];
            require(fabs(value) <= (double)FLT_MAX, "a number beyond the range");
            require(!column->has_low || value >= column->low, "a number below its bound");
            require(column->type != LRT_COLUMN_INT || value == trunc(value), "a whole number with a fraction");
            require(column->type != LRT_COLUMN_BOOL || value == 0 || value == 1, "a bool that is neither");
        }
    }
    for (int64_t i = 1; !column->closed && i < values->level_count; i++)
        require(strcmp(values->levels[i - 1], values->levels[i]) != 0, "a level twice");
}

static void check_error(const LrtError *error, const uint8_t *data, size_t size) {
    int64_t lines = 1;
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n' || data[i] == '\r';
    require(error->status == LRT_EXIT_DATA && error->name[0] && error->message[0] && error->fix[0],
            "an error without a text");
    require(error->line >= 0 && error->line <= lines && error->row <= lines, "an error outside the file");
    for (const char *at = error->text; *at; at++) require((unsigned char)*at >= ' ', "a text that is not printable");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char delimiters[] = {',', ';', '\t', ' ', '|', 0, '.', ','};
    if (size == 0) return 0;
    uint8_t dialect = *data++;
    size--;
    char path[32];
    int descriptor = memfd_create("csv", 0);
    require(descriptor >= 0 && write(descriptor, data, size) == (ssize_t)size && lseek(descriptor, 0, SEEK_SET) == 0,
            "no file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    LrtSlot slot = {.name = "a", .column = 0};
    LrtInput input = {.name = "a", .slot = 0};
    LrtDataSpec spec = {.source = {.path = path,
                                   .delimiter = delimiters[dialect % 8],
                                   .quote = dialect & 8 ? '\'' : '"',
                                   .decimal = dialect & 16 ? ',' : '.',
                                   .header = !(dialect & 32),
                                   .missing = missing,
                                   .missing_count = dialect & 64 ? 2 : 0,
                                   .spec_line = 1},
                        .columns = columns,
                        .column_count = COLUMN_COUNT,
                        .slots = &slot,
                        .slot_count = 1,
                        .inputs = &input,
                        .input_count = 1,
                        .weight_slot = -1};
    LrtError error = {0};
    LrtTable *table = lrt_table_read(&spec, NULL, dialect & 128 ? LRT_READ_PREDICT : LRT_READ_TRAIN, &error);
    if (table) {
        require(error.status == 0 && table->row_count > 0, "a table without rows");
        for (int64_t i = 0; i < COLUMN_COUNT; i++) check_column(&columns[i], &table->columns[i], table->row_count);
        for (int64_t row = 1; row < table->row_count; row++)
            require(table->lines[row - 1] < table->lines[row], "lines out of order");
    } else {
        check_error(&error, data, size);
    }
    lrt_table_free(table);
    close(descriptor);
    return 0;
}
