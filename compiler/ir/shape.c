/* Shapes: up to five dimensions, of which the first may be a multiple of the batch's rows. */
#include "ir/op_rules.h"
#include "support/panic.h"
#include "support/str.h"

bool shape_equal(const Shape *left, const Shape *right) {
    if (left->rank != right->rank) return false;
    for (int32_t i = 0; i < left->rank; i++)
        if (left->dims[i] != right->dims[i]) return false;
    return true;
}

bool shape_has_batch(const Shape *shape) { return shape->rank > 0 && shape->dims[0] < 0; }

int64_t shape_coefficient(const Shape *shape) {
    int64_t count = 1;
    for (int32_t i = 0; i < shape->rank; i++) count *= shape->dims[i] < 0 ? -shape->dims[i] : shape->dims[i];
    return count;
}

int64_t shape_count(const Shape *shape, int64_t batch) {
    return shape_coefficient(shape) * (shape_has_batch(shape) ? batch : 1);
}

bool shape_is_valid(const Shape *shape) {
    if (shape->rank < 0 || shape->rank > GRAPH_MAX_RANK) return false;
    for (int32_t i = 0; i < shape->rank; i++)
        if (shape->dims[i] == 0 || (shape->dims[i] < 0 && i > 0)) return false;
    return true;
}

Shape shape_make(int32_t rank, const int64_t *dims) {
    if (rank < 0 || rank > GRAPH_MAX_RANK) BUG("shape of rank %d; at most %d", rank, GRAPH_MAX_RANK);
    Shape shape = {.rank = rank};
    for (int32_t i = 0; i < rank; i++) shape.dims[i] = dims[i];
    return shape;
}

Shape shape_scalar(void) { return (Shape){.rank = 0}; }

Shape shape_batch(int64_t width) {
    return width > 0 ? (Shape){.rank = 2, .dims = {DIM_BATCH, width}} : (Shape){.rank = 1, .dims = {DIM_BATCH}};
}

const char *shape_text(Arena *arena, const Shape *shape) {
    Str text;
    str_init(&text, arena);
    str_append_char(&text, '[');
    for (int32_t i = 0; i < shape->rank; i++) {
        int64_t dim = shape->dims[i];
        if (i > 0) str_append(&text, ", ");
        if (dim == DIM_BATCH)
            str_append_char(&text, 'B');
        else if (dim < 0)
            str_printf(&text, "%lldB", -(long long)dim);
        else
            str_printf(&text, "%lld", (long long)dim);
    }
    str_append_char(&text, ']');
    return text.data;
}

bool shape_broadcast_axes(const Shape *from, const Shape *to, uint32_t *out_axes) {
    int32_t missing = to->rank - from->rank;
    if (missing < 0) return false;
    uint32_t axes = (1u << missing) - 1;
    for (int32_t i = 0; i < from->rank; i++) {
        if (from->dims[i] == to->dims[missing + i]) continue;
        if (from->dims[i] != 1) return false;
        axes |= 1u << (missing + i);
    }
    *out_axes = axes;
    return true;
}

bool shape_join(const Shape *left, const Shape *right, Shape *out) {
    Shape joined = {.rank = left->rank > right->rank ? left->rank : right->rank};
    for (int32_t i = 1; i <= joined.rank; i++) { /* from the last axis */
        int64_t a = i <= left->rank ? left->dims[left->rank - i] : 1;
        int64_t b = i <= right->rank ? right->dims[right->rank - i] : 1;
        if (a != b && a != 1 && b != 1) return false;
        joined.dims[joined.rank - i] = a == 1 ? b : a;
    }
    *out = joined;
    return shape_is_valid(out);
}
