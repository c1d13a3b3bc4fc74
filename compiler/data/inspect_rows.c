/* Rows that stand in two parts, equal rows with different targets, rows that depend on time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/inspect.h"

static const double most_repeated = 0.05, least_correlation = 0.1;
enum { REAL_DISTINCT = 100, REAL_COLUMNS = 3, LEAST_SERIES = 30 };

/* ---- duplicates -------------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t row_hash(const Inspection *in, int64_t row) {
    const LrtDataset *dataset = in->dataset;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    hash = mix(hash, dataset->features + row * dataset->feature_width, (size_t)dataset->feature_width * sizeof(float));
    if (dataset->index_width > 0)
        hash = mix(hash, dataset->indices + row * dataset->index_width, (size_t)dataset->index_width * sizeof(int32_t));
    return hash == 0 ? 1 : hash;
}

/* Only rows of many amounts repeat by mistake; small domains repeat by nature. */
static bool rows_are_rich(const Inspection *in) {
    int64_t rich = 0;
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *input = &in->inputs[i];
        if (!input->is_number || in->data->columns[input->column].type != LRT_COLUMN_REAL) continue;
        int64_t distinct = 0;
        for (int64_t k = 0; k < in->sample_count; k++) distinct += k == 0 || input->sorted[k] != input->sorted[k - 1];
        rich += distinct > REAL_DISTINCT;
    }
    return rich >= REAL_COLUMNS;
}

typedef struct HashSet {
    uint64_t *slots;
    int64_t *rows;
    uint64_t mask;
} HashSet;

static HashSet hash_training(const Inspection *in) {
    int64_t count = in->dataset->train_before_sampling;
    uint64_t room = 16;
    while (room < 2 * (uint64_t)count) room *= 2;
    HashSet set = {ARENA_ARRAY(in->scratch, uint64_t, room), ARENA_ARRAY(in->scratch, int64_t, room), room - 1};
    for (int64_t i = 0; i < count; i++) {
        int64_t row = in->dataset->part_rows[LRT_PART_TRAIN][i];
        uint64_t hash = row_hash(in, row), at = hash & set.mask;
        while (set.slots[at] != 0 && set.slots[at] != hash) at = (at + 1) & set.mask;
        if (set.slots[at] == 0) set.rows[at] = row;
        set.slots[at] = hash;
    }
    return set;
}

/* The training row that equals this one, or -1. */
static int64_t find_row(const HashSet *set, uint64_t hash) {
    for (uint64_t at = hash & set->mask; set->slots[at] != 0; at = (at + 1) & set->mask)
        if (set->slots[at] == hash) return set->rows[at];
    return -1;
}

static void check_part(const Inspection *in, const HashSet *set, int part, const char *name, bool rich) {
    int64_t count = in->dataset->part_count[part], repeated = 0, first = -1, twin = -1;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = in->dataset->part_rows[part][i], other = find_row(set, row_hash(in, row));
        if (other < 0) continue;
        if (first < 0) first = row, twin = other;
        repeated++;
    }
    if (repeated == 0) return;
    Diagnostic *d = diag_report(in->session, DIAG_DUPLICATE_ACROSS_SPLIT, in->model->split_span,
                                "%lld of the %lld rows of the %s part stand in the training part too", (long long)repeated,
                                (long long)count, name);
    if (!rich || (double)repeated <= most_repeated * (double)count) diag_set_severity(d, SEVERITY_NOTE);
    diag_evidence(d, "%ss %lld and %lld of `%s`, among others", inspect_line_word(in),
                  (long long)inspect_line(in, first), (long long)inspect_line(in, twin), in->data->source.spec_path);
    diag_why(d, "what was learnt by heart is measured there as if it had been understood");
    diag_advice(d, "leave repeated rows out of the file, or give a `fold` column that keeps them together");
}

/* ---- conflicting labels ------------------------------------------------------------------------------------------ */

typedef struct Labelled {
    uint64_t hash;
    int32_t label;
} Labelled;

static int compare_labelled(const void *left, const void *right) {
    const Labelled *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->label < b->label ? -1 : a->label > b->label;
}

/* Of sorted rows that are equal: n times the entropy of their classes, 0 where they agree. */
static double group_entropy(const Labelled *rows, int64_t count) {
    double entropy = 0;
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && rows[end].label == rows[i].label; end++) continue;
        entropy -= (double)(end - i) * log((double)(end - i) / (double)count);
    }
    return entropy;
}

/* Equal rows with different classes: the mean entropy of the classes given the row is a loss that no network goes below. */
static void check_conflicts(const Inspection *in, int64_t t) {
    const LrtDataset *dataset = in->dataset;
    int64_t count = dataset->train_before_sampling, torn = 0;
    Labelled *rows = ARENA_ARRAY(in->scratch, Labelled, count + 1);
    for (int64_t i = 0; i < count; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        rows[i] = (Labelled){row_hash(in, row), dataset->labels[row * dataset->label_width + in->data->targets[t].offset]};
    }
    qsort(rows, (size_t)count, sizeof *rows, compare_labelled);
    double floor = 0;
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && rows[end].hash == rows[i].hash; end++) continue;
        double entropy = group_entropy(rows + i, end - i);
        floor += entropy / (double)count;
        torn += entropy > 0 ? end - i : 0;
    }
    if (torn == 0) return;
    Diagnostic *d = diag_report(in->session, DIAG_CONFLICTING_LABELS, in->model->target_span,
                                "%lld of %lld training rows equal others of another class of `%s`", (long long)torn,
                                (long long)count, in->data->targets[t].name);
    diag_evidence(d, "no network that sees these features alone has a cross entropy below %s on them",
                  inspect_number(in, floor));
    diag_why(d, "what tells such rows apart is in no feature, or a label is wrong");
    diag_advice(d, "more features, or a look at the labels of equal rows");
}

void inspect_rows(Inspection *in) {
    if (in->input_count == 0) return;
    HashSet set = hash_training(in);
    bool rich = rows_are_rich(in);
    check_part(in, &set, LRT_PART_VALIDATION, "validation", rich);
    check_part(in, &set, LRT_PART_TEST, "test", rich);
    for (int64_t t = 0; t < in->data->target_count; t++)
        if (in->data->targets[t].is_class) check_conflicts(in, t);
}

/* ---- order in time ----------------------------------------------------------------------------------------------- */

typedef struct Moment {
    double time, value;
} Moment;

static int compare_moments(const void *left, const void *right) {
    const Moment *a = left, *b = right;
    return a->time < b->time ? -1 : a->time > b->time;
}

static int32_t find_timestamp(const Inspection *in) {
    for (int64_t c = 0; c < in->data->column_count; c++)
        if (in->data->columns[c].type == LRT_COLUMN_TIMESTAMP && in->table->columns[c].real != NULL) return (int32_t)c;
    return -1;
}

/* Correlation of the target of a row with that of the next in time. */
static double autocorrelation(const Moment *moments, int64_t count) {
    double mean = 0, squares = 0, products = 0;
    for (int64_t i = 0; i < count; i++) mean += moments[i].value / (double)count;
    for (int64_t i = 0; i < count; i++) {
        double away = moments[i].value - mean;
        squares += away * away;
        if (i > 0) products += away * (moments[i - 1].value - mean);
    }
    return squares > 0 ? products / squares : 0;
}

void inspect_order(Inspection *in) {
    int32_t column = find_timestamp(in);
    bool at_random = in->data->split.kind == LRT_SPLIT_RANDOM || in->data->split.kind == LRT_SPLIT_STRATIFIED;
    int64_t count = in->dataset->original_count;
    if (column < 0 || !at_random || count < LEAST_SERIES || in->data->target_count == 0) return;
    const LrtTarget *target = &in->data->targets[0];
    Moment *moments = ARENA_ARRAY(in->scratch, Moment, count);
    for (int64_t i = 0; i < count; i++) {
        double value = target->is_class ? in->dataset->labels[i * in->dataset->label_width + target->offset]
                                        : (double)in->dataset->targets[i * in->dataset->target_width + target->offset];
        moments[i] = (Moment){in->table->columns[column].real[in->dataset->source_row[i]], value};
        if (isnan(moments[i].time)) return;
    }
    qsort(moments, (size_t)count, sizeof *moments, compare_moments);
    double correlation = autocorrelation(moments, count), z = correlation * sqrt((double)count);
    if (z < 2.58 || correlation < least_correlation) return;
    Diagnostic *d = diag_report(in->session, DIAG_TEMPORAL_LEAK, in->model->split_span,
                                "a random split puts rows into the parts that depend on their neighbours in time");
    diag_label(d, in->model->column_spans[column], "orders them");
    diag_evidence(d, "correlation of target `%s` with that of the row before: %.2f, %.1f standard errors", target->name,
                  correlation, z);
    diag_why(d, "the network sees the hour before and the hour after of each row that it is measured on");
    diag_advice(d, "`split: chronological(train: 70%%, validation: 15%%, test: 15%%)`");
}
