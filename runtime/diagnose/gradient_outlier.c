/* With the initial weights, which know nothing yet, a few rows hold nearly all of the loss: what the model learns is these rows. It
 * matters only where the run came to nothing. */
#include <math.h>

#include "diagnose/check.h"

static const double MOST_SHARE = 0.5;

bool check_GRADIENT_OUTLIER(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    bool failed = view->failure->happened || view_best_gain(view) < 0.5;
    if (facts->is_class || !failed || facts->training_rows < 100 || !(facts->initial_top_share > MOST_SHARE)) {
        return false;
    }
    finding->first_epoch = 1;
    finding_fact(finding, "1 %% of the rows hold %.0f %% of the loss before the first step", 100 * facts->initial_top_share);
    finding_why(finding, "a squared error grows with the square of the distance, so that a few wild targets decide every step");
    finding_add(finding, "share_of_loss", facts->initial_top_share);
    finding_add(finding, "limit", MOST_SHARE);
    finding_add(finding, "R_best", view_best_gain(view));
    const LrtSpan *loss = find_span(view, "mse");
    if (loss) {
        prescribe_edit(view, finding, "mse", "huber(1.0)", "a loss that grows with the distance alone: `huber(1.0)`");
    }
    prescribe(finding, "look at these rows: mend or leave out wrong ones, or `winsorize(0.5%%..99.5%%)` the target before it is scaled");
    return true;
}
