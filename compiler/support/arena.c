/* The arena: chunks that double in size up to a limit; what is larger than a chunk gets one of its own. */
#include "support/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/panic.h"

enum { FIRST_CHUNK = 64 * 1024, LARGEST_CHUNK = 4 * 1024 * 1024 };

typedef struct Chunk {
    struct Chunk *next;
    size_t capacity;
    size_t used;
    max_align_t data[];
} Chunk;

struct Arena {
    Chunk *chunks; /* the current one first */
    size_t next_capacity;
    size_t total;
};

Arena *arena_new(void) {
    Arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) panic_system("out of memory");
    arena->next_capacity = FIRST_CHUNK;
    return arena;
}

void arena_free(Arena *arena) {
    if (arena == NULL) return;
    for (Chunk *chunk = arena->chunks; chunk != NULL;) {
        Chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

static Chunk *add_chunk(Arena *arena, size_t size) {
    size_t capacity = arena->next_capacity;
    if (capacity < LARGEST_CHUNK) arena->next_capacity *= 2;
    if (capacity < size) capacity = size;
    Chunk *chunk = capacity < SIZE_MAX - sizeof *chunk ? malloc(sizeof *chunk + capacity) : NULL;
    if (chunk == NULL) panic_system("out of memory: %zu bytes more were needed", size);
    chunk->capacity = capacity;
    chunk->used = 0;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    return chunk;
}

static size_t padding_for(const Chunk *chunk, size_t alignment) {
    uintptr_t at = (uintptr_t)chunk->data + chunk->used;
    return (size_t)(-at & (alignment - 1));
}

void *arena_alloc(Arena *arena, size_t size, size_t alignment) {
    Chunk *chunk = arena->chunks;
    size_t padding = chunk != NULL ? padding_for(chunk, alignment) : 0;
    if (chunk == NULL || padding + size < size || chunk->capacity - chunk->used < padding + size) {
        chunk = add_chunk(arena, size + alignment < size ? SIZE_MAX : size + alignment);
        padding = padding_for(chunk, alignment);
    }
    void *memory = (char *)chunk->data + chunk->used + padding;
    chunk->used += padding + size;
    arena->total += size;
    return memset(memory, 0, size);
}

char *arena_strndup(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(Arena *arena, const char *text) { return arena_strndup(arena, text, strlen(text)); }

char *arena_vprintf(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) BUG("a format that vsnprintf refuses: %s", format);
    char *text = arena_alloc(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t arena_size(const Arena *arena) { return arena->total; }
