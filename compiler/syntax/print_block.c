/* Blocks: statements in lines, their `:` and first `->` aligned from blank line to blank line. */
#include <string.h>

#include "syntax/printer.h"

static bool is_columns(const AstSection *section) {
    return section->kind == AST_BLOCK && strcmp(section->name.text, "columns") == 0;
}

/* In a network and a definition heads of flows differ too much in length to be aligned. */
static bool aligns_flows(const AstSection *section) {
    return section->kind == AST_BLOCK && strcmp(section->name.text, "network") != 0;
}

/* The name that a flow in place begins with, or NULL: `age -> scale(standard)`. */
static const AstExpr *flow_head(const AstExpr *value) {
    if (value->kind != AST_FLOW) return NULL;
    while (value->kind == AST_FLOW) value = value->left;
    return value->kind == AST_NAME ? value : NULL;
}

/* Columns of what is aligned in a statement of that kind: its names, or the head of its flow. 0: nothing is. */
static int aligned_width(Printer *printer, const AstSection *section, const AstStmt *stmt, AstStmtKind kind) {
    if (stmt->disabled) return 0;
    bool is_entry = stmt->kind == AST_ENTRY;
    bool is_flow = stmt->kind == AST_FLOWS || (stmt->kind == AST_VALUE && flow_head(stmt->value) != NULL);
    if (kind == AST_ENTRY ? !is_entry : !is_flow || !aligns_flows(section)) return 0;
    int width;
    if (stmt->kind == AST_VALUE) {
        width = print_text_width(flow_head(stmt->value)->text);
    } else {
        Str names;
        str_init(&names, printer->arena);
        print_names(&names, stmt->names, stmt->name_count);
        width = print_text_width(names.data);
    }
    return width <= PRINT_ALIGN_MOST ? width : 0;
}

/* Widths that the statements of one paragraph are aligned to. */
typedef struct Alignment {
    int entry, flow;
} Alignment;

static Alignment paragraph_alignment(Printer *printer, const AstSection *section, int64_t begin, int64_t *out_end) {
    Alignment alignment = {0, 0};
    int64_t i = begin;
    for (; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (i > begin && print_has_blank_line(printer, section->stmts[i - 1].span.end, stmt->span.begin)) break;
        int entry = aligned_width(printer, section, stmt, AST_ENTRY);
        int flow = aligned_width(printer, section, stmt, AST_FLOWS);
        if (entry > alignment.entry) alignment.entry = entry;
        if (flow > alignment.flow) alignment.flow = flow;
    }
    *out_end = i;
    return alignment;
}

static void print_entry(Printer *printer, const AstSection *section, const AstStmt *stmt, int width, int indent) {
    print_filled_names(printer, stmt->names, stmt->name_count, PRINT_INDENT);
    int names = line_width(printer) - PRINT_INDENT;
    int pad = width > names ? width - names : 0;
    if (is_columns(section))
        str_printf(&printer->line, "%*s : ", pad, "");
    else
        str_printf(&printer->line, ":%*s ", pad, "");
    print_expr(printer, stmt->value, indent, 0, true);
}

static void print_names_flow(Printer *printer, const AstStmt *stmt, int width, int indent) {
    print_filled_names(printer, stmt->names, stmt->name_count, PRINT_INDENT);
    int names = line_width(printer) - PRINT_INDENT;
    str_printf(&printer->line, "%*s", width > names ? width - names : 0, "");
    uint32_t names_end = stmt->names[stmt->name_count - 1].span.end;
    const AstExpr *first = stmt->value;
    while (first->kind == AST_FLOW) first = first->left;
    bool ended = line_flush_comments(printer, first->span.begin, indent);
    int room = PRINT_WIDTH - line_width(printer) - (int)strlen(" -> ");
    bool wanted = !printer->unbroken && (print_has_newline(printer, names_end, first->span.begin) ||
                                         print_inline_width(first, room > 0 ? room : 0) > room);
    if (!ended && wanted) {
        line_end(printer, NULL);
        ended = true;
    }
    if (ended) line_begin(printer, indent);
    str_append(&printer->line, ended ? "-> " : " -> ");
    print_expr(printer, stmt->value, indent, 0, true);
}

/* The statement behind what the line holds. */
static void print_stmt(Printer *printer, const AstSection *section, const AstStmt *stmt, Alignment alignment,
                       int indent) {
    if (stmt->disabled) str_append(&printer->line, "/- ");
    int next_line = indent + PRINT_CONTINUE;
    switch (stmt->kind) {
    case AST_ENTRY:
        print_entry(printer, section, stmt, aligned_width(printer, section, stmt, AST_ENTRY) > 0 ? alignment.entry : 0,
                    next_line);
        return;
    case AST_FLOWS:
        print_names_flow(printer, stmt, aligned_width(printer, section, stmt, AST_FLOWS) > 0 ? alignment.flow : 0,
                         next_line);
        return;
    case AST_LET:
        str_append(&printer->line, "let ");
        print_names(&printer->line, stmt->names, 1);
        str_append(&printer->line, " = ");
        print_expr(printer, stmt->value, next_line, 0, true);
        return;
    case AST_BIND:
        print_names(&printer->line, stmt->names, 1);
        str_append(&printer->line, " = ");
        print_expr(printer, stmt->value, next_line, 0, true);
        return;
    case AST_VALUE: {
        int width = aligned_width(printer, section, stmt, AST_FLOWS);
        print_expr(printer, stmt->value, next_line, width > 0 ? alignment.flow - width : 0, true);
        return;
    }
    case AST_BAD: return;
    }
}

void print_leading_comments(Printer *printer, uint32_t *place, uint32_t offset, bool at_start, int indent) {
    while (printer->next_comment < printer->file->comment_count) {
        const AstComment *comment = &printer->file->comments[printer->next_comment];
        if (comment->span.begin >= offset) break;
        if (!at_start && print_has_blank_line(printer, *place, comment->span.begin)) line_blank(printer);
        line_begin(printer, indent);
        str_append_n(&printer->line, printer->source->text + comment->span.begin,
                     comment->span.end - comment->span.begin);
        line_end(printer, NULL);
        *place = comment->span.end;
        at_start = false;
        printer->next_comment++;
    }
    if (!at_start && print_has_blank_line(printer, *place, offset)) line_blank(printer);
}

void print_end_line(Printer *printer, uint32_t end, uint32_t limit, int indent) {
    uint32_t line = print_line_of(printer, end);
    uint32_t behind = end;
    for (int64_t i = printer->next_comment; i < printer->file->comment_count; i++) {
        const AstComment *comment = &printer->file->comments[i];
        if (comment->span.begin >= limit ||
            (comment->span.begin >= end && print_line_of(printer, comment->span.begin) != line))
            break;
        behind = comment->span.end;
    }
    if (!line_flush_comments(printer, behind, indent)) line_end(printer, NULL);
}

bool print_is_short_block(const Printer *printer, const AstSection *section) {
    if (print_has_comment(printer, section->open.begin, section->close.end)) return false;
    if (section->stmt_count == 0) return true;
    if (print_has_newline(printer, section->open.begin, section->close.begin)) return false;
    int room = PRINT_WIDTH - print_text_width(section->name.text) - 8;
    for (int64_t i = 0; i < section->stmt_count && room >= 0; i++) {
        const AstStmt *stmt = &section->stmts[i];
        room -= 6 + print_inline_width(stmt->value, room);
        for (int64_t k = 0; k < stmt->name_count; k++) room -= print_text_width(stmt->names[k].text) + 2;
    }
    return room >= 0;
}

static void print_short_block(Printer *printer, const AstSection *section) {
    str_append(&printer->line, "{ ");
    printer->unbroken = true;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        if (i > 0) str_append(&printer->line, "; ");
        print_stmt(printer, section, &section->stmts[i], (Alignment){0, 0}, 0);
    }
    printer->unbroken = false;
    str_append(&printer->line, section->stmt_count > 0 ? " }" : "}");
}

void print_block(Printer *printer, const AstSection *section) {
    if (print_is_short_block(printer, section)) {
        print_short_block(printer, section);
        return;
    }
    str_append_char(&printer->line, '{');
    uint32_t place = section->open.end;
    print_end_line(printer, place, section->stmt_count > 0 ? section->stmts[0].span.begin : section->close.begin, 0);
    Alignment alignment = {0, 0};
    int64_t paragraph = 0;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        print_leading_comments(printer, &place, stmt->span.begin, i == 0 && place == section->open.end, PRINT_INDENT);
        if (i == paragraph) alignment = paragraph_alignment(printer, section, i, &paragraph);
        line_begin(printer, PRINT_INDENT);
        print_stmt(printer, section, stmt, alignment, PRINT_INDENT);
        place = stmt->span.end;
        print_end_line(printer, place,
                       i + 1 < section->stmt_count ? section->stmts[i + 1].span.begin : section->close.begin,
                       PRINT_INDENT);
    }
    /* Blank lines before the closing brace go. */
    while (printer->next_comment < printer->file->comment_count &&
           printer->file->comments[printer->next_comment].span.begin < section->close.begin) {
        uint32_t begin = printer->file->comments[printer->next_comment].span.begin;
        print_leading_comments(printer, &place, begin + 1, place == section->open.end, PRINT_INDENT);
    }
    line_begin(printer, 0);
    str_append_char(&printer->line, '}');
}
