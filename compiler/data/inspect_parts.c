/* Parts that differ from the training part, or are too small to measure by. */
#include <math.h>

#include "data/inspect.h"
#include "support/str.h"

static const double most_distance = 0.2, most_distance_in_time = 0.6, least_confidence = 0.01;
static const double small_share = 0.08;
enum { LEAST_ROWS = 200, TINY_PART = 20, WORST_SHOWN = 3 };

/* Greatest distance between two distribution functions; both ascending. */
static double kolmogorov_distance(const float *left, int64_t left_count, const float *right, int64_t right_count) {
    double greatest = 0;
    int64_t i = 0, k = 0;
    while (i < left_count && k < right_count) {
        float value = left[i] < right[k] ? left[i] : right[k];
        while (i < left_count && left[i] <= value) i++;
        while (k < right_count && right[k] <= value) k++;
        greatest = fmax(greatest, fabs((double)i / (double)left_count - (double)k / (double)right_count));
    }
    return greatest;
}

static const float *sorted_validation(const Inspection *in, const InspectedInput *input, int64_t *out_count) {
    int64_t count = in->dataset->part_count[LRT_PART_VALIDATION];
    *out_count = count < INSPECT_SAMPLE_ROWS ? count : INSPECT_SAMPLE_ROWS;
    float *values = ARENA_ARRAY(in->scratch, float, *out_count + 1);
    for (int64_t i = 0; i < *out_count; i++) {
        int64_t row = in->dataset->part_rows[LRT_PART_VALIDATION][i * count / *out_count];
        values[i] = in->dataset->features[row * in->dataset->feature_width + input->offset];
    }
    return inspect_sort(in->scratch, values, *out_count);
}

static void report_drift(const Inspection *in, const InspectedInput *worst, double distance, int64_t drifting) {
    bool in_time = in->data->split.kind == LRT_SPLIT_CHRONOLOGICAL;
    Diagnostic *d = diag_report(in->session, DIAG_TRAIN_VAL_DRIFT, worst->span,
                                "`%s` has another distribution in the validation part than in the training part",
                                worst->name);
    if (in_time && distance <= most_distance_in_time) diag_set_severity(d, SEVERITY_NOTE);
    diag_evidence(d, "Kolmogorov-Smirnov distance %.2f, above %.2g", distance, most_distance);
    if (drifting > 1) diag_evidence(d, "so have %lld other columns", (long long)drifting - 1);
    diag_label(d, in->model->split_span, "the parts");
    diag_why(d, "the network is measured on inputs that it has hardly seen");
    diag_advice(d, in_time ? "differences or ratios in place of levels: they keep their distribution"
                           : "a split that mixes the rows, or leave the column out");
}

static void check_drift(const Inspection *in) {
    int64_t held = in->dataset->part_count[LRT_PART_VALIDATION], numbers = 0, drifting = 0, count;
    if (held < LEAST_ROWS || in->dataset->train_before_sampling < LEAST_ROWS) return;
    const InspectedInput *worst = NULL;
    double greatest = 0;
    for (int64_t i = 0; i < in->input_count; i++) numbers += in->inputs[i].is_number;
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *input = &in->inputs[i];
        if (!input->is_number || input->told) continue;
        const float *other = sorted_validation(in, input, &count);
        double distance = kolmogorov_distance(input->sorted, in->sample_count, other, count);
        double rows = (double)count * (double)in->sample_count / (double)(count + in->sample_count);
        double chance = 2 * exp(-2 * distance * distance * rows) * (double)numbers;
        if (distance <= most_distance || chance >= least_confidence) continue;
        drifting++;
        if (distance > greatest) greatest = distance, worst = input;
    }
    if (worst != NULL) report_drift(in, worst, greatest, drifting);
}

static void check_size(const Inspection *in) {
    int64_t held = in->dataset->part_count[LRT_PART_VALIDATION], all = in->dataset->original_count;
    if (held == 0) return;
    bool chosen = held < LEAST_ROWS && (double)held < small_share * (double)all;
    if (held >= TINY_PART && !chosen) return;
    Diagnostic *d = diag_report(in->session, DIAG_VAL_TOO_SMALL, in->model->split_span,
                                "the validation part has %lld of %lld rows", (long long)held, (long long)all);
    if (!chosen) diag_set_severity(d, SEVERITY_NOTE); /* few rows are what there is, not what the split chose */
    diag_evidence(d, "a share of 50 %% measured on them is known to ±%.0f points", 98 / sqrt((double)held));
    diag_why(d, "the best weights, and when to stop, are then chosen by chance");
    diag_advice(d, "`validation: 15%%`");
}

void inspect_parts(Inspection *in) {
    check_drift(in);
    check_size(in);
}
