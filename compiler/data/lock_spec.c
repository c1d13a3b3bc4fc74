/* The identity of the data half of a spec: what levels, widths and counts depend on, as one canonical text. The
 * network's side, the path of the machine, and what is learnt are no part of it. */
#include <string.h>

#include "data/learn.h"
#include "lrt/reader.h"
#include "lrt/sha256.h"
#include "support/str.h"

const char *lock_path(Arena *arena, const char *spec_file) { return arena_printf(arena, "%s.lock", spec_file); }

/* Texts with their length, so that no two lists print alike. */
static void put_text(Str *out, const char *text) {
    if (text == NULL) text = "";
    str_printf(out, "%zu:%s ", strlen(text), text);
}

static void put_number(Str *out, double value) { str_printf(out, "%a ", value); }

static void put_texts(Str *out, const char *const *texts, int64_t count) {
    str_printf(out, "%lld ", (long long)count);
    for (int64_t i = 0; i < count; i++) put_text(out, texts[i]);
}

static void put_source(Str *out, const LrtSource *source) {
    for (int64_t i = 0; i < source->file_count; i++) {
        put_text(out, source->files[i].spec_path);
        put_text(out, source->files[i].spec_label_path);
        str_printf(out, "%d ", (int)source->files[i].part);
    }
    put_text(out, source->reader ? source->reader->word : "csv");
    put_text(out, source->query);
    str_printf(out, "%lld %lld %lld ", (long long)source->image_height, (long long)source->image_width,
               (long long)source->image_channels);
    str_printf(out, "%d %d %d %d ", source->delimiter, source->quote, source->decimal, source->header);
    put_texts(out, source->missing, source->missing_count);
}

static void put_column(Str *out, const LrtColumn *column) {
    str_append(out, "\ncolumn ");
    put_text(out, column->name);
    str_printf(out, "%d %d %d %d %d ", (int)column->type, column->optional, column->has_low, column->has_high,
               column->closed);
    put_number(out, column->has_low ? column->low : 0);
    put_number(out, column->has_high ? column->high : 0);
    put_texts(out, column->closed ? column->levels : NULL, column->closed ? column->level_count : 0);
    put_text(out, column->format);
    for (int64_t k = 0; k < column->from_count; k++) str_printf(out, "from %d ", column->from[k]);
    for (int32_t i = 0; i < column->rank; i++) str_printf(out, "%lld ", (long long)column->dims[i]);
}

static void put_step(Str *out, const LrtDataSpec *data, const LrtStep *step) {
    str_append(out, "\nstep ");
    put_text(out, data->slots[step->output].name);
    str_printf(out, "%d %d %d %d ", (int)step->transform, step->input, step->output, step->indicator);
    for (int64_t k = 0; k < step->other_count; k++) str_printf(out, "and %d ", step->others[k]);
    for (int k = 0; k < LRT_STEP_NUMBERS; k++) put_number(out, step->number[k]);
    for (int k = 0; k < LRT_STEP_OPTIONS; k++) str_printf(out, "%d ", step->option[k]);
}

static void put_series(Str *out, const LrtSeries *series) {
    if (!series->used) return; /* then its rows are rows like any others */
    str_printf(out, "\nseries %d %d ", series->time, (int)series->gaps);
    put_number(out, series->every);
}

static void put_split(Str *out, const LrtDataSpec *data) {
    const LrtSplit *split = &data->split;
    str_printf(out, "\nsplit %d %llu %d %lld %lld %lld ", (int)split->kind, (unsigned long long)split->seed,
               split->column, (long long)split->test_fold, (long long)split->purge, (long long)split->embargo);
    put_number(out, split->purge_seconds);
    put_number(out, split->embargo_seconds);
    for (int part = 0; part < LRT_PART_COUNT; part++) put_number(out, split->share[part]);
    for (int64_t i = 0; i < data->sampler_count; i++) {
        const LrtSampler *sampler = &data->samplers[i];
        str_printf(out, "\nsampler %d %lld %lld %llu ", (int)sampler->kind, (long long)sampler->neighbors, (long long)sampler->version,
                   (unsigned long long)sampler->seed);
        put_number(out, sampler->ratio);
    }
}

const char *lock_spec_digest(Arena *arena, const LrtDataSpec *data) {
    Str text;
    str_init(&text, arena);
    put_source(&text, &data->source);
    for (int64_t i = 0; i < data->column_count; i++) put_column(&text, &data->columns[i]);
    for (int64_t i = 0; i < data->step_count; i++) put_step(&text, data, &data->steps[i]);
    for (int64_t i = 0; i < data->target_count; i++)
        str_printf(&text, "\ntarget %d %d %d ", data->targets[i].slot, data->targets[i].is_class,
                   data->targets[i].is_ordinal);
    put_series(&text, &data->series);
    put_split(&text, data);
    char *digest = ARENA_ARRAY(arena, char, 65);
    lrt_sha256_hex(text.data, text.length, digest);
    return digest;
}
