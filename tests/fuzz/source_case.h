/* Any bytes as a file of some source: read or refused with a name, a message and a file, never a crash; what was read is
 * whole. Shared by the fuzz targets and by the test that replays their corpora. */
#ifndef TESTS_FUZZ_SOURCE_CASE_H
#define TESTS_FUZZ_SOURCE_CASE_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/picture.h"
#include "lrt/dataset.h"
#include "lrt/reader.h"

typedef enum SourceKind { SOURCE_NPY, SOURCE_NPZ, SOURCE_IDX, SOURCE_JSONL, SOURCE_PACKED, SOURCE_SQLITE, SOURCE_PICTURE } SourceKind;

static void source_require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static const LrtColumn source_columns[] = {
    {.name = "x", .type = LRT_COLUMN_VECTOR, .rank = 1, .dims = {4}, .optional = true},
    {.name = "y", .type = LRT_COLUMN_CATEGORY, .optional = true},
    {.name = "z", .type = LRT_COLUMN_IMAGE, .rank = 3, .dims = {2, 2, 1}},
    {.name = "w", .type = LRT_COLUMN_REAL, .optional = true},
    {.name = "t", .type = LRT_COLUMN_TIMESTAMP, .optional = true},
    {.name = "b", .type = LRT_COLUMN_BOOL, .optional = true},
};

static void source_check_table(const LrtDataSpec *spec, const LrtTable *table) {
    int64_t sum = 0;
    source_require(table->row_count > 0, "a table without rows");
    for (int64_t i = 0; i < spec->column_count; i++) {
        const LrtTableColumn *column = &table->columns[i];
        for (int64_t row = 0; column->present && row < table->row_count; row++) {
            if (column->code) source_require(column->code[row] < column->level_count, "a code without a level");
            if (column->real) source_require(isnan(column->real[row]) || fabs(column->real[row]) < 1e300, "a number");
            for (int64_t j = 0; j < column->width; j++) {
                int64_t at = row * column->width + j;
                source_require(column->bytes || isnan(column->floats[at]) || fabsf(column->floats[at]) <= FLT_MAX,
                               "a number beyond the range");
                sum += column->bytes ? column->bytes[at] : 0; /* a sanitizer sees whether it is there */
            }
        }
    }
    source_require(sum >= 0, "bytes");
}

static void source_read(const LrtReader *reader, const LrtColumn *columns, int64_t count, const uint8_t *data, size_t size) {
    int file = memfd_create("source", 0);
    source_require(file >= 0 && write(file, data, size) == (ssize_t)size, "no memory file");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    const LrtSourceFile files[] = {{.path = path, .spec_path = "f", .part = LRT_PART_NONE}};
    LrtDataSpec spec = {.columns = columns, .column_count = count, .weight_slot = -1};
    spec.source = (LrtSource){.reader = reader, .gzip = &lrt_unpacker_gzip, .zstd = &lrt_unpacker_zstd, .files = files,
                              .file_count = 1, .path = path, .quote = '"', .decimal = '.', .header = true,
                              .query = "select * from t"};
    LrtError error = {0};
    LrtTable *table = lrt_table_read(&spec, NULL, LRT_READ_TRAIN, &error);
    if (table) {
        source_check_table(&spec, table);
        lrt_table_free(table);
    } else {
        source_require(error.status != 0 && error.name[0] && error.message[0], "an error without a name");
    }
    close(file);
}

/* The first byte of a picture's input chooses the size it is brought to. */
static void source_picture(const uint8_t *data, size_t size) {
    unsigned char out[16 * 16 * 4];
    const char *why = NULL;
    if (size == 0) return;
    PictureSize shape = {1 + (data[0] & 15), 1 + (data[0] >> 4), 1 + data[0] % 4};
    if (!picture_read(data + 1, size - 1, shape, out, &why)) source_require(why != NULL, "a failure without a reason");
}

static void source_case(SourceKind kind, const uint8_t *data, size_t size) {
    const LrtColumn *all = source_columns;
    switch (kind) {
    case SOURCE_NPY:
        source_read(&lrt_reader_npy, all, 1, data, size);
        break;
    case SOURCE_NPZ: source_read(&lrt_reader_npz, all, 2, data, size); break;
    case SOURCE_IDX: source_read(&lrt_reader_idx, all + 2, 1, data, size); break;
    case SOURCE_JSONL: source_read(&lrt_reader_jsonl, all, 6, data, size); break;
    case SOURCE_PACKED: source_read(&lrt_reader_csv, all + 3, 3, data, size); break;
    case SOURCE_SQLITE: source_read(&lrt_reader_sqlite, all + 3, 1, data, size); break;
    case SOURCE_PICTURE: source_picture(data, size); break;
    }
}

#endif
