/* Fitting counts training cells by level; applying maps the levels of whatever table is at hand onto the names of the
 * fit. */
#include "preprocess/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "data/level_map.h"

bool vocabulary_has_missing(const Frame *frame, int32_t number) {
    const SlotValues *values = &frame->slots[frame->spec->steps[number].input];
    for (int64_t i = 0; i < frame->training_count; i++) {
        if (values->code[frame->training[i]] < 0) {
            return true;
        }
    }
    return false;
}

/* Names of the levels that are kept (pooled false) or too rare (pooled true). */
static bool add_levels(Frame *frame, const LrtStep *step, const int64_t *counts, int64_t rare, bool pooled,
                       LrtFit *out) {
    const LrtSlot *slot = &frame->spec->slots[step->output];
    const SlotValues *values = &frame->slots[step->input];
    for (int64_t k = 0; k < values->level_count; k++) {
        bool known = values->closed || counts[k] > 0;
        bool is_rare = rare > 1 && counts[k] < rare;
        if (known && is_rare == pooled && !fit_add_name(out, slot->name, "=", values->levels[k], frame->error)) {
            return false;
        }
    }
    return true;
}

bool vocabulary_fit(Frame *frame, int32_t number, VocabularyOptions options, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    const char *name = frame->spec->slots[step->output].name;
    const SlotValues *values = &frame->slots[step->input];
    LrtFit pooled = {0};
    Region scratch = {0};
    int64_t *counts = REGION_ARRAY(&scratch, int64_t, values->level_count, frame->error);
    for (int64_t i = 0; counts && i < frame->training_count; i++) {
        int32_t code = values->code[frame->training[i]];
        if (code >= 0) {
            counts[code]++;
        }
    }
    bool good = counts && add_levels(frame, step, counts, options.rare, true, &pooled) &&
                add_levels(frame, step, counts, options.rare, false, out);
    if (good && (options.other || pooled.name_count > 0)) {
        good = fit_add_name(out, name, ":", "other", frame->error);
    }
    if (good && options.missing && vocabulary_has_missing(frame, number)) {
        good = fit_add_name(out, name, ":", "missing", frame->error);
    }
    out->width = out->name_count;
    for (int64_t k = 0; good && k < pooled.name_count; k++) {
        good = fit_add_name(out, "", "", pooled.names[k], frame->error);
    }
    for (int64_t k = 0; k < pooled.name_count; k++) {
        free(pooled.names[k]);
    }
    free(pooled.names);
    region_free(&scratch);
    return good;
}

/* Positions of a step's own names: ordinal and target_encode make numbers of them, so their width does not count them. */
static int64_t position_count(const LrtStep *step, const LrtFit *fit) {
    bool numbers = step->transform == LRT_TRANSFORM_ORDINAL || step->transform == LRT_TRANSFORM_TARGET_ENCODE;
    return numbers ? fit->name_count : fit->width;
}

/* Splits the names into levels (each behind its prefix), `other` and `missing`. */
static void read_names(const LrtFit *fit, int64_t positions, size_t prefix, const char **out_levels, int32_t *out_known,
                       int32_t *out_pooled, int32_t *out_other, int32_t *out_missing) {
    *out_known = *out_pooled = 0;
    *out_other = *out_missing = -1;
    for (int64_t k = 0; k < fit->name_count; k++) {
        const char *rest = fit->names[k] + prefix;
        if (*rest == '=') {
            out_levels[*out_known + *out_pooled] = rest + 1;
            *(k < positions ? out_known : out_pooled) += 1;
        } else if (strcmp(rest, ":other") == 0) {
            *out_other = (int32_t)k;
        } else {
            *out_missing = (int32_t)k;
        }
    }
}

bool vocabulary_open(Frame *frame, int32_t number, const LrtFit *fit, Vocabulary *out) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *values = &frame->slots[step->input];
    size_t prefix = strlen(frame->spec->slots[step->output].name);
    const char **levels = REGION_ARRAY(frame->region, const char *, fit->name_count, frame->error);
    int32_t *map = levels ? REGION_ARRAY(frame->region, int32_t, values->level_count, frame->error) : NULL;
    if (!map) {
        return false;
    }
    int32_t known, pooled, other, missing;
    read_names(fit, position_count(step, fit), prefix, levels, &known, &pooled, &other, &missing);
    if (!level_map_build(values->levels, values->level_count, levels, known + pooled, map, frame->error)) {
        return false;
    }
    int32_t unseen = POSITION_ZERO;
    switch ((LrtUnseen)step->option[0]) {
    case LRT_UNSEEN_ZERO: break;
    case LRT_UNSEEN_OTHER: unseen = other; break;
    case LRT_UNSEEN_ERROR: unseen = POSITION_REFUSED; break;
    }
    for (int64_t k = 0; k < values->level_count; k++) {
        map[k] = map[k] < 0 ? unseen : map[k] < known ? map[k] : other;
    }
    *out = (Vocabulary){.positions = map, .missing = unseen, .level_count = known, .other = other};
    switch ((LrtMissing)step->option[1]) {
    case LRT_MISSING_LEVEL:
        out->missing = missing >= 0 ? missing : step->transform == LRT_TRANSFORM_INDEX && other >= 0 ? other : unseen;
        break;
    case LRT_MISSING_ZERO: out->missing = POSITION_ZERO; break;
    case LRT_MISSING_ERROR: out->missing = POSITION_REFUSED; break;
    }
    return true;
}

bool vocabulary_refuse(Frame *frame, int32_t number, int64_t row) {
    const LrtStep *step = &frame->spec->steps[number];
    const char *word = transform_entry(step->transform)->word;
    if (frame->slots[step->input].code[row] < 0) {
        transform_cell_error(frame, number, row, "missing-unhandled", "`%s` takes no missing cell here", word);
        lrt_error_fix(frame->error, "`impute(mode)` before it, or `missing: level`");
        return false;
    }
    transform_cell_error(frame, number, row, "unseen-category",
                         "`%s` refuses a level that the training part does not have", word);
    lrt_error_fix(frame->error, "`%s(unseen: other)`, or declare the levels: `category(…)`", word);
    return false;
}

/* "region=north", "region:other" or "region:missing" */
static bool name_is_of(const char *name, const char *column) {
    size_t length = strlen(column);
    return strncmp(name, column, length) == 0 &&
           (name[length] == '=' || strcmp(name + length, ":other") == 0 || strcmp(name + length, ":missing") == 0);
}

bool vocabulary_check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    for (int64_t k = 0; k < fit->name_count; k++) {
        if (!name_is_of(fit->names[k], spec->slots[step->output].name)) {
            return false;
        }
    }
    return true;
}
