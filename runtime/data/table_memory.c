/* Blocks in a chain; short texts share one of them. */
#include "data/table_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BLOCK = 1 << 16 };

typedef struct TableBlock {
    struct TableBlock *next;
    max_align_t content[];
} TableBlock;

void *table_memory_new(TableMemory *memory, size_t count, size_t size) {
    if (size > 0 && count > (SIZE_MAX / 2 - sizeof(TableBlock)) / size) {
        return NULL;
    }
    TableBlock *block = malloc(sizeof *block + count * size);
    if (!block) {
        return NULL;
    }
    block->next = memory->blocks;
    memory->blocks = block;
    return block->content;
}

void *table_memory_grow(TableMemory *memory, void *array, size_t count, size_t size) {
    if (!array) {
        return table_memory_new(memory, count, size);
    }
    if (size > 0 && count > (SIZE_MAX / 2 - sizeof(TableBlock)) / size) {
        return NULL;
    }
    TableBlock **link = &memory->blocks;
    while ((void *)(*link)->content != array) {
        link = &(*link)->next;
    }
    TableBlock *grown = realloc(*link, sizeof *grown + count * size);
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
        free(memory->blocks);
        memory->blocks = next;
    }
    memory->text = memory->text_end = NULL;
}
