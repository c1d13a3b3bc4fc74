/* Reads preprocess.json back and holds it against the spec: a step that is not this spec's, a statistic that is absent
 * or no number, and a width that no fit can have are errors, so that what is read can be applied without further
 * checks. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include "lrt/json.h"
#include "preprocess/preprocess_json.h"
#include "preprocess/transform.h"

typedef struct Reader {
    const LrtDataSpec *spec;
    const char *path;
    LrtError *error;
} Reader;

/* The file is no preprocess.json, or of another spec: `what` says which step shows it. */
static bool refuse(const Reader *reader, const char *what) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "preprocess-does-not-fit",
                  "`%s` does not hold the fits of this trainer: %s", reader->path, what);
    lrt_error_fix(reader->error, "give the folder of a run of this trainer, or train again");
    snprintf(reader->error->file, sizeof reader->error->file, "%s", reader->path);
    return false;
}

static bool refuse_step(const Reader *reader, int64_t number, const char *what) {
    const LrtStep *step = &reader->spec->steps[number];
    char text[256];
    snprintf(text, sizeof text, "step %" PRId64 ", `%s` of column `%.100s`, %s", number + 1,
             transform_entry(step->transform)->word, reader->spec->slots[step->output].name, what);
    return refuse(reader, text);
}

static char *read_file(const Reader *reader, size_t *out_length) {
    FILE *file = fopen(reader->path, "rb");
    char *text = NULL;
    size_t length = 0, room = 0;
    bool good = file != NULL;
    while (good) {
        if (length == room) {
            char *grown = realloc(text, room = room ? 2 * room : 65536);
            if (!grown) {
                errno = ENOMEM;
                good = false;
                break;
            }
            text = grown;
        }
        size_t count = fread(text + length, 1, room - length, file);
        length += count;
        if (count == 0) {
            good = !ferror(file);
            break;
        }
    }
    if (!good) {
        lrt_error_set(reader->error, LRT_EXIT_SYSTEM, "run-not-read", "`%s` cannot be read: %s", reader->path,
                      strerror(errno));
        lrt_error_fix(reader->error, "give the folder of a finished run: --run DIR");
        free(text);
        text = NULL;
    }
    if (file) {
        fclose(file);
    }
    *out_length = length;
    return text;
}

static bool member_is(const LrtJson *object, const char *key, const char *text) {
    const LrtJson *member = lrt_json_member(object, key);
    return member && member->kind == LRT_JSON_STRING && strcmp(member->string, text) == 0;
}

static bool add_names(const Reader *reader, const LrtJson *json, const char *key, LrtFit *out) {
    const LrtJson *names = lrt_json_member(json, key);
    for (int64_t k = 0; names && k < names->count; k++) {
        const LrtJson *name = &names->items[k];
        if (names->kind != LRT_JSON_ARRAY || name->kind != LRT_JSON_STRING) {
            return false;
        }
        if (!fit_add_name(out, "", "", name->string, reader->error)) {
            return false;
        }
    }
    return true;
}

/* How many named statistics the fit of a step has: levels that are filled in have a count alone. */
static int64_t statistic_count(const LrtDataSpec *spec, const LrtStep *step, const TransformText *text) {
    int64_t count = 0;
    while (text->names[count]) {
        count++;
    }
    return step->transform == LRT_TRANSFORM_IMPUTE && spec->slots[step->input].kind == LRT_SLOT_CODE ? 1 : count;
}

static bool read_number(const LrtJson *value, double *out) {
    if (!value || value->kind != LRT_JSON_NUMBER || !isfinite(value->number)) {
        return false;
    }
    *out = value->number;
    return true;
}

/* `count` named numbers, then those of the list. */
static bool read_numbers(const LrtJson *statistics, const TransformText *text, int64_t count, const LrtJson *list,
                         double *out) {
    for (int64_t k = 0; k < count; k++) {
        if (!read_number(lrt_json_member(statistics, text->names[k]), &out[k])) {
            return false;
        }
    }
    for (int64_t k = 0; list && k < list->count; k++) {
        if (!read_number(&list->items[k], &out[count + k])) {
            return false;
        }
    }
    return true;
}

/* Of an image or a vector: lists of as many numbers as it has. */
static bool read_element_statistics(const Reader *reader, int64_t number, const LrtJson *statistics,
                                    const TransformText *text, int64_t count, LrtFit *out) {
    const LrtStep *step = &reader->spec->steps[number];
    int64_t width = lrt_column_width(&reader->spec->columns[reader->spec->slots[step->input].column]);
    double *numbers = calloc((size_t)(width * count) + 1, sizeof *numbers);
    if (!numbers) {
        return lrt_error_set(reader->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the statistics");
    }
    bool good = statistics && statistics->kind == LRT_JSON_OBJECT;
    for (int64_t k = 0; good && k < count; k++) {
        const LrtJson *list = lrt_json_member(statistics, text->names[k]);
        good = list && list->kind == LRT_JSON_ARRAY && list->count == width;
        for (int64_t j = 0; good && j < width; j++) {
            good = read_number(&list->items[j], &numbers[j * count + k]);
        }
    }
    good = (good || refuse_step(reader, number, "lacks a statistic")) &&
           fit_set_numbers(out, numbers, width * count, reader->error);
    free(numbers);
    return good;
}

static bool read_statistics(const Reader *reader, int64_t number, const LrtJson *json, LrtFit *out) {
    const LrtStep *step = &reader->spec->steps[number];
    const TransformEntry *entry = transform_entry(step->transform);
    TransformText text = {0};
    if (entry->describe) {
        entry->describe(step, &text);
    }
    if (text.how && !member_is(json, "how", text.how)) {
        return refuse_step(reader, number, "is done in another way there");
    }
    int64_t named = statistic_count(reader->spec, step, &text);
    if (named == 0 && !text.list) {
        return true;
    }
    const LrtJson *statistics = lrt_json_member(json, "statistics");
    if (step_is_of_elements(reader->spec, step)) {
        return read_element_statistics(reader, number, statistics, &text, named, out);
    }
    const LrtJson *list = statistics && text.list ? lrt_json_member(statistics, text.list) : NULL;
    if (!statistics || statistics->kind != LRT_JSON_OBJECT ||
        (text.list && (!list || list->kind != LRT_JSON_ARRAY))) {
        return refuse_step(reader, number, "lacks a statistic");
    }
    int64_t count = named + (list ? list->count : 0);
    double *numbers = calloc((size_t)count + 1, sizeof *numbers);
    if (!numbers) {
        return lrt_error_set(reader->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the statistics");
    }
    bool good = read_numbers(statistics, &text, named, list, numbers) || refuse_step(reader, number, "lacks a statistic");
    good = good && fit_set_numbers(out, numbers, count, reader->error);
    free(numbers);
    return good;
}

/* Each element of an image or vector has a fit that would do for a column. */
static bool elements_are_good(const Reader *reader, const LrtStep *step, const LrtFit *fit) {
    const TransformEntry *entry = transform_entry(step->transform);
    int64_t width = lrt_column_width(&reader->spec->columns[reader->spec->slots[step->input].column]);
    bool good = fit->width == width && fit->name_count == 0;
    for (int64_t j = 0; good && entry->check && j < width; j++) {
        int64_t count = fit->number_count / width;
        LrtFit element = {.numbers = fit->numbers + j * count, .number_count = count, .width = 1};
        good = entry->check(reader->spec, step, &element);
    }
    return good;
}

static bool fit_is_good(const Reader *reader, int64_t number, const LrtFit *fit) {
    const LrtStep *step = &reader->spec->steps[number];
    const TransformEntry *entry = transform_entry(step->transform);
    if (step_is_of_elements(reader->spec, step)) {
        return elements_are_good(reader, step, fit);
    }
    return entry->check ? entry->check(reader->spec, step, fit) : fit->width == 1 && fit->name_count == 0;
}

static bool read_step(const Reader *reader, int64_t number, const LrtJson *json, LrtFit *out) {
    const LrtStep *step = &reader->spec->steps[number];
    if (json->kind != LRT_JSON_OBJECT || !member_is(json, "column", reader->spec->slots[step->output].name) ||
        !member_is(json, "transform", transform_entry(step->transform)->word)) {
        return refuse_step(reader, number, "is another one there");
    }
    if (!read_statistics(reader, number, json, out)) {
        return false;
    }
    const LrtJson *width = lrt_json_member(json, "width");
    if (!width || width->kind != LRT_JSON_NUMBER || !(width->number >= 0 && width->number < 1e9) ||
        width->number != floor(width->number)) {
        return refuse_step(reader, number, "lacks its width");
    }
    out->width = (int64_t)width->number;
    if (!add_names(reader, json, "levels", out) || !add_names(reader, json, "pooled", out) ||
        !fit_is_good(reader, number, out)) {
        return refuse_step(reader, number, "has other levels there");
    }
    return true;
}

static bool read_all(const Reader *reader, const LrtJson *json, LrtFit *fits) {
    if (json->kind != LRT_JSON_OBJECT || !member_is(json, "format", PREPROCESS_FORMAT)) {
        return refuse(reader, "it is no preprocess.json");
    }
    const LrtJson *version = lrt_json_member(json, "version"), *steps = lrt_json_member(json, "steps");
    if (!version || version->kind != LRT_JSON_NUMBER || version->number != (double)PREPROCESS_VERSION) {
        return refuse(reader, "it is of another version");
    }
    if (!steps || steps->kind != LRT_JSON_ARRAY || steps->count != reader->spec->step_count) {
        return refuse(reader, "it has another number of steps");
    }
    for (int64_t i = 0; i < steps->count; i++) {
        if (!read_step(reader, i, &steps->items[i], &fits[i])) {
            return false;
        }
    }
    return true;
}

LrtFit *lrt_preprocess_read(const LrtDataSpec *spec, const char *path, LrtError *error) {
    Reader reader = {.spec = spec, .path = path, .error = error};
    size_t length = 0, place = 0;
    char *text = read_file(&reader, &length);
    if (!text) {
        return NULL;
    }
    LrtJson *json = lrt_json_parse(text, length, &place);
    free(text);
    if (!json) {
        char what[64];
        snprintf(what, sizeof what, "it is no JSON, from byte %zu on", place);
        refuse(&reader, what);
        return NULL;
    }
    LrtFit *fits = calloc(spec->step_count > 0 ? (size_t)spec->step_count : 1, sizeof *fits);
    if (!fits) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the fits");
    } else if (!read_all(&reader, json, fits)) {
        lrt_fits_free(fits, spec->step_count);
        fits = NULL;
    }
    lrt_json_free(json);
    return fits;
}
