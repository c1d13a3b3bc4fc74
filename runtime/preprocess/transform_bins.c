/* bins: the number of the interval that a value lies in, from 0, as scikit-learn's KBinsDiscretizer. The edges are
 * quantiles of the training part, or lie evenly between its least and its greatest value; a value at an edge belongs to
 * the interval above, one beyond the ends to the last on that side. Quantiles that are equal make one edge, and so fewer
 * intervals. Fit: the edges, from the least value to the greatest. */
#include "core/unfused.h"

#include "preprocess/statistics.h"
#include "preprocess/transform.h"

static const double least_width = 1e-8; /* nearer edges are one */

static double find_edge(const LrtStep *step, const double *cells, int64_t count, int64_t k, int64_t intervals) {
    double share = (double)k / (double)intervals;
    if (step->option[0] == LRT_BINS_QUANTILE) {
        return statistic_quantile(cells, count, share);
    }
    double low = cells[0], high = cells[count - 1];
    return k == intervals ? high : low + (double)k * ((high - low) / (double)intervals);
}

static bool fit_edges(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    int64_t intervals = (int64_t)step->number[0], count = 0, kept = 0;
    Region scratch = {0};
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    double *edges = cells ? REGION_ARRAY(&scratch, double, intervals + 1, frame->error) : NULL;
    for (int64_t k = 0; edges && k <= intervals; k++) {
        double edge = find_edge(step, cells, count, k, intervals);
        if (k == 0 || edge - edges[kept - 1] > least_width) {
            edges[kept++] = edge;
        }
    }
    bool good = edges && fit_set_numbers(out, edges, kept, frame->error);
    region_free(&scratch);
    return good;
}

/* How many of the edges between the intervals lie at or below the value. */
static double find_interval(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)good;
    int64_t below = 1, above = fit->number_count - 1;
    while (below < above) {
        int64_t middle = below + (above - below) / 2;
        bool passed = fit->numbers[middle] <= value;
        below = passed ? middle + 1 : below;
        above = passed ? above : middle;
    }
    return (double)(below - 1);
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, find_interval, NULL, NULL);
}

static void describe(const LrtStep *step, TransformText *out) {
    *out = (TransformText){.how = step->option[0] == LRT_BINS_QUANTILE ? "quantile" : "width", .list = "edges"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    for (int64_t k = 1; k < fit->number_count; k++) {
        if (fit->numbers[k] <= fit->numbers[k - 1]) {
            return false;
        }
    }
    return fit->width == 1 && fit->name_count == 0 && fit->number_count > 0;
}

const TransformEntry transform_bins = {
    .word = "bins", .fit = fit_edges, .apply = apply, .describe = describe, .check = check};
