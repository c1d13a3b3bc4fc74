/* A stage of a flow, shared by the files that bind it and that apply it to columns. */
#ifndef LSPEC_SEMA_FLOW_STAGE_H
#define LSPEC_SEMA_FLOW_STAGE_H

#include "sema/checker.h"

/* Bound once for all the columns that flow through it. */
typedef struct Stage {
    const AstExpr *expr;
    const Call *call; /* NULL: poisoned, reported */
    LrtStep step;     /* without its slots */
    bool indicator;
} Stage;

/* flow_steps.c: a stage on one column. */
/* Whether the stage takes the column as it stands; reports where not. */
bool flow_stage_fits(Checker *checker, const Stage *stage, const Variable *variable, FlowPlace place);
/* Adds the stage's steps and moves the column behind them; poisons it where that was reported. */
void flow_advance(Checker *checker, const Stage *stage, Variable *variable);
/* One step of the stage from a slot to a new one. */
int32_t flow_push_step(Checker *checker, const Stage *stage, LrtStep step, int32_t input, LrtSlotKind kind,
                       const char *name);
/* The slots that a column stands at: one, or its parts. */
const int32_t *variable_slots(const Variable *variable, int64_t *out_count);

/* flow_joint.c: `pca` and `select`, on all columns of the flow at once. */
bool flow_stage_is_joint(const Stage *stage);
/* What the columns become, in their place: `name` at what the stage makes, or NULL where its own name will do. */
void flow_join(Checker *checker, const Stage *stage, VariableSet *variables, const AstName *name, bool helper);

#endif
