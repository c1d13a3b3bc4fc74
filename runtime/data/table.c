/* Files of any kind as typed columns, each cell held against its column's contract: what all readers share. A reader
 * counts the rows of its file first, so that columns move between files alone. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/table_reader.h"
#include "data/timestamp.h"
#include "lrt/number.h"
#include "lrt/reader.h"
#include "preprocess/transform.h"

static bool is_level_type(LrtColumnType type) {
    return type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL || type == LRT_COLUMN_KEY ||
           type == LRT_COLUMN_GROUP || type == LRT_COLUMN_FOLD || type == LRT_COLUMN_TEXT;
}

/* Where a number of the range cannot break the contract. */
static void set_plain_range(const TableReader *reader, ColumnReader *column) {
    const LrtColumn *contract = column->column;
    bool all_need_a_look = contract->type == LRT_COLUMN_INT || reader->missing_number_count > 0;
    column->plain_low = all_need_a_look ? 1 : contract->has_low ? contract->low : (double)-FLT_MAX;
    column->plain_high = all_need_a_look ? 0 : contract->has_high ? contract->high : (double)FLT_MAX;
    if (contract->type == LRT_COLUMN_WEIGHT && column->plain_low < 0) {
        column->plain_low = 0;
    }
}

static bool check_timestamp_format(TableReader *reader, const LrtColumn *column, int32_t index) {
    char directive =
        column->type == LRT_COLUMN_TIMESTAMP && column->format ? timestamp_format_check(column->format) : '\0';
    if (!directive) {
        return true;
    }
    lrt_error_set(reader->error, LRT_EXIT_DATA, "timestamp-format",
                  "the format \"%s\" of column `%s` has `%%%c`, which is not read", column->format, column->name,
                  directive);
    lrt_error_fix(reader->error, "one of %%Y %%m %%d %%H %%M %%S %%f %%z %%y %%b %%j");
    reader->error->spec_line = column->spec_line;
    reader->error->column_index = index;
    return false;
}

static bool init_columns(TableReader *reader, LrtReadMode mode) {
    int64_t count = reader->spec->column_count;
    reader->columns = calloc((size_t)count + 1, sizeof *reader->columns);
    int64_t slots = reader->spec->slot_count > count ? reader->spec->slot_count : count; /* a spec without steps may list none */
    bool *fed = table_memory_new(reader->memory, (size_t)slots + 1, sizeof *fed);
    if (!reader->columns || !fed) {
        return table_no_memory(reader);
    }
    memset(fed, 0, (size_t)slots * sizeof *fed);
    transforms_needed(reader->spec, true, fed);
    for (int64_t i = 0; i < count; i++) {
        const LrtColumn *column = &reader->spec->columns[i];
        bool needed = fed[i] || (reader->spec->series.used && i == reader->spec->series.time);
        for (int64_t k = 0; needed && k < column->from_count; k++) {
            fed[column->from[k]] = true;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        const LrtColumn *column = &reader->spec->columns[i];
        LrtColumnType type = column->type;
        bool orders = reader->spec->series.used && (i == reader->spec->series.time || type == LRT_COLUMN_GROUP);
        bool may_be_absent = column->from_count > 0 || (mode == LRT_READ_PREDICT && !fed[i] && !orders); /* slot i is column i */
        reader->columns[i] = (ColumnReader){
            .column = column,
            .index = (int32_t)i,
            .may_be_absent = may_be_absent,
            .width = column->rank > 0 ? lrt_column_width(column) : 0,
            .present = true,
            .may_miss = column->optional || may_be_absent || type == LRT_COLUMN_FOLD,
            .is_number = type == LRT_COLUMN_REAL || type == LRT_COLUMN_INT || type == LRT_COLUMN_WEIGHT,
        };
        set_plain_range(reader, &reader->columns[i]);
        bool by_number = type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL || type == LRT_COLUMN_FOLD;
        level_set_init(&reader->columns[i].levels, reader->memory, column->closed ? column->levels : NULL,
                       column->level_count, by_number, reader->source->decimal);
        if (!check_timestamp_format(reader, column, (int32_t)i)) {
            return false;
        }
    }
    return true;
}

static bool init_missing_numbers(TableReader *reader) {
    const LrtSource *source = reader->source;
    reader->missing_numbers = malloc((size_t)(source->missing_count + 1) * sizeof *reader->missing_numbers);
    if (!reader->missing_numbers) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < source->missing_count; i++) {
        const char *text = source->missing[i], *end = text + strlen(text);
        double value;
        if (lrt_number_scan(text, end, source->decimal, &value) == end && *text) {
            reader->missing_numbers[reader->missing_number_count++] = value;
        }
    }
    return true;
}

static void *grow_rows(TableReader *reader, void *array, size_t count, size_t size) {
    void *grown = table_memory_grow(reader->memory, array, count, size);
    if (!grown) {
        table_no_memory(reader);
    }
    return grown;
}

static bool grow_column(TableReader *reader, ColumnReader *column, size_t count) {
    size_t width = (size_t)column->width;
    if (column->column->type == LRT_COLUMN_IGNORE) {
        return true;
    }
    if (width > 0 && column->stores_bytes) {
        return (column->bytes = grow_rows(reader, column->bytes, count, width)) != NULL;
    }
    if (width > 0) {
        return (column->floats = grow_rows(reader, column->floats, count, width * sizeof *column->floats)) != NULL;
    }
    if (is_level_type(column->column->type)) {
        return (column->code = grow_rows(reader, column->code, count, sizeof *column->code)) != NULL;
    }
    return (column->real = grow_rows(reader, column->real, count, sizeof *column->real)) != NULL;
}

bool table_reserve_rows(TableReader *reader, size_t more) {
    size_t count = (size_t)reader->row + more;
    reader->memory->is_paged = reader->memory->is_paged || source_file_is_large(&reader->file);
    if ((int64_t)count <= reader->capacity) {
        return true;
    }
    if (reader->has_lines) {
        reader->table->lines = grow_rows(reader, reader->table->lines, count, sizeof *reader->table->lines);
        if (!reader->table->lines) {
            return false;
        }
    }
    for (int64_t i = 0; i < reader->spec->column_count; i++) {
        if (!grow_column(reader, &reader->columns[i], count)) {
            return false;
        }
    }
    reader->capacity = (int64_t)count;
    return true;
}

/* Every cell of a column that a file lacks is missing. */
static void fill_absent(TableReader *reader) {
    for (int64_t i = 0; i < reader->spec->column_count; i++) {
        ColumnReader *column = &reader->columns[i];
        column->ever_present |= column->present;
        for (int64_t row = reader->first_row; !column->present && row < reader->row; row++) {
            if (column->real) {
                column->real[row] = NAN;
            } else if (column->code) {
                column->code[row] = -1;
            }
            for (int64_t j = 0; j < column->width; j++) {
                if (column->stores_bytes) {
                    column->bytes[row * column->width + j] = 0;
                } else {
                    column->floats[row * column->width + j] = NAN;
                }
            }
        }
    }
}

/* Learnt levels get their order only now that all are known. */
static bool finish_levels(TableReader *reader, ColumnReader *column, LrtTableColumn *out) {
    LevelSet *set = &column->levels;
    if (!set->closed) {
        const int32_t *new_code;
        if (!level_set_sort(set, &new_code)) {
            return table_no_memory(reader);
        }
        for (int64_t row = 0; column->ever_present && row < reader->row; row++) {
            int32_t code = column->code[row];
            column->code[row] = code < 0 ? code : new_code[code];
        }
    }
    out->levels = table_memory_new(reader->memory, (size_t)set->count + 1, sizeof *out->levels);
    if (!out->levels) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < set->count; i++) {
        out->levels[i] = set->names[i];
    }
    out->level_count = set->count;
    return true;
}

static bool finish_columns(TableReader *reader, LrtTable *table) {
    table->columns = table_memory_new(reader->memory, (size_t)table->column_count + 1, sizeof *table->columns);
    if (!table->columns) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < table->column_count; i++) {
        ColumnReader *column = &reader->columns[i];
        table->columns[i] = (LrtTableColumn){.real = column->real,
                                             .code = column->code,
                                             .bytes = column->bytes,
                                             .floats = column->floats,
                                             .width = column->width,
                                             .present = column->ever_present};
        if (column->code && !finish_levels(reader, column, &table->columns[i])) {
            return false;
        }
    }
    return table_join_moments(reader, table);
}

/* The file that the command line gave in place of the spec's; its labels, where it has any, stand behind a comma. */
static bool other_file(TableReader *reader, const LrtReader *kind, const char *path, LrtSourceFile *out) {
    const char *comma = kind->label_file ? strchr(path, ',') : NULL;
    *out = (LrtSourceFile){.path = path, .spec_path = path, .part = LRT_PART_NONE};
    if (comma) {
        out->path = out->spec_path = table_memory_copy(reader->memory, path, (size_t)(comma - path));
        out->label_path = out->spec_label_path = table_memory_copy(reader->memory, comma + 1, strlen(comma + 1));
    }
    return (out->path && (!comma || out->label_path)) || table_no_memory(reader);
}

static bool read_file(TableReader *reader, const LrtReader *kind, const LrtSourceFile *file, LrtTable *table) {
    LrtTableFile *out = &table->files[table->file_count];
    reader->first_row = reader->row;
    *out = (LrtTableFile){.path = table_memory_copy(reader->memory, file->path, strlen(file->path)),
                          .part = file->part,
                          .first_row = reader->row};
    bool good = out->path ? kind->read_rows(reader, file) : table_no_memory(reader);
    if (good) {
        fill_absent(reader);
        out->row_count = reader->row - reader->first_row;
        table->row_count = reader->row;
        table->file_count++;
    }
    table_file_close(reader);
    return good;
}

void table_add_digest(TableReader *reader, const char digest[65]) {
    memcpy(reader->digest, digest, sizeof reader->digest);
    lrt_sha256_update(&reader->digests, digest, strlen(digest));
    reader->digest_count++;
}

void table_add_file(TableReader *reader, const SourceFile *file) {
    char digest[65];
    source_file_digest(file, digest);
    table_add_digest(reader, digest);
}

/* Of one file its own digest; of several that of their digests. */
static void combine_digests(const TableReader *reader, LrtTable *table) {
    if (reader->digest_count <= 1) {
        memcpy(table->digest, reader->digest, sizeof table->digest);
        return;
    }
    LrtSha256 all = reader->digests;
    lrt_sha256_final(&all, table->digest);
}

static bool read_table(TableReader *reader, const char *path, LrtReadMode mode, LrtTable *table) {
    const LrtSource *source = reader->source;
    const LrtReader *kind = source->reader ? source->reader : &lrt_reader_csv;
    LrtSourceFile other;
    const LrtSourceFile *files = source->files;
    int64_t count = source->file_count;
    reader->has_lines = kind->has_lines;
    reader->has_header = kind == &lrt_reader_csv;
    lrt_sha256_init(&reader->digests);
    if (!init_missing_numbers(reader) || !init_columns(reader, mode)) {
        return false;
    }
    if (path || count == 0) {
        files = &other;
        count = 1;
        if (!other_file(reader, kind, path ? path : source->path, &other)) {
            return false;
        }
    }
    table->files = table_memory_new(reader->memory, (size_t)count, sizeof *table->files);
    if (!table->files) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < count; i++) {
        if (!read_file(reader, kind, &files[i], table)) {
            return false;
        }
    }
    table->path = table->files[0].path;
    combine_digests(reader, table);
    return finish_columns(reader, table);
}

LrtTable *lrt_table_read(const LrtDataSpec *spec, const char *path, LrtReadMode mode, LrtError *error) {
    LrtTable *table = calloc(1, sizeof *table);
    TableMemory *memory = calloc(1, sizeof *memory);
    if (!table || !memory) {
        free(table);
        free(memory);
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a table");
        return NULL;
    }
    table->memory = memory;
    table->column_count = spec->column_count;
    TableReader reader = {.spec = spec, .source = &spec->source, .error = error, .memory = memory, .table = table};
    bool good = read_table(&reader, path, mode, table);
    for (int64_t i = 0; reader.columns && i < spec->column_count; i++) {
        level_set_free(&reader.columns[i].levels);
    }
    free(reader.columns);
    free(reader.missing_numbers);
    if (!good) {
        lrt_table_free(table);
        return NULL;
    }
    return table;
}

void lrt_table_free(LrtTable *table) {
    if (table) {
        table_memory_free(table->memory);
        free(table->memory);
        free(table);
    }
}
