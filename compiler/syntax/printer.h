/* The canonical printer: lines being made, and comments waiting for their place.
 *
 * Each comment is printed at the first safe place behind where it stood: behind a statement, before a `->`, behind an
 * element of a list. It ends its line there, so printing twice moves nothing. */
#ifndef LSPEC_SYNTAX_PRINTER_H
#define LSPEC_SYNTAX_PRINTER_H

#include "support/str.h"
#include "syntax/ast.h"

enum {
    PRINT_WIDTH = 100,    /* columns that a line should keep to */
    PRINT_INDENT = 4,     /* of a block, of the elements of a broken list */
    PRINT_CONTINUE = 2,   /* of a line that begins with `->` */
    PRINT_ALIGN_MOST = 32 /* longer names are not aligned to */
};

typedef struct PrintLine {
    const char *text;
    const char *comment; /* at its end, or NULL */
} PrintLine;

typedef struct Printer {
    Session *session;
    Arena *arena;
    const AstFile *file;
    const Source *source;
    VEC(PrintLine) lines;
    Str line; /* the one being made */
    int line_indent;
    bool unbroken; /* a block on one line: nothing in it is broken */
    int64_t next_comment;
} Printer;

/* ---- print_lines.c ---- */

void line_begin(Printer *printer, int indent);
/* Ends the line being made; `comment` may be NULL. */
void line_end(Printer *printer, const char *comment);
void line_blank(Printer *printer);
int line_width(const Printer *printer);
/* The waiting comments that stood before `offset`: the first one at the end of the line being made, unless it stood on
 * a line of its own; the others on lines of their own at `indent`. True where the line was ended. */
bool line_flush_comments(Printer *printer, uint32_t offset, int indent);
/* All lines as one text, comments at the ends of lines aligned. */
const char *lines_join(Printer *printer);

/* ---- print_source.c: how the author laid it out ---- */

uint32_t print_line_of(const Printer *printer, uint32_t offset);
/* Whether a newline stands in bytes [begin, end). */
bool print_has_newline(const Printer *printer, uint32_t begin, uint32_t end);
/* Whether a comment begins there. */
bool print_has_comment(const Printer *printer, uint32_t begin, uint32_t end);
/* Whether a line of nothing but blanks lies between the lines of the two offsets. */
bool print_has_blank_line(const Printer *printer, uint32_t begin, uint32_t end);

/* ---- print_expr.c ---- */

/* On one line, without comments. */
void print_inline(Str *out, const AstExpr *expr);
/* Columns of that, or `limit` + 1 where they are more. */
int print_inline_width(const AstExpr *expr, int limit);
void print_names(Str *out, const AstName *names, int64_t count);
/* The names, in several lines at `indent` where they are too long for one. */
void print_filled_names(Printer *printer, const AstName *names, int64_t count, int indent);
int print_text_width(const char *text);
/* Whether the author or a comment breaks the expression over lines. */
bool print_is_broken(const Printer *printer, const AstExpr *expr, bool outermost);
/* The expression behind what the line holds already; further lines of an outermost flow begin at `indent`. Behind its
 * first step come `pad` blanks. */
void print_expr(Printer *printer, const AstExpr *expr, int indent, int pad, bool outermost);

/* ---- print_block.c ---- */

/* Whether the section is a block that is printed on one line. */
bool print_is_short_block(const Printer *printer, const AstSection *section);
/* From its `{`, behind what the line holds, to its `}`. */
void print_block(Printer *printer, const AstSection *section);
/* Comments on lines of their own between `*place` and `offset`, and the author's blank lines around them. */
void print_leading_comments(Printer *printer, uint32_t *place, uint32_t offset, bool at_start, int indent);
/* Ends the line of what ends at `end`, with the comment that stands behind it and before `limit`. */
void print_end_line(Printer *printer, uint32_t end, uint32_t limit, int indent);

#endif
