/* Names of columns wherever they may stand: a column, a glob, `rest`, a list, or a `let` that stands for such. */
#include <string.h>

#include "sema/checker.h"
#include "support/fuzzy.h"
#include "support/str.h"

bool glob_is_pattern(const char *text) { return strchr(text, '*') != NULL; }

/* `*` matches any run of characters; on a mismatch the last one takes one character more. */
bool glob_matches(const char *pattern, const char *text) {
    const char *star = NULL, *resume = NULL;
    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return *pattern == '\0';
}

bool variable_is_array(const Variable *variable) {
    return variable->type == LRT_COLUMN_IMAGE || variable->type == LRT_COLUMN_VECTOR;
}

int32_t variable_find(const Checker *checker, const char *name) {
    int64_t number;
    if (!map_find(&checker->variable_names, name, &number)) return -1;
    return (int32_t)number;
}

int32_t variable_add(Checker *checker, Variable variable) {
    int32_t number = (int32_t)checker->variables.count;
    vec_push(checker->arena, &checker->variables, variable);
    if (!variable.is_pattern) map_insert(&checker->variable_names, variable.name, number);
    return number;
}

static ValueKind kind_of_type(LrtColumnType type) {
    switch (type) {
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_INT:
    case LRT_COLUMN_BOOL: return VALUE_NUMBER;
    case LRT_COLUMN_CATEGORY: return VALUE_CATEGORY;
    case LRT_COLUMN_ORDINAL: return VALUE_ORDINAL;
    case LRT_COLUMN_TIMESTAMP: return VALUE_TIMESTAMP;
    case LRT_COLUMN_KEY:
    case LRT_COLUMN_GROUP:
    case LRT_COLUMN_WEIGHT:
    case LRT_COLUMN_FOLD:
    case LRT_COLUMN_IGNORE: return VALUE_APART;
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: return VALUE_MATRIX;
    case LRT_COLUMN_TEXT: return VALUE_TEXT;
    }
    return VALUE_APART;
}

static LrtSlotKind slot_of_type(LrtColumnType type) {
    if (kind_of_type(type) == VALUE_MATRIX) return LRT_SLOT_MATRIX;
    bool coded = type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL || type == LRT_COLUMN_KEY ||
                 type == LRT_COLUMN_GROUP || type == LRT_COLUMN_FOLD || type == LRT_COLUMN_TEXT;
    return coded ? LRT_SLOT_CODE : LRT_SLOT_REAL;
}

static int32_t add_column(Checker *checker, const LrtColumn *column, Span span, bool is_pattern) {
    int32_t number = (int32_t)checker->columns.count;
    vec_push(checker->arena, &checker->columns, *column);
    vec_push(checker->arena, &checker->column_spans, span);
    int32_t slot = flow_add_slot(checker, column->name, slot_of_type(column->type), number);
    Variable variable = {.name = column->name,
                         .span = span,
                         .column = number,
                         .type = column->type,
                         .kind = kind_of_type(column->type),
                         .slot = slot,
                         .flow = SPAN_NONE,
                         .leak = SPAN_NONE,
                         .units = "",
                         .is_pattern = is_pattern};
    if (column->type == LRT_COLUMN_TIMESTAMP && checker->timestamp_column < 0) checker->timestamp_column = number;
    return variable_add(checker, variable);
}

int32_t variable_add_column(Checker *checker, const LrtColumn *column, Span span) {
    return add_column(checker, column, span, false);
}

int32_t variable_add_pattern(Checker *checker, const LrtColumn *column, Span span) {
    checker->has_patterns = true;
    return add_column(checker, column, span, true);
}

/* ---- without the header ---------------------------------------------------------------------------------------- */

/* The glob, else the `rest`, that would declare the name once the header is known; -1: none. */
static int32_t pattern_for(const Checker *checker, const char *name) {
    int32_t rest = -1;
    for (int64_t i = 0; i < checker->variables.count; i++) {
        const Variable *variable = &checker->variables.items[i];
        if (!variable->is_pattern) continue;
        if (variable->from_rest)
            rest = (int32_t)i;
        else if (glob_matches(variable->name, name))
            return (int32_t)i;
    }
    return rest;
}

/* A column that only the header could show: it takes the type of its pattern and shares the pattern's slot. */
static int32_t variable_from_pattern(Checker *checker, const char *name) {
    int32_t pattern = pattern_for(checker, name);
    if (pattern < 0) return -1;
    Variable variable = checker->variables.items[pattern];
    memset(&variable.indicators, 0, sizeof variable.indicators);
    memset(&variable.parts, 0, sizeof variable.parts);
    variable.name = name;
    variable.is_pattern = glob_is_pattern(name);
    variable.is_target = variable.feeds_target = variable.feeds = false;
    return variable_add(checker, variable);
}

/* ---- reports --------------------------------------------------------------------------------------------------- */

/* So many columns that are like none declared are no slips: a declaration is missing, and has been told of by these. */
enum { STRANGE_COLUMNS = 3 };

/* `resst : real`, without a header that tells: the columns that `rest` was to take are unknown, all of them. */
static bool report_misspelt_rest(Checker *checker, Span use) {
    for (int64_t i = 0; i < checker->variables.count && !checker->header; i++) {
        const Variable *variable = &checker->variables.items[i];
        if (variable->is_pattern || variable->derived || fuzzy_distance(variable->name, "rest", 1) > 1) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_COLUMN, variable->span,
                                    "`%s` takes none of the columns that are not declared", variable->name);
        diag_label(d, use, "one of them");
        diag_fix(d, false, variable->span, "rest", "did you mean `rest`?");
        return checker->columns_poisoned = true;
    }
    return false;
}

void report_unknown_column(Checker *checker, Span span, const char *name) {
    if (checker->columns_poisoned || checker->derived_lost || report_misspelt_rest(checker, span) ||
        diag_is_told(checker->session, DIAG_UNKNOWN_COLUMN, name))
        return;
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_COLUMN, span, "no column is called `%s`", name);
    for (int64_t i = 0; i < checker->header_count && checker->header; i++)
        if (strcmp(checker->header[i], name) == 0) {
            diag_evidence(d, "the data has a column `%s`, which `columns` does not declare", name);
            diag_advice(d, "declare it in `columns`, with its type");
            return;
        }
    WordList words = {0};
    for (int64_t i = 0; i < checker->variables.count; i++)
        if (!checker->variables.items[i].is_pattern) vec_push(checker->arena, &words, checker->variables.items[i].name);
    const char *meant = suggest_fix(d, checker->arena, span, name, &words);
    int32_t variable = meant ? variable_find(checker, meant) : -1;
    if (variable < 0 && ++checker->strange_columns == STRANGE_COLUMNS) checker->columns_poisoned = true;
    if (variable < 0) return;
    checker->variables.items[variable].poisoned = true; /* what was to be done with it is lost */
    misspelt_blame_declaration(checker, d, name, meant, checker->variables.items[variable].span);
}

static void report_empty_set(Checker *checker, Span span, const char *pattern) {
    if (checker->columns_poisoned) return;
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_COLUMN, span, "no column matches `%s`", pattern);
    diag_caret(d, "stands for no column of the spec");
}

/* ---- resolution ------------------------------------------------------------------------------------------------ */

static void set_add(Checker *checker, VariableSet *set, int32_t variable) {
    for (int64_t i = 0; i < set->count; i++)
        if (set->items[i] == variable) return;
    vec_push(checker->arena, set, variable);
}

/* The variables that match: features, or those that stand apart (key, group, fold, weight, ignore). They come in order,
 * so that a set that was empty needs no search for doubles. */
static int64_t add_matches(Checker *checker, const char *pattern, bool apart, VariableSet *out) {
    int64_t before = out->count;
    for (int64_t i = 0; i < checker->variables.count; i++) {
        const Variable *variable = &checker->variables.items[i];
        if (variable->helper || (variable->kind == VALUE_APART) != apart || !glob_matches(pattern, variable->name))
            continue;
        if (before == 0)
            vec_push(checker->arena, out, (int32_t)i);
        else
            set_add(checker, out, (int32_t)i);
    }
    return out->count - before;
}

/* Columns that are never features do not meet a glob by accident: it passes them over, unless it matches nothing else.
 */
static bool resolve_glob(Checker *checker, const char *pattern, Span span, VariableSet *out) {
    if (add_matches(checker, pattern, false, out) > 0) return true;
    if (checker->session->error_count > 0) checker->columns_poisoned = true; /* what it stood for may be lost */
    else if (add_matches(checker, pattern, true, out) > 0) return true;
    int32_t made = variable_from_pattern(checker, pattern);
    if (made >= 0)
        set_add(checker, out, made);
    else
        report_empty_set(checker, span, pattern);
    return made >= 0;
}

static bool resolve_rest(Checker *checker, Span span, VariableSet *out) {
    int64_t before = out->count;
    for (int64_t i = 0; i < checker->variables.count; i++) {
        if (!checker->variables.items[i].from_rest) continue;
        if (before == 0)
            vec_push(checker->arena, out, (int32_t)i);
        else
            set_add(checker, out, (int32_t)i);
    }
    if (out->count == before) report_empty_set(checker, span, "rest");
    return out->count > before;
}

static bool resolve_name(Checker *checker, const char *name, Span span, VariableSet *out) {
    int32_t variable = variable_find(checker, name);
    if (variable < 0) variable = variable_from_pattern(checker, name);
    if (variable < 0) {
        report_unknown_column(checker, span, name);
        return false;
    }
    set_add(checker, out, variable);
    return true;
}

static bool resolve_inner(Checker *checker, const Scope *scope, const AstExpr *expr, VariableSet *out);

static bool resolve_list(Checker *checker, const Scope *scope, const AstExpr *list, VariableSet *out) {
    bool fine = true;
    if (list->arg_count == 0) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, list->span, "the list names no column");
        return false;
    }
    for (int64_t i = 0; i < list->arg_count; i++) {
        if (list->args[i].key_kind != AST_KEY_NONE) {
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, list->args[i].key_span,
                        "a list of columns names them without keys");
            fine = false;
            continue;
        }
        const AstExpr *item = list->args[i].value;
        fine &= columns_resolve(checker, scope, item, out);
        if (!fine && item->kind != AST_NAME && item->kind != AST_STRING) break; /* no list of columns at all */
    }
    return fine;
}

/* A column's own name comes before a constant's: `let width` and a column `width` of a glob may both be there. */
static const AstExpr *resolve_constants(Checker *checker, const Scope *scope, const AstExpr *expr,
                                        const Scope **out_scope) {
    *out_scope = scope;
    while (expr->kind == AST_PAREN) expr = expr->left;
    const Binding *binding;
    if (expr->kind == AST_NAME && !scope_find(scope, expr->text, &binding) && variable_find(checker, expr->text) >= 0)
        return expr;
    return expr_resolve(checker, scope, expr, out_scope);
}

static bool resolve_inner(Checker *checker, const Scope *scope, const AstExpr *expr, VariableSet *out) {
    const Scope *inner;
    const AstExpr *resolved = resolve_constants(checker, scope, expr, &inner);
    switch (resolved->kind) {
    case AST_NAME:
        if (strcmp(resolved->text, "rest") == 0 && variable_find(checker, "rest") < 0)
            return resolve_rest(checker, resolved->span, out);
        return resolve_name(checker, resolved->text, resolved->span, out);
    case AST_STRING:
        if (variable_find(checker, resolved->text) < 0 && glob_is_pattern(resolved->text))
            return resolve_glob(checker, resolved->text, resolved->span, out);
        return resolve_name(checker, resolved->text, resolved->span, out);
    case AST_LIST: return resolve_list(checker, inner, resolved, out);
    case AST_ERROR: return false;
    case AST_FLOW:
    case AST_BINARY:
    case AST_RANGE:
    case AST_NEGATE:
    case AST_OPTIONAL:
    case AST_INDEX:
    case AST_CALL:
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT:
    case AST_SIZE:
    case AST_PAREN: break;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "this names no column");
    diag_advice(d, "a column, a list such as [a, b], a glob such as \"pixel*\", or `rest`");
    return false;
}

bool columns_resolve(Checker *checker, const Scope *scope, const AstExpr *expr, VariableSet *out) {
    bool fine = checker_enter(checker, expr->span) && resolve_inner(checker, scope, expr, out);
    checker_leave(checker);
    return fine;
}

/* The second one most often stands where another was meant. */
static bool report_named_twice(Checker *checker, const AstName *name, const AstName *first) {
    Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span, "the flow names `%s` twice", name->text);
    diag_label(d, first->span, "first here");
    return false;
}

bool columns_resolve_names(Checker *checker, const AstStmt *stmt, VariableSet *out) {
    bool fine = true;
    for (int64_t i = 0; i < stmt->name_count; i++) {
        const AstName *name = &stmt->names[i];
        AstExpr expr = {.kind = name->quoted ? AST_STRING : AST_NAME, .text = name->text, .span = name->span};
        int32_t variable = name->quoted ? -1 : variable_find(checker, name->text);
        int64_t before = out->count;
        fine &= columns_resolve(checker, NULL, &expr, out);
        for (int64_t k = 0; variable >= 0 && k < i && out->count == before; k++)
            if (strcmp(stmt->names[k].text, name->text) == 0) fine = report_named_twice(checker, name, &stmt->names[k]);
    }
    return fine;
}

static bool name_is_column(Checker *checker, const char *name) {
    if (strcmp(name, "rest") == 0 || variable_find(checker, name) >= 0) return true;
    return catalog_find(ENTRY_KIND_COUNT, name) == NULL && pattern_for(checker, name) >= 0;
}

static bool is_set_inner(Checker *checker, const Scope *scope, const AstExpr *expr) {
    const Scope *inner;
    const AstExpr *resolved = resolve_constants(checker, scope, expr, &inner);
    if (resolved->kind == AST_STRING) return true;
    if (resolved->kind == AST_NAME) {
        const Binding *binding;
        return !scope_find(inner, resolved->text, &binding) && name_is_column(checker, resolved->text);
    }
    if (resolved->kind != AST_LIST || resolved->arg_count == 0) return false;
    for (int64_t i = 0; i < resolved->arg_count; i++)
        if (resolved->args[i].key_kind != AST_KEY_NONE || !columns_is_set(checker, inner, resolved->args[i].value))
            return false;
    return true;
}

bool columns_is_set(Checker *checker, const Scope *scope, const AstExpr *expr) {
    bool is_set = checker_enter(checker, expr->span) && is_set_inner(checker, scope, expr);
    checker_leave(checker);
    return is_set;
}
