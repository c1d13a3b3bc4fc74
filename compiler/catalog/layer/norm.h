/* What the normalising layers share. */
#ifndef LSPEC_CATALOG_LAYER_NORM_H
#define LSPEC_CATALOG_LAYER_NORM_H

#include "catalog/build.h"

/* The affine map behind: weight, 1 at first, and bias, 0 at first, one each for the last axis of `input`. */
typedef struct NormWeights {
    NodeId weight, bias;
} NormWeights;

NormWeights norm_weights(Build *build, NodeId input);
/* The same under the names PREFIXweight and PREFIXbias. */
NormWeights norm_named_weights(Build *build, NodeId input, const char *prefix);
/* The weight alone. */
NodeId norm_weight(Build *build, NodeId input);
/* Whether the input is [B, …, width]; else reports `shape-error`. */
bool norm_wants_channels(Build *build, const Call *call, NodeId input);
/* (x - mean) / sqrt(variance + epsilon) · weight + bias. mean and variance broadcast to x. */
NodeId norm_apply(Build *build, NodeId input, NodeId mean, NodeId variance, double epsilon, NormWeights weights);
/* x - mean, through which nothing flows back into the mean: for variances. */
NodeId norm_distance(Build *build, NodeId input, NodeId mean);
/* The mean over the axes, and the mean squared distance from it. */
NodeId norm_mean(Build *build, NodeId input, uint32_t axes, NodeId *out_variance);

#endif
