/* The validation loss rises, and a feature has another distribution there than in the training part. */
#include "diagnose/check.h"

static const double LEAST_DISTANCE = 0.3;
enum { LEAST_ROWS = 200 };

bool check_TRAIN_VAL_DRIFT(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    if (probes->drift_column < 0 || view->facts->validation_rows < LEAST_ROWS || !(probes->drift_distance > LEAST_DISTANCE)) {
        return false;
    }
    finding_fact(finding, "a feature of the validation rows is distributed otherwise than in training (Kolmogorov's distance %.2f)",
                 probes->drift_distance);
    finding_why(finding, "what is learnt from the training rows does not hold for rows that are unlike them");
    finding_add(finding, "distance", probes->drift_distance);
    finding_add(finding, "feature", (double)probes->drift_column);
    prescribe(finding, "split the rows so that both parts are alike, or leave the feature out");
    return true;
}
