/* Source files: their bytes, their lines, and spans of bytes in them. Lines and columns exist only for printing. */
#ifndef LSPEC_SOURCE_SOURCE_H
#define LSPEC_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "support/arena.h"
#include "support/vec.h"

/* Bytes [begin, end) of source number `source`. All zero with source -1: no place. */
typedef struct Span {
    int32_t source;
    uint32_t begin;
    uint32_t end;
} Span;

#define SPAN_NONE ((Span){.source = -1})

typedef struct Source {
    const char *path;         /* as the user wrote it */
    const char *text;         /* NUL-terminated; may hold NUL bytes besides */
    uint32_t length;
    const uint32_t *lines;    /* byte offset of each line's start */
    uint32_t line_count;
} Source;

typedef struct SourceSet {
    Arena *arena;
    VEC(Source) sources;
} SourceSet;

typedef struct Position {
    uint32_t line;   /* from 1 */
    uint32_t column; /* from 1, in characters (code points) */
} Position;

/* Registers a text; `text` must live as long as the set. Returns its number. */
int32_t source_add(SourceSet *set, const char *path, const char *text, size_t length);
/* Reads a .lspec file (at most 64 MiB). -1 with `*why` set where that fails. */
int32_t source_read(SourceSet *set, const char *path, const char **why);

Position source_position(const SourceSet *set, int32_t source, uint32_t offset);
/* The line (from 1) alone, whose cost does not grow with the length of lines. */
uint32_t source_line_number(const SourceSet *set, int32_t source, uint32_t offset);
/* The text of line `line` (from 1) without its newline. */
const char *source_line(const SourceSet *set, int32_t source, uint32_t line, size_t *out_length);
/* A NUL-terminated copy of the span's text. */
const char *source_text(const SourceSet *set, Arena *arena, Span span);

/* The smallest span over both. */
Span span_join(Span left, Span right);
static inline bool span_is_none(Span span) { return span.source < 0; }

#endif
