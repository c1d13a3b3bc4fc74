/* A unit whose bias has no gradient on any of many rows is 0 for all of them and stays so. Many such units harm where nothing else is
 * learnt either; sparse and wide layers may well have some. */
#include <stdio.h>

#include "diagnose/check.h"

bool check_DEAD_RELU(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    const LayerProbe *worst = NULL;
    double gain = view_best_gain(view);
    for (int i = 0; probes->done && i < probes->layer_count; i++) {
        const LayerProbe *layer = &probes->layers[i];
        if (!layer->is_output && layer->dead > (worst ? worst->dead : 0.5)) {
            worst = layer;
        }
    }
    if (!worst || view->failure->happened || probes->probed_rows < 100 || !(gain < 0.05)) {
        return false;
    }
    finding_fact(finding, "%.0f %% of the units of `%s` are 0 for every one of %lld rows", 100 * worst->dead, worst->name,
                 (long long)probes->probed_rows);
    finding_why(finding, "a relu that is 0 for all rows gets no gradient and never comes back");
    snprintf(finding->layer, sizeof finding->layer, "%s", worst->name);
    finding_add(finding, "dead_share", worst->dead);
    finding_add(finding, "rows", (double)probes->probed_rows);
    finding_add(finding, "R_best", gain);
    prescribe_stable_rate(view, finding);
    prescribe_rate(view, finding, view->facts->peak_rate / 10);
    prescribe_activation(view, finding, "relu", "leaky_relu");
    return true;
}
