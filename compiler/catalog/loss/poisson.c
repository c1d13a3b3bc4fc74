/* Counts. */
#include "catalog/loss/likelihood.h"

static void build_poisson(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    likelihood_tweedie(build, target, 1, head, out);
}

static LossDomain domain(const Call *call) {
    (void)call;
    return likelihood_domain(1);
}

const CatalogEntry catalog_loss_poisson = {
    .name = "poisson", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "minus the Poisson log-likelihood of counts, without log y!; predicts their mean, e to the head",
    .formula = "e^z − y · z, ŷ = e^z", .source = "torch.nn.PoissonNLLLoss",
    .example = "loss: poisson",
    .may_be_negative = true, .target_domain = domain,
    .head_units = regression_head_units, .build_loss = build_poisson, .build_prediction = likelihood_prediction,
};
