/* Suggestions for misspelt words: Damerau-Levenshtein distance with a cut-off that grows with the length. */
#ifndef LSPEC_SUPPORT_FUZZY_H
#define LSPEC_SUPPORT_FUZZY_H

#include <stddef.h>

/* Optimal string alignment distance (adjacent swap costs 1), case differences cost 0; at most `limit` + 1 is returned. */
int fuzzy_distance(const char *left, const char *right, int limit);

/* The one of `candidates` nearest to `word` if it is near enough to be a typing mistake (or one is a prefix or an
 * underscore-joined part of the other, at least 3 letters long), else NULL. The first wins a tie. */
const char *fuzzy_nearest(const char *word, const char *const *candidates, size_t count);

#endif
