/* Amounts with zeros. */
#include "catalog/loss/likelihood.h"

static void build_tweedie(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    double power = call_number(call, "p");
    likelihood_tweedie(build, target, power, head, out);
}

static LossDomain domain(const Call *call) {
    double power = call_number(call, "p");
    return likelihood_domain(power);
}

const CatalogEntry catalog_loss_tweedie = {
    .name = "tweedie", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "amounts that may be 0, such as claims or rain: half the Tweedie deviance without the terms of y alone; "
           "predicts e to the head",
    .formula = "e^((2 − p) z) / (2 − p) − y · e^((1 − p) z) / (1 − p), ŷ = e^z; p = 1 is poisson, p = 2 gamma",
    .source = "Jørgensen 1987; sklearn.linear_model.TweedieRegressor",
    .example = "loss: tweedie(1.5)",
    .params = {{.name = "p", .type = PARAM_NUMBER, .min = 1, .max = 3,
                .doc = "the power of the mean that the variance follows: 1 to 2 for amounts with zeros"}},
    .may_be_negative = true, .target_domain = domain,
    .head_units = regression_head_units, .build_loss = build_tweedie, .build_prediction = likelihood_prediction,
};
