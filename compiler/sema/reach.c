/* Reach: which raw columns a value is made of, and how far it reads back and ahead of its row in each. What reads
 * another row than its own needs rows in series; what is made of a target's source must lie behind all that the target
 * reads. */
#include <string.h>

#include "sema/checker.h"

/* ---- reach of slots ---------------------------------------------------------------------------------------------- */

static void widen(Checker *checker, SlotReach *reach, ColumnReach other) {
    for (int64_t i = 0; i < reach->count; i++) {
        ColumnReach *own = &reach->items[i];
        if (own->column != other.column) continue;
        if (other.oldest < own->oldest) own->oldest = other.oldest;
        if (other.newest > own->newest) own->newest = other.newest;
        return;
    }
    vec_push(checker->arena, reach, other);
}

static void widen_by_input(Checker *checker, SlotReach *out, const LrtStep *step, int32_t input) {
    LrtStepRows rows = lrt_step_rows(step);
    SlotReach from = checker->reaches.items[input];
    for (int64_t i = 0; i < from.count; i++) {
        ColumnReach reach = from.items[i];
        bool whole = rows.whole_past || reach.oldest == REACH_WHOLE_PAST;
        reach.oldest = whole ? REACH_WHOLE_PAST : reach.oldest + rows.first;
        reach.newest += rows.last;
        widen(checker, out, reach);
    }
}

static void widen_by_step(Checker *checker, SlotReach *out, const LrtStep *step) {
    widen_by_input(checker, out, step, step->input);
    for (int64_t i = 0; i < step->other_count; i++) widen_by_input(checker, out, step, step->others[i]);
}

/* A step's inputs stand before its output: one pass over the slots that are new. */
const SlotReach *reach_of_slot(Checker *checker, int32_t slot) {
    while (checker->reaches.count <= slot) {
        int32_t at = (int32_t)checker->reaches.count;
        SlotReach reach = {0};
        if (checker->slots.items[at].column == at) {
            vec_push(checker->arena, &reach, ((ColumnReach){.column = at}));
        } else {
            for (int64_t i = 0; i < checker->steps.count; i++) {
                const LrtStep *step = &checker->steps.items[i];
                if (step->output == at || step->indicator == at) widen_by_step(checker, &reach, step);
            }
        }
        vec_push(checker->arena, &checker->reaches, reach);
    }
    return &checker->reaches.items[slot];
}

int64_t reach_ahead(Checker *checker, int32_t slot) {
    const SlotReach *reach = reach_of_slot(checker, slot);
    int64_t ahead = 0;
    for (int64_t i = 0; i < reach->count; i++)
        if (reach->items[i].newest > ahead) ahead = reach->items[i].newest;
    return ahead;
}

/* ---- sources of targets ------------------------------------------------------------------------------------------ */

int64_t reach_lag_missing(Checker *checker, int32_t slot, int32_t *out_target) {
    SlotReach feature = *reach_of_slot(checker, slot);
    int64_t most = 0;
    /* A target by itself looks ahead: what is made of it must be brought back to the row. */
    for (int64_t i = 0; i < feature.count; i++)
        if (feature.items[i].newest > most) most = feature.items[i].newest;
    for (int64_t t = 0; t < checker->targets.count; t++) {
        SlotReach target = *reach_of_slot(checker, checker->targets.items[t].slot);
        for (int64_t i = 0; i < feature.count; i++)
            for (int64_t k = 0; k < target.count; k++) {
                int64_t missing = feature.items[i].newest - target.items[k].newest + 1;
                int32_t column = feature.items[i].column;
                bool shared = column == target.items[k].column && !checker->variables.items[column].is_pattern;
                if (!shared || missing <= most) continue;
                most = missing;
                if (out_target != NULL) *out_target = (int32_t)t;
            }
    }
    return most;
}

bool variable_leaks(Checker *checker, const Variable *variable) {
    if (variable->is_target) return true;
    if (variable->slot < 0 || variable->poisoned) return false;
    return reach_lag_missing(checker, variable->slot, NULL) > 0;
}

/* ---- series ------------------------------------------------------------------------------------------------------ */

/* The first step that reads other rows, -1 where there is none. */
static int64_t first_step(const Checker *checker) {
    for (int64_t i = 0; i < checker->steps.count; i++) {
        LrtStepRows rows = lrt_step_rows(&checker->steps.items[i]);
        if (rows.first != 0 || rows.last != 0 || rows.whole_past) return i;
    }
    return -1;
}

/* Rows by chance, not whole series: by the hash of a group all rows of a series go one way. */
static bool is_random(const Checker *checker, const LrtSplit *split) {
    bool by_group = split->kind == LRT_SPLIT_HASHED && split->column >= 0 &&
                    checker->columns.items[split->column].type == LRT_COLUMN_GROUP;
    return split->kind == LRT_SPLIT_RANDOM || split->kind == LRT_SPLIT_STRATIFIED ||
           (split->kind == LRT_SPLIT_HASHED && !by_group);
}

static void report_random_split(Checker *checker, Span reader) {
    const LrtSplit *split = &checker->model->data.split;
    const AstSection *section = checker->sections[SECTION_SPLIT];
    const CatalogEntry *entry = catalog_by_runtime_id(ENTRY_SPLIT, (int32_t)split->kind);
    Diagnostic *d = diag_report(checker->session, DIAG_TEMPORAL_LEAK, section->value->span,
                                "`%s` divides rows at random that are made of the rows around them", entry->name);
    diag_label(d, reader, "reads other rows");
    diag_why(d, "a row of the training part then holds cells of rows that it is measured on");
    diag_fix(d, false, expr_word_span(section->value), "chronological",
             checker->timestamp_column >= 0 ? "`chronological`, by the timestamp"
                                            : "`chronological`, in the file's order");
}

void check_series(Checker *checker) {
    LrtSeries *series = &checker->model->data.series;
    LrtSplit *split = &checker->model->data.split;
    int64_t step = first_step(checker);
    bool windows = checker->windows > 0;
    *series = (LrtSeries){.used = step >= 0 || windows || checker->gaps == LRT_GAPS_ERROR,
                          .time = checker->timestamp_column,
                          .every = checker->timestamp_every,
                          .gaps = checker->gaps};
    if ((step < 0 && !windows) || !is_random(checker, split)) return;
    if (checker->sections[SECTION_SPLIT]) {
        Span reader = step >= 0 ? checker->step_spans.items[step] : checker->window_span;
        if (checker->split_read) report_random_split(checker, reader);
        return;
    }
    split->kind = LRT_SPLIT_CHRONOLOGICAL;
    split->column = checker->timestamp_column;
}
