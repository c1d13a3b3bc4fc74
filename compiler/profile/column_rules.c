/* Rules about one column that the profile of a file and the inspection of a spec's data share, so that both say the
 * same. */
#include "profile/column_rules.h"

#include <math.h>
#include <stddef.h>

bool rule_is_customary(double value) {
    static const double customary[] = {-1, -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999, 999999, -999999};
    for (size_t i = 0; i < sizeof customary / sizeof customary[0]; i++)
        if (value == customary[i]) return true;
    return false;
}

bool rule_is_sentinel(double extreme, int64_t count, int64_t rows, double next, double other) {
    if (count < 3 || !isfinite(next) || count > rows / 2) return false;
    double gap = fabs(next - extreme), range = fabs(other - next);
    if (extreme == -1 || extreme == -9) return next >= 0 && gap >= 1;
    return gap > 0.5 * range && gap >= 2;
}

bool rule_stands_apart(int64_t count, int64_t total, double nearest, double farthest, double inner) {
    return count > 0 && (double)count <= RULE_OUTLIER_SHARE * (double)total && nearest >= RULE_OUTLIER_GAP * inner &&
           farthest >= RULE_OUTLIER_EXTREME;
}
