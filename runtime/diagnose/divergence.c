/* For several epochs the loss has been far above what a constant would have, and above where it began. */
#include <math.h>

#include "diagnose/check.h"

static const double FACTOR = 1.5;
enum { EPOCHS = 3 };

bool check_DIVERGENCE(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    const Trace *trace = view->trace;
    double start = isfinite(facts->initial_loss) && facts->initial_loss > facts->constant_train ? facts->initial_loss : facts->constant_train;
    double least = (double)INFINITY;
    if (trace->point_count < EPOCHS) {
        return false;
    }
    for (int64_t i = trace->point_count - EPOCHS; i < trace->point_count; i++) {
        least = trace->points[i].train_loss < least ? trace->points[i].train_loss : least;
    }
    if (!(least > FACTOR * start)) {
        return false;
    }
    finding_fact(finding, "the training loss is %.3g times the best constant's, and was %.3g times before training", least / facts->constant_train,
                 facts->initial_loss / facts->constant_train);
    finding_why(finding, "the steps lead uphill: they are too long for this loss and these values");
    finding_add(finding, "loss", least);
    finding_add(finding, "L0", facts->constant_train);
    finding_add(finding, "initial_loss", facts->initial_loss);
    prescribe_rate(view, finding, facts->peak_rate / 10);
    return true;
}
