/* A hundredth of the training rows holds much of what is left of the loss. */
#include <stdio.h>

#include "diagnose/check.h"

static const double MUCH = 0.3;
enum { LEAST_ROWS = 300 };

bool check_HARD_ROWS(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_last_gain(view); /* of the little that is left of a small loss a few rows always hold most */
    if (view->failure->happened || view->facts->training_rows < LEAST_ROWS || !(gain > 0.2 && gain < 0.9) ||
        !(probes->top_share > MUCH) || probes->hard_count == 0) {
        return false;
    }
    finding->confidence = 0.5;
    finding_fact(finding, "1 %% of the training rows hold %.0f %% of the loss that is left; the first is row %lld", 100 * probes->top_share,
                 (long long)probes->hard_rows[0]);
    finding_why(finding, "they are wrong, rare, or lack what would tell them apart");
    finding_add(finding, "share", probes->top_share);
    for (int i = 0; i < probes->hard_count; i++) {
        static const char *const keys[] = {"row_1", "row_2", "row_3", "row_4", "row_5"};
        finding_add(finding, keys[i], (double)probes->hard_rows[i]);
    }
    prescribe(finding, "look at these rows");
    return true;
}
