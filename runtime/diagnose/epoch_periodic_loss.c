/* Rows in the order of the file give each position of an epoch its own mix of rows. Where the means of the positions differ by far
 * more than random batches of that size would, the loss goes up and down with the file. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LEAST_F = 5, LEAST_HEIGHT = 0.1, LEAST_RATIO = 2.5;
enum { LEAST_EPOCHS = 4, LEAST_POSITIONS = 3 };

bool check_EPOCH_PERIODIC_LOSS(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    const Facts *facts = view->facts;
    double table[TRACE_EPOCHS * TRACE_POSITIONS], means[TRACE_POSITIONS];
    int64_t columns = trace->positions - (facts->last_batch < facts->batch);
    if (facts->program->train.shuffle || facts->order_given || columns < LEAST_POSITIONS) {
        return false;
    }
    int64_t rows = trace_table(trace, table);
    if (rows < LEAST_EPOCHS) {
        return false;
    }
    for (int64_t r = 0; r < rows && columns < trace->positions; r++) { /* without the short last batch */
        for (int64_t c = 0; c < columns; c++) {
            table[r * columns + c] = table[r * trace->positions + c];
        }
    }
    double f = series_positions_f(table, rows, columns, means);
    double deviation = series_deviation(means, columns), lowest = means[0], highest = means[0];
    for (int64_t c = 1; c < columns; c++) {
        lowest = fmin(lowest, means[c]);
        highest = fmax(highest, means[c]);
    }
    double by_chance = view_last(view)->row_deviation / sqrt((double)(facts->batch * trace->position_width));
    double height = (highest - lowest) / facts->constant_train;
    if (f <= LEAST_F || height <= LEAST_HEIGHT || deviation <= LEAST_RATIO * by_chance) {
        return false;
    }
    finding_fact(finding, "the loss repeats itself every epoch: between positions it differs by %.0f %% of the best constant's", 100 * height);
    finding_why(finding, "rows come in the order of the file, which puts alike ones together: each stretch unlearns what the one before taught");
    finding_add(finding, "F", f);
    finding_add(finding, "height_of_L0", height);
    finding_add(finding, "deviation_of_positions", deviation);
    finding_add(finding, "deviation_by_chance", by_chance);
    finding_add(finding, "period_steps", (double)facts->steps_per_epoch);
    prescribe_edit(view, finding, "shuffle", "true", "shuffle the rows in each epoch");
    return true;
}
