/* Growth of arena arrays: doubling, so that pushing is constant time on average. */
#include "support/vec.h"

#include <string.h>

void *vec_grow(Arena *arena, void *items, int64_t count, int64_t *capacity, size_t item_size) {
    *capacity = *capacity < 8 ? 8 : *capacity * 2;
    void *grown = arena_alloc(arena, (size_t)*capacity * item_size, _Alignof(max_align_t));
    if (count > 0) memcpy(grown, items, (size_t)count * item_size);
    return grown;
}
