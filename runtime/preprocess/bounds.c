/* By quantile the bounds are order statistics, as in scipy.stats.mstats.winsorize: floor(n * lo) cells lie below,
 * floor(n * (1 - hi)) above, in exact decimals. By iqr they are that many interquartile ranges beyond the quartiles, by
 * mad that many normal deviations from the median, by zscore that many deviations from the mean. */
#include "core/unfused.h"

#include "preprocess/bounds.h"

#include "data/share.h"
#include "preprocess/statistics.h"

void bounds_find(const LrtStep *step, const double *cells, int64_t count, double *scratch, double out_bounds[2]) {
    double factor = step->number[0], low = 0, high = 0, reach = 0;
    switch ((LrtBounds)step->option[0]) {
    case LRT_BOUNDS_QUANTILE:
        low = cells[share_floor(count, step->number[0])];
        high = cells[count - 1 - share_rest_floor(count, step->number[1])];
        break;
    case LRT_BOUNDS_IQR:
        low = statistic_quantile(cells, count, 0.25);
        high = statistic_quantile(cells, count, 0.75);
        reach = factor * (high - low);
        break;
    case LRT_BOUNDS_MAD:
        low = high = statistic_median(cells, count);
        reach = factor * (statistic_mad(cells, count, low, scratch) / statistic_normal_mad);
        break;
    case LRT_BOUNDS_ZSCORE:
        low = high = statistic_mean(cells, count);
        reach = factor * statistic_deviation(cells, count, low);
        break;
    }
    out_bounds[0] = low - reach;
    out_bounds[1] = high + reach;
}
