/* String builder in an arena, and the few string tests that C lacks. */
#ifndef LSPEC_SUPPORT_STR_H
#define LSPEC_SUPPORT_STR_H

#include <stdbool.h>
#include <stdio.h>

#include "support/arena.h"

typedef struct Str {
    Arena *arena;
    char *data;      /* NUL-terminated at every moment; never NULL after str_init */
    size_t length;
    size_t capacity;
} Str;

void str_init(Str *str, Arena *arena);
void str_append(Str *str, const char *text);
void str_append_n(Str *str, const char *text, size_t length);
void str_append_char(Str *str, char character);
void str_printf(Str *str, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool str_equal(const char *left, const char *right); /* NULL equals NULL only */
bool str_starts_with(const char *text, const char *prefix);
bool str_ends_with(const char *text, const char *suffix);

/* The shortest decimal text that reads back as `value`: 0.001, 1e-05, 64. */
const char *str_number(Arena *arena, double value);

#endif
