/* The string builder and a few string tests. */
#include "support/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void str_init(Str *str, Arena *arena) {
    *str = (Str){.arena = arena, .data = arena_alloc(arena, 32, 1), .capacity = 32};
}

static void reserve(Str *str, size_t more) {
    if (str->length + more + 1 <= str->capacity) return;
    size_t capacity = str->capacity * 2;
    if (capacity < str->length + more + 1) capacity = str->length + more + 1;
    char *data = arena_alloc(str->arena, capacity, 1);
    memcpy(data, str->data, str->length);
    str->data = data;
    str->capacity = capacity;
}

void str_append_n(Str *str, const char *text, size_t length) {
    reserve(str, length);
    if (length > 0) memcpy(str->data + str->length, text, length);
    str->length += length;
    str->data[str->length] = '\0';
}

void str_append(Str *str, const char *text) { str_append_n(str, text, strlen(text)); }

void str_append_char(Str *str, char character) { str_append_n(str, &character, 1); }

void str_printf(Str *str, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length > 0) {
        reserve(str, (size_t)length);
        vsnprintf(str->data + str->length, (size_t)length + 1, format, arguments);
        str->length += (size_t)length;
    }
    va_end(arguments);
}

bool str_equal(const char *left, const char *right) {
    if (left == NULL || right == NULL) return left == right;
    return strcmp(left, right) == 0;
}

bool str_starts_with(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

bool str_ends_with(const char *text, const char *suffix) {
    size_t length = strlen(text);
    size_t tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

const char *str_number(Arena *arena, double value) {
    if (isnan(value)) return "nan";
    if (isinf(value)) return value > 0 ? "inf" : "-inf";
    if (fabs(value) < 1e15 && value == floor(value)) return arena_printf(arena, "%.0f", value);
    for (int digits = 1; digits <= 17; digits++) {
        char text[40];
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return arena_strdup(arena, text);
    }
    return arena_printf(arena, "%.17g", value);
}
