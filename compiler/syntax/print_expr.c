/* Expressions: on one line where they fit, else broken before `->` and after the elements of lists. */
#include <stdint.h>
#include <string.h>

#include "syntax/printer.h"

/* ---- on one line ---- */

static void print_string(Str *out, const char *text) {
    str_append_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') str_append_char(out, '\\');
        if (*text == '\n')
            str_append(out, "\\n");
        else if (*text == '\t')
            str_append(out, "\\t");
        else
            str_append_char(out, *text);
    }
    str_append_char(out, '"');
}

static const char *operator_text(char op) {
    switch (op) {
    case '+': return " + ";
    case '-': return " - ";
    case '*': return " * ";
    case '/': return " / ";
    case '<': return " < ";
    case '>': return " > ";
    case 'L': return " <= ";
    default: return " >= ";
    }
}

static void print_key(Str *out, const AstArg *arg) {
    if (arg->key_kind == AST_KEY_NONE) return;
    if (arg->key_kind == AST_KEY_STRING)
        print_string(out, arg->key);
    else
        str_append(out, arg->key);
    if (arg->key_unit != NULL) str_printf(out, " %s", arg->key_unit);
    str_append(out, ": ");
}

/* What stands before the brackets of a call, an index or a list. */
static void print_opener(Str *out, const AstExpr *expr) {
    if (expr->kind == AST_CALL) str_append(out, expr->text);
    str_append_char(out, expr->kind == AST_CALL ? '(' : '[');
}

static char closer(const AstExpr *expr) { return expr->kind == AST_CALL ? ')' : ']'; }

static void print_args_inline(Str *out, const AstExpr *expr) {
    if (expr->kind == AST_INDEX) print_inline(out, expr->left);
    print_opener(out, expr);
    for (int64_t i = 0; i < expr->arg_count; i++) {
        if (i > 0) str_append(out, ", ");
        print_key(out, &expr->args[i]);
        print_inline(out, expr->args[i].value);
    }
    str_append_char(out, closer(expr));
}

void print_inline(Str *out, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_FLOW:
        print_inline(out, expr->left);
        str_append(out, " -> ");
        print_inline(out, expr->right);
        return;
    case AST_BINARY:
        print_inline(out, expr->left);
        str_append(out, operator_text(expr->op));
        print_inline(out, expr->right);
        return;
    case AST_RANGE:
        print_inline(out, expr->left);
        str_append(out, "..");
        if (expr->right != NULL) print_inline(out, expr->right);
        return;
    case AST_NEGATE:
        str_append_char(out, '-');
        print_inline(out, expr->left);
        return;
    case AST_OPTIONAL:
        print_inline(out, expr->left);
        str_append_char(out, '?');
        return;
    case AST_INDEX:
    case AST_CALL:
    case AST_LIST: print_args_inline(out, expr); return;
    case AST_PAREN:
        str_append_char(out, '(');
        print_inline(out, expr->left);
        str_append_char(out, ')');
        return;
    case AST_PERCENT:
        str_append(out, expr->text);
        str_append_char(out, '%');
        return;
    case AST_UNIT:
        print_inline(out, expr->left);
        str_append_char(out, ' ');
        str_append(out, expr->text);
        return;
    case AST_STRING: print_string(out, expr->text); return;
    case AST_NAME:
    case AST_NUMBER:
    case AST_SIZE: str_append(out, expr->text); return;
    case AST_ERROR: return;
    }
}

const char *syntax_print_expr(Arena *arena, const AstExpr *expr) {
    Str out;
    str_init(&out, arena);
    print_inline(&out, expr);
    return out.data;
}

void print_names(Str *out, const AstName *names, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        if (i > 0) str_append(out, ", ");
        if (names[i].quoted)
            print_string(out, names[i].text);
        else
            str_append(out, names[i].text);
    }
}

void print_filled_names(Printer *printer, const AstName *names, int64_t count, int indent) {
    for (int64_t i = 0; i < count; i++) {
        Str name;
        str_init(&name, printer->arena);
        print_names(&name, &names[i], 1);
        if (i > 0) {
            str_append_char(&printer->line, ',');
            bool fits_here = line_width(printer) + print_text_width(name.data) + (int)strlen(" ,") <= PRINT_WIDTH;
            if (!printer->unbroken && !fits_here) {
                line_end(printer, NULL);
                line_begin(printer, indent);
            } else {
                str_append_char(&printer->line, ' ');
            }
        }
        str_append(&printer->line, name.data);
    }
}

int print_text_width(const char *text) {
    int width = 0;
    for (; *text != '\0'; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

/* Takes the expression's columns off `*room`; false, and no more work, once it is used up. */
static bool fits(const AstExpr *expr, int64_t *room) {
    if (expr == NULL) return *room >= 0;
    /* Blanks, brackets and operators of a node are at most 4 columns; they are counted as they are printed. */
    switch (expr->kind) {
    case AST_FLOW: *room -= 4; break;
    case AST_BINARY: *room -= expr->op == 'L' || expr->op == 'G' ? 4 : 3; break;
    case AST_RANGE:
    case AST_PAREN:
    case AST_CALL:
    case AST_LIST:
    case AST_INDEX: *room -= 2; break;
    case AST_NEGATE:
    case AST_OPTIONAL:
    case AST_PERCENT:
    case AST_UNIT: *room -= 1; break;
    case AST_NAME:
    case AST_NUMBER:
    case AST_SIZE:
    case AST_STRING:
    case AST_ERROR: break;
    }
    if (expr->kind == AST_STRING) {
        *room -= 2;
        for (const char *at = expr->text; *at != '\0'; at++) *room -= strchr("\"\\\n\t", *at) != NULL;
    }
    if (expr->text != NULL) *room -= print_text_width(expr->text);
    if (*room < 0 || !fits(expr->left, room)) return false;
    if (expr->right != NULL && !fits(expr->right, room)) return false;
    for (int64_t i = 0; i < expr->arg_count; i++) {
        const AstArg *arg = &expr->args[i];
        if (i > 0) *room -= 2;
        if (arg->key_kind != AST_KEY_NONE) *room -= print_text_width(arg->key) + 2;
        if (arg->key_unit != NULL) *room -= print_text_width(arg->key_unit) + 1;
        if (!fits(arg->value, room)) return false;
    }
    return *room >= 0;
}

int print_inline_width(const AstExpr *expr, int limit) {
    int64_t room = limit;
    return fits(expr, &room) ? (int)(limit - room) : limit + 1;
}

/* ---- broken over lines ---- */

static bool has_brackets(const AstExpr *expr) {
    return expr->kind == AST_CALL || expr->kind == AST_LIST || expr->kind == AST_INDEX;
}

static uint32_t first_arg_begin(const AstExpr *expr) {
    const AstArg *arg = &expr->args[0];
    return arg->key_kind != AST_KEY_NONE ? arg->key_span.begin : arg->value->span.begin;
}

/* Where the text before the opening bracket ends. */
static uint32_t opener_begin(const AstExpr *expr) {
    if (expr->kind == AST_CALL) return expr->name_span.end;
    return expr->kind == AST_INDEX ? expr->left->span.end : expr->span.begin;
}

/* A list is broken where the author began a new line behind its bracket, or a comment stands in it. */
static bool is_broken_list(const Printer *printer, const AstExpr *expr) {
    if (!has_brackets(expr)) return false;
    uint32_t begin = opener_begin(expr);
    if (print_has_comment(printer, begin, expr->span.end)) return true;
    return expr->arg_count > 0 && print_has_newline(printer, begin, first_arg_begin(expr));
}

bool print_is_broken(const Printer *printer, const AstExpr *expr, bool outermost) {
    if (expr == NULL) return false;
    if (!print_has_newline(printer, expr->span.begin, expr->span.end)) return false;
    if (print_has_comment(printer, expr->span.begin, expr->span.end) || is_broken_list(printer, expr)) return true;
    if (expr->kind == AST_FLOW && outermost &&
        print_has_newline(printer, expr->left->span.end, expr->right->span.begin))
        return true;
    bool inner = outermost && expr->kind == AST_FLOW;
    if (print_is_broken(printer, expr->left, inner) || print_is_broken(printer, expr->right, false)) return true;
    for (int64_t i = 0; i < expr->arg_count; i++)
        if (print_is_broken(printer, expr->args[i].value, false)) return true;
    return false;
}

/* Whether the elements are short words, several of which go on a line: names and numbers without keys or comments. */
static bool is_plain_list(const Printer *printer, const AstExpr *expr) {
    if (print_has_comment(printer, opener_begin(expr), expr->span.end)) return false;
    for (int64_t i = 0; i < expr->arg_count; i++) {
        AstExprKind kind = expr->args[i].value->kind;
        bool is_word =
            kind == AST_NAME || kind == AST_NUMBER || kind == AST_STRING || kind == AST_PERCENT || kind == AST_SIZE;
        if (!is_word || expr->args[i].key_kind != AST_KEY_NONE) return false;
    }
    return expr->arg_count > 0;
}

/* The elements in lines as long as they may be. */
static void print_plain_elements(Printer *printer, const AstExpr *expr, int indent) {
    line_end(printer, NULL);
    line_begin(printer, indent);
    for (int64_t i = 0; i < expr->arg_count; i++) {
        const AstExpr *value = expr->args[i].value;
        int room = PRINT_WIDTH - line_width(printer) - (int)strlen(" ,");
        if (i > 0 && print_inline_width(value, room > 0 ? room : 0) > room) {
            line_end(printer, NULL);
            line_begin(printer, indent);
        } else if (i > 0) {
            str_append_char(&printer->line, ' ');
        }
        print_inline(&printer->line, value);
        str_append_char(&printer->line, ',');
    }
}

static void print_broken_list(Printer *printer, const AstExpr *expr, int indent) {
    if (expr->kind == AST_INDEX) print_expr(printer, expr->left, indent, 0, false);
    print_opener(&printer->line, expr);
    int base = printer->line_indent;
    int inner = base + PRINT_INDENT;
    bool is_plain = is_plain_list(printer, expr);
    if (is_plain) print_plain_elements(printer, expr, inner);
    for (int64_t i = 0; !is_plain && i < expr->arg_count; i++) {
        const AstArg *arg = &expr->args[i];
        uint32_t begin = arg->key_kind != AST_KEY_NONE ? arg->key_span.begin : arg->value->span.begin;
        if (!line_flush_comments(printer, begin, inner)) line_end(printer, NULL);
        line_begin(printer, inner);
        print_key(&printer->line, arg);
        print_expr(printer, arg->value, inner + PRINT_CONTINUE, 0, false);
        str_append_char(&printer->line, ',');
    }
    if (!line_flush_comments(printer, expr->span.end, inner)) line_end(printer, NULL);
    line_begin(printer, base);
    str_append_char(&printer->line, closer(expr));
}

static void print_step(Printer *printer, const AstExpr *flow, int indent, bool outermost) {
    const AstExpr *step = flow->right;
    int room = PRINT_WIDTH - line_width(printer) - (int)strlen(" -> ");
    bool wanted = outermost && print_has_newline(printer, flow->left->span.end, step->span.begin);
    bool ended = line_flush_comments(printer, step->span.begin, indent);
    if (!ended && (wanted || print_inline_width(step, room > 0 ? room : 0) > room)) {
        line_end(printer, NULL);
        ended = true;
    }
    if (ended) line_begin(printer, indent);
    str_append(&printer->line, ended ? "-> " : " -> ");
    print_expr(printer, step, indent, 0, false);
}

static void print_flow(Printer *printer, const AstExpr *expr, int indent, int pad, bool outermost) {
    if (expr->left->kind == AST_FLOW) {
        print_flow(printer, expr->left, indent, pad, outermost);
    } else {
        print_expr(printer, expr->left, indent, 0, false);
        str_printf(&printer->line, "%*s", pad, "");
    }
    print_step(printer, expr, indent, outermost);
}

static void print_broken(Printer *printer, const AstExpr *expr, int indent, int pad, bool outermost) {
    Str *line = &printer->line;
    switch (expr->kind) {
    case AST_FLOW: print_flow(printer, expr, indent, pad, outermost); return;
    case AST_CALL:
    case AST_LIST:
    case AST_INDEX:
        if (expr->arg_count > 0 || is_broken_list(printer, expr))
            print_broken_list(printer, expr, indent);
        else
            print_inline(line, expr);
        return;
    case AST_BINARY:
        print_expr(printer, expr->left, indent, 0, false);
        str_append(line, operator_text(expr->op));
        print_expr(printer, expr->right, indent, 0, false);
        return;
    case AST_RANGE:
        print_expr(printer, expr->left, indent, 0, false);
        str_append(line, "..");
        if (expr->right != NULL) print_expr(printer, expr->right, indent, 0, false);
        return;
    case AST_NEGATE:
        str_append_char(line, '-');
        print_expr(printer, expr->left, indent, 0, false);
        return;
    case AST_OPTIONAL:
        print_expr(printer, expr->left, indent, 0, false);
        str_append_char(line, '?');
        return;
    case AST_PAREN:
        str_append_char(line, '(');
        print_expr(printer, expr->left, indent + PRINT_CONTINUE, 0, false);
        str_append_char(line, ')');
        return;
    case AST_NAME:
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT:
    case AST_SIZE:
    case AST_STRING:
    case AST_ERROR: print_inline(line, expr); return;
    }
}

void print_expr(Printer *printer, const AstExpr *expr, int indent, int pad, bool outermost) {
    if (printer->unbroken) {
        print_inline(&printer->line, expr);
        return;
    }
    int room = PRINT_WIDTH - line_width(printer) - pad;
    bool on_one_line =
        !print_is_broken(printer, expr, outermost) && print_inline_width(expr, room > 0 ? room : 0) <= room;
    if (on_one_line && pad == 0)
        print_inline(&printer->line, expr);
    else
        print_broken(printer, expr, indent, pad, outermost);
}
