/* The lock read back: in place of the data where that is absent, and beside it to tell what has changed. A lock is a
 * file that anything may have happened to, so nothing of it is believed before it has been held against the model. */
#include <math.h>
#include <string.h>

#include "data/learn.h"
#include "data/lock.h"
#include "lrt/json.h"
#include "support/io.h"
#include "support/str.h"

/* ---- values ---------------------------------------------------------------------------------------------------- */

static const LrtJson *member(const LrtJson *object, const char *key, LrtJsonKind kind) {
    const LrtJson *found = object != NULL && object->kind == LRT_JSON_OBJECT ? lrt_json_member(object, key) : NULL;
    return found != NULL && found->kind == kind ? found : NULL;
}

static bool whole(const LrtJson *json, double low, int64_t *out) {
    if (json == NULL || json->kind != LRT_JSON_NUMBER || !(json->number >= low && json->number <= 1e15)) return false;
    *out = (int64_t)json->number;
    return (double)*out == json->number;
}

static bool integer(const LrtJson *object, const char *key, int64_t *out) {
    return whole(member(object, key, LRT_JSON_NUMBER), 0, out);
}

/* NULL where the member is no list of strings. */
static const char *const *strings(Arena *arena, const LrtJson *object, const char *key, int64_t *out_count) {
    const LrtJson *list = member(object, key, LRT_JSON_ARRAY);
    if (list == NULL) return NULL;
    const char **texts = ARENA_ARRAY(arena, const char *, list->count + 1);
    for (int64_t i = 0; i < list->count; i++) {
        if (list->items[i].kind != LRT_JSON_STRING) return NULL;
        texts[i] = arena_strdup(arena, list->items[i].string);
    }
    *out_count = list->count;
    return texts;
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

/* The lock as it stands in the file; free with lrt_json_free. NULL: absent, or no lock of this version. */
static LrtJson *read_lock(Arena *arena, const char *spec_file, LockState *out_state) {
    char *text = NULL;
    size_t length = 0, place = 0;
    const char *why = NULL;
    *out_state = LOCK_ABSENT;
    if (!io_read_file(arena, lock_path(arena, spec_file), LOCK_MAX_BYTES, &text, &length, &why)) return NULL;
    *out_state = LOCK_UNREADABLE;
    LrtJson *json = lrt_json_parse(text, length, &place);
    int64_t version = 0;
    if (json != NULL && integer(json, "version", &version) && version == LOCK_VERSION) return json;
    if (json != NULL) lrt_json_free(json);
    return NULL;
}

/* A copy of the model's data half with what the lock says of levels. False where the lock is of another shape. */
static bool fill_levels(Arena *arena, const LrtJson *json, LrtDataSpec *data) {
    const LrtJson *list = member(json, "columns", LRT_JSON_ARRAY), *targets = member(json, "targets", LRT_JSON_ARRAY);
    if (list == NULL || list->count != data->column_count || targets == NULL || targets->count != data->target_count)
        return false;
    LrtColumn *columns = ARENA_ARRAY(arena, LrtColumn, data->column_count + 1);
    for (int64_t i = 0; i < data->column_count; i++) {
        columns[i] = data->columns[i];
        if (columns[i].type != LRT_COLUMN_CATEGORY || columns[i].closed) continue;
        columns[i].levels = strings(arena, &list->items[i], "levels", &columns[i].level_count);
        if (columns[i].levels == NULL) return false;
    }
    LrtTarget *filled = ARENA_ARRAY(arena, LrtTarget, data->target_count + 1);
    for (int64_t t = 0; t < data->target_count; t++) {
        filled[t] = data->targets[t];
        if (!filled[t].is_class) continue;
        filled[t].levels = strings(arena, &targets->items[t], "levels", &filled[t].level_count);
        if (filled[t].levels == NULL || filled[t].level_count < 1) return false;
        const LrtColumn *column = &columns[data->slots[filled[t].slot].column];
        bool declared = column->closed || column->type == LRT_COLUMN_BOOL;
        if (declared && data->targets[t].level_count != filled[t].level_count) return false;
    }
    data->columns = columns;
    data->targets = filled;
    return true;
}

static bool fill_parts(Arena *arena, const LrtJson *json, Model *model) {
    const LrtJson *data = member(json, "data", LRT_JSON_OBJECT), *digest = member(data, "sha256", LRT_JSON_STRING);
    int64_t *parts = ARENA_ARRAY(arena, int64_t, LRT_PART_COUNT);
    if (digest == NULL || !integer(data, "train", &parts[LRT_PART_TRAIN]) ||
        !integer(data, "validation", &parts[LRT_PART_VALIDATION]) || !integer(data, "test", &parts[LRT_PART_TEST]) ||
        !integer(data, "train_after_sampling", &model->training_rows) || model->training_rows < 1)
        return false;
    model->part_rows = parts;
    model->data_digest = arena_strdup(arena, digest->string);
    return true;
}

/* Counts and weights of one class target. */
static bool fill_target(Arena *arena, const LrtJson *json, int64_t levels, const int64_t **out_counts,
                        const double **out_weights) {
    const LrtJson *rows = member(json, "training_rows", LRT_JSON_ARRAY);
    const LrtJson *weights = member(json, "balanced_weights", LRT_JSON_ARRAY);
    if (rows == NULL || weights == NULL || rows->count != levels || weights->count != levels) return false;
    int64_t *counts = ARENA_ARRAY(arena, int64_t, levels + 1);
    double *of = ARENA_ARRAY(arena, double, levels + 1);
    for (int64_t k = 0; k < levels; k++) {
        if (!whole(&rows->items[k], 0, &counts[k]) || weights->items[k].kind != LRT_JSON_NUMBER) return false;
        of[k] = weights->items[k].number;
        if (!(of[k] >= 0 && isfinite(of[k]))) return false;
    }
    *out_counts = counts;
    *out_weights = of;
    return true;
}

static bool fill_counts(Arena *arena, const LrtJson *json, Model *model) {
    const LrtJson *targets = member(json, "targets", LRT_JSON_ARRAY);
    const int64_t **counts = ARENA_ARRAY(arena, const int64_t *, model->data.target_count + 1);
    const double **weights = ARENA_ARRAY(arena, const double *, model->data.target_count + 1);
    for (int64_t t = 0; t < model->data.target_count; t++) {
        const LrtTarget *target = &model->data.targets[t];
        if (target->is_class && !fill_target(arena, &targets->items[t], target->level_count, &counts[t], &weights[t]))
            return false;
    }
    model->level_counts = counts;
    model->level_weights = weights;
    if (model->train.batch_all) model->train.batch = model->training_rows;
    return true;
}

static bool read_widths(Arena *arena, const LrtJson *json, int64_t step_count, const int64_t **out) {
    const LrtJson *list = member(json, "widths", LRT_JSON_ARRAY);
    if (list == NULL || list->count != step_count) return false;
    int64_t *widths = ARENA_ARRAY(arena, int64_t, step_count + 1);
    for (int64_t i = 0; i < step_count; i++)
        if (!whole(&list->items[i], 0, &widths[i]) || widths[i] > INT32_MAX) return false;
    *out = widths;
    return true;
}

LockState lock_fill(Session *session, Model *model) {
    LockState state;
    LrtJson *json = read_lock(session->arena, model->spec_file, &state);
    if (json == NULL) return state;
    const LrtJson *digest = member(json, "spec_sha256", LRT_JSON_STRING);
    const int64_t *widths = NULL;
    if (digest == NULL)
        state = LOCK_UNREADABLE;
    else if (!str_equal(digest->string, lock_spec_digest(session->arena, &model->data)))
        state = LOCK_OTHER_SPEC;
    else if (!fill_levels(session->arena, json, &model->data) || !fill_parts(session->arena, json, model) ||
             !fill_counts(session->arena, json, model) ||
             !read_widths(session->arena, json, model->data.step_count, &widths) ||
             learn_set_inputs(session, model, widths) >= 0)
        state = LOCK_UNREADABLE;
    else
        state = LOCK_FITS;
    lrt_json_free(json);
    return state;
}

const char *const *lock_file_columns(Session *session, const Model *model, int64_t *out_count) {
    LockState state;
    LrtJson *json = read_lock(session->arena, model->spec_file, &state);
    const char *const *names = json != NULL ? strings(session->arena, json, "file_columns", out_count) : NULL;
    if (json != NULL) lrt_json_free(json);
    return names;
}
