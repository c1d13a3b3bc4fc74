/* Growing arrays in an arena: `VEC(Type) name = {0}; vec_push(arena, &name, item);`. */
#ifndef LSPEC_SUPPORT_VEC_H
#define LSPEC_SUPPORT_VEC_H

#include "support/arena.h"

#define VEC(Type)         \
    struct {              \
        Type *items;      \
        int64_t count;    \
        int64_t capacity; \
    }

/* Makes room for one more item of `item_size` bytes. Used through vec_push only. */
void *vec_grow(Arena *arena, void *items, int64_t count, int64_t *capacity, size_t item_size);

#define vec_push(arena, vec, ...)                                                                      \
    do {                                                                                               \
        if ((vec)->count == (vec)->capacity)                                                           \
            (vec)->items = vec_grow((arena), (vec)->items, (vec)->count, &(vec)->capacity,             \
                                    sizeof *(vec)->items);                                             \
        (vec)->items[(vec)->count++] = __VA_ARGS__;                                                    \
    } while (0)

#endif
