/* A few values far from all others. The distance is counted in robust deviations from the median; a heavy tail thins out,
 * an outlier stands behind a gap: without the gap nothing is said above a note. */
#include <math.h>
#include <string.h>

#include "data/inspect.h"
#include "profile/column_rules.h"
#include "support/str.h"

enum { ROWS_SHOWN = 5, LEAST_ROWS = 20, LEAST_REST = 30 };

/* Where the bulk of a column lies. Columns that are mostly one value are measured by the others. */
typedef struct Bulk {
    double center, spread;
    bool without_mode;
    float mode;
} Bulk;

static double median_distance(Arena *arena, const float *sorted, int64_t count, double center) {
    float *distances = ARENA_ARRAY(arena, float, count + 1);
    for (int64_t i = 0; i < count; i++) distances[i] = fabsf(sorted[i] - (float)center);
    return inspect_quantile(inspect_sort(arena, distances, count), count, 0.5);
}

static double spread_of(Arena *arena, const float *sorted, int64_t count, double center) {
    double spread = RULE_NORMAL_MAD * median_distance(arena, sorted, count, center);
    if (spread > 0) return spread;
    return (inspect_quantile(sorted, count, 0.75) - inspect_quantile(sorted, count, 0.25)) / RULE_NORMAL_IQR;
}

static Bulk find_bulk(Arena *arena, const float *sorted, int64_t count) {
    Bulk bulk = {.center = inspect_quantile(sorted, count, 0.5)};
    bulk.spread = spread_of(arena, sorted, count, bulk.center);
    if (bulk.spread > 0) return bulk;
    bulk.without_mode = true;
    bulk.mode = (float)bulk.center;
    float *rest = ARENA_ARRAY(arena, float, count + 1);
    int64_t rest_count = 0;
    for (int64_t i = 0; i < count; i++)
        if (sorted[i] != bulk.mode) rest[rest_count++] = sorted[i];
    if (rest_count < LEAST_REST) return bulk;
    bulk.center = inspect_quantile(rest, rest_count, 0.5);
    bulk.spread = spread_of(arena, rest, rest_count, bulk.center);
    return bulk;
}

typedef struct Outliers {
    Bulk bulk;
    int64_t count, total;
    double nearest, farthest, inner; /* distances of the outliers, and of the farthest of the others */
    bool below, above;
    int64_t rows[ROWS_SHOWN];
} Outliers;

/* The training cells at `values`, `stride` apart. */
static Outliers find_outliers(const Inspection *in, const float *values, int64_t stride, const float *sorted) {
    Outliers found = {.bulk = find_bulk(in->scratch, sorted, in->sample_count), .nearest = INFINITY};
    if (!(found.bulk.spread > 0)) return found;
    found.total = in->dataset->train_before_sampling;
    for (int64_t i = 0; i < found.total; i++) {
        int64_t row = in->dataset->part_rows[LRT_PART_TRAIN][i];
        float value = values[row * stride];
        double away = fabs((double)value - found.bulk.center) / found.bulk.spread;
        if (found.bulk.without_mode && value == found.bulk.mode) continue;
        if (away <= RULE_OUTLIER_FAR) {
            found.inner = fmax(found.inner, away);
            continue;
        }
        if (found.count < ROWS_SHOWN) found.rows[found.count] = row;
        found.count++;
        found.nearest = fmin(found.nearest, away);
        found.farthest = fmax(found.farthest, away);
        *((double)value < found.bulk.center ? &found.below : &found.above) = true;
    }
    return found;
}

static bool stand_apart(const Outliers *found) {
    return rule_stands_apart(found->count, found->total, found->nearest, found->farthest, found->inner);
}

static void describe(const Inspection *in, Diagnostic *d, const Outliers *found) {
    Str lines;
    str_init(&lines, in->session->arena);
    for (int64_t i = 0; i < found->count && i < ROWS_SHOWN; i++)
        str_printf(&lines, "%s%lld", i ? ", " : "", (long long)inspect_line(in, found->rows[i]));
    diag_evidence(d, "they lie %s to %s robust deviations from the median; no other cell more than %s",
                  inspect_number(in, found->nearest), inspect_number(in, found->farthest),
                  inspect_number(in, found->inner));
    diag_evidence(d, "%s%s %s%s of `%s`", inspect_line_word(in), found->count == 1 ? "" : "s", lines.data,
                  found->count > ROWS_SHOWN ? ", …" : "", in->data->source.spec_path);
}

/* The winsorize that takes all of them in. */
static const char *winsorize_text(const Outliers *found) {
    double share = (double)found->count / (double)found->total;
    if (share >= 0.005) return "winsorize(5, by: mad)";
    return !found->below ? "winsorize(0%..99.5%)" : !found->above ? "winsorize(0.5%..100%)" : "winsorize(0.5%..99.5%)";
}

/* ---- sentinels: one value that stands for a missing one ---------------------------------------------------------- */

/* The extreme value of the raw column that repeats, is one of those that people write for "missing", and lies apart. */
static bool find_sentinel(const LrtTableColumn *column, int64_t rows, bool low, double *out_value, int64_t *out_count) {
    double extreme = low ? INFINITY : -INFINITY;
    for (int64_t i = 0; i < rows; i++)
        if (low ? column->real[i] < extreme : column->real[i] > extreme) extreme = column->real[i];
    if (!rule_is_customary(extreme) || (low ? extreme > 0 : extreme < 0)) return false;
    double next = low ? INFINITY : -INFINITY, other = low ? -INFINITY : INFINITY;
    *out_count = 0;
    for (int64_t i = 0; i < rows; i++) {
        double value = column->real[i];
        if (isnan(value)) continue;
        if (value == extreme) {
            ++*out_count;
            continue;
        }
        if (low ? value < next : value > next) next = value;
        if (low ? value > other : value < other) other = value;
    }
    *out_value = extreme;
    return rule_is_sentinel(extreme, *out_count, rows, next, other);
}

static bool report_sentinel(Inspection *in, InspectedInput *input, bool is_outlier) {
    const LrtTableColumn *column = &in->table->columns[input->column];
    double value = 0;
    int64_t count = 0;
    if (column->real == NULL) return false;
    if (!find_sentinel(column, in->table->row_count, true, &value, &count) &&
        !find_sentinel(column, in->table->row_count, false, &value, &count))
        return false;
    const LrtColumn *declared = &in->data->columns[input->column];
    const char *text = str_number(in->session->arena, value);
    Diagnostic *d = diag_report(in->session, DIAG_SENTINEL_VALUE, in->model->column_spans[input->column],
                                "%lld cells of `%s` are %s, apart from all others", (long long)count, declared->name, text);
    diag_set_severity(d, is_outlier ? SEVERITY_WARNING : SEVERITY_NOTE);
    diag_why(d, "a number that stands for a missing cell is learnt as if it were an amount");
    diag_advice(d, "csv(\"%s\", missing: [\"%s\"]), with `?` behind the type and `impute(median)` in its flow",
                in->data->source.spec_path, text);
    input->told = is_outlier;
    return true;
}

/* ---- features --------------------------------------------------------------------------------------------------- */

static double skewness(const InspectedInput *input, const float *values, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        double z = ((double)values[i] - input->mean) / input->deviation;
        sum += z * z * z;
    }
    return sum / (double)count;
}

static void report_outliers(Inspection *in, InspectedInput *input, const Outliers *found) {
    Diagnostic *d = diag_report(in->session, DIAG_OUTLIER_ROWS, input->span,
                                "%lld of %lld training cells of `%s` lie%s far from all others", (long long)found->count,
                                (long long)found->total, input->name, found->count == 1 ? "s" : "");
    describe(in, d, found);
    diag_why(d, "they set the scale of the column and most of the gradient");
    inspect_fix_flow(in, d, input, winsorize_text(found));
    input->told = true;
}

static void report_tail(Inspection *in, const InspectedInput *input, const Outliers *found) {
    double skew = skewness(input, inspect_column(in, input->offset), in->sample_count);
    if (found->count == 0 || fabs(skew) <= 3) return;
    Diagnostic *d = diag_report(in->session, DIAG_HEAVY_TAIL, input->span, "`%s` has a heavy tail", input->name);
    diag_evidence(d, "skewness %s; the farthest cell lies %s robust deviations from the median", inspect_number(in, skew),
                  inspect_number(in, found->farthest));
    diag_advice(d, "`log1p` in its flow, where no cell is negative");
}

static bool flow_has(const Inspection *in, const InspectedInput *input, LrtTransform transform) {
    for (int32_t slot = in->data->inputs[input->number].slot, i = (int32_t)in->data->step_count - 1; i >= 0; i--) {
        if (in->data->steps[i].output != slot) continue;
        if (in->data->steps[i].transform == transform) return true;
        slot = in->data->steps[i].input;
    }
    return false;
}

static void check_input(Inspection *in, InspectedInput *input) {
    if (!input->is_number || input->deviation <= 0) return;
    Bulk bulk = find_bulk(in->scratch, input->sorted, in->sample_count);
    double reach = fmax(bulk.center - input->low, input->high - bulk.center);
    bool clipped = flow_has(in, input, LRT_TRANSFORM_WINSORIZE) || flow_has(in, input, LRT_TRANSFORM_CLIP) ||
                   flow_has(in, input, LRT_TRANSFORM_DROP_OUTLIERS);
    if (!(bulk.spread > 0) || reach <= RULE_OUTLIER_FAR * bulk.spread || clipped) {
        report_sentinel(in, input, false);
        return;
    }
    const float *values = in->dataset->features + input->offset;
    Outliers found = find_outliers(in, values, in->dataset->feature_width, input->sorted);
    bool apart = stand_apart(&found);
    if (report_sentinel(in, input, apart)) return;
    if (apart)
        report_outliers(in, input, &found);
    else
        report_tail(in, input, &found);
}

/* ---- targets ---------------------------------------------------------------------------------------------------- */

/* Losses whose gradient is bounded are the fix. */
static void check_target(Inspection *in, int64_t t) {
    const LrtTarget *target = &in->data->targets[t];
    int64_t width = in->dataset->target_width;
    const float *values = in->dataset->targets + target->offset;
    float *sample = ARENA_ARRAY(in->scratch, float, in->sample_count + 1);
    for (int64_t i = 0; i < in->sample_count; i++) sample[i] = values[in->sample_rows[i] * width];
    Outliers found = find_outliers(in, values, width, inspect_sort(in->scratch, sample, in->sample_count));
    if (!stand_apart(&found) || !inspect_loss_is(in, t, "mse gaussian_nll msle")) return;
    Span span;
    inspect_target_step(in, t, &span);
    Diagnostic *d = diag_report(in->session, DIAG_TARGET_OUTLIERS, span,
                                "%lld of %lld training targets `%s` lie%s far from all others", (long long)found.count,
                                (long long)found.total, target->name, found.count == 1 ? "s" : "");
    const ModelTarget *model_target = inspect_model_target(in, t);
    diag_label(d, model_target->loss->span, "squares the distance");
    describe(in, d, &found);
    diag_why(d, "a row at distance d pulls with d, and its loss grows with d²: these rows decide what is learnt");
    diag_fix(d, false, model_target->loss->span, "huber(delta: 1.0)", "huber(delta: 1.0)");
}

void inspect_outliers(Inspection *in) {
    if (in->dataset->train_before_sampling < LEAST_ROWS) return;
    for (int64_t i = 0; i < in->input_count; i++) check_input(in, &in->inputs[i]);
    for (int64_t t = 0; t < in->data->target_count; t++)
        if (!in->data->targets[t].is_class) check_target(in, t);
}
