/* What the profile keeps of a column of any length in constant memory: exact while few values differ, sketched beyond.
 * All are deterministic: the same cells in the same order give the same bytes. */
#ifndef LSPEC_PROFILE_SKETCH_H
#define LSPEC_PROFILE_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A hash of 64 bits, of which every bit depends on all of the input's. */
static inline uint64_t hash_mix(uint64_t x) {
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 32;
}
uint64_t hash_text(const char *text, size_t length);

/* ---- moments: exact up to rounding ------------------------------------------------------------------------------ */

/* Central sums, merged block by block (Chan, Golub and LeVeque 1979; the third by Pébay 2008). */
typedef struct Moments {
    int64_t count;
    double mean, square, cube; /* square: sum of (x - mean)^2, cube: sum of (x - mean)^3 */
    double low, high;
} Moments;

void moments_add(Moments *moments, const double *values, int64_t count);
double moments_deviation(const Moments *moments); /* divided by the count */
double moments_skewness(const Moments *moments);

/* ---- values: exact counts of up to VALUES_EXACT different ones -------------------------------------------------- */

enum { VALUES_EXACT = 2048, VALUES_TEXT = 120 };

typedef struct ValueEntry {
    uint64_t hash;      /* 0: free */
    int64_t count, row; /* row: the first that has it, from 1 */
    double number;      /* NaN: the cell is no number */
    const char *text;   /* at most VALUES_TEXT bytes, owned by the table; NULL: a number */
} ValueEntry;

typedef struct ValueTable {
    ValueEntry *slots;
    int64_t slot_count, used;
    int64_t limit; /* of `used` */
} ValueTable;

/* Finds the entry of the hash or makes one. NULL where the table holds `limit` others. */
ValueEntry *value_table_find(ValueTable *table, uint64_t hash, double number, const char *text, size_t length);
void value_table_free(ValueTable *table);
/* The entries by falling count, equal ones by number, then text; `out` has room for all that are used. */
void value_table_sorted(const ValueTable *table, ValueEntry *out);

/* ---- frequent texts of many: Misra and Gries 1982 --------------------------------------------------------------- */

enum { FREQUENT_KEPT = 256 };

/* Of texts alone: what is frequent among very many numbers shows in quantiles and extremes. A text that fills more than
 * 1 in FREQUENT_KEPT cells is in the table; its count is at most `dropped` too low. */
typedef struct FrequentValues {
    ValueTable table;
    int64_t dropped;
} FrequentValues;

void frequent_values_begin(FrequentValues *frequent, const ValueTable *exact);
void frequent_values_add(FrequentValues *frequent, uint64_t hash, const char *text, size_t length);

/* ---- how many differ: HyperLogLog (Flajolet et al. 2007), standard error 1.6 % ---------------------------------- */

enum { DISTINCT_BITS = 12 };

typedef struct DistinctCount {
    uint8_t *registers; /* 1 << DISTINCT_BITS */
} DistinctCount;

void distinct_count_begin(DistinctCount *distinct);
static inline void distinct_count_add(DistinctCount *distinct, uint64_t hash) {
    uint64_t place = hash >> (64 - DISTINCT_BITS), rest = hash << DISTINCT_BITS | UINT64_C(1) << (DISTINCT_BITS - 1);
    uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1);
    if (rank > distinct->registers[place]) distinct->registers[place] = rank;
}
double distinct_count_estimate(const DistinctCount *distinct);
void distinct_count_free(DistinctCount *distinct);

/* ---- the farthest values on either side ------------------------------------------------------------------------- */

enum { EXTREMES_KEPT = 16 };

typedef struct Extreme {
    double value;
    int64_t count, row; /* row: the first, from 1 */
} Extreme;

/* The least and the greatest different values, each with its exact count, from the outside to the inside. */
typedef struct Extremes {
    Extreme low[EXTREMES_KEPT], high[EXTREMES_KEPT];
    int low_count, high_count;
} Extremes;

void extremes_add(Extremes *extremes, double value, int64_t row, int64_t count);

/* ---- quantiles -------------------------------------------------------------------------------------------------- */

/* Buffers of equal size in levels; an item of level h stands for 2^h values. Two full buffers of a level are merged and
 * every other item goes up (Manku, Rajagopalan and Lindsay 1998); below the lowest level that still matters one value
 * of 2^h is drawn (their paper of 1999). Exact for up to QUANTILES_BUFFER values; the rank is off by less than 1 %
 * beyond. */
enum { QUANTILES_BUFFER = 512, QUANTILES_LEVELS = 48, QUANTILES_OPEN = 6 };

typedef struct QuantileSketch {
    double *buffer[QUANTILES_LEVELS]; /* a sorted one that waits for a second, or NULL */
    bool odd[QUANTILES_LEVELS];       /* which half the next merge of the level keeps */
    double *input;                    /* items of level `base`, in the order in which they came */
    int64_t input_count;
    int base, top;        /* levels: of the input, and the highest that has a buffer */
    int64_t seen, chosen; /* of the 2^base values at hand: how many came, which of them counts */
    uint64_t draws;
    double candidate;
} QuantileSketch;

void quantile_sketch_add(QuantileSketch *sketch, double value, int64_t times);
void quantile_sketch_free(QuantileSketch *sketch);

typedef struct WeightedValue {
    double value;
    int64_t weight;
} WeightedValue;

/* All that the sketch holds, ascending; malloc'ed. */
WeightedValue *quantile_sketch_values(const QuantileSketch *sketch, int64_t *out_count);
/* The value at `share` of the weight. */
double weighted_quantile(const WeightedValue *values, int64_t count, double share);
void weighted_sort(WeightedValue *values, int64_t count);

#endif
