/* Pictures of a model as DOT text. */
#ifndef LSPEC_VISUAL_VISUAL_H
#define LSPEC_VISUAL_VISUAL_H

#include "lower/lower.h"
#include "plan/plan.h"

/* Columns, split, fits, sampling, network, loss, optimizer: what happens to the data, in order. */
const char *visual_pipeline(Session *session, const Model *model);
/* Layers with shapes on the edges; parameters, FLOPs and bytes in the nodes. */
const char *visual_network(Session *session, const Model *model, const Lowered *lowered);
/* The training graph's primitive operations by layer and phase: forward, backward, update. */
const char *visual_training(Session *session, const Model *model, const Lowered *lowered);
/* The kernels of a step in their order, with the buffers that lead from one to the next. */
const char *visual_kernels(Session *session, const Model *model, const Plan *plan);

#endif
