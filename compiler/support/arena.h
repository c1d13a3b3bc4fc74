/* Region allocator: everything of a session lives in one arena and is released with it. */
#ifndef LSPEC_SUPPORT_ARENA_H
#define LSPEC_SUPPORT_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

/* Never returns NULL: running out of memory ends the program with a message and exit status 3. */
Arena *arena_new(void);
void arena_free(Arena *arena);

/* Zeroed memory of `size` bytes at a power-of-two `alignment`. Never NULL. */
void *arena_alloc(Arena *arena, size_t size, size_t alignment);

/* Copies of strings, always NUL-terminated. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t length);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list arguments);

/* Bytes handed out so far. */
size_t arena_size(const Arena *arena);

#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type), _Alignof(Type)))
#define ARENA_ARRAY(arena, Type, count) \
    ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(count), _Alignof(Type)))

#endif
