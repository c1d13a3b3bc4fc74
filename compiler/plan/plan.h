/* The plan of a graph: kernels in order, where each value lies, and when its memory is free again.
 *
 * Every value is seen as a matrix of `rows` x `columns` (the last axis are the columns; a rank 1 value of the batch is
 * a column). The plan depends on the graph alone, never on the machine: so the bits of a result do not either. */
#ifndef LSPEC_PLAN_PLAN_H
#define LSPEC_PLAN_PLAN_H

#include <stdio.h>

#include "diag/diag.h"
#include "ir/graph.h"

enum {
    PLAN_EVALUATION_ROWS = 128, /* rows of one call of `evaluate` */
    PLAN_LANES = 16,            /* floats of a vector; rows are padded to whole ones */
    PLAN_PART_ROWS = 48,        /* rows of a part: whole tiles of products and whole vectors of columns */
    PLAN_PANEL = 64,            /* columns of a matrix product that stay with one thread */
    PLAN_RECURRENT_ROWS = 16,   /* rows of the batch at least, of a part of a pass over time */
    PLAN_RECURRENT_TILE = 6     /* of such a part: rows of whole tiles of products as wide as gates are */
};

/* Parameters and states lie at the start of the arena at the same place in every plan of a model; behind them lies what
 * lives within one call. */
typedef enum PlanSection { SECTION_PARAMETERS, SECTION_STATES, SECTION_CALL } PlanSection;

typedef struct PlanBuffer {
    PlanSection section;
    int64_t offset;      /* bytes from the start of the section, a multiple of 64 */
    int64_t size;        /* bytes */
    int32_t first, last; /* kernels between which it must not be overwritten; SECTION_CALL */
    NodeId node;         /* whose value it holds; NODE_NONE: a matrix of the batch */
} PlanBuffer;

/* Elements of a node in a buffer, by the axes of its shape. A stride of 0 repeats; axes of length 1 have stride 0. */
typedef struct PlanView {
    int32_t buffer; /* -1: none */
    int64_t offset; /* elements */
    int64_t strides[GRAPH_MAX_RANK];
} PlanView;

/* A view of rows and columns. */
typedef struct PlanMatrix {
    int32_t buffer; /* -1: none */
    int64_t offset; /* elements */
    int64_t row_stride, column_stride;
} PlanMatrix;

/* Rows below 0: -k is k times the rows of the batch. */
typedef struct PlanExtent {
    int64_t rows, columns;
} PlanExtent;

/* Where an element-wise kernel leaves a value besides passing it on. */
typedef struct PlanStore {
    NodeId node;
    PlanMatrix matrix;
    int32_t partial; /* total over a divided region: the buffer of each part's sum, a double; else -1 */
} PlanStore;

/* What a reduction in a region runs over; ROW results are usable within the region, the others behind it. */
typedef enum PlanReduction { REDUCTION_NONE, REDUCTION_ROW, REDUCTION_COLUMN, REDUCTION_TOTAL } PlanReduction;

/* Element-wise work and reductions over the rows of one extent, fused: one loop over rows. */
typedef struct PlanRegion {
    PlanExtent extent;
    VEC(NodeId) nodes; /* inputs first */
    VEC(PlanStore) stores;
} PlanRegion;

/* Equal products side by side: one for each place along the axes before the matrices. */
typedef struct PlanLead {
    int32_t rank;
    int64_t dims[GRAPH_MAX_RANK - 2]; /* dims[0] < 0: batch rows */
    int64_t a[GRAPH_MAX_RANK - 2], b[GRAPH_MAX_RANK - 2], out[GRAPH_MAX_RANK - 2]; /* strides */
} PlanLead;

typedef struct PlanContract {
    int64_t rows, depth, columns; /* rows or depth may count batch rows: < 0 */
    PlanMatrix a, b, bias, out;   /* a: [rows, depth] by its strides; b: [depth, columns]; bias: buffer -1 without */
    PlanLead lead;                /* rank 0: one product */
} PlanContract;

typedef struct PlanMove {
    int32_t rank;
    int64_t dims[GRAPH_MAX_RANK]; /* dims[0] < 0: batch rows */
    PlanView from, to;            /* from.buffer -1: zeros */
} PlanMove;

typedef struct PlanReshape {
    PlanExtent from_extent, to_extent;
    PlanMatrix from, to;
} PlanReshape;

typedef struct PlanIndex {
    int64_t width, table_rows;
    int64_t rows;                      /* indices; < 0: batch rows */
    PlanMatrix table, indices, values; /* gather: values = table[indices]; scatter: table += values at indices */
} PlanIndex;

/* A pass over time: RECURRENT_TAPE, RECURRENT_GRADIENT, RECURRENT_LAST. Rows are time-major. */
typedef struct PlanRecurrent {
    OpKind op;
    LrtRecurrence cell;
    bool reverse;
    bool last_alone; /* the upstream gradient is that of the last step */
    int64_t steps, units;
    PlanMatrix input;  /* the projected inputs, or the tape */
    PlanMatrix weight; /* on the way back: transposed */
    PlanMatrix side;   /* bias, or the upstream gradient */
    PlanMatrix out, scratch;
} PlanRecurrent;

/* A reduction over axes that no region can do: `kept` and `reduced` axes of the input. */
typedef struct PlanReduce {
    bool is_max;
    int32_t rank;
    int64_t dims[GRAPH_MAX_RANK];
    uint32_t axes;
    PlanView from, to;
} PlanReduce;

/* Windows over images. Whatever the kernel, contract.a, .b and .bias name the buffers that are read and contract.out
 * the one that is written. */
typedef struct PlanWindow {
    Window window;
    int64_t images; /* < 0: rows of the batch */
    int64_t channels;
    PlanView image;  /* that windows read: [images, height, width, channels] */
    PlanView places; /* one pixel a window; of pools and depthwise convolutions, read or written */
    PlanView back;   /* images that are written */
    int64_t pitch;   /* floats from pixel to pixel of what is written */
    /* Patches on their way: parts x panel_size floats. */
    int32_t panel; /* buffer, -1: none */
    int64_t panel_rows, panel_stride, panel_size;
} PlanWindow;

typedef enum PlanKernelKind {
    KERNEL_REGION,
    KERNEL_CONTRACT,
    KERNEL_CONVOLVE,         /* patches of an image times b */
    KERNEL_CONVOLVE_WEIGHTS, /* patches transposed times b */
    KERNEL_CONVOLVE_BACK,    /* a times b are patches, which are added up to images */
    KERNEL_WINDOW,           /* any other op of windows: that of `node` */
    KERNEL_TRANSPOSE,
    KERNEL_MOVE,
    KERNEL_RESHAPE,
    KERNEL_GATHER,
    KERNEL_SCATTER,
    KERNEL_REDUCE,
    KERNEL_SWAP,
    KERNEL_RECURRENT
} PlanKernelKind;

/* How a kernel is divided among threads. The number of parts is fixed here and does not depend on the threads. */
typedef enum PlanSplit { SPLIT_NONE, SPLIT_ROWS, SPLIT_COLUMNS } PlanSplit;

typedef struct PlanKernel {
    PlanKernelKind kind;
    const char *name;  /* "dense_1.contract": names the generated function */
    const char *layer; /* or NULL */
    GraphPhase phase;
    Span span;
    NodeId node; /* the value it was made for */
    PlanSplit split;
    int64_t parts;         /* >= 1 */
    int64_t part_unit;     /* a part of rows is a multiple of so many */
    PlanRegion region;     /* KERNEL_REGION; KERNEL_CONTRACT: what follows each block of the product (no nodes: none) */
    PlanContract contract; /* KERNEL_CONTRACT; KERNEL_TRANSPOSE: a [columns, rows] into out [rows, columns] */
    PlanWindow window;     /* KERNEL_CONVOLVE… and KERNEL_WINDOW */
    PlanMove move;
    PlanReshape reshape;   /* KERNEL_RESHAPE, KERNEL_SWAP */
    PlanRecurrent recurrent;
    PlanIndex index;
    PlanReduce reduce;
    int64_t flops, bytes; /* of one call with a full batch */
} PlanKernel;

/* Products [rows, columns] of `contract`, which a region may follow. */
static inline bool plan_is_product(const PlanKernel *kernel) {
    return kernel->kind == KERNEL_CONTRACT || kernel->kind == KERNEL_CONVOLVE ||
           kernel->kind == KERNEL_CONVOLVE_WEIGHTS;
}

/* A matrix of the batch as the runtime fills it; buffer -1: the graph reads none. */
typedef struct PlanInput {
    int32_t buffer;
    int64_t width, stride;
} PlanInput;

typedef struct PlanParameter {
    PlanExtent extent;
    int64_t stride;
    int32_t buffer;
    int32_t gradient; /* buffer, or -1 */
} PlanParameter;

typedef struct PlanOutput {
    PlanMatrix prediction, row_loss, row_weight;
    int64_t width;
} PlanOutput;

typedef struct Plan {
    const Graph *graph;
    int64_t capacity; /* rows of the batch */
    VEC(PlanBuffer) buffers;
    VEC(PlanKernel) kernels;
    const PlanView *views;           /* by node: where its value lies once it is computed; buffer -1: nowhere */
    const PlanReduction *reductions; /* by node */
    const int32_t *homes;            /* by node: the region kernel that computes it, or -1 */
    const PlanParameter *parameters; /* one for each of the graph's */
    const int32_t *states;           /* buffers */
    const PlanOutput *outputs;
    PlanInput features, indices, targets, labels, weights;
    PlanMatrix loss_sum, weight_sum, penalty, gradient_norm, clipped; /* scalars; buffer -1: the graph has none */
    int64_t section_size[SECTION_CALL + 1];                           /* bytes */
} Plan;

/* `batch`: rows of one call at most. `data`: widths of the matrices that the runtime fills, which may be more than the
 * graph reads; NULL: as the graph reads them. */
Plan *plan_build(Session *session, const Graph *graph, int64_t batch, const LrtDataSpec *data);
/* For `lspec dump --stage schedule`. */
void plan_print(const Plan *plan, FILE *out);

/* Where a region's kernel finds an operand: computed in the region itself, the same for all elements and made on the
 * spot (constants, iota, the step's numbers), or in memory. */
typedef enum PlanSource { SOURCE_REGION, SOURCE_INLINE, SOURCE_MEMORY } PlanSource;

/* `*out_base` is the node that is computed or made, past reshapes and broadcasts that move nothing; for SOURCE_MEMORY
 * the operand's matrix is filled. */
PlanSource plan_operand(const Plan *plan, int32_t kernel, NodeId operand, NodeId *out_base, PlanMatrix *out_matrix);

PlanExtent plan_extent(const Shape *shape);
/* Rows with the full batch. */
static inline int64_t plan_rows(const Plan *plan, int64_t rows) { return rows < 0 ? -rows * plan->capacity : rows; }
/* Rows of a part but the last ones; a kernel that is not divided by rows has one part. */
static inline int64_t plan_part_share(const Plan *plan, const PlanKernel *kernel, int64_t rows) {
    int64_t share = (plan_rows(plan, rows) + kernel->parts - 1) / kernel->parts;
    return (share + kernel->part_unit - 1) / kernel->part_unit * kernel->part_unit;
}
/* The view as rows and columns. False where no single stride leads from row to row. */
bool plan_matrix(const Shape *shape, const PlanView *view, PlanMatrix *out);

#endif
