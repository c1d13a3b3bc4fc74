/* Optimal string alignment distance on short words, and the choice of a suggestion. */
#include "support/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LONGEST_WORD = 64 };

static int lower(char character) { return tolower((unsigned char)character); }

static int smallest(int a, int b, int c) {
    int least = a < b ? a : b;
    return least < c ? least : c;
}

int fuzzy_distance(const char *left, const char *right, int limit) {
    size_t rows = strlen(left);
    size_t columns = strlen(right);
    if (rows > LONGEST_WORD || columns > LONGEST_WORD) return limit + 1;
    int difference = (int)rows - (int)columns;
    if (difference > limit || -difference > limit) return limit + 1;
    int cost[3][LONGEST_WORD + 1];
    for (size_t j = 0; j <= columns; j++) cost[0][j] = (int)j;
    for (size_t i = 1; i <= rows; i++) {
        int *row = cost[i % 3], *above = cost[(i + 2) % 3], *twice_above = cost[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= columns; j++) {
            int change = lower(left[i - 1]) != lower(right[j - 1]);
            row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
            if (i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) && lower(left[i - 2]) == lower(right[j - 1]) &&
                twice_above[j - 2] + 1 < row[j])
                row[j] = twice_above[j - 2] + 1;
        }
    }
    int distance = cost[rows % 3][columns];
    return distance <= limit ? distance : limit + 1;
}

/* "smote" of "smote_nc", "val" of "validation": one is the beginning, or a part between underscores, of the other. */
static bool is_part(const char *part, const char *whole) {
    size_t length = strlen(part);
    if (length < 3 || length >= strlen(whole)) return false;
    for (const char *at = whole; (at = strstr(at, part)) != NULL; at++) {
        bool begins = at == whole || at[-1] == '_' || at[-1] == '.';
        bool ends = at[length] == '\0' || at[length] == '_' || at[length] == '.';
        if (begins && (ends || at == whole)) return true;
    }
    return false;
}

const char *fuzzy_nearest(const char *word, const char *const *candidates, size_t count) {
    size_t length = strlen(word);
    int limit = length <= 2 ? 1 : length <= 5 ? 2 : length <= 9 ? 3 : 4;
    if ((int)length <= limit) limit = (int)length - 1;
    const char *best = NULL;
    for (size_t i = 0; i < count; i++) {
        if (limit < 0) break;
        int distance = fuzzy_distance(word, candidates[i], limit);
        if (distance > limit) continue;
        best = candidates[i];
        limit = distance - 1; /* only a nearer one replaces it */
    }
    for (size_t i = 0; best == NULL && i < count; i++)
        if (is_part(word, candidates[i]) || is_part(candidates[i], word)) best = candidates[i];
    return best;
}
