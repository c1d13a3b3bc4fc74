/* Features that give the target away. Easy tasks have features that alone tell the classes apart; a leak is one that does
 * while the others together do not, or that is the target in other words. */
#include <math.h>
#include <stdlib.h>

#include "data/inspect.h"

static const double given_away = 0.999, others_fail = 0.9;
enum { LEAST_ROWS = 30, LEAST_DISTINCT = 20 };

typedef struct Pair {
    double x, y;
} Pair;

static int compare_pairs(const void *left, const void *right) {
    const Pair *a = left, *b = right;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    return a->y < b->y ? -1 : a->y > b->y;
}

static Pair *sort_pairs(const Inspection *in, const double *x, const double *y) {
    Pair *pairs = ARENA_ARRAY(in->scratch, Pair, in->sample_count + 1);
    for (int64_t i = 0; i < in->sample_count; i++) pairs[i] = (Pair){x[i], y[i]};
    qsort(pairs, (size_t)in->sample_count, sizeof *pairs, compare_pairs);
    return pairs;
}

/* Whether y is a strictly rising or falling function of x, over enough different values. */
static bool is_monotone_map(const Inspection *in, const double *x, const double *y) {
    const Pair *pairs = sort_pairs(in, x, y);
    int64_t distinct = 1;
    bool rising = true, falling = true;
    for (int64_t i = 1; i < in->sample_count; i++) {
        if (pairs[i].x == pairs[i - 1].x) {
            if (pairs[i].y != pairs[i - 1].y) return false;
            continue;
        }
        distinct++;
        rising &= pairs[i].y > pairs[i - 1].y;
        falling &= pairs[i].y < pairs[i - 1].y;
    }
    return distinct >= LEAST_DISTINCT && (rising || falling);
}

/* Area under the ROC curve of x for y = 1 against 0, at least one half; ties count one half. */
static double separation(const Inspection *in, const double *x, const double *y) {
    const Pair *pairs = sort_pairs(in, x, y);
    double ranks = 0, ones = 0, count = (double)in->sample_count;
    for (int64_t i = 0, end; i < in->sample_count; i = end) {
        double within = 0;
        for (end = i; end < in->sample_count && pairs[end].x == pairs[i].x; end++) within += pairs[end].y;
        ranks += within * (double)(i + end + 1) / 2;
        ones += within;
    }
    if (ones == 0 || ones == count) return 0.5;
    double area = (ranks - ones * (ones + 1) / 2) / (ones * (count - ones));
    return fmax(area, 1 - area);
}

static void load(const Inspection *in, int64_t feature, double *out) {
    const float *values = inspect_column(in, feature);
    for (int64_t i = 0; i < in->sample_count; i++) out[i] = (double)values[i];
}

/* Fisher's discriminant of two columns, as one score. */
static void discriminate(const Inspection *in, const double *a, const double *b, const double *y, double *out) {
    double n[2] = {0}, ma[2] = {0}, mb[2] = {0}, aa = 0, bb = 0, ab = 0;
    for (int64_t i = 0; i < in->sample_count; i++) n[y[i] > 0]++, ma[y[i] > 0] += a[i], mb[y[i] > 0] += b[i];
    for (int k = 0; k < 2; k++) ma[k] /= fmax(n[k], 1), mb[k] /= fmax(n[k], 1);
    for (int64_t i = 0; i < in->sample_count; i++) {
        double da = a[i] - ma[y[i] > 0], db = b[i] - mb[y[i] > 0];
        aa += da * da, bb += db * db, ab += da * db;
    }
    double determinant = aa * bb - ab * ab, ga = ma[1] - ma[0], gb = mb[1] - mb[0];
    if (determinant <= 1e-12 * aa * bb) determinant = aa * bb, ab = 0;
    double wa = (bb * ga - ab * gb) / fmax(determinant, 1e-300), wb = (aa * gb - ab * ga) / fmax(determinant, 1e-300);
    for (int64_t i = 0; i < in->sample_count; i++) out[i] = wa * a[i] + wb * b[i];
}

static void report(Inspection *in, InspectedInput *input, int64_t t, const char *evidence) {
    const LrtTarget *target = &in->data->targets[t];
    Diagnostic *d = diag_report(in->session, DIAG_LEAKY_FEATURE, input->span, "`%s` gives the target `%s` away",
                                input->name, target->name);
    diag_label(d, in->model->column_spans[in->data->slots[target->slot].column], "the target");
    diag_evidence(d, "%s", evidence);
    diag_why(d, "it may be written down only once the target is known; then it is absent, or wrong, where predictions count");
    inspect_fix_ignore(in, d, input);
    input->told = true;
}

static void check_real(Inspection *in, int64_t t, double *x, double *y) {
    for (int64_t i = 0; i < in->sample_count; i++)
        y[i] = (double)in->dataset->targets[in->sample_rows[i] * in->dataset->target_width + in->data->targets[t].offset];
    for (int64_t i = 0; i < in->input_count; i++) {
        InspectedInput *input = &in->inputs[i];
        if (!input->is_number || input->told) continue;
        load(in, input->offset, x);
        if (is_monotone_map(in, x, y))
            report(in, input, t, "the target rises or falls with it without one exception");
    }
}

/* A two-class target; the inputs are the columns of the feature matrix, one-hot levels among them. */
static void check_class(Inspection *in, int64_t t, double *x, double *y) {
    double *z = ARENA_ARRAY(in->scratch, double, in->sample_count + 1);
    double *score = ARENA_ARRAY(in->scratch, double, in->sample_count + 1);
    InspectedInput *best = NULL, *second = NULL, *third = NULL;
    double area[3] = {0};
    int64_t feature[3] = {0};
    for (int64_t i = 0; i < in->sample_count; i++)
        y[i] = in->dataset->labels[in->sample_rows[i] * in->dataset->label_width + in->data->targets[t].offset] == 1;
    for (int64_t i = 0; i < in->input_count; i++) {
        InspectedInput *input = &in->inputs[i];
        double greatest = 0;
        int64_t of = -1;
        for (int64_t c = 0; input->offset >= 0 && c < input->width; c++) {
            load(in, input->offset + c, x);
            double value = separation(in, x, y);
            if (value > greatest) greatest = value, of = input->offset + c;
        }
        if (of < 0) continue;
        InspectedInput *candidate = input;
        for (int k = 0; k < 3; k++) {
            InspectedInput **slot = k == 0 ? &best : k == 1 ? &second : &third;
            if (greatest <= area[k]) continue;
            InspectedInput *moved = *slot;
            double moved_area = area[k];
            int64_t moved_feature = feature[k];
            *slot = candidate, area[k] = greatest, feature[k] = of;
            candidate = moved, greatest = moved_area, of = moved_feature;
        }
    }
    if (best == NULL || area[0] < given_away || best->told || area[1] >= others_fail) return;
    if (third != NULL) {
        load(in, feature[1], x);
        load(in, feature[2], z);
        discriminate(in, x, z, y, score);
        if (separation(in, score, y) >= others_fail) return;
    }
    report(in, best, t,
           arena_printf(in->session->arena,
                        "alone it has an area of %.4g under the ROC curve; the best two others together stay below %.2g",
                        area[0], others_fail));
}

void inspect_leaks(Inspection *in) {
    if (in->sample_count < LEAST_ROWS) return;
    double *x = ARENA_ARRAY(in->scratch, double, in->sample_count), *y = ARENA_ARRAY(in->scratch, double, in->sample_count);
    for (int64_t t = 0; t < in->data->target_count; t++) {
        const LrtTarget *target = &in->data->targets[t];
        if (!target->is_class)
            check_real(in, t, x, y);
        else if (target->level_count == 2)
            check_class(in, t, x, y);
    }
}
