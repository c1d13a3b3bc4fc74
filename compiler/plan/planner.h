/* What planning keeps about nodes and groups before there are kernels. Private to plan/. */
#ifndef LSPEC_PLAN_PLANNER_H
#define LSPEC_PLAN_PLANNER_H

#include "plan/layout.h"
#include "plan/plan.h"

typedef enum PlanRole {
    ROLE_DEAD,    /* nothing that is wanted depends on it */
    ROLE_INLINE,  /* made wherever it is used: constants, iota, numbers of the step */
    ROLE_LEAF,    /* a matrix of the batch, a parameter, a state */
    ROLE_VIEW,    /* strides over another value */
    ROLE_REGION,  /* computed in a fused loop */
    ROLE_OPAQUE,  /* a kernel of its own */
    ROLE_PATCHES, /* windows of another value, which products make by panels: `base` is that value's */
    ROLE_ABSORBED /* the product below an addition of a bias, or of patches */
} PlanRole;

typedef struct PlanNode {
    PlanRole role;
    PlanReduction reduction;
    PlanExtent extent; /* of the value */
    PlanExtent domain; /* of the loop that computes it: a reduction runs over its input */
    int32_t group;     /* or -1: not placed */
    NodeId base;       /* the node whose buffer `view` is in */
    PlanView view;
    bool is_product; /* layout of a product */
    bool is_stored;  /* has a buffer: read from memory by someone */
    NodeId product;  /* OPAQUE addition of a bias or of patches: the absorbed contraction, else NODE_NONE */
} PlanNode;

/* One kernel to be, or a few in a row. */
typedef struct PlanGroup {
    bool is_region;
    bool is_front; /* depends on leaves alone: comes before every group that does not */
    PlanExtent extent;
    VEC(NodeId) nodes;     /* REGION nodes computed here; an OPAQUE group has one */
    VEC(PlanStore) stores; /* into given places: parameters, states, copies; besides the buffers of its nodes */
    VEC(NodeId) reads;     /* bases read from memory */
    VEC(int32_t) after;    /* groups that must come before, besides the producers of `reads` */
} PlanGroup;

typedef struct Planner {
    Arena *arena;
    const Graph *graph;
    Plan *plan;
    PlanNode *nodes;
    PlanParameter *parameters;
    PlanOutput *outputs;
    VEC(PlanGroup) groups;
    int32_t scalar_front; /* the front group of scalars, or -1 */
    int32_t *order;       /* groups as they run */
    bool is_small;        /* the whole step stays on one thread */
    int32_t *homes;       /* Plan.homes */
    const bool *strided;  /* by node: a movement that only products side by side read, by any strides */
    const NodeId *turned; /* by node: the one transpose that reads these products, or NODE_NONE */
} Planner;

/* roles.c: roles, extents and views of all nodes. */
void planner_assign_roles(Planner *planner);
/* group.c: which nodes share a kernel. */
void planner_group(Planner *planner);
/* Makes the value readable from memory; returns the node whose buffer it is in. */
NodeId planner_demand(Planner *planner, NodeId node);
/* Finds a region for a node that has none, and for the waiting nodes behind it. */
void planner_place(Planner *planner, NodeId root);
/* A region that does nothing but store the value there. Returns the group. */
int32_t planner_copy_group(Planner *planner, NodeId node, PlanMatrix to);
/* A buffer for the value in its standard layout. */
PlanMatrix planner_own_place(Planner *planner, NodeId node);
/* Like plan_operand, for a group. */
PlanSource planner_operand(const Planner *planner, int32_t group, NodeId operand, NodeId *out_base);
/* assign.c: new parameters and states. */
void planner_assign(Planner *planner);
/* order.c: what each group reads, and the order of the groups. */
void planner_collect_reads(Planner *planner);
bool planner_reaches(const Planner *planner, int32_t from, int32_t to);
void planner_order(Planner *planner);
/* group_kernels.c: groups to kernels with buffers. */
void planner_emit_kernels(Planner *planner);
PlanKernel *planner_new_kernel(Planner *planner, PlanKernelKind kind, NodeId id);
/* Where a value lies. */
PlanView planner_view(const Planner *planner, NodeId id);
/* Gives a stored node its buffer and returns where it lies. */
PlanMatrix planner_own_buffer(Planner *planner, NodeId id);
/* The same without a look at how it lies. */
void planner_claim_buffer(Planner *planner, NodeId id);
/* A matrix whose rows are whole vectors side by side: as it lies, or moved to where it does. */
PlanMatrix planner_in_rows(Planner *planner, NodeId id);
PlanView planner_move_to_rows(Planner *planner, NodeId id);
/* b of a product as [depth, columns] in rows, transposed into a buffer where the graph has it the other way round. */
PlanMatrix planner_right_operand(Planner *planner, NodeId id, bool transposed);
/* plan_windows.c: roles of patches and of what they absorb; `uses` counts the readers of each node. */
void planner_assign_windows(Planner *planner, const int32_t *uses);
void planner_emit_window(Planner *planner, NodeId id);
/* `product`, whose left operand are patches, as the kernel of node `id`; all but contract.a is given. */
void planner_emit_convolve(Planner *planner, NodeId id, NodeId product, PlanContract contract);
/* Once the kernel is divided: the memory in which its parts make patches. */
void planner_place_panel(Planner *planner, PlanKernel *kernel);
/* batched_products.c: products side by side. */
bool planner_is_batched(const Planner *planner, NodeId id);
void planner_find_strided(Planner *planner, const bool *live, const int32_t *uses);
/* The layout of products that a transpose reads, so that it is a view: false where there is none. */
bool planner_turned_layout(const Planner *planner, NodeId id, PlanView *out);
void planner_emit_batched(Planner *planner, NodeId id);
/* recurrent_kernels.c */
void planner_emit_recurrent(Planner *planner, NodeId id);
/* split_parts.c: which kernels are divided among threads, and what they cost. */
void planner_split_products(Planner *planner);
void planner_split_regions(Planner *planner);
/* fuse_products.c: regions behind the parts of a product. */
void planner_fuse_products(Planner *planner);
/* kernel_buffers.c */
typedef void PlanVisitor(void *context, int32_t kernel, int32_t buffer, bool writes);
void planner_visit_buffers(const Plan *plan, int32_t number, PlanVisitor *visitor, void *context);
/* memory.c: offsets of buffers from their lifetimes. */
void planner_place_buffers(Planner *planner);

int32_t planner_new_buffer(Planner *planner, PlanSection section, int64_t size, NodeId node);

#endif
