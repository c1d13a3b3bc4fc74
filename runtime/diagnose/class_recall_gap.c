/* Nearly all rows are right, but those of one class are not. */
#include "diagnose/check.h"

bool check_CLASS_RECALL_GAP(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    if (!view->facts->is_class || !(probes->accuracy > 0.8) || !(probes->least_recall < 0.3)) {
        return false;
    }
    const char *level = view->facts->program->data.targets[0].levels[probes->least_level];
    finding_fact(finding, "%.0f %% of the validation rows are right, but only %.0f %% of the class `%.60s`", 100 * probes->accuracy,
                 100 * probes->least_recall, level);
    finding_why(finding, "a class with few rows weighs little in the loss");
    finding_add(finding, "accuracy", probes->accuracy);
    finding_add(finding, "least_recall", probes->least_recall);
    prescribe(finding, "weigh the classes: `cross_entropy(class_weights: balanced)`");
    return true;
}
