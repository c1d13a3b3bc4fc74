/* The sizes in which features and targets arrive: constant, too large, too small, or very unlike one another. */
#include <math.h>
#include <string.h>

#include "data/inspect.h"
#include "profile/column_rules.h"
#include "support/str.h"

static const double large_rms = 10, most_ratio = 100, scaled_to_nothing = 0.02;
static const double small_target = 0.1, large_bounded_target = 1000;
enum { WORST_SHOWN = 5, LARGE_FAMILY = 8 };

/* ---- constant-feature -------------------------------------------------------------------------------------------- */

/* Share of the most frequent value. */
static double mode_share(const float *sorted, int64_t count) {
    int64_t longest = 0, run = 0;
    for (int64_t i = 0; i < count; i++) {
        run = i > 0 && sorted[i] == sorted[i - 1] ? run + 1 : 1;
        if (run > longest) longest = run;
    }
    return count > 0 ? (double)longest / (double)count : 0;
}

/* All columns of a one-hot block constant: the category has one level. */
static bool is_one_level(const Inspection *in, const InspectedInput *input) {
    if (input->is_number || input->offset < 0 || input->width == 0 || in->data->slots[in->data->inputs[input->number].slot].kind != LRT_SLOT_MATRIX)
        return false;
    for (int64_t c = 0; c < input->width; c++) {
        const float *values = inspect_column(in, input->offset + c);
        for (int64_t i = 1; i < in->sample_count; i++)
            if (values[i] != values[0]) return false;
    }
    return true;
}

/* Among many columns of one declaration (pixels, words) some never vary: that is how such data is. */
static bool is_usual_in_family(const Inspection *in, const InspectedInput *input) {
    if (input->family_size < LARGE_FAMILY) return false;
    int64_t varying = 0;
    for (int64_t i = 0; i < in->input_count; i++)
        varying += in->inputs[i].family == input->family && in->inputs[i].deviation > 0;
    return varying > 0;
}

static void check_constant(Inspection *in, InspectedInput *input) {
    bool number = input->is_number && !input->told;
    double share = number ? mode_share(input->sorted, in->sample_count) : is_one_level(in, input) ? 1 : 0;
    if (share <= RULE_CONSTANT_SHARE && !(number && input->low >= input->high)) return;
    if (in->sample_count < 2) return;
    Diagnostic *d;
    if (share >= 1)
        d = diag_report(in->session, DIAG_CONSTANT_FEATURE, input->span, "`%s` is the same in all %lld training rows",
                        input->name, (long long)in->dataset->train_before_sampling);
    else
        d = diag_report(in->session, DIAG_CONSTANT_FEATURE, input->span,
                        "`%s` is the same in %.2f %% of the training rows", input->name, 100 * share);
    if (is_usual_in_family(in, input)) diag_set_severity(d, SEVERITY_NOTE);
    diag_why(d, "it tells the rows apart by nothing, and one new value far away would decide a prediction alone");
    inspect_fix_ignore(in, d, input);
    input->told = true;
}

/* ---- double-normalization ---------------------------------------------------------------------------------------- */

/* Root of the mean variance of all numbers of a declaration. */
static double family_deviation(const Inspection *in, const InspectedInput *input) {
    double sum = 0;
    int64_t count = 0;
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *other = &in->inputs[i];
        if (other->family != input->family || !other->is_number) continue;
        sum += other->deviation * other->deviation;
        count++;
    }
    return count > 0 ? sqrt(sum / (double)count) : 0;
}

static void check_double(Inspection *in, InspectedInput *input) {
    if (!input->is_number || input->told || !input->is_rescaled || input->deviation <= 0) return;
    double deviation = family_deviation(in, input);
    if (deviation >= scaled_to_nothing || fabs(input->mean) > 1) return;
    Diagnostic *d = diag_report(in->session, DIAG_DOUBLE_NORMALIZATION, input->span,
                                "`%s` is scaled to nothing: its deviation is %s", input->name,
                                inspect_number(in, deviation));
    diag_evidence(d, "its training cells lie in %s..%s", inspect_number(in, input->low), inspect_number(in, input->high));
    diag_why(d, "the column was scaled before, in the file or by an earlier step: the network hardly sees it");
    diag_advice(d, "take one of the scaling steps out of the flow");
    for (int64_t i = 0; i < in->input_count; i++)
        if (in->inputs[i].step >= 0 && in->inputs[i].span.begin == input->span.begin) in->inputs[i].told = true;
}

/* ---- unscaled-features ------------------------------------------------------------------------------------------- */

typedef struct Scales {
    InspectedInput *worst[WORST_SHOWN];
    int64_t count;                 /* of unscaled columns out of proportion */
    bool *told;                    /* of each input, whether it is one of them */
    double ratio;
    InspectedInput *large, *small; /* the columns of the greatest and of the least deviation */
} Scales;

/* Two values, one of them mostly: an indicator, whatever it is declared as. */
static bool is_binary(const Inspection *in, const InspectedInput *input) {
    for (int64_t i = 0; i < in->sample_count; i++)
        if (input->sorted[i] != (float)input->low && input->sorted[i] != (float)input->high) return false;
    return true;
}

/* Indicators vary little by nature; they do not count as the smallest. */
static bool counts(const Inspection *in, const InspectedInput *input) {
    return input->is_number && !input->told && !input->is_normalized && input->deviation > 0 &&
           !(is_binary(in, input) && input->rms <= large_rms);
}

static void find_extremes(const Inspection *in, Scales *scales) {
    double least = INFINITY, greatest = 0;
    for (int64_t i = 0; i < in->input_count; i++) {
        InspectedInput *input = &in->inputs[i];
        if (!counts(in, input)) continue;
        double deviation = family_deviation(in, input);
        if (deviation > greatest) greatest = deviation, scales->large = input;
        if (deviation < least) least = deviation, scales->small = input;
    }
    scales->ratio = greatest > 0 ? greatest / least : 1;
}

static bool is_out_of_proportion(const Scales *scales, const InspectedInput *input) {
    if (input->is_scaled) return false;
    if (input->rms > large_rms) return true;
    return scales->ratio > most_ratio && (input == scales->large || input == scales->small);
}

/* How far from unit scale, in powers of ten. */
static double distance(const InspectedInput *input) {
    return fabs(log10(input->rms > large_rms ? input->rms : input->deviation));
}

static void insert_worst(Scales *scales, InspectedInput *input) {
    int64_t at = scales->count < WORST_SHOWN ? scales->count : WORST_SHOWN;
    scales->count++;
    while (at > 0 && distance(scales->worst[at - 1]) < distance(input)) {
        if (at < WORST_SHOWN) scales->worst[at] = scales->worst[at - 1];
        at--;
    }
    if (at < WORST_SHOWN) scales->worst[at] = input;
}

static void report_scales(const Inspection *in, const Scales *scales) {
    InspectedInput *worst = scales->worst[0];
    const char *others = scales->count > 1 ? arena_printf(in->session->arena, " and %lld more", (long long)scales->count - 1)
                                           : "";
    Diagnostic *d = diag_report(in->session, DIAG_UNSCALED_FEATURES, worst->span,
                                "`%s`%s reach%s the network far from unit scale", worst->name, others,
                                scales->count > 1 ? "" : "es");
    bool is_sgd = in->model->optimizer != NULL && strcmp(in->model->optimizer->entry->name, "sgd") == 0;
    if (is_sgd && worst->rms > large_rms) diag_set_severity(d, SEVERITY_ERROR);
    int64_t shown = scales->count < WORST_SHOWN ? scales->count : WORST_SHOWN;
    for (int64_t i = 0; i < shown; i++)
        diag_evidence(d, "`%s`: root mean square %s, deviation %s", scales->worst[i]->name,
                      inspect_number(in, scales->worst[i]->rms), inspect_number(in, scales->worst[i]->deviation));
    if (scales->ratio > most_ratio)
        diag_evidence(d, "the deviations of `%s` and `%s` differ by a factor of %s", scales->large->name,
                      scales->small->name, inspect_number(in, scales->ratio));
    diag_why(d, "the largest columns decide the gradient: one learning rate cannot fit them all%s",
             is_sgd ? ", and under sgd the weights blow up" : "");
    for (int64_t i = 1; i < shown; i++)
        if (in->model->column_spans[scales->worst[i]->column].begin != worst->span.begin &&
            scales->worst[i]->span.begin != worst->span.begin)
            diag_label(d, scales->worst[i]->span, "so does `%s`", scales->worst[i]->name);
    inspect_fix_flows(in, d, scales->told, "scale(standard)");
}

static void check_scales(const Inspection *in) {
    Scales scales = {.told = ARENA_ARRAY(in->scratch, bool, in->input_count + 1)};
    find_extremes(in, &scales);
    for (int64_t i = 0; i < in->input_count; i++)
        if (counts(in, &in->inputs[i]) && is_out_of_proportion(&scales, &in->inputs[i])) {
            insert_worst(&scales, &in->inputs[i]);
            scales.told[i] = true;
        }
    if (scales.count > 0) report_scales(in, &scales);
}

/* ---- unscaled-target --------------------------------------------------------------------------------------------- */

static bool target_is_scaled(const Inspection *in, int64_t t) {
    int32_t slot = in->data->targets[t].slot;
    for (int64_t i = in->data->step_count - 1; i >= 0; i--) {
        if (in->data->steps[i].output != slot) continue;
        if (inspect_is_scale(in->data->steps[i].transform)) return true;
        slot = in->data->steps[i].input;
    }
    return false;
}

static bool has_told(const Inspection *in, DiagId id, Span span) {
    for (int64_t i = 0; i < in->session->diagnostics.count; i++) {
        const Diagnostic *d = in->session->diagnostics.items[i];
        if (d->id == id && d->span.begin == span.begin) return true;
    }
    return false;
}

static void check_target(const Inspection *in, int64_t t) {
    const LrtTarget *target = &in->data->targets[t];
    double squares = 0, sum = 0;
    int64_t count = in->dataset->train_before_sampling;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = in->dataset->part_rows[LRT_PART_TRAIN][i];
        double value = (double)in->dataset->targets[row * in->dataset->target_width + target->offset];
        sum += value;
        squares += value * value;
    }
    double rms = sqrt(squares / (double)count), mean = sum / (double)count;
    bool squared = inspect_loss_is(in, t, "mse gaussian_nll");
    bool bounded = inspect_loss_is(in, t, "mae huber log_cosh quantile");
    bool large = (squared && rms > large_rms) || (bounded && rms > large_bounded_target);
    Span span;
    inspect_target_step(in, t, &span);
    if ((!large && !(squared && rms < small_target)) || target_is_scaled(in, t) || rms <= 0 ||
        has_told(in, DIAG_TARGET_OUTLIERS, span))
        return;
    Diagnostic *d = diag_report(in->session, DIAG_UNSCALED_TARGET, span, "target `%s` is far from unit scale", target->name);
    diag_evidence(d, "root mean square %s, mean %s, deviation %s over the training rows", inspect_number(in, rms),
                  inspect_number(in, mean), inspect_number(in, sqrt(fmax(0, rms * rms - mean * mean))));
    diag_label(d, inspect_model_target(in, t)->loss->span, "starts at about %s",
               inspect_number(in, squared ? rms * rms : rms));
    diag_why(d, large ? "the head starts near 0 and has a long way to go; the first gradients are as large as the target"
                      : "the gradients are as small as the target: steps of the usual length hardly move anything");
    if (in->model->target_span.begin < span.begin && inspect_target_step(in, t, &span) >= 0)
        diag_fix(d, false, (Span){span.source, span.end, span.end}, " -> scale(standard)", "-> scale(standard)");
    else
        inspect_fix_target(in, d, target->name, "scale(standard)");
}

void inspect_scales(Inspection *in) {
    for (int64_t i = 0; i < in->input_count; i++) check_constant(in, &in->inputs[i]);
    for (int64_t i = 0; i < in->input_count; i++) check_double(in, &in->inputs[i]);
    check_scales(in);
    for (int64_t t = 0; t < in->data->target_count; t++)
        if (!in->data->targets[t].is_class) check_target(in, t);
}
