/* Nodes of the syntax tree. Trees deeper than SYNTAX_MAX_DEPTH are cut off, so that everything behind may recurse. */
#include "syntax/ast_build.h"

#include <string.h>

#include "syntax/parse.h"

/* ---- expressions ---- */

static int32_t deepest(const AstExpr *left, const AstExpr *right, const ArgList *args) {
    int32_t depth = left != NULL ? left->depth : 0;
    if (right != NULL && right->depth > depth) depth = right->depth;
    for (int64_t i = 0; args != NULL && i < args->count; i++)
        if (args->items[i].value->depth > depth) depth = args->items[i].value->depth;
    return depth;
}

static AstExpr *new_expr(Parse *parse, AstExprKind kind, Span span, AstExpr *left, AstExpr *right,
                         const ArgList *args) {
    AstExpr *expr = ARENA_NEW(parse->arena, AstExpr);
    *expr =
        (AstExpr){.kind = kind, .span = span, .left = left, .right = right, .depth = deepest(left, right, args) + 1};
    if (args != NULL) {
        expr->args = args->items;
        expr->arg_count = args->count;
    }
    if (expr->depth > SYNTAX_MAX_DEPTH) {
        syntax_report_too_deep(parse, span);
        *expr = (AstExpr){.kind = AST_ERROR, .span = span, .depth = 1};
    }
    return expr;
}

static AstExpr *new_leaf(Parse *parse, AstExprKind kind, Span span, TokenValue value) {
    AstExpr *expr = new_expr(parse, value.poisoned ? AST_ERROR : kind, span, NULL, NULL, NULL);
    expr->text = value.text;
    expr->number = value.number;
    expr->rows = value.rows;
    expr->columns = value.columns;
    return expr;
}

AstExpr *ast_flow(Parse *parse, Span span, AstExpr *left, AstExpr *right) {
    return new_expr(parse, AST_FLOW, span, left, right, NULL);
}

AstExpr *ast_binary(Parse *parse, Span span, char op, AstExpr *left, AstExpr *right) {
    AstExpr *expr = new_expr(parse, AST_BINARY, span, left, right, NULL);
    expr->op = op;
    return expr;
}

AstExpr *ast_range(Parse *parse, Span span, AstExpr *left, AstExpr *right) {
    return new_expr(parse, AST_RANGE, span, left, right, NULL);
}

AstExpr *ast_negate(Parse *parse, Span span, AstExpr *operand) {
    return new_expr(parse, AST_NEGATE, span, operand, NULL, NULL);
}

AstExpr *ast_optional(Parse *parse, Span span, AstExpr *operand) {
    return new_expr(parse, AST_OPTIONAL, span, operand, NULL, NULL);
}

AstExpr *ast_index(Parse *parse, Span span, AstExpr *left, const ArgList *args) {
    return new_expr(parse, AST_INDEX, span, left, NULL, args);
}

AstExpr *ast_paren(Parse *parse, Span span, AstExpr *inner) {
    return new_expr(parse, AST_PAREN, span, inner, NULL, NULL);
}

AstExpr *ast_list(Parse *parse, Span span, const ArgList *args) {
    return new_expr(parse, AST_LIST, span, NULL, NULL, args);
}

AstExpr *ast_call(Parse *parse, Span span, Span path_span, TokenValue path, const ArgList *args) {
    AstExpr *expr = new_expr(parse, path.poisoned ? AST_ERROR : AST_CALL, span, NULL, NULL, args);
    expr->text = path.text;
    expr->name_span = path_span;
    return expr;
}

AstExpr *ast_path(Parse *parse, Span span, TokenValue path) { return new_leaf(parse, AST_NAME, span, path); }

AstExpr *ast_number(Parse *parse, Span span, TokenValue number) { return new_leaf(parse, AST_NUMBER, span, number); }

AstExpr *ast_percent(Parse *parse, Span span, TokenValue number) { return new_leaf(parse, AST_PERCENT, span, number); }

AstExpr *ast_size(Parse *parse, Span span, TokenValue size) { return new_leaf(parse, AST_SIZE, span, size); }

AstExpr *ast_string(Parse *parse, Span span, TokenValue string) { return new_leaf(parse, AST_STRING, span, string); }

AstExpr *ast_unit(Parse *parse, Span span, TokenValue number, TokenValue unit) {
    AstExpr *expr = new_leaf(parse, AST_UNIT, span, number);
    /* `text` is the unit; how the number was written is kept in the operand. */
    Span number_span = {span.source, span.begin, span.begin + (uint32_t)strlen(number.text)};
    expr->left = new_leaf(parse, AST_NUMBER, number_span, number);
    expr->text = unit.text;
    return expr;
}

/* ---- arguments ---- */

ArgList *ast_args(Parse *parse) { return ARENA_NEW(parse->arena, ArgList); }

ArgList *ast_arg_add(Parse *parse, ArgList *args, const AstArg *arg) {
    vec_push(parse->arena, args, *arg);
    return args;
}

AstArg ast_arg(AstExpr *value) { return (AstArg){.key_kind = AST_KEY_NONE, .key_span = SPAN_NONE, .value = value}; }

AstArg ast_keyed(AstArg key, AstExpr *value) {
    key.value = value;
    return key;
}

AstArg ast_key_word(Span span, TokenValue word) {
    return (AstArg){.key_kind = AST_KEY_WORD, .key = word.text, .key_span = span};
}

AstArg ast_key_string(Span span, TokenValue string) {
    return (AstArg){.key_kind = AST_KEY_STRING, .key = string.text, .key_span = span};
}

AstArg ast_key_number(Span span, TokenValue number) {
    return (AstArg){.key_kind = AST_KEY_NUMBER, .key = number.text, .key_number = number.number, .key_span = span};
}

AstArg ast_key_unit(Span span, TokenValue number, TokenValue unit) {
    AstArg key = ast_key_number(span, number);
    key.key_unit = unit.text;
    return key;
}

AstArg ast_key_negative(Parse *parse, Span span, TokenValue number) {
    return (AstArg){.key_kind = AST_KEY_NUMBER,
                    .key = arena_printf(parse->arena, "-%s", number.text),
                    .key_number = -number.number,
                    .key_span = span};
}

/* ---- names ---- */

AstName ast_word(Span span, TokenValue word) { return (AstName){.text = word.text, .span = span}; }

AstName ast_quoted(Span span, TokenValue string) {
    return (AstName){.text = string.text, .quoted = true, .span = span};
}

NameList *ast_names(Parse *parse) { return ARENA_NEW(parse->arena, NameList); }

NameList *ast_name_add(Parse *parse, NameList *names, AstName name) {
    vec_push(parse->arena, names, name);
    return names;
}

NameList *ast_name_two(Parse *parse, AstName first, AstName second) {
    return ast_name_add(parse, ast_name_add(parse, ast_names(parse), first), second);
}

TokenValue ast_join_path(Parse *parse, Span span, TokenValue path, TokenValue word) {
    enum { LONGEST = 1000 }; /* bytes: joining costs time in proportion to them */
    if (path.poisoned || strlen(path.text) > LONGEST) {
        syntax_report_too_deep(parse, span);
        path.poisoned = true;
        return path;
    }
    return (TokenValue){.text = arena_printf(parse->arena, "%s.%s", path.text, word.text)};
}

/* ---- statements ---- */

StmtList *ast_stmts(Parse *parse) { return ARENA_NEW(parse->arena, StmtList); }

StmtList *ast_stmt_add(Parse *parse, StmtList *stmts, const AstStmt *stmt) {
    vec_push(parse->arena, stmts, *stmt);
    return stmts;
}

StmtList *ast_stmt_add_bad(Parse *parse, StmtList *stmts, Span span) {
    NameList *names = ast_names(parse);
    const NameList *declared = &parse->names.list;
    for (int64_t i = 0; i < declared->count; i++) vec_push(parse->arena, names, declared->items[i]);
    AstStmt stmt = {.kind = AST_BAD, .span = span, .names = names->items, .name_count = names->count};
    return ast_stmt_add(parse, stmts, &stmt);
}

AstStmt ast_stmt(Span span, AstStmtKind kind, const NameList *names, AstExpr *value) {
    AstStmt stmt = {.kind = kind, .span = span, .value = value};
    if (names != NULL) {
        stmt.names = names->items;
        stmt.name_count = names->count;
    }
    return stmt;
}

AstStmt ast_stmt_named(Parse *parse, Span span, AstStmtKind kind, AstName name, AstExpr *value) {
    return ast_stmt(span, kind, ast_name_add(parse, ast_names(parse), name), value);
}

AstStmt ast_disable_stmt(Span span, const AstStmt *stmt) {
    AstStmt disabled = *stmt;
    disabled.disabled = true;
    disabled.span = span;
    return disabled;
}

/* ---- sections ---- */

static AstSection *new_section(Parse *parse, AstSectionKind kind, Span span, AstName name, AstExpr *value) {
    AstSection *section = ARENA_NEW(parse->arena, AstSection);
    *section =
        (AstSection){.kind = kind, .span = span, .name = name, .value = value, .open = SPAN_NONE, .close = SPAN_NONE};
    return section;
}

AstSection *ast_version(Parse *parse, Span span, Span keyword, AstExpr *number) {
    return new_section(parse, AST_VERSION, span, (AstName){.text = "lspec", .span = keyword}, number);
}

AstSection *ast_use(Parse *parse, Span span, Span keyword, AstExpr *path) {
    return new_section(parse, AST_USE, span, (AstName){.text = "use", .span = keyword}, path);
}

AstSection *ast_field(Parse *parse, Span span, AstName name, AstExpr *value) {
    return new_section(parse, AST_FIELD, span, name, value);
}

AstSection *ast_block(Parse *parse, Span span, AstName name, Span open, const StmtList *stmts, Span close) {
    AstSection *section = new_section(parse, AST_BLOCK, span, name, NULL);
    section->open = open;
    section->stmts = stmts->items;
    section->stmt_count = stmts->count;
    section->close = close;
    return section;
}

AstSection *ast_param(Parse *parse, Span span, AstName name, AstExpr *value, AstExpr *range) {
    AstSection *section = new_section(parse, AST_PARAM, span, name, value);
    section->range = range;
    return section;
}

AstSection *ast_top_let(Parse *parse, Span span, AstName name, AstExpr *value) {
    return new_section(parse, AST_TOP_LET, span, name, value);
}

AstSection *ast_def(Parse *parse, Span span, AstName name, const NameList *formals, Span open, const StmtList *stmts,
                    Span close) {
    AstSection *section = ast_block(parse, span, name, open, stmts, close);
    section->kind = AST_DEF;
    section->formals = formals->items;
    section->formal_count = formals->count;
    return section;
}

AstSection *ast_disable_section(Span span, AstSection *section) {
    section->disabled = true;
    section->span = span;
    return section;
}

void ast_add_section(Parse *parse, const AstSection *section) { vec_push(parse->arena, &parse->sections, *section); }

void ast_add_bad_section(Parse *parse, Span span) {
    AstExpr *value = NULL;
    if (parse->damaged_kind != AST_BAD_SECTION) value = new_expr(parse, AST_ERROR, span, NULL, NULL, NULL);
    ast_add_section(parse, new_section(parse, parse->damaged_kind, span, parse->damaged_name, value));
}
