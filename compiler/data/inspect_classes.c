/* Classes of very different size, and the levels of categories in the parts. */
#include <math.h>
#include <string.h>

#include "data/inspect.h"
#include "profile/column_rules.h"
#include "support/str.h"

static const double uneven = 0.2, sure_share = 0.05;
enum { MANY_CLASSES = 10, FEW_LEVELS = 20, MANY_LEVELS = 1000 };

/* Rows of each level of a class target in a part. */
static int64_t *count_part(const Inspection *in, int64_t t, int part) {
    const LrtTarget *target = &in->data->targets[t];
    int64_t *counts = ARENA_ARRAY(in->scratch, int64_t, target->level_count + 1);
    for (int64_t i = 0; i < in->dataset->part_count[part]; i++) {
        int64_t row = in->dataset->part_rows[part][i];
        int32_t label = in->dataset->labels[row * in->dataset->label_width + target->offset];
        if (label >= 0 && label < target->level_count) counts[label]++;
    }
    return counts;
}

typedef struct Extremes {
    int64_t smallest, largest, total;
} Extremes;

static Extremes find_extremes(const int64_t *counts, int64_t levels) {
    Extremes of = {0};
    for (int64_t k = 0; k < levels; k++) {
        if (counts[k] < counts[of.smallest]) of.smallest = k;
        if (counts[k] > counts[of.largest]) of.largest = k;
        of.total += counts[k];
    }
    return of;
}

/* Of a class with hardly any rows `class-too-small` tells. */
static void check_balance(const Inspection *in, int64_t t) {
    const LrtTarget *target = &in->data->targets[t];
    const int64_t *counts = in->model->level_counts[t];
    Extremes of = find_extremes(counts, target->level_count);
    double ratio = (double)counts[of.smallest] / (double)counts[of.largest];
    if (target->level_count < 2 || counts[of.smallest] < RULE_SMALL_CLASS || ratio >= RULE_IMBALANCE || target->is_ordinal ||
        inspect_is_balanced(in->model, t))
        return;
    Diagnostic *d = diag_report(in->session, DIAG_CLASS_IMBALANCE, in->model->target_span,
                                "class `%s` of target `%s` is %.2g times as frequent as `%s`", target->levels[of.largest],
                                target->name, 1 / ratio, target->levels[of.smallest]);
    diag_evidence(d, "%lld and %lld training rows", (long long)counts[of.largest], (long long)counts[of.smallest]);
    diag_evidence(d, "always predicting `%s` has an accuracy of %.3g", target->levels[of.largest],
                  (double)counts[of.largest] / (double)of.total);
    diag_why(d, "the loss is that of the frequent class, and no metric shows how the rare one fares");
    diag_advice(d, "`cross_entropy(class_weights: balanced)`, a sampler, or a metric that counts the class: `f1(%s)`, `auc`",
                target->levels[of.smallest]);
}

static void report_absent_class(const Inspection *in, int64_t t, int64_t level) {
    const LrtTarget *target = &in->data->targets[t];
    Diagnostic *d = diag_report(in->session, DIAG_NO_STRATIFY, in->model->split_span,
                                "the validation part has no row of class `%s` of target `%s`", target->levels[level],
                                target->name);
    diag_set_severity(d, SEVERITY_ERROR);
    diag_why(d, "what is measured there says nothing of that class");
    inspect_fix_split(in, d, "stratified");
}

/* A random split leaves the share of a small class to chance; with many rows of it chance is small. */
static void check_stratified(const Inspection *in, int64_t t) {
    const LrtTarget *target = &in->data->targets[t];
    if (in->data->split.kind != LRT_SPLIT_RANDOM || in->dataset->part_count[LRT_PART_VALIDATION] == 0) return;
    const int64_t *counts = in->model->level_counts[t], *held = count_part(in, t, LRT_PART_VALIDATION);
    Extremes of = find_extremes(counts, target->level_count);
    for (int64_t k = 0; k < target->level_count; k++)
        if (held[k] == 0 && counts[k] > 0) {
            report_absent_class(in, t, k);
            return;
        }
    double ratio = (double)counts[of.smallest] / (double)counts[of.largest];
    bool is_sure = 1 / sqrt((double)held[of.smallest]) < sure_share;
    if ((ratio >= uneven && target->level_count <= MANY_CLASSES) || is_sure) return;
    Diagnostic *d = diag_report(in->session, DIAG_NO_STRATIFY, in->model->split_span,
                                "a random split leaves the share of class `%s` to chance", target->levels[of.smallest]);
    diag_evidence(d, "%lld rows of it in the training part, %lld in the validation part",
                  (long long)counts[of.smallest], (long long)held[of.smallest]);
    diag_label(d, in->model->target_span, "%lld classes, the smallest %.2g times the largest",
               (long long)target->level_count, ratio);
    diag_why(d, "what is measured of a small class then depends on the seed of the split");
    inspect_fix_split(in, d, "stratified");
}

void inspect_classes(Inspection *in) {
    for (int64_t t = 0; t < in->data->target_count; t++)
        if (in->data->targets[t].is_class) {
            check_balance(in, t);
            check_stratified(in, t);
        }
}

/* ---- levels of features ------------------------------------------------------------------------------------------ */

static void check_width(const Inspection *in, const InspectedInput *input) {
    int64_t rows = in->dataset->train_before_sampling, few = rows / 10 > FEW_LEVELS ? rows / 10 : FEW_LEVELS;
    if (input->width <= few && input->width <= MANY_LEVELS) return;
    Diagnostic *d = diag_report(in->session, DIAG_HIGH_CARDINALITY_ONEHOT, input->span,
                                "`one_hot` makes %lld columns of `%s`, for %lld training rows", (long long)input->width,
                                input->name, (long long)rows);
    diag_why(d, "most of the columns are 1 in a few rows: their weights learn those rows by heart");
    diag_advice(d, "`one_hot(rare: 20, unseen: other)`, or an embedding: `%s -> embedding(8)` in the network", input->name);
}

static void check_unseen(const Inspection *in, const InspectedInput *input) {
    const LrtStep *step = &in->data->steps[input->step];
    const LrtTableColumn *column = &in->table->columns[input->column];
    if (column->code == NULL || step->option[0] != LRT_UNSEEN_ZERO || step->number[0] > 1) return;
    bool *seen = ARENA_ARRAY(in->scratch, bool, column->level_count + 1);
    const LrtDataset *dataset = in->dataset;
    for (int64_t i = 0; i < dataset->train_before_sampling; i++) {
        int32_t code = column->code[dataset->source_row[dataset->part_rows[LRT_PART_TRAIN][i]]];
        if (code >= 0) seen[code] = true;
    }
    int64_t count = 0, first = -1;
    for (int part = LRT_PART_VALIDATION; part <= LRT_PART_TEST; part++)
        for (int64_t i = 0; i < dataset->part_count[part]; i++) {
            int32_t code = column->code[dataset->source_row[dataset->part_rows[part][i]]];
            if (code < 0 || seen[code]) continue;
            if (first < 0) first = dataset->part_rows[part][i];
            count++;
        }
    if (count == 0) return;
    const char *level = column->levels[column->code[dataset->source_row[first]]];
    Diagnostic *d = diag_report(in->session, DIAG_UNSEEN_CATEGORY, input->span,
                                "the training part has no row with `%s` in `%s`", level, input->name);
    diag_evidence(d, "%lld row%s of the other parts %s a level like that, the first in %s %lld", (long long)count,
                  count == 1 ? "" : "s", count == 1 ? "has" : "have", inspect_line_word(in), (long long)inspect_line(in, first));
    diag_why(d, "it reaches the network as no level at all, which was never trained");
    diag_advice(d, "`one_hot(rare: 20, unseen: other)`");
}

void inspect_levels(Inspection *in) {
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *input = &in->inputs[i];
        if (input->step < 0 || in->data->steps[input->step].transform != LRT_TRANSFORM_ONE_HOT) continue;
        check_width(in, input);
        check_unseen(in, input);
    }
}
