/* Optimal string alignment distance: letters left out, added, changed, or swapped with their neighbour. */
#include "core/nearest.h"

#include <string.h>

enum { LONGEST = 48 };

static int least(int a, int b) { return a < b ? a : b; }

static int distance(const char *a, const char *b) {
    int lengths[2] = {(int)strlen(a), (int)strlen(b)};
    int table[3][LONGEST + 1]; /* the last three rows of the usual matrix */
    if (lengths[0] > LONGEST || lengths[1] > LONGEST) {
        return LONGEST;
    }
    for (int k = 0; k <= lengths[1]; k++) {
        table[0][k] = k;
    }
    for (int i = 1; i <= lengths[0]; i++) {
        int *row = table[i % 3], *above = table[(i - 1) % 3];
        const int *two_above = table[(i + 1) % 3];
        row[0] = i;
        for (int k = 1; k <= lengths[1]; k++) {
            row[k] = least(least(above[k] + 1, row[k - 1] + 1), above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                row[k] = least(row[k], two_above[k - 2] + 1);
            }
        }
    }
    return table[lengths[0] % 3][lengths[1]];
}

const char *nearest_word(const char *word, const char *const *words, int64_t count) {
    int limit = (int)strlen(word) / 3;
    const char *best = NULL;
    for (int64_t i = 0; i < count; i++) {
        int length = distance(word, words[i]);
        if (length <= limit) {
            limit = length - 1;
            best = words[i];
        }
    }
    return best;
}
