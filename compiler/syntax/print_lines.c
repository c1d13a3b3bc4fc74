/* Lines of the printed text, and where comments go. */
#include <string.h>

#include "syntax/printer.h"

enum { ALIGN_COMMENTS_UP_TO = 70, BLANKS_BEFORE_COMMENT = 2 };

void line_begin(Printer *printer, int indent) {
    str_init(&printer->line, printer->arena);
    str_printf(&printer->line, "%*s", indent, "");
    printer->line_indent = indent;
}

void line_end(Printer *printer, const char *comment) {
    Str *line = &printer->line;
    while (line->length > 0 && line->data[line->length - 1] == ' ') line->data[--line->length] = '\0';
    vec_push(printer->arena, &printer->lines, (PrintLine){line->data, comment});
    str_init(line, printer->arena);
}

void line_blank(Printer *printer) {
    int64_t count = printer->lines.count;
    if (count > 0 && printer->lines.items[count - 1].text[0] != '\0') line_end(printer, NULL);
}

int line_width(const Printer *printer) { return print_text_width(printer->line.data); }

static const char *comment_text(const Printer *printer, const AstComment *comment) {
    return arena_strndup(printer->arena, printer->source->text + comment->span.begin,
                         comment->span.end - comment->span.begin);
}

bool line_flush_comments(Printer *printer, uint32_t offset, int indent) {
    bool ended = false;
    for (; printer->next_comment < printer->file->comment_count; printer->next_comment++) {
        const AstComment *comment = &printer->file->comments[printer->next_comment];
        if (comment->span.begin >= offset) break;
        const char *text = comment_text(printer, comment);
        if (!ended && !comment->own_line) {
            line_end(printer, text);
        } else {
            if (!ended) line_end(printer, NULL);
            line_begin(printer, indent);
            str_append(&printer->line, text);
            line_end(printer, NULL);
        }
        ended = true;
    }
    return ended;
}

static bool is_comment_line(const PrintLine *line) { return line->text[strspn(line->text, " ")] == '#'; }

/* Whether the line ends with an opening bracket: what follows is indented deeper. */
static bool opens_block(const PrintLine *line) {
    size_t length = strlen(line->text);
    return length > 0 && strchr("{([", line->text[length - 1]) != NULL;
}

static bool closes_block(const PrintLine *line) {
    char first = line->text[strspn(line->text, " ")];
    return first != '\0' && strchr("})]", first) != NULL;
}

/* The lines from `begin` on that align their comments with one another; at least one. */
static int64_t paragraph_end(const Printer *printer, int64_t begin) {
    int64_t end = begin;
    if (opens_block(&printer->lines.items[begin])) return begin + 1;
    while (end < printer->lines.count) {
        const PrintLine *line = &printer->lines.items[end];
        if (line->text[0] == '\0' || is_comment_line(line) || opens_block(line) || closes_block(line)) break;
        end++;
    }
    return end > begin ? end : begin + 1;
}

static int comment_column(const Printer *printer, int64_t begin, int64_t end) {
    int column = 0;
    for (int64_t i = begin; i < end; i++) {
        const PrintLine *line = &printer->lines.items[i];
        int width = line->comment != NULL ? print_text_width(line->text) : 0;
        if (width > column && width <= ALIGN_COMMENTS_UP_TO) column = width;
    }
    return column + BLANKS_BEFORE_COMMENT;
}

const char *lines_join(Printer *printer) {
    Str out;
    str_init(&out, printer->arena);
    while (printer->lines.count > 0 && printer->lines.items[printer->lines.count - 1].text[0] == '\0')
        printer->lines.count--;
    for (int64_t begin = 0; begin < printer->lines.count;) {
        int64_t end = paragraph_end(printer, begin);
        int column = comment_column(printer, begin, end);
        for (; begin < end; begin++) {
            const PrintLine *line = &printer->lines.items[begin];
            str_append(&out, line->text);
            if (line->comment != NULL) {
                int blanks = column - print_text_width(line->text);
                str_printf(&out, "%*s%s", blanks > BLANKS_BEFORE_COMMENT ? blanks : BLANKS_BEFORE_COMMENT, "",
                           line->comment);
            }
            str_append_char(&out, '\n');
        }
    }
    return out.data;
}
