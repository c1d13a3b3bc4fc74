/* Source files: the index of line starts is made once; columns are counted when a message is printed. */
#include "source/source.h"

#include <string.h>

#include "support/io.h"

enum { LARGEST_SOURCE = 64 * 1024 * 1024 };

static const uint32_t *index_lines(Arena *arena, const char *text, uint32_t length, uint32_t *out_count) {
    uint32_t count = 1;
    for (uint32_t i = 0; i < length; i++) count += text[i] == '\n';
    uint32_t *lines = ARENA_ARRAY(arena, uint32_t, count);
    uint32_t line = 1;
    for (uint32_t i = 0; i < length; i++)
        if (text[i] == '\n') lines[line++] = i + 1;
    *out_count = count;
    return lines;
}

int32_t source_add(SourceSet *set, const char *path, const char *text, size_t length) {
    Source source = {.path = arena_strdup(set->arena, path), .text = text, .length = (uint32_t)length};
    source.lines = index_lines(set->arena, text, source.length, &source.line_count);
    vec_push(set->arena, &set->sources, source);
    return (int32_t)set->sources.count - 1;
}

int32_t source_read(SourceSet *set, const char *path, const char **why) {
    char *text = NULL;
    size_t length = 0;
    if (!io_read_file(set->arena, path, LARGEST_SOURCE, &text, &length, why)) return -1;
    return source_add(set, path, text, length);
}

uint32_t source_line_number(const SourceSet *set, int32_t source, uint32_t offset) {
    const Source *file = &set->sources.items[source];
    uint32_t low = 0, high = file->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (file->lines[middle] <= offset) low = middle;
        else high = middle;
    }
    return low + 1;
}

Position source_position(const SourceSet *set, int32_t source, uint32_t offset) {
    const Source *file = &set->sources.items[source];
    if (offset > file->length) offset = file->length;
    Position position = {.line = source_line_number(set, source, offset), .column = 1};
    for (uint32_t i = file->lines[position.line - 1]; i < offset; i++)
        position.column += ((unsigned char)file->text[i] & 0xC0) != 0x80; /* continuation bytes do not count */
    return position;
}

const char *source_line(const SourceSet *set, int32_t source, uint32_t line, size_t *out_length) {
    const Source *file = &set->sources.items[source];
    uint32_t begin = file->lines[line - 1];
    uint32_t end = line < file->line_count ? file->lines[line] - 1 : file->length;
    if (end > begin && file->text[end - 1] == '\r') end--;
    *out_length = end - begin;
    return file->text + begin;
}

const char *source_text(const SourceSet *set, Arena *arena, Span span) {
    if (span_is_none(span)) return "";
    const Source *file = &set->sources.items[span.source];
    return arena_strndup(arena, file->text + span.begin, span.end - span.begin);
}

Span span_join(Span left, Span right) {
    if (span_is_none(left)) return right;
    if (span_is_none(right) || left.source != right.source) return left;
    return (Span){.source = left.source,
                  .begin = left.begin < right.begin ? left.begin : right.begin,
                  .end = left.end > right.end ? left.end : right.end};
}
