/* Multi-head self-attention and the affine maps around it, for `attention` and `transformer`. */
#ifndef LSPEC_CATALOG_LAYER_ATTENTION_CORE_H
#define LSPEC_CATALOG_LAYER_ATTENTION_CORE_H

#include "catalog/build.h"
#include "catalog/layer/layer_params.h"

/* Tensors are called PREFIXin_proj_weight, PREFIXin_proj_bias, PREFIXout_proj.weight and PREFIXout_proj.bias, as
 * torch.nn.MultiheadAttention has them. The input is [B, T, width], and `heads` divides the width. */
NodeId attention_core(Build *build, const Call *call, NodeId input, const char *prefix, bool causal);
/* x W (+ b) on the last axis of [B, T, in], with tensors PREFIXweight and PREFIXbias; b is 0 at first. */
NodeId attention_affine(Build *build, const Call *call, NodeId input, const char *prefix, int64_t units);
/* Whether the input is a sequence whose width `heads` divides; else reports `shape-error`. */
bool attention_wants_heads(Build *build, const Call *call, NodeId input);

#endif
