/* What is measured of a trained model: words of `metrics`. Whether one fits classes or numbers stands in lrt/metrics.def. */
#include "catalog/catalog.h"
#include "lrt/metrics.h"

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
METRIC_ENTRY(BALANCED_ACCURACY, balanced_accuracy, "mean recall of the classes that occur", "metrics: [balanced_accuracy]",
             {.name = NULL});
METRIC_ENTRY(TOP_K, top_k, "share of rows whose class is among the k likeliest", "metrics: [top_k(3)]",
             {.name = "k", .type = PARAM_INTEGER, .fallback = "2", .min = 1, .max = 1e6, .doc = "how many classes"});
METRIC_ENTRY(PR_AUC, pr_auc, "average precision: the area under the precision-recall curve, as steps",
             "metrics: [pr_auc(yes)]", AVERAGE);
METRIC_ENTRY(MCC, mcc, "Matthews correlation of truth and prediction, also of several classes", "metrics: [mcc]", {.name = NULL});
METRIC_ENTRY(BRIER, brier, "mean squared error of the probabilities: of the second of two classes, the sum over more",
             "metrics: [brier]", {.name = NULL});
METRIC_ENTRY(CALIBRATION_ERROR, calibration_error,
             "expected calibration error: how far the probability of the predicted class is from the share of hits",
             "metrics: [calibration_error]",
             {.name = "bins", .type = PARAM_INTEGER, .fallback = "15", .min = 1, .max = LRT_METRIC_MAX_BINS,
              .doc = "bins of equal width of the probability"});
METRIC_ENTRY(MAPE, mape, "mean absolute error as a share of the truth", "metrics: [mape]", {.name = NULL});
METRIC_ENTRY(PINBALL, pinball, "the quantile loss in the target's units", "metrics: [pinball(0.9)]",
             {.name = "q", .type = PARAM_NUMBER, .fallback = "-", .max = 1, .min_open = true, .max_open = true,
              .doc = "the quantile; by default those that the loss predicts, else the median"});
METRIC_ENTRY(DEVIANCE, deviance, "mean deviance of the target's distribution", "metrics: [deviance]",
             {.name = "power", .type = PARAM_NUMBER, .fallback = "-", .max = 10,
              .doc = "of the mean that the variance follows: 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian; by default that "
                     "of the loss, else 0"});
METRIC_ENTRY(DIRECTIONAL_ACCURACY, directional_accuracy, "share of rows whose sign is predicted",
             "metrics: [directional_accuracy]", {.name = NULL});
METRIC_ENTRY(SHARPE, sharpe,
             "annualised mean over standard deviation of what the sign of the prediction earns; the target is a return",
             "metrics: [sharpe]",
             {.name = "periods", .type = PARAM_NUMBER, .fallback = "252", .max = 1e9, .min_open = true,
              .doc = "periods of a year"});
METRIC_ENTRY(MAX_DRAWDOWN, max_drawdown,
             "greatest fall from a peak, as a share, of what the sign of the prediction earns; the target is a return",
             "metrics: [max_drawdown]", {.name = NULL});
