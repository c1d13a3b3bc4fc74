/* One line of source after the other, each with a row for every mark on it. Positions are bytes in the source and
 * become terminal columns only here: tabs are expanded, wide characters counted, overlong lines cut around their first
 * mark. */
#include "diag/excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "support/str.h"
#include "support/utf8.h"

enum { TAB_WIDTH = 4, LINE_BYTES = 160, BYTES_BEFORE_MARK = 60 };

/* A span to be marked, with what stands beside it. */
typedef struct Mark {
    Span span;
    uint32_t line;
    const char *text;
    bool primary;
} Mark;

/* The part of a line that is shown: bytes [begin, end) of the source. */
typedef struct Window {
    uint32_t begin, end;
    bool cut_left, cut_right;
} Window;

enum { MARKS_SHOWN = 16 };

typedef struct MarkList {
    Mark items[MARKS_SHOWN];
    int count;
} MarkList;

static const char replacement[] = "\xEF\xBF\xBD";

/* The next character of `text`: its bytes in `*out_text` and `*out_size`, the bytes it stands for as result. */
static size_t next_character(const char *text, size_t length, const char **out_text, size_t *out_size, int *out_width) {
    uint32_t point = 0;
    size_t size = utf8_decode(text, length, &point);
    if (size == 0 || point < 0x20 || (point >= 0x7F && point < 0xA0)) {
        *out_text = replacement;
        *out_size = sizeof replacement - 1;
        *out_width = 1;
        return size == 0 ? 1 : size;
    }
    *out_text = text;
    *out_size = size;
    *out_width = utf8_width(point);
    return size;
}

void excerpt_print_clean(FILE *out, const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        if (text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
            fputc(' ', out);
            at++;
            continue;
        }
        const char *shown;
        size_t size;
        int width;
        at += next_character(text + at, length - at, &shown, &size, &width);
        fwrite(shown, 1, size, out);
    }
}

static uint32_t line_of(const SourceSet *sources, Span span) {
    return source_line_number(sources, span.source, span.begin);
}

static int compare_marks(const void *left, const void *right) {
    const Mark *a = left, *b = right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->span.begin != b->span.begin) return a->span.begin < b->span.begin ? -1 : 1;
    return (int)b->primary - (int)a->primary;
}

/* The diagnostic's marks in `source`, in the order of the text. */
static MarkList collect_marks(const SourceSet *sources, const Diagnostic *diagnostic, int32_t source) {
    MarkList marks = {.count = 0};
    if (diagnostic->span.source == source)
        marks.items[marks.count++] =
            (Mark){diagnostic->span, line_of(sources, diagnostic->span), diagnostic->caret, true};
    for (int64_t i = 0; i < diagnostic->labels.count && marks.count < MARKS_SHOWN; i++) {
        const DiagLabel *label = &diagnostic->labels.items[i];
        if (label->span.source == source)
            marks.items[marks.count++] = (Mark){label->span, line_of(sources, label->span), label->text, false};
    }
    qsort(marks.items, (size_t)marks.count, sizeof *marks.items, compare_marks);
    return marks;
}

int excerpt_gutter(const SourceSet *sources, const Diagnostic *diagnostic) {
    uint32_t largest = 1;
    if (!span_is_none(diagnostic->span)) largest = line_of(sources, diagnostic->span);
    for (int64_t i = 0; i < diagnostic->labels.count; i++) {
        Span span = diagnostic->labels.items[i].span;
        uint32_t line = span_is_none(span) ? 1 : line_of(sources, span);
        if (line > largest) largest = line;
    }
    int digits = 1;
    for (; largest >= 10; largest /= 10) digits++;
    return digits;
}

static bool is_continuation(char byte) { return ((unsigned char)byte & 0xC0) == 0x80; }

static Window choose_window(const Source *source, const char *line, size_t length, uint32_t first_mark) {
    uint32_t begin = (uint32_t)(line - source->text);
    Window window = {.begin = begin, .end = begin + (uint32_t)length};
    if (length <= LINE_BYTES) return window;
    if (first_mark > begin + BYTES_BEFORE_MARK * 2) {
        window.begin = first_mark - BYTES_BEFORE_MARK;
        while (window.begin > begin && is_continuation(source->text[window.begin])) window.begin--;
        window.cut_left = true;
    }
    if (window.end - window.begin > LINE_BYTES) {
        window.end = window.begin + LINE_BYTES;
        while (window.end > window.begin && is_continuation(source->text[window.end])) window.end--;
        window.cut_right = true;
    }
    return window;
}

static void print_window(const Source *source, Window window, FILE *out) {
    if (window.cut_left) fputs("...", out);
    int column = 0;
    for (uint32_t at = window.begin; at < window.end;) {
        if (source->text[at] == '\t') {
            int blanks = TAB_WIDTH - column % TAB_WIDTH;
            fprintf(out, "%*s", blanks, "");
            column += blanks;
            at++;
            continue;
        }
        const char *shown;
        size_t size;
        int width;
        at += (uint32_t)next_character(source->text + at, window.end - at, &shown, &size, &width);
        fwrite(shown, 1, size, out);
        column += width;
    }
    if (window.cut_right) fputs("...", out);
}

/* Terminal columns from the window's left edge to byte `offset`, which is moved into the window. */
static int column_of(const Source *source, Window window, uint32_t offset) {
    int column = 0;
    for (uint32_t at = window.begin; at < window.end && at < offset;) {
        if (source->text[at] == '\t') {
            column += TAB_WIDTH - column % TAB_WIDTH;
            at++;
            continue;
        }
        const char *shown;
        size_t size;
        int width;
        at += (uint32_t)next_character(source->text + at, window.end - at, &shown, &size, &width);
        column += width;
    }
    return column + (window.cut_left ? 3 : 0);
}

static void print_gutter(const Palette *palette, int gutter, FILE *out) {
    fprintf(out, "%s%*s |%s", palette->gutter, gutter, "", palette->reset);
}

static void print_mark(const Source *source, Window window, const Mark *mark, const char *color, const Palette *palette,
                       int gutter, FILE *out) {
    int begin = column_of(source, window, mark->span.begin);
    int end = column_of(source, window, mark->span.end);
    print_gutter(palette, gutter, out);
    fprintf(out, " %*s%s", begin, "", color);
    for (int i = begin; i < end || i == begin; i++) fputc(mark->primary ? '^' : '-', out);
    if (mark->text != NULL && mark->text[0] != '\0') {
        fputc(' ', out);
        excerpt_print_clean(out, mark->text, strlen(mark->text));
    }
    fprintf(out, "%s\n", palette->reset);
}

static void print_lines(const SourceSet *sources, const Diagnostic *diagnostic, int32_t source, const Palette *palette,
                        int gutter, FILE *out) {
    MarkList marks = collect_marks(sources, diagnostic, source);
    const Source *file = &sources->sources.items[source];
    print_gutter(palette, gutter, out);
    fputc('\n', out);
    uint32_t previous = 0;
    for (int i = 0; i < marks.count;) {
        uint32_t line = marks.items[i].line;
        if (previous != 0 && line > previous + 1) fprintf(out, "%s...%s\n", palette->gutter, palette->reset);
        size_t length;
        const char *text = source_line(sources, source, line, &length);
        Window window = choose_window(file, text, length, marks.items[i].span.begin);
        fprintf(out, "%s%*u |%s", palette->gutter, gutter, (unsigned)line, palette->reset);
        if (length > 0) fputc(' ', out);
        print_window(file, window, out);
        fputc('\n', out);
        for (; i < marks.count && marks.items[i].line == line; i++)
            print_mark(file, window, &marks.items[i],
                       marks.items[i].primary ? palette->severity[diagnostic->severity] : palette->gutter, palette,
                       gutter, out);
        previous = line;
    }
}

/* Whether an earlier label lies in the source of label `at` already. */
static bool source_was_shown(const Diagnostic *diagnostic, int64_t at) {
    int32_t source = diagnostic->labels.items[at].span.source;
    if (source < 0 || source == diagnostic->span.source) return true;
    for (int64_t i = 0; i < at; i++)
        if (diagnostic->labels.items[i].span.source == source) return true;
    return false;
}

static void print_place(const SourceSet *sources, Span span, const char *arrow, const Palette *palette, int gutter,
                        FILE *out) {
    const Source *file = &sources->sources.items[span.source];
    fprintf(out, "%*s%s%s%s ", gutter, "", palette->gutter, arrow, palette->reset);
    excerpt_print_clean(out, file->path, strlen(file->path));
    if (file->length > 0) {
        Position position = source_position(sources, span.source, span.begin);
        fprintf(out, ":%u:%u", (unsigned)position.line, (unsigned)position.column);
    }
    fputc('\n', out);
}

void excerpt_print(const SourceSet *sources, const Diagnostic *diagnostic, const Palette *palette, int gutter,
                   FILE *out) {
    bool shown = false;
    if (!span_is_none(diagnostic->span)) {
        print_place(sources, diagnostic->span, "-->", palette, gutter, out);
        if (sources->sources.items[diagnostic->span.source].length > 0) {
            print_lines(sources, diagnostic, diagnostic->span.source, palette, gutter, out);
            shown = true;
        }
    }
    for (int64_t i = 0; i < diagnostic->labels.count; i++)
        if (!source_was_shown(diagnostic, i)) {
            print_place(sources, diagnostic->labels.items[i].span, ":::", palette, gutter, out);
            print_lines(sources, diagnostic, diagnostic->labels.items[i].span.source, palette, gutter, out);
            shown = true;
        }
    if (shown) {
        print_gutter(palette, gutter, out);
        fputc('\n', out);
    }
}
