/* What is measured of a trained model: words of `metrics`. Whether one fits classes or numbers stands in lrt/metrics.def. */
#include "catalog/catalog.h"

#define AVERAGE                                                                    \
    {.name = "average", .type = PARAM_AVERAGE, .fallback = "-", .choices = "macro|micro|weighted", \
     .doc = "macro, micro, weighted, or a class; by default the second class of two, macro of more"}

#define METRIC_ENTRY(id, word, doc_text, example_text, ...)                                    \
    const CatalogEntry catalog_metric_##word = {                                               \
        .name = #word, .kind = ENTRY_METRIC, .built = true, .runtime_id = LRT_METRIC_##id,      \
        .doc = doc_text, .example = example_text, .params = {__VA_ARGS__},                     \
    }

METRIC_ENTRY(ACCURACY, accuracy, "share of rows whose class is predicted", "metrics: [accuracy]", {.name = NULL});
METRIC_ENTRY(PRECISION, precision, "share of the predicted that are of the class", "metrics: [precision(yes)]", AVERAGE);
METRIC_ENTRY(RECALL, recall, "share of the class that is predicted", "metrics: [recall(yes)]", AVERAGE);
METRIC_ENTRY(F1, f1, "harmonic mean of precision and recall", "metrics: [f1(macro)]", AVERAGE);
METRIC_ENTRY(AUC, auc, "area under the ROC curve, ties count one half", "metrics: [auc(yes)]", AVERAGE);
METRIC_ENTRY(LOG_LOSS, log_loss, "mean negative log-likelihood, unweighted", "metrics: [log_loss]", {.name = NULL});
METRIC_ENTRY(CONFUSION, confusion, "counts of true and predicted classes", "metrics: [confusion]", {.name = NULL});
METRIC_ENTRY(RMSE, rmse, "root of the mean squared error", "metrics: [rmse]", {.name = NULL});
METRIC_ENTRY(MAE, mae, "mean absolute error; of an ordinal target in levels", "metrics: [mae]", {.name = NULL});
METRIC_ENTRY(R2, r2, "share of the variance explained", "metrics: [r2]", {.name = NULL});
