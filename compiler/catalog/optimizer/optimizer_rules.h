/* What the optimizers share: weight decay in the gradient, running means, Adam's step. */
#ifndef LSPEC_CATALOG_OPTIMIZER_OPTIMIZER_RULES_H
#define LSPEC_CATALOG_OPTIMIZER_OPTIMIZER_RULES_H

#include "catalog/build.h"

/* gradient + weight_decay · weight, or the gradient itself where there is none. */
NodeId optimizer_decayed_gradient(Build *build, const Call *call, int32_t parameter, NodeId gradient);
/* keep · state + (1 - keep) · value, assigned to the state `suffix` of the parameter; the new value. */
NodeId optimizer_running_mean(Build *build, int32_t parameter, const char *suffix, double keep, NodeId value);
/* weight - rate · direction, assigned to the parameter. `rate` is a scalar. */
void optimizer_descend(Build *build, int32_t parameter, NodeId weight, NodeId rate, NodeId direction);
/* 1 - beta^step, a scalar. */
NodeId optimizer_bias_correction(Build *build, double beta);
/* √square / √(1 - beta2^step) + epsilon, where the size of a step is divided by. */
NodeId optimizer_denominator(Build *build, const Call *call, NodeId square);
/* weight · (1 - lr · weight_decay), or the weight itself where there is none: decay apart from the gradient. */
NodeId optimizer_decayed_weight(Build *build, const Call *call, int32_t parameter);
/* The root of the sum of squares, a scalar. */
NodeId optimizer_norm(Build *build, NodeId a);
/* Adam from the weight `start`, which for adamw has been decayed already. */
void optimizer_adam_step(Build *build, const Call *call, int32_t parameter, NodeId start, NodeId gradient);

#endif
