/* A radix sort, byte by byte from the least. A double's bits order like the number once the sign bit of positive ones
 * is flipped, and all bits of negative ones are. Bytes that are alike in all numbers are passed over. */
#include "data/sort_numbers.h"

#include <string.h>

enum { DIGITS = 256, PASSES = 8 };

static const uint64_t sign_bit = UINT64_C(1) << 63;

static uint64_t key_of(double value) {
    uint64_t bits;
    value += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &value, sizeof bits);
    return bits & sign_bit ? ~bits : bits | sign_bit;
}

static double value_of(uint64_t key) {
    double value;
    uint64_t bits = key & sign_bit ? key & ~sign_bit : ~key;
    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef struct Sorting {
    uint64_t *keys, *other_keys;
    int64_t *rows, *other_rows; /* NULL: keys alone */
    int64_t count;
} Sorting;

/* Deals the keys out by one byte; `starts` is where each of its values begins. */
static void deal(Sorting *sorting, int shift, int64_t starts[DIGITS]) {
    for (int64_t i = 0; i < sorting->count; i++) {
        int64_t place = starts[sorting->keys[i] >> shift & (DIGITS - 1)]++;
        sorting->other_keys[place] = sorting->keys[i];
        if (sorting->rows) {
            sorting->other_rows[place] = sorting->rows[i];
        }
    }
    uint64_t *keys = sorting->keys;
    int64_t *rows = sorting->rows;
    sorting->keys = sorting->other_keys;
    sorting->other_keys = keys;
    sorting->rows = sorting->other_rows;
    sorting->other_rows = rows;
}

bool sort_numbers(double *values, int64_t *rows, int64_t count, LrtError *error) {
    Region scratch = {0};
    int64_t counts[PASSES][DIGITS] = {{0}};
    Sorting sorting = {.count = count};
    sorting.keys = REGION_ARRAY(&scratch, uint64_t, 2 * count, error);
    sorting.rows = sorting.keys && rows ? REGION_ARRAY(&scratch, int64_t, 2 * count, error) : NULL;
    if (!sorting.keys || (rows && !sorting.rows)) {
        region_free(&scratch);
        return false;
    }
    sorting.other_keys = sorting.keys + count;
    sorting.other_rows = rows ? sorting.rows + count : NULL;
    for (int64_t i = 0; i < count; i++) {
        sorting.keys[i] = key_of(values[i]);
        for (int pass = 0; pass < PASSES; pass++) {
            counts[pass][sorting.keys[i] >> 8 * pass & (DIGITS - 1)]++;
        }
        if (rows) {
            sorting.rows[i] = rows[i];
        }
    }
    for (int pass = 0; pass < PASSES && count > 1; pass++) {
        int64_t starts[DIGITS], next = 0;
        if (counts[pass][sorting.keys[0] >> 8 * pass & (DIGITS - 1)] == count) {
            continue;
        }
        for (int digit = 0; digit < DIGITS; digit++) {
            starts[digit] = next;
            next += counts[pass][digit];
        }
        deal(&sorting, 8 * pass, starts);
    }
    for (int64_t i = 0; i < count; i++) {
        values[i] = value_of(sorting.keys[i]);
        if (rows) {
            rows[i] = sorting.rows[i];
        }
    }
    region_free(&scratch);
    return true;
}
