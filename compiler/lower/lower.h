/* Model to graph. Shape mistakes of the user are reported here, by the entries that build the graph. */
#ifndef LSPEC_LOWER_LOWER_H
#define LSPEC_LOWER_LOWER_H

#include "ir/graph.h"
#include "sema/model.h"

typedef struct Lowered {
    /* Forward, loss and objective; after lower_training_step also backward and update. It has no `outputs`: what a step
     * leaves are the weights and the scalars. */
    Graph *training;
    /* Forward in evaluation mode. outputs[i] belongs to Model.targets[i]: predictions, row losses, row weights. Its
     * parameters are those of the training graph, in the same order. */
    Graph *evaluation;
    const BuildLayer *layers;
    int64_t layer_count;
    /* One for each of Model.nodes, for drawing: */
    const Shape *net_shapes;   /* what the node yields; of an output, what goes into the loss */
    const int32_t *net_layers; /* its number in `layers`, or -1 */
} Lowered;

/* NULL where a diagnostic was reported. The model's data must be known. */
Lowered *lower_model(Session *session, const Model *model);

/* Appends to the training graph: penalties are in the objective already; differentiates, measures the gradient's norm,
 * clips, updates. Then simplifies both graphs. */
void lower_training_step(Session *session, const Model *model, Lowered *lowered);

#endif
