/* With shuffled rows the step losses drop where an epoch begins and rise within it, epoch after epoch: rows seen again after a whole
 * epoch are known better at once (arXiv 2410.10056). Nothing is wrong with it. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

enum { LEAST_EPOCHS = 5, LEAST_POSITIONS = 6 };
static const double LEAST_T = 6, LEAST_HEIGHT = 0.02;

bool check_EPOCHAL_SAWTOOTH(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    const Facts *facts = view->facts;
    double table[TRACE_EPOCHS * TRACE_POSITIONS], drops[TRACE_EPOCHS];
    int64_t columns = trace->positions - (facts->last_batch < facts->batch);
    if (!facts->program->train.shuffle || facts->order_given || columns < LEAST_POSITIONS) {
        return false;
    }
    int64_t rows = trace_table(trace, table), third = columns / 3;
    if (rows < LEAST_EPOCHS) {
        return false;
    }
    for (int64_t r = 0; r < rows; r++) {
        const double *row = table + r * trace->positions;
        drops[r] = series_mean(row + columns - third, third) - series_mean(row, third);
    }
    double mean = series_mean(drops, rows), error = series_deviation(drops, rows) / sqrt((double)rows);
    if (!(mean > LEAST_HEIGHT * facts->constant_train) || !(mean > LEAST_T * error)) {
        return false;
    }
    finding_fact(finding, "the loss drops at the beginning of each epoch and rises within it by %.1f %% of the best constant's",
                 100 * mean / facts->constant_train);
    finding_why(finding, "rows are seen again after a whole epoch and are known better at once: a sign of learning by heart, not a fault");
    finding_add(finding, "rise_of_L0", mean / facts->constant_train);
    finding_add(finding, "t", error > 0 ? mean / error : (double)INFINITY);
    prescribe(finding, "nothing; where the validation loss does not follow, stop earlier");
    return true;
}
