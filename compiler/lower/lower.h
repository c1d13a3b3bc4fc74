/* Model to graph. Shape mistakes of the user are reported here, by the entries that build the graph. */
#ifndef LSPEC_LOWER_LOWER_H
#define LSPEC_LOWER_LOWER_H

#include "ir/graph.h"
#include "sema/model.h"

typedef struct Lowered {
    Graph *training;           /* forward, loss; after lower_training_step also backward and update */
    Graph *evaluation;         /* forward in evaluation mode: predictions and row losses */
    const BuildLayer *layers;
    int64_t layer_count;
    /* One for each of Model.nodes, for drawing: */
    const Shape *net_shapes;   /* what the node yields */
    const int32_t *net_layers; /* its number in `layers`, or -1 */
} Lowered;

/* NULL where a diagnostic was reported. The model's data must be known. */
Lowered *lower_model(Session *session, const Model *model);

/* Appends to the training graph: penalties are in the objective already; differentiates, clips, updates. */
void lower_training_step(Session *session, const Model *model, Lowered *lowered);

#endif
