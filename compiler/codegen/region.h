/* One fused loop while it is analysed and emitted. Private to codegen/. */
#ifndef LSPEC_CODEGEN_REGION_H
#define LSPEC_CODEGEN_REGION_H

#include "codegen/emitter.h"

enum { REGION_MOST_INPUTS = 3, REGION_UNROLLED_VECTORS = 4 };

typedef struct RegionOperand {
    PlanSource source;
    NodeId base;
    int32_t place; /* SOURCE_REGION: number in RegionEmitter.nodes; SOURCE_MEMORY: in matrices */
} RegionOperand;

/* A node of the region. Stages are passes over a row: what needs a reduction of the row comes in the stage after it. */
typedef struct RegionNode {
    NodeId id;
    OpKind op;
    PlanReduction reduction;
    bool is_row;        /* one number a row, where the region has many columns */
    bool domain_is_row; /* a reduction of such numbers */
    int32_t stage;
    int32_t last_stage; /* that reads it */
    int32_t input_count;
    RegionOperand inputs[REGION_MOST_INPUTS];
    LLVMValueRef row_value; /* is_row: all lanes the same */
    LLVMValueRef current;   /* in the vector being emitted */
    LLVMValueRef vectors[REGION_UNROLLED_VECTORS];
    LLVMValueRef saved;   /* memory for a row, where a later stage reads it */
    LLVMValueRef row_sum; /* accumulator within a row */
    LLVMValueRef total;   /* accumulator over rows: doubles of a vector, or one */
    LLVMValueRef mix;     /* UNIFORM: what sets its stream apart, an argument */
} RegionNode;

typedef struct RegionStore {
    RegionOperand value;
    int32_t matrix;
    bool is_row;
    int32_t stage;
    PlanReduction reduction; /* COLUMN, TOTAL: stored behind the loop */
    bool is_partial;         /* a double for this part alone */
} RegionStore;

typedef struct RegionMatrix {
    PlanMatrix matrix;
    bool is_int;
    LLVMValueRef base;                             /* the argument */
    LLVMValueRef row;                              /* at the current row */
    LLVMValueRef value;                            /* a vector of one number: of the row, or for the whole region */
    LLVMValueRef vectors[REGION_UNROLLED_VECTORS]; /* of a row that is the same for all rows */
} RegionMatrix;

typedef struct RegionEmitter {
    Emitter *emitter;
    const Plan *plan;
    int32_t kernel;
    const PlanRegion *region;
    int64_t rows, columns;
    bool is_flat; /* a column of the batch: vectors run along the rows */
    bool is_unrolled;
    int64_t vectors;
    int32_t stages;
    int64_t stream_count; /* UNIFORM nodes */
    RegionNode *nodes;
    int64_t node_count;
    int32_t *number_of; /* by NodeId */
    VEC(RegionStore) stores;
    VEC(RegionMatrix) matrices;
    Frame frame;
    LLVMValueRef begin, end;                                              /* rows */
    LLVMValueRef row;                                                     /* the current one */
    LLVMValueRef learning_rate, step_number, row_count, key0, key1, step; /* where the region needs them */
} RegionEmitter;

/* Where in the row the builder stands. */
typedef struct RegionPlace {
    int64_t number;      /* of the vector where unrolled, else -1 */
    LLVMValueRef column; /* first column of the vector; flat: first row */
    LLVMValueRef mask;   /* lanes that count, or NULL: all */
} RegionPlace;

/* region_analysis.c */
void region_analyse(RegionEmitter *region);
/* What the emitted code depends on besides its arguments. */
const char *region_key(const RegionEmitter *region);

/* region_values.c: numbers. */
LLVMValueRef region_to_i32(const RegionEmitter *region, LLVMValueRef value);
LLVMValueRef region_lane_numbers(const RegionEmitter *region);
LLVMValueRef region_float_splat(const RegionEmitter *region, LLVMValueRef integer);
LLVMValueRef region_load_splat(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address);
LLVMValueRef region_load_vector(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address);
/* As a vector; `place` NULL: the value of the row. */
LLVMValueRef region_operand_value(const RegionEmitter *region, const RegionOperand *operand, int32_t stage,
                                  const RegionPlace *place);
LLVMValueRef region_elementwise_value(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place);
/* What a reduction by `op` starts from. */
LLVMValueRef region_identity(const RegionEmitter *region, OpKind op);
/* A vector or a number into the total of all rows. */
void region_add_to_total(const RegionEmitter *region, const RegionNode *node, LLVMValueRef value);
/* Where the sums of columns go. */
const RegionStore *region_store_of_column(const RegionEmitter *region, const RegionNode *node);
/* The vector into whatever the node reduces to. */
void region_reduce_vector(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place);
void region_store_row_value(const RegionEmitter *region, const RegionStore *store, LLVMValueRef value);
void region_store_vector(const RegionEmitter *region, const RegionStore *store, const RegionPlace *place);
LLVMValueRef region_first_lane(const RegionEmitter *region, LLVMValueRef vector);

#endif
