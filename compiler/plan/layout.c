/* Rows and columns: the last axis lies side by side, all others are one after the other. */
#include "plan/layout.h"

enum {
    ALIAS_FLOATS = 512,  /* rows this far apart fall into few sets of the first-level cache */
    SOME_ROWS = 1000003, /* stands for the rows of the batch where sizes are compared: a prime */
    VECTOR_BYTES = PLAN_LANES * 4
};

PlanExtent plan_extent(const Shape *shape) {
    if (shape->rank == 0) return (PlanExtent){1, 1};
    if (shape->rank == 1 && shape->dims[0] < 0) return (PlanExtent){shape->dims[0], 1};
    PlanExtent extent = {1, shape->dims[shape->rank - 1]};
    for (int32_t axis = 0; axis + 1 < shape->rank; axis++) extent.rows *= shape->dims[axis];
    return extent;
}

static int64_t whole_vectors(int64_t count) { return (count + PLAN_LANES - 1) / PLAN_LANES * PLAN_LANES; }

int64_t layout_row_stride(PlanExtent extent, bool is_product) {
    if (extent.columns == 1 && extent.rows < 0 && !is_product) return 1;
    int64_t stride = whole_vectors(extent.columns);
    return stride % ALIAS_FLOATS == 0 && extent.rows != 1 ? stride + PLAN_LANES : stride;
}

PlanView layout_standard(const Shape *shape, bool is_product) {
    PlanView view = {.buffer = -1};
    if (shape->rank == 0) return view;
    int32_t last = shape->rank - 1;
    PlanExtent extent = plan_extent(shape);
    bool is_column = shape->rank == 1 && shape->dims[0] < 0;
    view.strides[last] = shape->dims[last] == 1 ? 0 : is_column ? layout_row_stride(extent, is_product) : 1;
    int64_t distance = layout_row_stride(extent, is_product);
    for (int32_t axis = last - 1; axis >= 0; axis--) {
        view.strides[axis] = shape->dims[axis] == 1 ? 0 : distance;
        distance *= shape->dims[axis];
    }
    return view;
}

int64_t layout_bytes(PlanExtent extent, int64_t rows, int64_t row_stride) {
    int64_t floats = extent.rows == 1 ? whole_vectors(extent.columns) : rows * row_stride;
    return (floats * 4 + VECTOR_BYTES - 1) / VECTOR_BYTES * VECTOR_BYTES + VECTOR_BYTES;
}

bool plan_matrix(const Shape *shape, const PlanView *view, PlanMatrix *out) {
    *out = (PlanMatrix){.buffer = view->buffer, .offset = view->offset};
    if (shape->rank == 0) return true;
    int32_t last = shape->rank - 1;
    if (shape->rank == 1 && shape->dims[0] < 0) {
        out->row_stride = view->strides[0];
        return true;
    }
    out->column_stride = view->strides[last];
    int64_t expected = -1;
    for (int32_t axis = last - 1; axis >= 0; axis--) {
        if (shape->dims[axis] == 1) continue;
        if (expected < 0) out->row_stride = expected = view->strides[axis];
        if (view->strides[axis] != expected) return false;
        expected *= shape->dims[axis];
        if (expected < 0) expected = -expected; /* beyond the axis of the batch there is none */
    }
    return true;
}

/* Axes longer than 1 alone; the batch as a number. */
static int32_t drop_ones(const Shape *shape, const int64_t *strides, int64_t *out_dims, int64_t *out_strides,
                         int32_t *out_axes) {
    int32_t count = 0;
    for (int32_t axis = 0; axis < shape->rank; axis++) {
        if (shape->dims[axis] == 1) continue;
        out_dims[count] = shape->dims[axis] < 0 ? -shape->dims[axis] * SOME_ROWS : shape->dims[axis];
        if (strides != NULL) out_strides[count] = strides[axis];
        out_axes[count++] = axis;
    }
    return count;
}

bool layout_reshape(const Shape *from, const PlanView *view, const Shape *to, PlanView *out) {
    int64_t old_dims[GRAPH_MAX_RANK], old_strides[GRAPH_MAX_RANK], new_dims[GRAPH_MAX_RANK];
    int32_t old_axes[GRAPH_MAX_RANK], new_axes[GRAPH_MAX_RANK];
    int32_t old_rank = drop_ones(from, view->strides, old_dims, old_strides, old_axes);
    int32_t new_rank = drop_ones(to, NULL, new_dims, NULL, new_axes);
    *out = (PlanView){.buffer = view->buffer, .offset = view->offset};
    int32_t old_begin = 0, new_begin = 0;
    while (old_begin < old_rank && new_begin < new_rank) {
        /* The shortest runs of axes with equally many elements. */
        int32_t old_end = old_begin + 1, new_end = new_begin + 1;
        int64_t old_count = old_dims[old_begin], new_count = new_dims[new_begin];
        while (old_count != new_count) {
            if (old_count < new_count)
                old_count *= old_dims[old_end++];
            else
                new_count *= new_dims[new_end++];
        }
        for (int32_t k = old_begin; k + 1 < old_end; k++)
            if (old_strides[k] != old_dims[k + 1] * old_strides[k + 1]) return false;
        int64_t distance = old_strides[old_end - 1];
        for (int32_t k = new_end - 1; k >= new_begin; k--) {
            out->strides[new_axes[k]] = distance;
            distance *= new_dims[k];
        }
        old_begin = old_end;
        new_begin = new_end;
    }
    return true;
}

PlanView layout_broadcast(const Shape *from, const PlanView *view, const Shape *to) {
    PlanView out = {.buffer = view->buffer, .offset = view->offset};
    int32_t missing = to->rank - from->rank;
    for (int32_t axis = missing; axis < to->rank; axis++)
        if (from->dims[axis - missing] != 1) out.strides[axis] = view->strides[axis - missing];
    return out;
}

PlanView layout_slice(const PlanView *view, const Shape *to, int32_t axis, int64_t begin) {
    PlanView out = *view;
    out.offset += begin * view->strides[axis];
    if (to->dims[axis] == 1) out.strides[axis] = 0;
    return out;
}
