/* What differs between the lock of an earlier build and the data as it is now: columns of the file, levels, widths, the
 * rows of each part and class. A trainer built before may refuse data that differs in the first three. */
#include <math.h>

#include "data/learn.h"
#include "data/lock.h"
#include "support/str.h"

enum { NAMES_SHOWN = 5 };

typedef VEC(const char *) Facts;

/* "`a`, `b` and 3 more" of the names of one list that the other lacks; "" where it has them all. */
static const char *names_without(Arena *arena, const char *const *levels, int64_t count, const char *const *others,
                                 int64_t other_count) {
    Str text;
    str_init(&text, arena);
    int64_t lacking = 0;
    for (int64_t k = 0; k < count; k++) {
        bool found = false;
        for (int64_t j = 0; j < other_count && !found; j++) found = str_equal(levels[k], others[j]);
        if (found) continue;
        if (lacking++ < NAMES_SHOWN) str_printf(&text, "%s`%s`", lacking > 1 ? ", " : "", levels[k]);
    }
    if (lacking > NAMES_SHOWN) str_printf(&text, " and %lld more", (long long)(lacking - NAMES_SHOWN));
    return text.data;
}

/* Facts about levels that came or went. */
static void compare_levels(Arena *arena, const LrtDataSpec *before, const LrtDataSpec *now, Facts *out) {
    for (int64_t i = 0; i < now->column_count; i++) {
        const LrtColumn *old = &before->columns[i], *new = &now->columns[i];
        if (new->type != LRT_COLUMN_CATEGORY || new->closed) continue;
        const char *came = names_without(arena, new->levels, new->level_count, old->levels, old->level_count);
        const char *went = names_without(arena, old->levels, old->level_count, new->levels, new->level_count);
        if (came[0]) vec_push(arena, out, arena_printf(arena, "column `%s` now has %s", new->name, came));
        if (went[0]) vec_push(arena, out, arena_printf(arena, "column `%s` no longer has %s", new->name, went));
    }
}

static void compare_widths(Arena *arena, const Model *before, const Model *now, Facts *out) {
    for (int64_t i = 0; i < now->data.input_count; i++) {
        const LrtInput *old = &before->data.inputs[i], *new = &now->data.inputs[i];
        int64_t old_width = old->is_index ? old->index_count : old->width,
                width = new->is_index ? new->index_count : new->width;
        if (old_width != width)
            vec_push(arena, out,
                     arena_printf(arena, "input `%s` has %lld %s, it had %lld", new->name, (long long)width,
                                  new->is_index ? "levels" : "columns", (long long)old_width));
    }
}

/* Columns of the file that came or went; false where the lock does not say which there were. */
static void compare_columns(Session *session, const Model *learnt, Facts *out) {
    Arena *arena = session->arena;
    int64_t before_count = 0, now_count = 0;
    const char *const *before = lock_file_columns(session, learnt, &before_count);
    const char *const *now = before != NULL ? lock_header(arena, &learnt->data.source, &now_count) : NULL;
    if (now == NULL) return;
    const char *came = names_without(arena, now, now_count, before, before_count);
    const char *went = names_without(arena, before, before_count, now, now_count);
    if (came[0]) vec_push(arena, out, arena_printf(arena, "the file now has the column %s", came));
    if (went[0]) vec_push(arena, out, arena_printf(arena, "the file no longer has the column %s", went));
}

static void compare_parts(Arena *arena, const Model *before, const Model *now, Facts *out) {
    static const char *const words[LRT_PART_COUNT] = {"training", "validation", "test"};
    for (int part = 0; part < LRT_PART_COUNT; part++)
        if (before->part_rows[part] != now->part_rows[part] || part == LRT_PART_TRAIN)
            vec_push(arena, out,
                     arena_printf(arena, "%lld %s rows, %lld before", (long long)now->part_rows[part], words[part],
                                  (long long)before->part_rows[part]));
}

/* Classes whose share of the training rows has changed by more than a tenth of itself. */
static void compare_classes(Arena *arena, const Model *before, const Model *now, Facts *out) {
    for (int64_t t = 0; t < now->data.target_count; t++) {
        const LrtTarget *target = &now->data.targets[t], *old = &before->data.targets[t];
        if (!target->is_class || target->level_count != old->level_count) continue;
        for (int64_t k = 0, shown = 0; k < target->level_count && shown < NAMES_SHOWN; k++) {
            double was = (double)before->level_counts[t][k] / (double)before->part_rows[LRT_PART_TRAIN];
            double is = (double)now->level_counts[t][k] / (double)now->part_rows[LRT_PART_TRAIN];
            if (!str_equal(target->levels[k], old->levels[k]) || !(fabs(is - was) > 0.1 * was)) continue;
            vec_push(arena, out,
                     arena_printf(arena, "class `%s` of `%s` has %lld training rows, it had %lld", target->levels[k],
                                  target->name, (long long)now->level_counts[t][k],
                                  (long long)before->level_counts[t][k]));
            shown++;
        }
    }
}

/* Without a fitting lock only the file's columns can be held against it: `rest` and patterns take theirs from there. */
void lock_compare(Session *session, const Model *learnt) {
    Arena *arena = session->arena;
    Model before = *learnt;
    LockState state = lock_fill(session, &before);
    if (state == LOCK_ABSENT || state == LOCK_UNREADABLE) return;
    if (state == LOCK_FITS && str_equal(before.data_digest, learnt->data_digest)) return;
    Facts columns = {0}, facts = {0}, counts = {0};
    compare_columns(session, learnt, &columns);
    if (state == LOCK_OTHER_SPEC && columns.count == 0) return;
    if (state == LOCK_FITS) {
        compare_levels(arena, &before.data, &learnt->data, &facts);
        compare_widths(arena, &before, learnt, &facts);
        compare_parts(arena, &before, learnt, &counts);
        compare_classes(arena, &before, learnt, &counts);
    }
    bool unfit = facts.count > 0 || state == LOCK_OTHER_SPEC;
    Diagnostic *d = diag_report(session, DIAG_DATA_CHANGED, learnt->data_span,
                                unfit ? "`%s` no longer fits what the spec was last built for"
                                      : "`%s` has changed since the spec was last built",
                                learnt->data.source.spec_path);
    diag_set_severity(d, unfit ? SEVERITY_WARNING : SEVERITY_NOTE);
    for (int64_t i = 0; i < facts.count; i++) diag_evidence(d, "%s", facts.items[i]);
    for (int64_t i = 0; i < columns.count; i++) diag_evidence(d, "%s", columns.items[i]);
    for (int64_t i = 0; i < counts.count; i++) diag_evidence(d, "%s", counts.items[i]);
    if (state == LOCK_FITS)
        diag_evidence(d, "its SHA-256 is %.12s…, it was %.12s…", learnt->data_digest, before.data_digest);
    if (unfit) diag_why(d, "levels and widths are learnt when a trainer is built; one of before may refuse this data");
    diag_advice(d, "`lspec build` writes the lock anew");
}
