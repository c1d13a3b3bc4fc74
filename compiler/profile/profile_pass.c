/* The one pass: blocks of rows from the file, column by column into the sums, every so many rows into the sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/cell_stream.h"
#include "lrt/json.h"
#include "lrt/reader.h"
#include "profile/profile.h"
#include "support/fuzzy.h"
#include "support/panic.h"
#include "support/str.h"

enum { SAMPLE_ROWS = 4096, SAMPLE_LEAST = 256, SAMPLE_CELLS = 1 << 22 };

void profile_begin(Profile *profile, const char *const *names, int64_t count) {
    Arena *arena = profile->arena;
    profile->column_count = count;
    profile->columns = ARENA_ARRAY(arena, ProfileColumn, profile->column_count);
    int64_t room = SAMPLE_CELLS / profile->column_count;
    profile->sample_room = room > SAMPLE_ROWS ? SAMPLE_ROWS : room < SAMPLE_LEAST ? SAMPLE_LEAST : room;
    profile->sample_stride = 1;
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileColumn *column = &profile->columns[c];
        column->name = arena_strdup(arena, names[c]);
        profile_column_begin(&column->sums);
        column->sample_number = ARENA_ARRAY(arena, float, 2 * profile->sample_room);
        column->sample_code = ARENA_ARRAY(arena, uint32_t, 2 * profile->sample_room);
    }
}

/* Every other row of the sample stays, and from now on half as many are taken: its rows are the multiples of the
 * stride. */
static void thin_sample(Profile *profile) {
    int64_t kept = (profile->sample_count + 1) / 2;
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileColumn *column = &profile->columns[c];
        for (int64_t i = 0; i < kept; i++) {
            column->sample_number[i] = column->sample_number[2 * i];
            column->sample_code[i] = column->sample_code[2 * i];
        }
    }
    profile->sample_count = kept;
    profile->sample_stride *= 2;
}

/* Rows of the block that are multiples of the stride. The sample has room for them: it is thinned before. */
static void take_samples(Profile *profile, ProfileColumn *column, int64_t rows, const double *numbers,
                         const uint64_t *hashes) {
    int64_t stride = profile->sample_stride, at = profile->sample_count;
    for (int64_t i = (stride - profile->row_count % stride) % stride; i < rows; i += stride, at++) {
        column->sample_number[at] = (float)numbers[i];
        uint32_t code = (uint32_t)hashes[i];
        column->sample_code[at] = code == 0 && hashes[i] != 0 ? 1 : code;
    }
}

static int64_t sampled_rows(const Profile *profile, int64_t rows) {
    int64_t stride = profile->sample_stride, first = (stride - profile->row_count % stride) % stride;
    return first < rows ? (rows - first + stride - 1) / stride : 0;
}

void profile_add_block(Profile *profile, const LrtCell *cells, int64_t block, int64_t rows) {
    double numbers[PROFILE_BLOCK];
    uint64_t hashes[PROFILE_BLOCK];
    while (profile->sample_count + sampled_rows(profile, rows) > 2 * profile->sample_room) thin_sample(profile);
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileColumn *column = &profile->columns[c];
        profile_column_add(&column->sums, &profile->source, cells + c * block, rows, profile->row_count + 1, numbers,
                           hashes);
        take_samples(profile, column, rows, numbers, hashes);
    }
    profile->sample_count += sampled_rows(profile, rows);
    profile->row_count += rows;
}

/* ---- what follows from the sums --------------------------------------------------------------------------------- */

static void list_levels(Arena *arena, ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    const ValueTable *table = sums->overflowed ? &sums->frequent.table : &sums->values;
    ValueEntry *levels = ARENA_ARRAY(arena, ValueEntry, table->used + 1);
    value_table_sorted(table, levels);
    for (int64_t i = 0; i < table->used; i++)
        if (levels[i].text == NULL) {
            char text[32];
            lrt_format_number(levels[i].number, text);
            levels[i].text = arena_strdup(arena, text);
        }
    column->levels = levels;
    column->level_count = table->used;
    column->distinct_exact = !sums->overflowed;
    column->distinct = table->used;
    if (!sums->overflowed) return;
    int64_t filled = sums->numbers + sums->texts;
    column->distinct = (int64_t)(distinct_count_estimate(&sums->distinct) + 0.5);
    if (column->distinct > filled) column->distinct = filled;
}

/* The numbers of an exact table as weighted values, ascending. */
static WeightedValue *exact_values(const ProfileColumn *column, int64_t *out_count) {
    WeightedValue *values = malloc((size_t)(column->level_count + 1) * sizeof *values);
    if (values == NULL) panic_system("no memory for the profile");
    *out_count = 0;
    for (int64_t i = 0; i < column->level_count; i++)
        if (!isnan(column->levels[i].number))
            values[(*out_count)++] = (WeightedValue){column->levels[i].number, column->levels[i].count};
    weighted_sort(values, *out_count);
    return values;
}

static void measure_quantiles(ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    int64_t count;
    WeightedValue *values =
        sums->overflowed ? quantile_sketch_values(&sums->quantiles, &count) : exact_values(column, &count);
    column->quantiles = (ProfileQuantiles){.q001 = weighted_quantile(values, count, 0.001),
                                           .q01 = weighted_quantile(values, count, 0.01),
                                           .q05 = weighted_quantile(values, count, 0.05),
                                           .q25 = weighted_quantile(values, count, 0.25),
                                           .q50 = weighted_quantile(values, count, 0.5),
                                           .q75 = weighted_quantile(values, count, 0.75),
                                           .q95 = weighted_quantile(values, count, 0.95),
                                           .q99 = weighted_quantile(values, count, 0.99),
                                           .q999 = weighted_quantile(values, count, 0.999)};
    for (int64_t i = 0; i < count; i++) values[i].value = fabs(values[i].value - column->quantiles.q50);
    weighted_sort(values, count);
    column->quantiles.mad = weighted_quantile(values, count, 0.5);
    free(values);
}

static void measure_extremes(ProfileColumn *column) {
    if (column->sums.overflowed) {
        column->extremes = column->sums.extremes;
        return;
    }
    for (int64_t i = 0; i < column->level_count; i++)
        if (!isnan(column->levels[i].number))
            extremes_add(&column->extremes, column->levels[i].number, column->levels[i].row, column->levels[i].count);
}

static void finish_column(Arena *arena, ProfileColumn *column) {
    list_levels(arena, column);
    if (column->sums.numbers == 0) return;
    measure_quantiles(column);
    measure_extremes(column);
}

static bool find_target(Profile *profile, const char *target, LrtError *error) {
    profile->target = -1;
    for (int64_t c = 0; target != NULL && c < profile->column_count; c++)
        if (str_equal(profile->columns[c].name, target)) profile->target = c;
    if (target == NULL || profile->target >= 0) return true;
    const char **names = ARENA_ARRAY(profile->arena, const char *, profile->column_count);
    for (int64_t c = 0; c < profile->column_count; c++) names[c] = profile->columns[c].name;
    lrt_error_set(error, LRT_EXIT_DATA, "unknown-column", "`%s` has no column `%s`", profile->path, target);
    const char *nearest = fuzzy_nearest(target, names, (size_t)profile->column_count);
    if (nearest != NULL)
        lrt_error_fix(error, "did you mean `%s`?", nearest);
    else
        lrt_error_fix(error, "`lspec profile %s` lists its columns", profile->path);
    return false;
}

/* A text table, block by block. */
static bool read_text(Profile *profile, const char *target, LrtError *error) {
    LrtCellStream *stream = lrt_cell_stream_open(&profile->source, error);
    if (stream == NULL) return false;
    int64_t count = lrt_cell_stream_columns(stream), block = lrt_cell_stream_block(stream), rows = -1;
    const char **names = ARENA_ARRAY(profile->arena, const char *, count + 1);
    for (int64_t c = 0; c < count; c++) names[c] = lrt_cell_stream_name(stream, c);
    profile->bytes = lrt_cell_stream_bytes(stream);
    profile_begin(profile, names, count);
    LrtCell *cells = malloc((size_t)(block * count) * sizeof *cells);
    if (cells == NULL) panic_system("no memory for the profile");
    if (find_target(profile, target, error))
        while ((rows = lrt_cell_stream_next(stream, cells, error)) > 0) profile_add_block(profile, cells, block, rows);
    free(cells);
    lrt_cell_stream_close(stream);
    return rows == 0;
}

/* A source of another kind or of several files is read as the spec's trainer reads it, as a whole. */
static bool read_table(Profile *profile, const LrtDataSpec *spec, const char *target, LrtError *error) {
    LrtTable *table = lrt_table_read(spec, NULL, LRT_READ_TRAIN, error);
    if (table == NULL) return false;
    profile_begin_table(profile, spec, table);
    bool good = find_target(profile, target, error);
    if (good) profile_add_table(profile, spec, table);
    lrt_table_free(table);
    return good;
}

Profile *profile_read(Arena *arena, const LrtSource *source, const LrtDataSpec *spec, const char *target,
                      LrtError *error) {
    Profile *profile = ARENA_NEW(arena, Profile);
    *profile = (Profile){.arena = arena, .path = source->spec_path, .source = *source};
    bool is_text = (source->reader == NULL || source->reader == &lrt_reader_csv) && source->file_count <= 1;
    bool good = is_text ? read_text(profile, target, error) : read_table(profile, spec, target, error);
    if (good && profile->row_count == 0)
        good = lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "`%s` has no row", profile->path);
    for (int64_t c = 0; good && c < profile->column_count; c++) finish_column(arena, &profile->columns[c]);
    if (!good) {
        profile_free(profile);
        return NULL;
    }
    profile_guess(profile);
    if (spec != NULL) profile_declare(profile, spec);
    profile_find(profile);
    return profile;
}

void profile_free(Profile *profile) {
    for (int64_t c = 0; profile != NULL && c < profile->column_count; c++)
        profile_column_free(&profile->columns[c].sums);
}
