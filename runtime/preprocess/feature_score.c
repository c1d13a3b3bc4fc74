/* Sums are taken about the means, which loses less than the differences of squares in the textbooks. */
#include "core/unfused.h"

#include "preprocess/feature_score.h"

#include <math.h>

#include "preprocess/statistics.h"

double score_by_class(const double *x, const int32_t *label, int64_t count, int64_t classes, double *sums) {
    double *mean = sums, *rows = sums + classes, all = statistic_mean(x, count), between = 0, within = 0;
    int64_t occurring = 0;
    for (int64_t k = 0; k < 2 * classes; k++) {
        sums[k] = 0;
    }
    for (int64_t i = 0; i < count; i++) {
        mean[label[i]] += x[i] - all;
        rows[label[i]]++;
    }
    for (int64_t k = 0; k < classes; k++) {
        if (rows[k] > 0) {
            occurring++;
            between += mean[k] * mean[k] / rows[k];
            mean[k] /= rows[k];
        }
    }
    for (int64_t i = 0; i < count; i++) {
        double away = x[i] - all - mean[label[i]];
        within += away * away;
    }
    return between / (double)(occurring - 1) / (within / (double)(count - occurring));
}

double score_by_number(const double *x, const double *y, int64_t count) {
    double mean_x = statistic_mean(x, count), mean_y = statistic_mean(y, count), xx = 0, yy = 0, xy = 0;
    for (int64_t i = 0; i < count; i++) {
        double a = x[i] - mean_x, b = y[i] - mean_y;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double square = xy * xy / (xx * yy);
    return square >= 1 ? INFINITY : square / (1 - square) * (double)(count - 2);
}
