/* How well one column alone tells the target, over the sample of rows: the share of the constant prediction's error
 * that goes away when each row is predicted from the other rows of its bin. Leaving the row itself out keeps columns of
 * many levels from looking good by chance. */
#include <math.h>
#include <stdlib.h>

#include "profile/profile.h"

enum { BINS = 24, LEAST_ROWS = 30 };

typedef struct Place {
    double value;
    int64_t row;
} Place;

static int compare_places(const void *left, const void *right) {
    const Place *a = left, *b = right;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static bool is_classes(const ProfileColumn *column) {
    return column->type == PROFILE_CATEGORY || column->type == PROFILE_BOOL || !column->is_number;
}

/* The rows ordered by the feature, and which of them begin a bin: bins of equal size that do not divide equal values of
 * a number, or the levels of a category. A missing cell is a value of its own. */
static int64_t order_rows(const Profile *profile, const ProfileColumn *feature, const ProfileColumn *target,
                          Place *places, bool *begins) {
    int64_t count = 0;
    bool levels = is_classes(feature);
    for (int64_t i = 0; i < profile->sample_count; i++) {
        if (target->sample_code[i] == 0) continue;
        double number = (double)feature->sample_number[i];
        double value = feature->sample_code[i] == 0 ? -INFINITY : levels ? (double)feature->sample_code[i] : number;
        if (isnan(value)) value = -INFINITY;
        places[count++] = (Place){value, i};
    }
    if (count > 0) qsort(places, (size_t)count, sizeof *places, compare_places);
    int64_t size = count / BINS + 1, in_bin = 0;
    for (int64_t i = 0; i < count; i++) {
        bool differs = i == 0 || places[i].value != places[i - 1].value;
        begins[i] = differs && (levels || i == 0 || in_bin >= size);
        in_bin = begins[i] ? 1 : in_bin + 1;
    }
    return count;
}

/* ---- a target of classes ---------------------------------------------------------------------------------------- */

static int compare_codes(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Rows of the range that the most frequent other row of it predicts. */
static int64_t count_hits(uint32_t *codes, int64_t count) {
    qsort(codes, (size_t)count, sizeof *codes, compare_codes);
    int64_t first = 0, second = 0, firsts = 0;
    for (int64_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && codes[end] == codes[i]; end++) {
        }
        if (end - i > first) {
            second = first;
            first = end - i;
            firsts = 1;
        } else {
            firsts += end - i == first;
            if (end - i > second) second = end - i;
        }
    }
    /* a row of the most frequent class is predicted if its class leads without it */
    return firsts == 1 && first - 1 >= second && first > 1 ? first : 0;
}

static double relate_classes(const ProfileColumn *target, const Place *places, const bool *begins, int64_t count,
                             uint32_t *codes) {
    int64_t hits = 0;
    for (int64_t i = 0, end; i < count; i = end) {
        end = i;
        do codes[end - i] = target->sample_code[places[end].row], end++;
        while (end < count && !begins[end]);
        hits += count_hits(codes, end - i);
    }
    for (int64_t i = 0; i < count; i++) codes[i] = target->sample_code[places[i].row];
    int64_t constant = count_hits(codes, count);
    return constant < count ? fmax(0, (double)(hits - constant) / (double)(count - constant)) : 0;
}

/* ---- a target of numbers ---------------------------------------------------------------------------------------- */

/* Ranks in place of values: a few far ones would decide alone. */
static double relate_ranks(const double *ranks, const bool *begins, int64_t count) {
    double error = 0, all = 0, mean = (double)(count - 1) / 2;
    for (int64_t i = 0, end; i < count; i = end) {
        double sum = 0;
        end = i;
        do sum += ranks[end], end++;
        while (end < count && !begins[end]);
        double size = (double)(end - i);
        for (int64_t k = i; k < end; k++) {
            double guess = size > 1 ? (sum - ranks[k]) / (size - 1) : mean;
            error += (ranks[k] - guess) * (ranks[k] - guess);
        }
    }
    for (int64_t i = 0; i < count; i++) all += (ranks[i] - mean) * (ranks[i] - mean);
    return all > 0 ? fmax(0, 1 - error / all) : 0;
}

static double relate_numbers(const Profile *profile, const ProfileColumn *target, const Place *places,
                             const bool *begins, int64_t count) {
    Place *by_target = malloc((size_t)count * sizeof *by_target);
    double *rank_of = malloc((size_t)profile->sample_count * sizeof *rank_of),
           *ranks = malloc((size_t)count * sizeof *ranks);
    double score = 0;
    if (by_target != NULL && rank_of != NULL && ranks != NULL) {
        for (int64_t i = 0; i < count; i++)
            by_target[i] = (Place){(double)target->sample_number[places[i].row], places[i].row};
        qsort(by_target, (size_t)count, sizeof *by_target, compare_places);
        for (int64_t i = 0, end; i < count; i = end) {
            for (end = i; end < count && by_target[end].value == by_target[i].value; end++) {
            }
            for (int64_t k = i; k < end; k++) rank_of[by_target[k].row] = (double)(i + end - 1) / 2;
        }
        for (int64_t i = 0; i < count; i++) ranks[i] = rank_of[places[i].row];
        score = relate_ranks(ranks, begins, count);
    }
    free(by_target);
    free(rank_of);
    free(ranks);
    return score;
}

double profile_relation(const Profile *profile, int64_t feature, int64_t target) {
    const ProfileColumn *from = &profile->columns[feature], *to = &profile->columns[target];
    int64_t rows = profile->sample_count;
    Place *places = malloc((size_t)rows * sizeof *places);
    bool *begins = malloc((size_t)rows * sizeof *begins);
    uint32_t *codes = malloc((size_t)rows * sizeof *codes);
    double score = 0;
    if (places != NULL && begins != NULL && codes != NULL) {
        int64_t count = order_rows(profile, from, to, places, begins);
        if (count >= LEAST_ROWS)
            score = is_classes(to) ? relate_classes(to, places, begins, count, codes)
                                   : relate_numbers(profile, to, places, begins, count);
    }
    free(places);
    free(begins);
    free(codes);
    return score;
}
