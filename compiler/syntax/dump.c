/* `lspec dump`: the tokens with the ends of statements among them, and the tree without places. */
#include <inttypes.h>
#include <string.h>

#include "parser.h"
#include "syntax/parse.h"

void syntax_dump_tokens(Session *session, int32_t source, FILE *out) {
    Parse *parse = ARENA_NEW(session->arena, Parse);
    *parse = (Parse){.session = session, .arena = session->arena, .source = source, .strict = true};
    const Source *text = &session->sources.sources.items[source];
    scanner_init(&parse->scanner, session->arena, source, text);
    for (;;) {
        parse->failed = false;
        Token token = filter_next(parse);
        Position position = source_position(&session->sources, source, token.begin);
        const char *name = grammar_token_name(token.kind);
        fprintf(out, "%u:%u\t%s", (unsigned)position.line, (unsigned)position.column, name);
        if (token.begin < token.end) {
            fputc('\t', out);
            fwrite(text->text + token.begin, 1, token.end - token.begin, out);
        }
        fputc('\n', out);
        if (token.kind == GRAMMAR_END) break;
    }
    scanner_free(&parse->scanner);
}

static const char *const expr_names[] = {
    [AST_FLOW] = "flow",         [AST_BINARY] = "binary",   [AST_RANGE] = "range", [AST_NEGATE] = "negate",
    [AST_OPTIONAL] = "optional", [AST_INDEX] = "index",     [AST_NAME] = "name",   [AST_CALL] = "call",
    [AST_NUMBER] = "number",     [AST_PERCENT] = "percent", [AST_UNIT] = "unit",   [AST_SIZE] = "size",
    [AST_STRING] = "string",     [AST_LIST] = "list",       [AST_PAREN] = "paren", [AST_ERROR] = "error",
};

static void indent(FILE *out, int depth) { fprintf(out, "%*s", depth * 2, ""); }

static const char *operator_text(const AstExpr *expr, char buffer[2]) {
    if (expr->op == 'L') return "<=";
    if (expr->op == 'G') return ">=";
    buffer[0] = expr->op;
    buffer[1] = '\0';
    return buffer;
}

static void dump_expr(const AstExpr *expr, FILE *out, int depth) {
    char buffer[2];
    indent(out, depth);
    fputs(expr_names[expr->kind], out);
    if (expr->kind == AST_BINARY) fprintf(out, " %s", operator_text(expr, buffer));
    if (expr->kind == AST_SIZE)
        fprintf(out, " %" PRId64 "x%" PRId64, expr->rows, expr->columns);
    else if (expr->kind == AST_UNIT)
        fprintf(out, " %s %s", expr->left->text, expr->text);
    else if (expr->text != NULL)
        fprintf(out, " %s", expr->text);
    fputc('\n', out);
    if (expr->left != NULL && expr->kind != AST_UNIT) dump_expr(expr->left, out, depth + 1);
    if (expr->right != NULL) dump_expr(expr->right, out, depth + 1);
    for (int64_t i = 0; i < expr->arg_count; i++) {
        const AstArg *arg = &expr->args[i];
        int inner = depth + 1;
        if (arg->key_kind != AST_KEY_NONE) {
            indent(out, inner++);
            fprintf(out, arg->key_kind == AST_KEY_STRING ? "\"%s\"" : "%s", arg->key);
            fprintf(out, arg->key_unit != NULL ? " %s:\n" : ":\n", arg->key_unit);
        }
        dump_expr(arg->value, out, inner);
    }
}

static void dump_names(const AstName *names, int64_t count, FILE *out) {
    for (int64_t i = 0; i < count; i++) fprintf(out, names[i].quoted ? " \"%s\"" : " %s", names[i].text);
}

static void dump_stmt(const AstStmt *stmt, FILE *out) {
    static const char *const names[] = {[AST_ENTRY] = "entry", [AST_FLOWS] = "flows", [AST_BIND] = "bind",
                                        [AST_LET] = "let",     [AST_VALUE] = "value", [AST_BAD] = "bad"};
    fprintf(out, "  %s%s", stmt->disabled ? "/- " : "", names[stmt->kind]);
    dump_names(stmt->names, stmt->name_count, out);
    fputc('\n', out);
    if (stmt->value != NULL) dump_expr(stmt->value, out, 2);
}

void syntax_dump_ast(const AstFile *file, FILE *out) {
    static const char *const names[] = {
        [AST_VERSION] = "version", [AST_USE] = "use",     [AST_FIELD] = "field", [AST_BLOCK] = "block",
        [AST_PARAM] = "param",     [AST_TOP_LET] = "let", [AST_DEF] = "def",     [AST_BAD_SECTION] = "bad"};
    for (int64_t i = 0; i < file->section_count; i++) {
        const AstSection *section = &file->sections[i];
        fprintf(out, "%s%s %s", section->disabled ? "/- " : "", names[section->kind], section->name.text);
        dump_names(section->formals, section->formal_count, out);
        fputc('\n', out);
        if (section->value != NULL) dump_expr(section->value, out, 1);
        if (section->range != NULL) {
            fputs("  in\n", out);
            dump_expr(section->range, out, 2);
        }
        for (int64_t k = 0; k < section->stmt_count; k++) dump_stmt(&section->stmts[k], out);
    }
}
