/* Numbers: moments, the farthest values, and quantiles. */
#include "profile/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/panic.h"

/* ---- moments ---------------------------------------------------------------------------------------------------- */

void moments_add(Moments *moments, const double *values, int64_t count) {
    if (count == 0) return;
    double sum = 0, low = values[0], high = values[0];
    for (int64_t i = 0; i < count; i++) {
        sum += values[i];
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    double mean = sum / (double)count, square = 0, cube = 0;
    for (int64_t i = 0; i < count; i++) {
        double away = values[i] - mean;
        square += away * away;
        cube += away * away * away;
    }
    bool first = moments->count == 0;
    double before = (double)moments->count, now = (double)count, all = before + now, step = mean - moments->mean;
    moments->cube += cube + step * step * step * before * now * (before - now) / (all * all) +
                     3 * step * (before * square - now * moments->square) / all;
    moments->square += square + step * step * before * now / all;
    moments->mean += step * now / all;
    moments->count += count;
    if (first || low < moments->low) moments->low = low;
    if (first || high > moments->high) moments->high = high;
}

double moments_deviation(const Moments *moments) {
    return moments->count > 0 ? sqrt(moments->square / (double)moments->count) : 0;
}

double moments_skewness(const Moments *moments) {
    double deviation = moments_deviation(moments);
    return deviation > 0 ? moments->cube / (double)moments->count / (deviation * deviation * deviation) : 0;
}

/* ---- extremes --------------------------------------------------------------------------------------------------- */

/* `list` runs from the outside to the inside; `sign` -1 turns the low side into a high one. */
static void extreme_insert(Extreme *list, int *count, double sign, double value, int64_t row, int64_t times) {
    int at = *count;
    while (at > 0 && sign * value > sign * list[at - 1].value) at--;
    if (at > 0 && list[at - 1].value == value) {
        list[at - 1].count += times;
        return;
    }
    if (at == EXTREMES_KEPT) return;
    int moved = *count < EXTREMES_KEPT ? *count - at : EXTREMES_KEPT - 1 - at;
    memmove(&list[at + 1], &list[at], (size_t)moved * sizeof *list);
    list[at] = (Extreme){value, times, row};
    if (*count < EXTREMES_KEPT) ++*count;
}

void extremes_add(Extremes *extremes, double value, int64_t row, int64_t count) {
    if (extremes->low_count < EXTREMES_KEPT || value <= extremes->low[EXTREMES_KEPT - 1].value)
        extreme_insert(extremes->low, &extremes->low_count, -1, value, row, count);
    if (extremes->high_count < EXTREMES_KEPT || value >= extremes->high[EXTREMES_KEPT - 1].value)
        extreme_insert(extremes->high, &extremes->high_count, 1, value, row, count);
}

/* ---- quantiles -------------------------------------------------------------------------------------------------- */

static double *new_buffer(void) {
    double *buffer = malloc(QUANTILES_BUFFER * sizeof *buffer);
    if (buffer == NULL) panic_system("no memory for the profile");
    return buffer;
}

static int compare_numbers(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Every other item of two sorted buffers as they would be merged. */
static double *keep_half(const double *left, const double *right, bool odd) {
    double *out = new_buffer();
    int64_t a = 0, b = 0, kept = 0;
    for (int64_t i = 0; i < 2 * QUANTILES_BUFFER; i++) {
        bool from_left = b == QUANTILES_BUFFER || (a < QUANTILES_BUFFER && left[a] <= right[b]);
        double value = from_left ? left[a++] : right[b++];
        if ((i & 1) == odd) out[kept++] = value;
    }
    return out;
}

/* The sorted buffer goes up as far as another waits. A buffer below the base stays as it is: it has its weight. */
static void take_buffer(QuantileSketch *sketch, double *buffer) {
    int level = sketch->base;
    for (; sketch->buffer[level] != NULL; level++) {
        double *merged = keep_half(sketch->buffer[level], buffer, sketch->odd[level]);
        sketch->odd[level] = !sketch->odd[level];
        free(sketch->buffer[level]);
        free(buffer);
        sketch->buffer[level] = NULL;
        buffer = merged;
    }
    sketch->buffer[level] = buffer;
    if (level > sketch->top) sketch->top = level;
    if (sketch->top - QUANTILES_OPEN > sketch->base) sketch->base = sketch->top - QUANTILES_OPEN;
}

static void take_item(QuantileSketch *sketch, double value) {
    if (sketch->input == NULL) sketch->input = new_buffer();
    sketch->input[sketch->input_count++] = value;
    if (sketch->input_count < QUANTILES_BUFFER) return;
    qsort(sketch->input, QUANTILES_BUFFER, sizeof *sketch->input, compare_numbers);
    take_buffer(sketch, sketch->input);
    sketch->input = NULL;
    sketch->input_count = 0;
}

void quantile_sketch_add(QuantileSketch *sketch, double value, int64_t times) {
    while (times > 0) {
        int64_t group = INT64_C(1) << sketch->base, left = group - sketch->seen, came = times < left ? times : left;
        if (sketch->seen == 0) sketch->chosen = (int64_t)(hash_mix(++sketch->draws) & (uint64_t)(group - 1));
        if (sketch->chosen >= sketch->seen && sketch->chosen < sketch->seen + came) sketch->candidate = value;
        sketch->seen += came;
        times -= came;
        if (sketch->seen < group) return;
        sketch->seen = 0;
        take_item(sketch, sketch->candidate);
    }
}

void quantile_sketch_free(QuantileSketch *sketch) {
    for (int level = 0; level < QUANTILES_LEVELS; level++) free(sketch->buffer[level]);
    free(sketch->input);
    *sketch = (QuantileSketch){0};
}

static int compare_weighted(const void *left, const void *right) {
    double a = ((const WeightedValue *)left)->value, b = ((const WeightedValue *)right)->value;
    return (a > b) - (a < b);
}

void weighted_sort(WeightedValue *values, int64_t count) {
    if (count > 0) qsort(values, (size_t)count, sizeof *values, compare_weighted);
}

WeightedValue *quantile_sketch_values(const QuantileSketch *sketch, int64_t *out_count) {
    WeightedValue *values = malloc((QUANTILES_LEVELS + 1) * QUANTILES_BUFFER * sizeof *values);
    if (values == NULL) panic_system("no memory for the profile");
    int64_t count = 0;
    for (int level = 0; level < QUANTILES_LEVELS; level++)
        for (int64_t i = 0; sketch->buffer[level] != NULL && i < QUANTILES_BUFFER; i++)
            values[count++] = (WeightedValue){sketch->buffer[level][i], INT64_C(1) << level};
    for (int64_t i = 0; i < sketch->input_count; i++)
        values[count++] = (WeightedValue){sketch->input[i], INT64_C(1) << sketch->base};
    weighted_sort(values, count);
    *out_count = count;
    return values;
}

double weighted_quantile(const WeightedValue *values, int64_t count, double share) {
    int64_t total = 0, passed = 0;
    for (int64_t i = 0; i < count; i++) total += values[i].weight;
    double rank = share * (double)(total - 1);
    for (int64_t i = 0; i < count; i++) {
        passed += values[i].weight;
        if ((double)passed > rank) return values[i].value;
    }
    return count > 0 ? values[count - 1].value : NAN;
}
