/* NAME.lspec.lock: what was learnt from data, for a build where the data is not. The same spec and data give the same
 * bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/learn.h"
#include "data/lock.h"
#include "lrt/json.h"
#include "support/io.h"
#include "support/panic.h"
#include "support/str.h"

static void put_text(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void put_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void put_levels(LrtJsonWriter *json, const char *const *levels, int64_t count) {
    lrt_json_key(json, "levels");
    lrt_json_array_begin(json);
    for (int64_t k = 0; k < count; k++) lrt_json_string(json, levels[k]);
    lrt_json_array_end(json);
}

static void put_data(LrtJsonWriter *json, const Model *model) {
    static const char *const parts[LRT_PART_COUNT] = {"train", "validation", "test"};
    lrt_json_key(json, "data");
    lrt_json_object_begin(json);
    put_text(json, "file", model->data.source.spec_path);
    put_text(json, "sha256", model->data_digest);
    for (int part = 0; part < LRT_PART_COUNT; part++) put_integer(json, parts[part], model->part_rows[part]);
    put_integer(json, "train_after_sampling", model->training_rows);
    lrt_json_object_end(json);
}

/* Every column, for `rest` and patterns take their names from here where no header is. */
static void put_columns(LrtJsonWriter *json, const LrtDataSpec *data) {
    lrt_json_key(json, "columns");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < data->column_count; i++) {
        const LrtColumn *column = &data->columns[i];
        lrt_json_object_begin(json);
        put_text(json, "name", column->name);
        if (column->type == LRT_COLUMN_CATEGORY && !column->closed)
            put_levels(json, column->levels, column->level_count);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

const char *const *lock_header(Arena *arena, const LrtSource *source, int64_t *out_count) {
    char **names = NULL;
    LrtError error = {0};
    if (!lrt_header_read(source, source->path, &names, out_count, &error) || names == NULL) return NULL;
    const char **copies = ARENA_ARRAY(arena, const char *, *out_count + 1);
    for (int64_t i = 0; i < *out_count; i++) copies[i] = arena_strdup(arena, names[i]);
    lrt_header_free(names, *out_count);
    return copies;
}

/* What the file has, whether the spec names it or not: what is new in another file can then be told. */
static void put_file_columns(LrtJsonWriter *json, Arena *arena, const LrtSource *source) {
    int64_t count = 0;
    const char *const *names = lock_header(arena, source, &count);
    if (names == NULL) return;
    lrt_json_key(json, "file_columns");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < count; i++) lrt_json_string(json, names[i]);
    lrt_json_array_end(json);
}

static void put_widths(LrtJsonWriter *json, const Model *model) {
    lrt_json_key(json, "widths");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < model->data.step_count; i++) lrt_json_integer(json, model->fits[i].width);
    lrt_json_array_end(json);
}

static void put_targets(LrtJsonWriter *json, const Model *model) {
    lrt_json_key(json, "targets");
    lrt_json_array_begin(json);
    for (int64_t t = 0; t < model->data.target_count; t++) {
        const LrtTarget *target = &model->data.targets[t];
        lrt_json_object_begin(json);
        put_text(json, "name", target->name);
        for (int64_t k = 0; target->is_class && k < target->level_count; k++) {
            if (k == 0) {
                put_levels(json, target->levels, target->level_count);
                lrt_json_key(json, "training_rows");
                lrt_json_array_begin(json);
            }
            lrt_json_integer(json, model->level_counts[t][k]);
            if (k + 1 == target->level_count) lrt_json_array_end(json);
        }
        for (int64_t k = 0; target->is_class && k < target->level_count; k++) {
            if (k == 0) {
                lrt_json_key(json, "balanced_weights");
                lrt_json_array_begin(json);
            }
            lrt_json_number(json, model->level_weights[t][k]);
            if (k + 1 == target->level_count) lrt_json_array_end(json);
        }
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static char *lock_text(Arena *arena, const Model *model, const char *spec_digest, size_t *out_length) {
    char *text = NULL;
    FILE *out = open_memstream(&text, out_length);
    if (out == NULL) panic_system("no memory for the lock");
    LrtJsonWriter json;
    lrt_json_init(&json, out, true);
    lrt_json_object_begin(&json);
    put_text(&json, "about", LOCK_ABOUT);
    put_integer(&json, "version", LOCK_VERSION);
    put_text(&json, "spec_sha256", spec_digest);
    put_data(&json, model);
    put_file_columns(&json, arena, &model->data.source);
    put_columns(&json, &model->data);
    put_widths(&json, model);
    put_targets(&json, model);
    lrt_json_object_end(&json);
    fputc('\n', out);
    if (fclose(out) != 0) panic_system("no memory for the lock");
    return text;
}

static bool is_unchanged(Arena *arena, const char *path, const char *text, size_t length) {
    char *old = NULL;
    size_t old_length = 0;
    const char *why = NULL;
    return io_read_file(arena, path, LOCK_MAX_BYTES, &old, &old_length, &why) && old_length == length &&
           memcmp(old, text, length) == 0;
}

bool data_lock_write(Session *session, const Model *model) {
    if (model->fits == NULL) return true; /* it was learnt from the lock: that one stands */
    const char *path = lock_path(session->arena, model->spec_file), *why = NULL;
    size_t length = 0;
    char *text = lock_text(session->arena, model, lock_spec_digest(session->arena, &model->data), &length);
    bool good =
        is_unchanged(session->arena, path, text, length) || io_write_file(session->arena, path, text, length, &why);
    free(text);
    if (!good) {
        Diagnostic *d = diag_report(session, DIAG_LOCK_NOT_WRITTEN, model->data_span,
                                    "the lock `%s` cannot be written: %s", path, why);
        diag_why(d, "it lets the spec compile where the data is not");
        diag_advice(d, "make the folder of the spec writable");
    }
    return good;
}
