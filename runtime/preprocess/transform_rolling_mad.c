/* rolling_mad: (x - median) / MAD of the last k rows. The values of a series are ranked once; a Fenwick tree over the
 * ranks (Fenwick 1994) holds those of the window, so that a value comes, goes and is found by its order in O(log n).
 * The MAD is the median of two sorted runs, the distances to the left and to the right of the median, found by
 * bisection. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <math.h>

#include "data/sort_numbers.h"

typedef struct RankTree {
    int64_t *counts; /* [size + 1], Fenwick */
    const double *sorted;
    int64_t size, top; /* top: the greatest power of two within size */
    int64_t held;
} RankTree;

static void tree_add(RankTree *tree, int64_t rank, int64_t change) {
    for (int64_t i = rank + 1; i <= tree->size; i += i & -i) {
        tree->counts[i] += change;
    }
    tree->held += change;
}

/* The value that has `order` others before it. */
static double tree_value(const RankTree *tree, int64_t order) {
    int64_t at = 0;
    for (int64_t step = tree->top; step > 0; step /= 2) {
        if (at + step <= tree->size && tree->counts[at + step] <= order) {
            at += step;
            order -= tree->counts[at];
        }
    }
    return tree->sorted[at];
}

static double tree_median(const RankTree *tree) {
    double high = tree_value(tree, tree->held / 2);
    return tree->held % 2 ? high : (tree_value(tree, tree->held / 2 - 1) + high) / 2;
}

/* The distance from the median that has `order` others before it. The values below it (`below` of them) give one run,
 * nearest last; the others the second, nearest first. */
static double tree_distance(const RankTree *tree, double median, int64_t below, int64_t order) {
    int64_t low = order + 1 > tree->held - below ? order + 1 - (tree->held - below) : 0;
    int64_t high = order + 1 < below ? order + 1 : below;
    while (low < high) { /* how many of the order + 1 nearest lie below */
        int64_t left = (low + high) / 2, right = order + 1 - left;
        double next_left = median - tree_value(tree, below - 1 - left);
        double last_right = tree_value(tree, below + right - 1) - median;
        if (next_left < last_right) {
            low = left + 1;
        } else {
            high = left;
        }
    }
    int64_t right = order + 1 - low;
    double farthest_left = low > 0 ? median - tree_value(tree, below - low) : 0;
    double farthest_right = right > 0 ? tree_value(tree, below + right - 1) - median : 0;
    return farthest_left > farthest_right ? farthest_left : farthest_right;
}

static double tree_mad(const RankTree *tree, double median) {
    int64_t half = tree->held / 2; /* values at the orders below `half` are not above the median */
    double high = tree_distance(tree, median, half, half);
    return tree->held % 2 ? high : (tree_distance(tree, median, half, half - 1) + high) / 2;
}

/* ranks[i]: place of in[i] among the sorted values; -1: missing. */
static bool rank_values(Frame *frame, const double *in, int64_t count, Region *scratch, RankTree *tree,
                        int64_t *ranks) {
    double *sorted = REGION_ARRAY(scratch, double, count, frame->error);
    int64_t *rows = sorted ? REGION_ARRAY(scratch, int64_t, count, frame->error) : NULL;
    if (!rows) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        ranks[i] = -1;
        if (!isnan(in[i])) {
            sorted[tree->size] = in[i];
            rows[tree->size++] = i;
        }
    }
    if (!sort_numbers(sorted, rows, tree->size, frame->error)) {
        return false;
    }
    for (int64_t r = 0; r < tree->size; r++) {
        ranks[rows[r]] = r;
    }
    for (tree->top = 1; tree->top * 2 <= tree->size; tree->top *= 2) {
    }
    tree->sorted = sorted;
    tree->counts = REGION_ARRAY(scratch, int64_t, tree->size + 1, frame->error);
    return tree->counts != NULL;
}

static bool mad_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    int64_t k = (int64_t)frame->spec->steps[step].number[0];
    Region scratch = {0};
    RankTree tree = {0};
    int64_t *ranks = REGION_ARRAY(&scratch, int64_t, count, frame->error);
    bool good = ranks && rank_values(frame, in, count, &scratch, &tree, ranks);
    (void)begin;
    for (int64_t i = 0; good && i < count; i++) {
        if (ranks[i] >= 0) {
            tree_add(&tree, ranks[i], 1);
        }
        if (i >= k && ranks[i - k] >= 0) {
            tree_add(&tree, ranks[i - k], -1);
        }
        out[i] = (double)NAN;
        if (tree.held == k) {
            double median = tree_median(&tree), mad = tree_mad(&tree, median);
            out[i] = mad > 0 ? (in[i] - median) / mad : 0;
        }
    }
    region_free(&scratch);
    return good;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    (void)fit, (void)last_use;
    return transform_series(frame, step, mad_series);
}

const TransformEntry transform_rolling_mad = {.word = "rolling_mad", .apply = apply};
