/* The canonical layout of a file: sections, blank lines between them, and the alignment of neighbours. */
#include <string.h>

#include "support/panic.h"
#include "syntax/printer.h"

/* How the sections of one run, without a blank line between them, are aligned. */
typedef struct Run {
    int label;   /* column where values of `name: value` and blocks begin */
    int keyword; /* of `param` and `let` */
    int name;    /* of a param or let */
} Run;

static bool is_constant(const AstSection *section) {
    return section->kind == AST_PARAM || section->kind == AST_TOP_LET;
}

static bool has_block(const AstSection *section) { return section->kind == AST_BLOCK || section->kind == AST_DEF; }

static bool is_tall(const Printer *printer, const AstSection *section) {
    return has_block(section) && !print_is_short_block(printer, section);
}

/* Columns up to the value, and 0 where the section is not aligned to others. */
static int label_width(const Printer *printer, const AstSection *section) {
    if (section->disabled || section->kind == AST_DEF || is_tall(printer, section)) return 0;
    int width = print_text_width(section->name.text);
    if (width > PRINT_ALIGN_MOST) return 0;
    if (section->kind == AST_FIELD) return width + 2;
    return section->kind == AST_BLOCK ? width + 1 : 0;
}

static bool has_gap(const Printer *printer, int64_t before) {
    const AstSection *sections = printer->file->sections;
    return print_has_blank_line(printer, sections[before].span.end, sections[before + 1].span.begin) ||
           is_tall(printer, &sections[before]) || is_tall(printer, &sections[before + 1]);
}

static Run measure_run(const Printer *printer, int64_t begin, int64_t *out_end) {
    Run run = {0, 0, 0};
    int64_t i = begin;
    for (; i < printer->file->section_count; i++) {
        const AstSection *section = &printer->file->sections[i];
        if (i > begin && has_gap(printer, i - 1)) break;
        int label = label_width(printer, section);
        if (label > run.label) run.label = label;
        if (!is_constant(section) || section->disabled) continue;
        int keyword = section->kind == AST_PARAM ? (int)strlen("param") : (int)strlen("let");
        int name = print_text_width(section->name.text);
        if (keyword > run.keyword) run.keyword = keyword;
        if (name > run.name && name <= PRINT_ALIGN_MOST) run.name = name;
    }
    *out_end = i;
    return run;
}

static void pad_to(Printer *printer, int column) {
    int width = line_width(printer);
    str_printf(&printer->line, "%*s", column > width ? column - width : 1, "");
}

static void print_constant(Printer *printer, const AstSection *section, Run run) {
    if (section->disabled) run = (Run){0, 0, 0};
    const char *keyword = section->kind == AST_PARAM ? "param" : "let";
    str_printf(&printer->line, "%-*s %-*s = ", run.keyword, keyword, run.name, section->name.text);
    print_expr(printer, section->value, PRINT_CONTINUE, 0, true);
    if (section->range == NULL) return;
    /* A comment before `in` ends its line: the range goes on in the next one. */
    bool is_broken = line_flush_comments(printer, section->range->span.begin, PRINT_CONTINUE);
    if (is_broken) line_begin(printer, PRINT_CONTINUE);
    str_append(&printer->line, is_broken ? "in " : " in ");
    print_expr(printer, section->range, PRINT_CONTINUE, 0, true);
}

static void print_section(Printer *printer, const AstSection *section, Run run) {
    line_begin(printer, 0);
    if (section->disabled) str_append(&printer->line, "/- ");
    bool aligned = label_width(printer, section) > 0;
    switch (section->kind) {
    case AST_VERSION:
    case AST_USE:
        str_printf(&printer->line, "%s ", section->name.text);
        print_expr(printer, section->value, PRINT_CONTINUE, 0, true);
        return;
    case AST_FIELD:
        str_printf(&printer->line, "%s:", section->name.text);
        pad_to(printer, aligned ? run.label : 0);
        print_expr(printer, section->value, PRINT_CONTINUE, 0, true);
        return;
    case AST_BLOCK:
        str_append(&printer->line, section->name.text);
        pad_to(printer, aligned ? run.label : 0);
        print_block(printer, section);
        return;
    case AST_PARAM:
    case AST_TOP_LET: print_constant(printer, section, run); return;
    case AST_DEF:
        str_printf(&printer->line, "def %s(", section->name.text);
        print_names(&printer->line, section->formals, section->formal_count);
        str_append(&printer->line, ") ");
        print_block(printer, section);
        return;
    case AST_BAD_SECTION: BUG("a damaged file is printed");
    }
}

const char *syntax_print(Session *session, const AstFile *file) {
    Printer printer = {.session = session,
                       .arena = session->arena,
                       .file = file,
                       .source = &session->sources.sources.items[file->source]};
    str_init(&printer.line, printer.arena);
    Run run = {0, 0, 0};
    int64_t run_end = 0;
    uint32_t place = 0;
    for (int64_t i = 0; i < file->section_count; i++) {
        const AstSection *section = &file->sections[i];
        bool first = printer.lines.count == 0;
        if (i > 0 && (is_tall(&printer, section) || is_tall(&printer, section - 1))) line_blank(&printer);
        print_leading_comments(&printer, &place, section->span.begin, first, 0);
        if (i == run_end) run = measure_run(&printer, i, &run_end);
        print_section(&printer, section, run);
        place = section->span.end;
        print_end_line(&printer, place, i + 1 < file->section_count ? file->sections[i + 1].span.begin : UINT32_MAX, 0);
    }
    while (printer.next_comment < file->comment_count) {
        uint32_t begin = file->comments[printer.next_comment].span.begin;
        print_leading_comments(&printer, &place, begin + 1, printer.lines.count == 0, 0);
    }
    return lines_join(&printer);
}
