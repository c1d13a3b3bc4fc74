/* Tweedie's family (Jørgensen 1987) with the logarithm as link: mean e^z, variance in proportion to a power p of it.
 *     p = 1: e^z - y z     p = 2: z + y e^-z     else: e^((2-p) z) / (2 - p) - y e^((1-p) z) / (1 - p) */
#include "catalog/loss/likelihood.h"

NodeId likelihood_exp(Build *build, NodeId a) {
    enum { LAST = 40 };
    Graph *graph = build->graph;
    NodeId inside = graph_unary(graph, OP_EXP, build_min_scalar(build, a, LAST));
    NodeId beyond = build_max_scalar(build, build_add_scalar(build, a, -LAST), 0);
    return graph_binary(graph, OP_MUL, inside, build_add_scalar(build, beyond, 1));
}

static NodeId power_term(Build *build, NodeId head, double exponent) {
    NodeId value = likelihood_exp(build, build_mul_scalar(build, head, exponent));
    return build_mul_scalar(build, value, 1 / exponent);
}

void likelihood_tweedie(Build *build, const BuildTarget *target, double power, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    NodeId truth = regression_truth(build, target);
    NodeId mean = power == 2 ? head : power_term(build, head, 2 - power);
    NodeId slope = power == 1 ? head : power_term(build, head, 1 - power);
    regression_finish(build, graph_binary(graph, OP_SUB, mean, graph_binary(graph, OP_MUL, truth, slope)), out);
}

NodeId likelihood_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)call, (void)target;
    return likelihood_exp(build, head);
}

LossDomain likelihood_domain(double power) {
    return (LossDomain){.low = 0, .high = INFINITY, .without_zero = power >= 2};
}
