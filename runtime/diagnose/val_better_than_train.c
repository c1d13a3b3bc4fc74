/* Measured alike, without dropout, the validation rows have a lower loss than the training rows: they are easier, or the same rows. */
#include <math.h>

#include "diagnose/check.h"

static const double LEAST_Z = 3, LEAST_HEIGHT = 0.1;

bool check_VAL_BETTER_THAN_TRAIN(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    const EpochPoint *last = view_last(view);
    if (!last || facts->validation_rows < 30 || !(facts->constant_validation > 0) || !isfinite(last->validation_loss)) {
        return false;
    }
    double error = last->row_deviation * sqrt(1.0 / (double)facts->training_rows + 1.0 / (double)facts->validation_rows);
    double train = last->train_loss / facts->constant_train, validation = last->validation_loss / facts->constant_validation;
    double z = (last->train_loss - last->validation_loss) / error;
    if (!(z > LEAST_Z) || !(train - validation > LEAST_HEIGHT)) {
        return false;
    }
    finding_fact(finding, "the validation loss %.4g is below the training loss %.4g, both measured without dropout", last->validation_loss + facts->floor,
                 last->train_loss + facts->floor);
    finding_why(finding, "the validation rows are easier, or stand in the training part, too");
    finding_add(finding, "z", z);
    finding_add(finding, "R_train", 1 - train);
    finding_add(finding, "R_validation", 1 - validation);
    prescribe(finding, "look at how the rows are split");
    return true;
}
