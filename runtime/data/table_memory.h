/* Everything that a table owns, freed at once. */
#ifndef DATA_TABLE_MEMORY_H
#define DATA_TABLE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct TableMemory {
    struct TableBlock *blocks; /* newest first */
    char *text, *text_end;     /* room for texts in a block that is shared by many */
    bool is_paged;             /* as in Region */
} TableMemory;

/* NULL: no memory. Contents are not initialised. */
void *table_memory_new(TableMemory *memory, size_t count, size_t size);
/* The same array with room for `count` items; `array` NULL: a new one. NULL: no memory, and the old one stays. */
void *table_memory_grow(TableMemory *memory, void *array, size_t count, size_t size);
/* A NUL-terminated copy. */
char *table_memory_copy(TableMemory *memory, const char *text, size_t length);
void table_memory_free(TableMemory *memory);
/* Of paged memory, lets go of all pages; nothing otherwise. */
void table_memory_trim(TableMemory *memory);

#endif
