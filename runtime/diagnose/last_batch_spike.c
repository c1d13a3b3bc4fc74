/* The short last batch of an epoch, drawn at random like the others, has a higher loss than they: its few rows unsettle what depends
 * on the batch. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LEAST_T = 6, LEAST_HEIGHT = 0.1;
enum { LEAST_EPOCHS = 5 };

bool check_LAST_BATCH_SPIKE(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    const Trace *trace = view->trace;
    double rises[TRACE_POINTS];
    bool is_short = facts->last_batch < facts->batch && facts->steps_per_epoch >= 3 && !facts->program->train.drop_last;
    if (!is_short || !facts->program->train.shuffle || facts->order_given || trace->point_count < LEAST_EPOCHS) {
        return false;
    }
    int64_t first = trace->point_count / 2, count = trace->point_count - first;
    for (int64_t i = 0; i < count; i++) {
        const EpochPoint *point = &trace->points[first + i];
        rises[i] = point->last_batch_loss - point->running_loss;
    }
    double mean = series_mean(rises, count), error = series_deviation(rises, count) / sqrt((double)count);
    double height = mean / facts->constant_train;
    if (count < LEAST_EPOCHS || !(height > LEAST_HEIGHT) || !(mean > LEAST_T * error)) {
        return false;
    }
    finding_fact(finding, "the last batch of each epoch has only %lld of %lld rows and a loss that is %.0f %% of the best constant's higher",
                 (long long)facts->last_batch, (long long)facts->batch, 100 * height);
    finding_why(finding, "statistics of a batch of few rows are not those of a full one");
    finding_add(finding, "rise_of_L0", height);
    finding_add(finding, "t", error > 0 ? mean / error : (double)INFINITY);
    finding_add(finding, "rows", (double)facts->last_batch);
    if (!prescribe_edit(view, finding, "drop_last", "true", "leave the short batch out")) {
        prescribe_edit(view, finding, "train_open", "\n    drop_last: true", "leave the short batch out: `drop_last: true`");
    }
    return true;
}
