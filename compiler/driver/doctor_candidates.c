/* Where changes come from: fixes of the compiler, prescriptions of a run, and chance, which the others must beat. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "driver/doctor.h"
#include "lrt/json.h"
#include "lrt/random.h"
#include "support/io.h"
#include "support/str.h"

enum { MOST_ROUNDS = 20 };

static int compare_edits(const void *left, const void *right) {
    const TextEdit *a = left, *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void sort_edits(TextEdit *edits, int64_t count) {
    if (count > 1) qsort(edits, (size_t)count, sizeof *edits, compare_edits);
}

/* ---- the compiler's fixes --------------------------------------------------------------------------------------- */

/* False where the fix has no edit, or one in another file. */
static bool change_of_fix(Doctor *doctor, const Diagnostic *diagnostic, const DiagFix *fix, int32_t source, Change *out) {
    if (fix->edits.count == 0) return false;
    TextEdit *edits = ARENA_ARRAY(doctor->arena, TextEdit, fix->edits.count);
    for (int64_t i = 0; i < fix->edits.count; i++) {
        const DiagEdit *edit = &fix->edits.items[i];
        if (edit->span.source != source) return false;
        edits[i] = (TextEdit){edit->span.begin, edit->span.end, arena_strdup(doctor->arena, edit->text)};
    }
    sort_edits(edits, fix->edits.count);
    const char *title = fix->title != NULL ? fix->title : fix->edits.items[0].text;
    *out = (Change){.title = arena_strdup(doctor->arena, title),
                    .reason = diag_name(diagnostic->id),
                    .edits = edits,
                    .edit_count = fix->edits.count};
    return true;
}

static void list_fixes(Doctor *doctor, const Session *session, int32_t source, bool certain, ChangeList *out) {
    bool failed = session->error_count > 0;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *diagnostic = session->diagnostics.items[i];
        Severity severity = diagnostic->severity;
        if (severity == SEVERITY_NOTE || (!certain && failed && severity != SEVERITY_ERROR)) continue;
        for (int64_t k = 0; k < diagnostic->fixes.count; k++) {
            Change change;
            const DiagFix *fix = &diagnostic->fixes.items[k];
            if ((!certain || fix->certain) && change_of_fix(doctor, diagnostic, fix, source, &change))
                vec_push(doctor->arena, out, change);
            if (certain && fix->certain) break; /* the first certain one is it */
        }
    }
}

const char *doctor_certain_fixes(Doctor *doctor, const char *text, size_t *length, ChangeList *out_changes, int64_t *out_errors) {
    const char *fixed = NULL;
    int64_t count = 1;
    for (int round = 0; round < MOST_ROUNDS && count > 0; round++) {
        Session *session = session_new();
        Pipeline pipeline;
        size_t after;
        pipeline_run_text(session, doctor->options, doctor->path, fixed != NULL ? fixed : text, *length, STAGE_LOWER, &pipeline);
        diag_finish(session);
        *out_errors = session->error_count;
        const char *next = diag_apply_fixes(session, pipeline.source, &after, &count);
        if (count > 0) {
            list_fixes(doctor, session, pipeline.source, true, out_changes);
            fixed = arena_strndup(doctor->arena, next, after);
            *length = after;
        }
        session_free(session);
    }
    return fixed;
}

void doctor_check_changes(Doctor *doctor, const char *text, size_t length, ChangeList *out) {
    Session *session = session_new();
    Pipeline pipeline;
    pipeline_run_text(session, doctor->options, doctor->path, text, length, STAGE_LOWER, &pipeline);
    diag_finish(session);
    list_fixes(doctor, session, pipeline.source, false, out);
    session_free(session);
}

/* ---- prescriptions ---------------------------------------------------------------------------------------------- */

/* The byte at a line and a column, both from 1, the column in characters; false where the text has no such place. */
static bool byte_at(const char *text, const LrtJson *edit, const char *line_key, const char *column_key, uint32_t *out) {
    const LrtJson *line = lrt_json_member(edit, line_key), *column = lrt_json_member(edit, column_key);
    if (line == NULL || column == NULL) return false;
    const char *at = text;
    for (int64_t i = 1; i < (int64_t)line->number; i++) {
        at = strchr(at, '\n');
        if (at == NULL) return false;
        at++;
    }
    for (int64_t i = 1; i < (int64_t)column->number && *at != '\0'; i++)
        do at++;
        while (((unsigned char)*at & 0xc0) == 0x80);
    *out = (uint32_t)(at - text);
    return true;
}

static bool change_of_prescription(Doctor *doctor, const char *text, const char *reason, const LrtJson *prescription,
                                   Change *out) {
    const LrtJson *title = lrt_json_member(prescription, "title"), *list = lrt_json_member(prescription, "edits");
    if (title == NULL || list == NULL || list->count == 0) return false;
    TextEdit *edits = ARENA_ARRAY(doctor->arena, TextEdit, list->count);
    for (int64_t i = 0; i < list->count; i++) {
        const LrtJson *edit = &list->items[i], *written = lrt_json_member(edit, "text");
        if (written == NULL || !byte_at(text, edit, "line", "column", &edits[i].begin) ||
            !byte_at(text, edit, "end_line", "end_column", &edits[i].end))
            return false;
        edits[i].text = arena_strdup(doctor->arena, written->string);
    }
    sort_edits(edits, list->count);
    *out = (Change){.title = arena_strdup(doctor->arena, title->string),
                    .reason = arena_strdup(doctor->arena, reason),
                    .edits = edits,
                    .edit_count = list->count};
    return true;
}

static void list_prescriptions(Doctor *doctor, const char *text, const LrtJson *findings, ChangeList *out) {
    for (int64_t i = 0; findings != NULL && i < findings->count; i++) {
        const LrtJson *finding = &findings->items[i], *name = lrt_json_member(finding, "name");
        const LrtJson *list = lrt_json_member(finding, "prescriptions");
        for (int64_t k = 0; name != NULL && list != NULL && k < list->count; k++) {
            Change change;
            if (change_of_prescription(doctor, text, name->string, &list->items[k], &change))
                vec_push(doctor->arena, out, change);
        }
    }
}

void doctor_finding_changes(Doctor *doctor, const Variant *variant, int seed, ChangeList *out) {
    char *data;
    size_t length, place;
    const char *why, *path = arena_printf(doctor->arena, "%s/diagnosis.json", doctor_run_folder(doctor, variant, seed));
    if (!io_read_file(doctor->arena, path, 0, &data, &length, &why)) return;
    LrtJson *json = lrt_json_parse(data, length, &place);
    if (json == NULL) return;
    list_prescriptions(doctor, variant->text, lrt_json_member(json, "findings"), out);
    if (!variant->is_base) list_prescriptions(doctor, variant->text, lrt_json_member(json, "notes"), out);
    lrt_json_free(json);
}

/* ---- chance ----------------------------------------------------------------------------------------------------- */

static const char *pick(LrtRandom *random, const char *const *words, int64_t count) {
    return words[lrt_random_below(random, count)];
}
#define PICK(random, words) pick(random, words, (int64_t)(sizeof(words) / sizeof *(words)))

/* The number at a place times some power of `base`, at most `steps` of them either way; NULL: no number stands there. */
static const char *scaled(Doctor *doctor, LrtRandom *random, const char *old, double base, int steps, bool whole) {
    char *end;
    double value = strtod(old, &end);
    if (end == old || !(value > 0)) return NULL;
    int64_t step = lrt_random_below(random, 2 * steps) - steps;
    double factor = pow(base, (double)(step >= 0 ? step + 1 : step));
    if (whole) return arena_printf(doctor->arena, "%lld", (long long)fmax(1, round(value * factor)));
    return str_number(doctor->arena, value * factor);
}

/* What might as well stand at a place that prescriptions may edit. */
static const char *random_text(Doctor *doctor, LrtRandom *random, const LrtSpan *place, const char *old) {
    static const char *const activations[] = {"relu", "tanh", "sigmoid", "leaky_relu", "gelu", "elu"};
    static const char *const optimizers[] = {"sgd(lr: 0.1)", "sgd(lr: 0.01, momentum: 0.9)", "adam(lr: 1e-3)", "rmsprop(lr: 1e-3)",
                                             "adagrad(lr: 1e-2)"};
    static const char *const layers[] = {"dense(16) -> relu -> ", "dense(64) -> relu -> ", "dense(32) -> tanh -> ", "dropout(20%) -> "};
    static const char *const penalties[] = {" + l2(1e-4)", " + l2(1e-2)", " + l1(1e-4)"};
    static const char *const booleans[] = {"true", "false"};
    static const char *const shares[] = {"10%", "20%", "40%", "60%"};
    const char *name = place->name;
    if (str_equal(name, "lr") || str_equal(name, "penalty") || str_equal(name, "clip_norm"))
        return scaled(doctor, random, old, 10, 2, false);
    if (str_equal(name, "batch") || str_equal(name, "units") || str_equal(name, "epochs"))
        return scaled(doctor, random, old, 2, 2, true);
    if (str_equal(name, "activation")) return PICK(random, activations);
    if (str_equal(name, "optimizer")) return PICK(random, optimizers);
    if (str_equal(name, "output")) return PICK(random, layers);
    if (str_equal(name, "loss_end")) return PICK(random, penalties);
    if (str_equal(name, "shuffle") || str_equal(name, "drop_last")) return PICK(random, booleans);
    if (str_equal(name, "dropout")) return PICK(random, shares);
    return NULL;
}

bool doctor_random_change(Doctor *doctor, const char *text, size_t length, uint64_t number, Change *out) {
    Session *session = session_new();
    Pipeline pipeline;
    LrtRandom random = lrt_random_stream(doctor->seed, "random change", number);
    bool found = false;
    if (pipeline_run_text(session, doctor->options, doctor->path, text, length, STAGE_CHECK, &pipeline)) {
        const LrtDiagnose *places = &pipeline.model->diagnose;
        for (int attempt = 0; attempt < MOST_ROUNDS && !found && places->span_count > 0; attempt++) {
            const LrtSpan *place = &places->spans[lrt_random_below(&random, places->span_count)];
            const char *old = arena_strndup(doctor->arena, text + place->begin, place->end - place->begin);
            const char *written = random_text(doctor, &random, place, old);
            if (written == NULL || str_equal(written, old)) continue;
            TextEdit *edit = ARENA_NEW(doctor->arena, TextEdit);
            *edit = (TextEdit){place->begin, place->end, written};
            *out = (Change){.title = written, .reason = "chance", .edits = edit, .edit_count = 1};
            found = true;
        }
    }
    session_free(session);
    return found;
}
