/* Rows whose label the model contradicts with more confidence than it has in that other class on average. */
#include "diagnose/check.h"

bool check_LABEL_NOISE(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    if (probes->suspect_count == 0 || probes->suspect_share < 0.005) {
        return false;
    }
    finding->confidence = 0.5;
    finding_fact(finding, "the model contradicts the label of %.1f %% of the validation rows with confidence; the first is row %lld",
                 100 * probes->suspect_share, (long long)probes->suspects[0]);
    finding_why(finding, "such labels may be wrong");
    finding_add(finding, "share", probes->suspect_share);
    for (int i = 0; i < probes->suspect_count; i++) {
        static const char *const keys[] = {"row_1", "row_2", "row_3", "row_4", "row_5", "row_6", "row_7", "row_8", "row_9", "row_10"};
        finding_add(finding, keys[i], (double)probes->suspects[i]);
    }
    prescribe(finding, "look at these rows, and mend their labels where they are wrong");
    return true;
}
