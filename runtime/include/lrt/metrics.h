/* Metrics of predictions, defined as scikit-learn defines them where it has them. Rows stand in the order of the file. */
#ifndef LRT_METRICS_H
#define LRT_METRICS_H

#include "lrt/program.h"

enum { LRT_METRIC_MAX_BINS = 1000 }; /* of calibration_error */

/* Truth and prediction of one target on one part. */
typedef struct LrtMetricInput {
    int64_t rows;
    /* a class target */
    const int32_t *labels;         /* [rows] */
    const float *probabilities;    /* [rows, levels] */
    int64_t levels;
    bool is_ordinal;
    bool predicts_median;          /* the predicted level is the median of the probabilities, not the likeliest */
    /* a real target, in its own units */
    int64_t width;                 /* numbers of the target; 0 counts as 1 */
    const double *truth;           /* [width, rows] */
    const double *prediction;      /* [columns, rows]: the values themselves, then what is predicted besides (LrtOutput.columns) */
    bool is_portfolio;             /* the prediction is shares of a portfolio, the truth the returns of its parts */
    double cost;                   /* of a unit that is bought or sold */
} LrtMetricInput;

/* Memory of the metrics, so that they allocate nothing: for `rows` rows and `levels` levels. */
typedef struct LrtMetricScratch {
    uint64_t *keys[2];             /* [rows * levels] each: sorting for auc */
    int64_t *counts;               /* [levels, levels]: confusion */
} LrtMetricScratch;

bool lrt_metric_scratch_init(LrtMetricScratch *scratch, int64_t rows, int64_t levels);
void lrt_metric_scratch_free(LrtMetricScratch *scratch);

/* The level whose probability is greatest, the first of equals; or the first up to which at least half of it lies. */
int32_t lrt_predicted_level(const LrtMetricInput *input, int64_t row);
/* counts[truth * levels + predicted] */
void lrt_confusion_count(const LrtMetricInput *input, int64_t *counts);

/* NaN where it is undefined (auc of one class) or no number (confusion). The loss is not computed from predictions: NaN. */
double lrt_metric_compute(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch);

bool lrt_metric_higher_is_better(LrtMetricKind kind);
const char *lrt_metric_word(LrtMetricKind kind);
/* rmse, mae and pinball of a real target are in its units. */
bool lrt_metric_has_units(LrtMetricKind kind);

#endif
