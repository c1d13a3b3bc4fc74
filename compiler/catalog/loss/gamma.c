/* Positive amounts. */
#include "catalog/loss/likelihood.h"

static void build_gamma(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    likelihood_tweedie(build, target, 2, head, out);
}

static LossDomain domain(const Call *call) {
    (void)call;
    return likelihood_domain(2);
}

const CatalogEntry catalog_loss_gamma = {
    .name = "gamma", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "minus the log-likelihood of positive amounts whose deviation grows with their mean; predicts e to the head",
    .formula = "z + y · e^−z, ŷ = e^z", .source = "sklearn.linear_model.GammaRegressor",
    .example = "loss: gamma",
    .may_be_negative = true, .target_domain = domain,
    .head_units = regression_head_units, .build_loss = build_gamma, .build_prediction = likelihood_prediction,
};
