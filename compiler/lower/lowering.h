/* The state of lowering one graph, and what its files offer to each other. Private to lower/. */
#ifndef LSPEC_LOWER_LOWERING_H
#define LSPEC_LOWER_LOWERING_H

#include "lower/lower.h"

typedef struct Lowering {
    Session *session;
    const Model *model;
    Build build;
    const BuildTarget *targets; /* by Model.targets */
    const int64_t *head_units;  /* by Model.targets */
    NodeId *values;             /* by Model.nodes; NODE_NONE where a mistake was reported */
    NodeId *heads;              /* by Model.targets: what goes into the loss, or NODE_NONE */
    int32_t *net_layers;        /* by Model.nodes */
} Lowering;

/* lower_network.c: all of Model.nodes, in order. */
void lower_network(Lowering *lowering);

/* lower_output.c: the head of an output; NODE_NONE where reported. */
NodeId lower_output(Lowering *lowering, const NetNode *node);

/* lower_loss.c: from the heads to the objective, or to the outputs of the evaluation graph. */
void lower_objective(Lowering *lowering);
void lower_evaluation(Lowering *lowering);

/* shape_messages.c */
/* "income, age [B, 2] -> dense(16) [B, 16]": how the value of a node came about. */
const char *shape_chain(const Lowering *lowering, int32_t net_node);
/* Reports that the operands of a binary node, or the parts of a concat, do not fit together. */
void report_operand_shapes(const Lowering *lowering, const NetNode *node);
void report_part_shapes(const Lowering *lowering, const NetNode *node, int64_t part);
/* Reports that a shape assertion does not hold. */
void report_asserted_shape(const Lowering *lowering, const NetNode *node);
/* Adds to the diagnostics from number `first` on where the input came from, and the call of the definition around. */
void explain_shapes(const Lowering *lowering, const NetNode *node, int64_t first);

#endif
