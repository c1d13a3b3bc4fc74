/* Strides: how a value of a given shape is laid out, and what reshapes, broadcasts and slices make of them. */
#ifndef LSPEC_PLAN_LAYOUT_H
#define LSPEC_PLAN_LAYOUT_H

#include "plan/plan.h"

/* Floats from row to row of a matrix with this extent. A column of the batch is packed: one float a row. Elsewhere rows
 * are whole vectors, and not a multiple of 2 KiB apart, which would alias in the first-level cache. */
int64_t layout_row_stride(PlanExtent extent, bool is_product);
/* The layout of a value with a buffer of its own. Products write whole vectors, even of a single column. */
PlanView layout_standard(const Shape *shape, bool is_product);
/* Bytes of a buffer with that layout for `rows` rows, and a vector more, for loads may run over the end. */
int64_t layout_bytes(PlanExtent extent, int64_t rows, int64_t row_stride);

/* Views of views. False where no strides express it. */
bool layout_reshape(const Shape *from, const PlanView *view, const Shape *to, PlanView *out);
PlanView layout_broadcast(const Shape *from, const PlanView *view, const Shape *to);
PlanView layout_slice(const PlanView *view, const Shape *to, int32_t axis, int64_t begin);

/* A reshape or broadcast whose element at any row and column is its input's there (or at row or column 0, where the
 * input has but one). */
bool layout_passes(const Graph *graph, NodeId id);
/* Made wherever it is used. */
bool layout_is_inline(OpKind op);

#endif
