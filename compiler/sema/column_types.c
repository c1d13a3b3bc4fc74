/* Types of columns: bounds, levels and formats. Each is a contract that every cell is held against later. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sema/checker.h"
#include "support/map.h"
#include "support/str.h"

enum { MAX_DECLARED_LEVELS = 100000 };

/* Levels on their way into a column: texts, compared as numbers where they are numbers. */
typedef struct LevelList {
    VEC(const char *) items;
    Map seen;
    bool full; /* more than the compiler follows: reported */
} LevelList;

const char *column_type_word(LrtColumnType type) {
    switch (type) {
#define COLUMN_TYPE(id, word, built, doc)                                                                              \
    case LRT_COLUMN_##id: return word;
#include "lrt/column_types.def"
#undef COLUMN_TYPE
    }
    return "";
}

static const char *expr_text(Checker *checker, const AstExpr *expr) {
    return source_text(&checker->session->sources, checker->arena, expr->span);
}

/* ---- bounds -------------------------------------------------------------------------------------------------- */

/* `real(0, 500)`: a comma where the dots belong. */
static bool report_comma_bounds(Checker *checker, const AstExpr *expr) {
    Span inner = span_join(expr->args[0].value->span, expr->args[1].value->span);
    Diagnostic *d =
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, inner, "`%s` takes one range, not two numbers", expr->text);
    diag_fix(d, true, inner,
             arena_printf(checker->arena, "%s..%s", expr_text(checker, expr->args[0].value),
                          expr_text(checker, expr->args[1].value)),
             NULL);
    return false;
}

static bool read_bounds(Checker *checker, const CatalogEntry *entry, const AstExpr *expr, LrtColumn *out) {
    if (expr->kind == AST_CALL && expr->arg_count == 2 && expr->args[1].key_kind == AST_KEY_NONE &&
        quantity_is_constant(checker, NULL, expr->args[0].value) &&
        quantity_is_constant(checker, NULL, expr->args[1].value))
        return report_comma_bounds(checker, expr);
    Call *call = bind_call(checker, NULL, entry, expr);
    if (!call) return false;
    const Argument *bounds = &call->args[0];
    if (!bounds->given) return true;
    bool whole = floor(bounds->low) == bounds->low && (!bounds->has_high || floor(bounds->high) == bounds->high);
    if (entry->runtime_id == LRT_COLUMN_INT && !whole) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, bounds->span, "the bounds of an `int` are whole numbers");
        return false;
    }
    out->has_low = true;
    out->low = bounds->low;
    out->has_high = bounds->has_high;
    out->high = bounds->high;
    return true;
}

/* ---- levels -------------------------------------------------------------------------------------------------- */

/* The text of a level as written, or NULL where it has to be quoted. */
static const char *level_text(Checker *checker, const AstExpr *expr) {
    if (expr->kind == AST_STRING || expr->kind == AST_NUMBER) return expr->text;
    if (expr->kind == AST_NAME && !strchr(expr->text, '.')) return expr->text;
    if (expr->kind == AST_NEGATE && expr->left->kind == AST_NUMBER)
        return arena_printf(checker->arena, "-%s", expr->left->text);
    return NULL;
}

static const char *level_trimmed(Arena *arena, const char *text) {
    while (isspace((unsigned char)*text)) text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    return arena_strndup(arena, text, length);
}

/* `01` and `1` are one level where both are numbers. */
static const char *level_identity(Arena *arena, const char *text) {
    char *end;
    double number = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(number) ? str_number(arena, number) : text;
}

static bool push_level(Checker *checker, LevelList *levels, const char *text, Span span) {
    if (levels->full) return false;
    text = level_trimmed(checker->arena, text);
    if (*text == '\0') {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, span, "an empty text is no level");
        diag_advice(d, "a `?` behind the type allows a missing cell");
        return false;
    }
    if (levels->items.count == MAX_DECLARED_LEVELS) {
        levels->full = true;
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, span, "more than %d levels are declared",
                                    (int)MAX_DECLARED_LEVELS);
        diag_advice(d, "`category` without levels learns them on the training part");
        return false;
    }
    if (!map_insert(&levels->seen, level_identity(checker->arena, text), levels->items.count)) {
        diag_report(checker->session, DIAG_DUPLICATE_NAME, span, "the level `%s` is declared twice", text);
        return false;
    }
    vec_push(checker->arena, &levels->items, text);
    return true;
}

/* `0..9`: the whole numbers from 0 to 9. */
static bool push_level_range(Checker *checker, LevelList *levels, const AstExpr *range) {
    Quantity low, high;
    if (!range->right) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, range->span, "a range of levels has two ends, such as 0..9");
        return false;
    }
    if (!quantity_eval(checker, NULL, range->left, "a level", &low) ||
        !quantity_eval(checker, NULL, range->right, "a level", &high))
        return false;
    if (floor(low.value) != low.value || floor(high.value) != high.value || low.kind != QUANTITY_NUMBER ||
        high.kind != QUANTITY_NUMBER) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, range->span, "a range of levels counts whole numbers");
        return false;
    }
    if (low.value >= high.value) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_RANGE_ORDER, range->span, "the range runs from %s down to %s",
                        quantity_text(checker->arena, low), quantity_text(checker->arena, high));
        if (low.value > high.value)
            diag_fix(d, true, range->span,
                     arena_printf(checker->arena, "%s..%s", expr_text(checker, range->right),
                                  expr_text(checker, range->left)),
                     NULL);
        return false;
    }
    for (double value = low.value; value <= high.value; value++)
        if (!push_level(checker, levels, str_number(checker->arena, value), range->span)) return false;
    return true;
}

static bool push_level_expr(Checker *checker, LevelList *levels, const AstExpr *expr) {
    if (expr->kind == AST_ERROR) return false;
    if (expr->kind == AST_RANGE) return push_level_range(checker, levels, expr);
    const char *text = level_text(checker, expr);
    if (text) return push_level(checker, levels, text, expr->span);
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "this is no level");
    diag_why(d, "a level that is no name or number is quoted");
    diag_fix(d, false, expr->span, arena_printf(checker->arena, "\"%s\"", expr_text(checker, expr)), NULL);
    return false;
}

static void keep_levels(Checker *checker, const LevelList *levels, LrtColumn *out) {
    const char **texts = ARENA_ARRAY(checker->arena, const char *, levels->items.count + 1);
    for (int64_t i = 0; i < levels->items.count; i++) texts[i] = levels->items.items[i];
    out->closed = true;
    out->levels = texts;
    out->level_count = levels->items.count;
}

static bool is_comparison(const AstExpr *expr) { return expr->kind == AST_BINARY && strchr("<>LG", expr->op) != NULL; }

/* The arguments as a text with `<` or `,` between them, for a fix. */
static const char *levels_joined(Checker *checker, const AstExpr *call, const char *between) {
    Str text;
    str_init(&text, checker->arena);
    for (int64_t i = 0; i < call->arg_count; i++)
        str_printf(&text, "%s%s", i > 0 ? between : "", expr_text(checker, call->args[i].value));
    return text.data;
}

/* What no list of levels holds: a key, `low < high` in a category. False where reported. */
static bool level_argument_fits(Checker *checker, const AstExpr *call, const AstArg *arg, bool ordered) {
    if (arg->key_kind != AST_KEY_NONE) {
        Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, arg->key_span,
                                    "`%s` takes no argument `%s`", call->text, arg->key);
        diag_advice(d, "the levels by themselves, such as `%s`",
                    ordered ? "ordinal(low < mid < high)" : "category(no, yes)");
        return false;
    }
    if (!ordered && is_comparison(arg->value)) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, arg->value->span,
                                    "the levels of a `category` have no order");
        diag_fix(d, false, call->name_span, "ordinal", "`ordinal` for levels with an order");
        return false;
    }
    return true;
}

static bool read_category(Checker *checker, const AstExpr *expr, LrtColumn *out) {
    if (expr->kind == AST_NAME) return true;
    LevelList levels = {0};
    map_init(&levels.seen, checker->arena);
    bool fine = true;
    for (int64_t i = 0; i < expr->arg_count; i++)
        fine &= level_argument_fits(checker, expr, &expr->args[i], false) &&
                push_level_expr(checker, &levels, expr->args[i].value);
    if (fine && levels.items.count > 0) keep_levels(checker, &levels, out);
    return fine;
}

/* `low < mid < high` leans to the left: ((low < mid) < high). */
static bool push_ordered(Checker *checker, LevelList *levels, const AstExpr *expr) {
    if (!is_comparison(expr)) return push_level_expr(checker, levels, expr);
    if (expr->op != '<') {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span,
                                    "the levels of an `ordinal` run from the lowest to the highest");
        diag_advice(d, "`<` between them, such as `ordinal(low < mid < high)`");
        return false;
    }
    if (!checker_enter(checker, expr->span)) {
        checker_leave(checker);
        return false;
    }
    bool fine = push_ordered(checker, levels, expr->left);
    checker_leave(checker);
    return fine && push_level_expr(checker, levels, expr->right);
}

static bool read_ordinal(Checker *checker, const AstExpr *expr, LrtColumn *out) {
    if (expr->kind == AST_NAME || expr->arg_count == 0) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(expr), "`ordinal` lacks its levels");
        diag_advice(d, "from the lowest to the highest, such as `ordinal(low < mid < high)`");
        return false;
    }
    bool fine = true;
    for (int64_t i = 0; i < expr->arg_count; i++) fine &= level_argument_fits(checker, expr, &expr->args[i], true);
    if (!fine) return false;
    if (expr->arg_count > 1) {
        Span inner = span_join(expr->args[0].value->span, expr->args[expr->arg_count - 1].value->span);
        Diagnostic *d =
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, inner, "a list does not say how levels are ordered");
        diag_fix(d, false, inner, levels_joined(checker, expr, " < "), NULL);
        return false;
    }
    LevelList levels = {0};
    map_init(&levels.seen, checker->arena);
    if (!push_ordered(checker, &levels, expr->args[0].value)) return false;
    keep_levels(checker, &levels, out);
    return true;
}

/* ---- time ------------------------------------------------------------------------------------------------------ */

static bool check_format(Checker *checker, const Argument *format) {
    bool any = false;
    for (const char *at = format->word; *at; at++) {
        if (*at != '%') continue;
        at++;
        if (*at == '\0' || !strchr("YmdHMSfzybj%", *at)) {
            Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, format->span,
                                        "`%%%.1s` is no part of a timestamp's format", at);
            diag_evidence(d, "it knows %%Y %%y %%m %%b %%d %%j %%H %%M %%S %%f %%z");
            return false;
        }
        any |= *at != '%';
    }
    if (!any) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_VALUE, format->span, "this format reads no date or time");
        diag_advice(d, "as strptime's, such as \"%%Y-%%m-%%d\"");
    }
    return any;
}

static bool report_format_and_parts(Checker *checker, const Argument *format, const Argument *from) {
    Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, format->span,
                                "a moment is read by a format or made of columns, not both");
    diag_label(d, from->span, "its columns");
    return false;
}

static bool read_timestamp(Checker *checker, const CatalogEntry *entry, const AstExpr *expr, LrtColumn *out) {
    Call *call = bind_call(checker, NULL, entry, expr);
    if (!call) return false;
    const Argument *format = call_argument(call, "format"), *from = call_argument(call, "from");
    const Argument *gaps = call_argument(call, "gaps"), *every = call_argument(call, "every");
    if (gaps->given && strcmp(gaps->word, "keep") != 0 && !every->given) {
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, gaps->span,
                                    "`gaps: %s` wants `every:`, the time between two rows", gaps->word);
        diag_advice(d, "timestamp(…, every: 1 day, gaps: %s)", gaps->word);
        return false;
    }
    if (from->given && format->given) return report_format_and_parts(checker, format, from);
    if (!from->given && !format->given) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(expr), "`timestamp` lacks its format");
        diag_advice(d, "as strptime's, such as `timestamp(\"%%Y-%%m-%%d\")`");
        return false;
    }
    if (format->given && !check_format(checker, format)) return false;
    out->format = format->given ? format->word : NULL;
    if (checker->timestamp_column < 0 && every->given) {
        static const LrtGaps gap_words[] = {LRT_GAPS_KEEP, LRT_GAPS_SPLIT, LRT_GAPS_FORWARD, LRT_GAPS_ERROR};
        checker->timestamp_every = every->number;
        checker->gaps = gap_words[call_integer(call, "gaps")];
    }
    return true;
}

/* ---- the type -------------------------------------------------------------------------------------------------- */

/* What the word stands for: a type, or a `let` that names one. */
static const AstExpr *resolve_type(Checker *checker, const AstExpr *value) {
    const Scope *scope;
    if (value->kind == AST_NAME && catalog_find(ENTRY_COLUMN_TYPE, value->text)) return value;
    return expr_resolve(checker, NULL, value, &scope);
}

static bool read_by_entry(Checker *checker, const CatalogEntry *entry, const AstExpr *expr, LrtColumn *out) {
    switch (out->type) {
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_INT: return read_bounds(checker, entry, expr, out);
    case LRT_COLUMN_CATEGORY: return read_category(checker, expr, out);
    case LRT_COLUMN_ORDINAL: return read_ordinal(checker, expr, out);
    case LRT_COLUMN_TIMESTAMP: return read_timestamp(checker, entry, expr, out);
    case LRT_COLUMN_BOOL:
    case LRT_COLUMN_KEY:
    case LRT_COLUMN_GROUP:
    case LRT_COLUMN_WEIGHT:
    case LRT_COLUMN_FOLD:
    case LRT_COLUMN_IGNORE:
    case LRT_COLUMN_TEXT: return bind_call(checker, NULL, entry, expr) != NULL;
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: return column_shape_read(checker, entry, expr, out);
    }
    return false;
}

bool column_type_read(Checker *checker, const AstExpr *value, LrtColumn *out) {
    if (!value || value->kind == AST_ERROR) return false;
    const AstExpr *question = NULL;
    const AstExpr *expr = resolve_type(checker, value);
    while (expr->kind == AST_OPTIONAL) {
        question = expr;
        out->optional = true;
        expr = resolve_type(checker, expr->left);
    }
    if (expr->kind == AST_ERROR) return false;
    const AstExpr *word = expr->kind == AST_INDEX ? expr->left : expr;
    if (!expr_word(word)) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "this is no type of a column");
        diag_advice(d, "a type such as real, int, category or ignore");
        return false;
    }
    const CatalogEntry *entry = bind_entry(checker, ENTRY_COLUMN_TYPE, word);
    if (!entry) return false;
    out->type = (LrtColumnType)entry->runtime_id;
    if (expr->kind == AST_INDEX) return column_shape_read(checker, entry, expr, out);
    if (question && out->type == LRT_COLUMN_WEIGHT) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, question->span, "the weight of a row cannot be missing");
        return false;
    }
    return read_by_entry(checker, entry, expr, out);
}
