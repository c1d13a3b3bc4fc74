/* Thresholds and tests of A.4 that hold for a column as it stands in a file and as it reaches a network alike. */
#ifndef LSPEC_PROFILE_COLUMN_RULES_H
#define LSPEC_PROFILE_COLUMN_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* Distances count robust deviations from the median. Iglewicz and Hoaglin cut at 3.5; at 10 with a gap of 2 and one
 * value beyond 25, no column of the healthy sets is told of. */
#define RULE_OUTLIER_FAR 10.0
#define RULE_OUTLIER_GAP 2.0
#define RULE_OUTLIER_EXTREME 25.0
#define RULE_OUTLIER_SHARE 0.05
/* What makes a MAD and an interquartile range of normal numbers their standard deviation. */
#define RULE_NORMAL_MAD 1.4826
#define RULE_NORMAL_IQR 1.349
#define RULE_CONSTANT_SHARE 0.999
#define RULE_IMBALANCE 0.1
#define RULE_DRIFT 0.2
enum { RULE_DRIFT_ROWS = 200, RULE_SMALL_CLASS = 30 };

/* One of the numbers that people write for "missing". */
bool rule_is_customary(double value);
/* Whether a customary extreme value that fills `count` of `rows` cells lies apart from all others; `next` is the
 * nearest other value, `other` the far end. */
bool rule_is_sentinel(double extreme, int64_t count, int64_t rows, double next, double other);
/* Whether `count` far values stand behind a gap: the nearest of them, the farthest, and the farthest of the others. */
bool rule_stands_apart(int64_t count, int64_t total, double nearest, double farthest, double inner);

#endif
