/* Blocks in a chain; short texts share one of them. */
#include "data/table_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/paged_memory.h"

enum { TEXT_BLOCK = 1 << 16, PAGED_LEAST = 1 << 20 };

typedef struct TableBlock {
    struct TableBlock *next;
    size_t size;   /* with this head */
    bool is_paged; /* in an unnamed file */
    max_align_t content[];
} TableBlock;

static bool fits(size_t count, size_t size) { return size == 0 || count <= (SIZE_MAX / 2 - sizeof(TableBlock)) / size; }

static TableBlock *new_block(size_t size, bool is_paged) {
    is_paged = is_paged && size >= PAGED_LEAST;
    TableBlock *block = is_paged ? paged_memory_new(size) : malloc(size);
    if (block) {
        *block = (TableBlock){.size = size, .is_paged = is_paged};
    }
    return block;
}

static void free_block(TableBlock *block) {
    if (block->is_paged) {
        paged_memory_free(block, block->size);
    } else {
        free(block);
    }
}

void *table_memory_new(TableMemory *memory, size_t count, size_t size) {
    TableBlock *block = fits(count, size) ? new_block(sizeof *block + count * size, memory->is_paged) : NULL;
    if (!block) {
        return NULL;
    }
    block->next = memory->blocks;
    memory->blocks = block;
    return block->content;
}

/* What lies in a file is copied to a greater one, what does not is grown where it is. */
static TableBlock *grow_block(TableBlock *block, size_t size, bool is_paged) {
    if (!block->is_paged && !(is_paged && size >= PAGED_LEAST)) {
        TableBlock *grown = realloc(block, size);
        if (grown) {
            grown->size = size;
        }
        return grown;
    }
    TableBlock *grown = new_block(size, is_paged);
    if (grown) {
        grown->next = block->next;
        memcpy(grown->content, block->content, (block->size < size ? block->size : size) - sizeof *block);
        free_block(block);
    }
    return grown;
}

void *table_memory_grow(TableMemory *memory, void *array, size_t count, size_t size) {
    if (!array) {
        return table_memory_new(memory, count, size);
    }
    TableBlock **link = &memory->blocks;
    while ((void *)(*link)->content != array) {
        link = &(*link)->next;
    }
    TableBlock *grown = fits(count, size) ? grow_block(*link, sizeof *grown + count * size, memory->is_paged) : NULL;
    if (!grown) {
        return NULL;
    }
    *link = grown;
    return grown->content;
}

char *table_memory_copy(TableMemory *memory, const char *text, size_t length) {
    if ((size_t)(memory->text_end - memory->text) <= length) {
        size_t size = length + 1 > TEXT_BLOCK / 4 ? length + 1 : TEXT_BLOCK;
        char *block = table_memory_new(memory, size, 1);
        if (!block) {
            return NULL;
        }
        if (size > TEXT_BLOCK / 4 && size != TEXT_BLOCK) {
            memcpy(block, text, length);
            block[length] = '\0';
            return block;
        }
        memory->text = block;
        memory->text_end = block + size;
    }
    char *copy = memory->text;
    memcpy(copy, text, length);
    copy[length] = '\0';
    memory->text += length + 1;
    return copy;
}

void table_memory_free(TableMemory *memory) {
    while (memory->blocks) {
        TableBlock *next = memory->blocks->next;
        free_block(memory->blocks);
        memory->blocks = next;
    }
    memory->text = memory->text_end = NULL;
}

void table_memory_trim(TableMemory *memory) {
    for (TableBlock *block = memory->is_paged ? memory->blocks : NULL; block;) {
        TableBlock *next = block->next;
        if (block->is_paged) {
            paged_memory_trim(block, block->size);
        }
        block = next;
    }
}
