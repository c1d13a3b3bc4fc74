/* Both kinds of equality by binary search in sorted copies of `to`: a column may have as many levels as rows. */
#include "data/level_map.h"

#include <stdlib.h>
#include <string.h>

#include "lrt/number.h"

typedef struct Level {
    const char *text;
    double number; /* of those that are numbers */
    int32_t index;
} Level;

static bool level_number(const char *text, double *out) {
    const char *end = text + strlen(text);
    return text != end && lrt_number_scan(text, end, '.', out) == end;
}

static int compare_texts(const void *left, const void *right) {
    const Level *a = left, *b = right;
    int order = strcmp(a->text, b->text);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static int compare_numbers(const void *left, const void *right) {
    const Level *a = left, *b = right;
    int order = (a->number > b->number) - (a->number < b->number);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* The first of the sorted levels that is not below the key; its index where it equals the key, else -1. */
static int32_t find(const Level *levels, int64_t count, Level key, int (*compare)(const void *, const void *)) {
    int64_t low = 0, high = count;
    key.index = -1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (compare(&levels[middle], &key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == count) {
        return -1;
    }
    key.index = levels[low].index;
    return compare(&levels[low], &key) == 0 ? levels[low].index : -1;
}

bool level_map_build(const char *const *from, int64_t from_count, const char *const *to, int64_t to_count,
                     int32_t *out_map, LrtError *error) {
    Region scratch = {0};
    Level *texts = REGION_ARRAY(&scratch, Level, to_count, error);
    Level *numbers = texts ? REGION_ARRAY(&scratch, Level, to_count, error) : NULL;
    if (!numbers) {
        region_free(&scratch);
        return false;
    }
    int64_t number_count = 0;
    for (int64_t i = 0; i < to_count; i++) {
        texts[i] = (Level){.text = to[i], .index = (int32_t)i};
        if (level_number(to[i], &texts[i].number)) {
            numbers[number_count++] = texts[i];
        }
    }
    qsort(texts, (size_t)to_count, sizeof *texts, compare_texts);
    qsort(numbers, (size_t)number_count, sizeof *numbers, compare_numbers);
    for (int64_t i = 0; i < from_count; i++) {
        Level key = {.text = from[i]};
        out_map[i] = find(texts, to_count, key, compare_texts);
        if (out_map[i] < 0 && level_number(from[i], &key.number)) {
            out_map[i] = find(numbers, number_count, key, compare_numbers);
        }
    }
    region_free(&scratch);
    return true;
}
