/* One argument: its expression read as the type of its parameter, held against bounds and choices. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sema/checker.h"
#include "support/panic.h"
#include "support/str.h"

typedef struct ArgumentPlace {
    Checker *checker;
    const Scope *scope;
    const CatalogEntry *entry;
    const EntryParam *param;
} ArgumentPlace;

static const char *place_text(const ArgumentPlace *place) {
    return arena_printf(place->checker->arena, "`%s` of `%s`", place->param->name, place->entry->name);
}

/* Where a name stands for the value, the value itself is the other place involved. */
static void label_origin(const ArgumentPlace *place, const AstExpr *expr, Diagnostic *d)
{
    const Scope *scope;
    const AstExpr *origin = expr->kind == AST_NAME ? expr_resolve(place->checker, place->scope, expr, &scope) : expr;
    if (origin != expr)
        diag_label(d, origin->span, "`%s` stands for this", expr->text);
}

/* A constant that does not fit has been told of at its first use. */
static bool is_told_of_constant(const ArgumentPlace *place, const AstExpr *expr, DiagId id) {
    const Scope *scope;
    if (expr->kind != AST_NAME || expr_resolve(place->checker, place->scope, expr, &scope) == expr) return false;
    return diag_is_told(place->checker->session, id, arena_printf(place->checker->arena, "%s of %s", expr->text, place->entry->name));
}

/* Two slips that show what is meant: a path without its quotes, and 18-120 for 18..120. */
static void fix_type(const ArgumentPlace *place, const AstExpr *expr, Diagnostic *d) {
    SourceSet *sources = &place->checker->session->sources;
    Arena *arena = place->checker->arena;
    if (place->param->type == PARAM_STRING && expr->kind == AST_NAME) {
        diag_fix(d, false, expr->span, arena_printf(arena, "\"%s\"", source_text(sources, arena, expr->span)), NULL);
    } else if (place->param->type == PARAM_RANGE && expr->kind == AST_BINARY && expr->op == '-') {
        diag_fix(d, false, expr->span,
                 arena_printf(arena, "%s..%s", source_text(sources, arena, expr->left->span),
                              source_text(sources, arena, expr->right->span)), NULL);
    }
}

static bool report_type(const ArgumentPlace *place, const AstExpr *expr, const char *wanted) {
    if (expr->kind == AST_ERROR || is_told_of_constant(place, expr, DIAG_ARGUMENT_TYPE))
        return false;
    Diagnostic *d = diag_report(place->checker->session, DIAG_ARGUMENT_TYPE, expr->span, "%s wants %s", place_text(place),
                                wanted);
    diag_caret(d, "%s", place->param->doc);
    label_origin(place, expr, d);
    fix_type(place, expr, d);
    return false;
}

/* ---- bounds -------------------------------------------------------------------------------------------------- */

static bool is_momentum(const EntryParam *param) {
    return strcmp(param->name, "momentum") == 0 || strcmp(param->name, "beta1") == 0 ||
           strcmp(param->name, "beta2") == 0 || strcmp(param->name, "alpha") == 0;
}

static DiagId range_id(const ArgumentPlace *place, double value) {
    if (str_ends_with(place->entry->name, "dropout") && strcmp(place->param->name, "rate") == 0 && value > 0)
        return DIAG_DROPOUT_TOO_HIGH;
    if (is_momentum(place->param) && (place->entry->kind == ENTRY_OPTIMIZER || place->entry->kind == ENTRY_LAYER))
        return DIAG_MOMENTUM_RANGE;
    if (strcmp(place->param->name, "lr") == 0)
        return DIAG_LR_INVALID;
    return DIAG_ARGUMENT_RANGE;
}

static const char *bounds_text(Arena *arena, const EntryParam *param) {
    bool unbounded = param->max >= 1e15;
    if (unbounded && param->min == 0)
        return param->min_open ? "wants more than 0" : "cannot be below 0";
    if (unbounded)
        return arena_printf(arena, "cannot be below %s", str_number(arena, param->min));
    return arena_printf(arena, "lies in %s%s..%s%s", param->min_open ? "above " : "", str_number(arena, param->min),
                        param->max_open ? "below " : "", str_number(arena, param->max));
}

static bool is_within(const EntryParam *param, double value) {
    bool unbounded = param->min == 0 && param->max == 0;
    return unbounded || ((param->min_open ? value > param->min : value >= param->min) &&
                         (param->max_open ? value < param->max : value <= param->max));
}

/* What was most likely meant: 30 for 30 %, a sign too many, else the default. */
static void fix_bounds(const ArgumentPlace *place, const AstExpr *expr, Diagnostic *d, double value) {
    const EntryParam *param = place->param;
    Arena *arena = place->checker->arena;
    if (param->max <= 1 && value > 1 && is_within(param, value / 100) && expr->kind == AST_NUMBER) {
        diag_fix(d, false, expr->span, arena_printf(arena, "%s%%", expr->text), NULL);
    } else if (expr->kind == AST_NEGATE && is_within(param, -value)) {
        diag_fix(d, false, expr->span, source_text(&place->checker->session->sources, arena, expr->left->span), NULL);
    } else if (param->fallback && param->fallback[0] >= '0' && param->fallback[0] <= '9') {
        diag_fix(d, false, expr->span, param->fallback, arena_printf(arena, "%s, the default", param->fallback));
    } else if (place->entry->example) {
        diag_advice(d, "for example `%s`", place->entry->example);
    }
}

static bool check_bounds(const ArgumentPlace *place, const AstExpr *expr, double value) {
    const EntryParam *param = place->param;
    if (is_within(param, value))
        return true;
    Arena *arena = place->checker->arena;
    if (is_told_of_constant(place, expr, range_id(place, value))) return false;
    Diagnostic *d = diag_report(place->checker->session, range_id(place, value), expr->span, "%s is %s; it %s",
                                place_text(place), str_number(arena, value), bounds_text(arena, param));
    label_origin(place, expr, d);
    fix_bounds(place, expr, d, value);
    return false;
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static const char *kind_wanted(ParamType type) {
    return type == PARAM_INTEGER ? "a whole number" : type == PARAM_SHARE ? "a share such as 30%"
           : type == PARAM_TIME ? "a time such as 10 min" : type == PARAM_ANGLE ? "an angle such as 10 deg"
           : type == PARAM_DURATION ? "epochs or steps, such as 5 epochs" : "a number";
}

/* A literal as it is written, else what is computed: the user looks for `15 min`, not for 900 s. */
static const char *literal_text(const ArgumentPlace *place, const AstExpr *expr, Quantity quantity) {
    bool literal = expr->kind == AST_NUMBER || expr->kind == AST_PERCENT || expr->kind == AST_UNIT;
    return literal ? source_text(&place->checker->session->sources, place->checker->arena, expr->span)
                   : quantity_text(place->checker->arena, quantity);
}

static bool plain_fits(const ArgumentPlace *place) {
    return place->param->type == PARAM_INTEGER || place->param->type == PARAM_NUMBER;
}

static bool read_quantity(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    Quantity quantity;
    if (!quantity_eval(place->checker, place->scope, expr, place_text(place), &quantity))
        return false;
    bool plain = quantity.kind == QUANTITY_NUMBER || quantity.kind == QUANTITY_SHARE;
    bool fits = plain;
    if (place->param->type == PARAM_TIME)
        fits = quantity.kind == QUANTITY_TIME || quantity.kind == QUANTITY_NUMBER;
    if (place->param->type == PARAM_ANGLE)
        fits = quantity.kind == QUANTITY_ANGLE || quantity.kind == QUANTITY_NUMBER;
    if (place->param->type == PARAM_DURATION)
        fits = quantity.kind == QUANTITY_EPOCHS || quantity.kind == QUANTITY_STEPS || quantity.kind == QUANTITY_NUMBER;
    if (place->param->type == PARAM_INTEGER)
        fits = quantity.kind == QUANTITY_NUMBER ||
               (quantity.kind == QUANTITY_EPOCHS && (strcmp(place->param->name, "epochs") == 0 ||
                                                     strcmp(place->param->name, "patience") == 0)) ||
               (quantity.kind == QUANTITY_STEPS && strcmp(place->param->name, "steps") == 0);
    if (!fits) {
        Diagnostic *d = diag_report(place->checker->session, DIAG_ARGUMENT_TYPE, expr->span, "%s wants %s, not %s",
                                    place_text(place), kind_wanted(place->param->type),
                                    literal_text(place, expr, quantity));
        diag_caret(d, "%s", place->param->doc);
        label_origin(place, expr, d);
        if ((expr->kind == AST_PERCENT || expr->kind == AST_UNIT) && is_within(place->param, expr->number) && plain_fits(place))
            diag_fix(d, false, expr->span, str_number(place->checker->arena, expr->number), NULL);
        return false;
    }
    out->number = quantity.value;
    out->unit = quantity.kind == QUANTITY_EPOCHS ? LRT_UNIT_EPOCHS : LRT_UNIT_STEPS;
    out->is_share = quantity.kind == QUANTITY_SHARE;
    return true;
}

static bool report_fraction(const ArgumentPlace *place, const AstExpr *expr, double number) {
    if (is_told_of_constant(place, expr, DIAG_ARGUMENT_TYPE)) return false;
    Diagnostic *d = diag_report(place->checker->session, DIAG_ARGUMENT_TYPE, expr->span, "%s wants a whole number, not %s",
                                place_text(place), str_number(place->checker->arena, number));
    diag_caret(d, "%s", place->param->doc);
    label_origin(place, expr, d);
    double nearest = round(number);
    if (expr->kind == AST_NUMBER && nearest > 0 && is_within(place->param, nearest) && nearest < 1e15)
        diag_fix(d, false, expr->span, str_number(place->checker->arena, nearest), NULL);
    return false;
}

static bool read_number(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    if (!read_quantity(place, expr, out))
        return false;
    if (place->param->type == PARAM_INTEGER) {
        if (floor(out->number) != out->number || fabs(out->number) > 9007199254740992.0) return report_fraction(place, expr, out->number);
        out->integer = (int64_t)out->number;
    }
    return check_bounds(place, expr, out->number);
}

/* ---- words --------------------------------------------------------------------------------------------------- */

/* Index of a word among "a|b|c", or -1. */
static int64_t choice_index(Arena *arena, const char *choices, const char *word) {
    WordList words = {0};
    words_split(arena, choices, &words);
    for (int64_t i = 0; i < words.count; i++)
        if (strcmp(words.items[i], word) == 0)
            return i;
    return -1;
}

/* The expression as a word: as written where it is one of the choices, else what a constant of that name stands for. */
static const AstExpr *resolve_word(const ArgumentPlace *place, const AstExpr *expr) {
    if (expr->kind == AST_NAME && place->param->choices &&
        choice_index(place->checker->arena, place->param->choices, expr->text) >= 0)
        return expr;
    const Scope *scope;
    return expr_resolve(place->checker, place->scope, expr, &scope);
}

static bool report_choice(const ArgumentPlace *place, const AstExpr *expr, const char *word) {
    Arena *arena = place->checker->arena;
    WordList words = {0};
    words_split(arena, place->param->choices, &words);
    Diagnostic *d = diag_report(place->checker->session, DIAG_UNKNOWN_VALUE, expr->span, "`%s` is not a value of %s", word,
                                place_text(place));
    diag_evidence(d, "it is one of %s", words_joined(arena, &words));
    suggest_fix(d, arena, expr->span, word, &words);
    return false;
}

static bool read_word(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const AstExpr *resolved = resolve_word(place, expr);
    const char *word = resolved->kind == AST_NAME || resolved->kind == AST_STRING ? resolved->text : NULL;
    if (!word) {
        WordList words = {0};
        words_split(place->checker->arena, place->param->choices, &words);
        return report_type(place, expr, arena_printf(place->checker->arena, "one of %s",
                                                     words_joined(place->checker->arena, &words)));
    }
    out->integer = choice_index(place->checker->arena, place->param->choices, word);
    if (out->integer < 0)
        return report_choice(place, expr, word);
    out->word = word;
    return true;
}

static bool read_bool(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(place->checker, place->scope, expr, &scope);
    if (resolved->kind == AST_NAME && strcmp(resolved->text, "true") == 0)
        out->integer = 1;
    else if (resolved->kind == AST_NAME && strcmp(resolved->text, "false") == 0)
        out->integer = 0;
    else
        return report_type(place, expr, "true or false");
    return true;
}

static bool read_strings(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(place->checker, place->scope, expr, &scope);
    if (resolved->kind == AST_STRING) {
        const char **one = ARENA_ARRAY(place->checker->arena, const char *, 1);
        one[0] = resolved->text;
        out->words = one;
        out->count = 1;
        return true;
    }
    if (resolved->kind != AST_LIST)
        return report_type(place, expr, "a list of texts such as [\"\", \"NA\"]");
    const char **words = ARENA_ARRAY(place->checker->arena, const char *, resolved->arg_count + 1);
    for (int64_t i = 0; i < resolved->arg_count; i++) {
        const AstExpr *item = resolved->args[i].value;
        if (item->kind != AST_STRING && item->kind != AST_NAME && item->kind != AST_NUMBER)
            return report_type(place, item, "a list of texts such as [\"\", \"NA\"]");
        words[i] = item->text;
    }
    out->words = words;
    out->count = resolved->arg_count;
    return true;
}

/* ---- ranges, lists, sizes -------------------------------------------------------------------------------------- */

static bool read_range(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *range = expr_resolve(place->checker, place->scope, expr, &scope);
    if (range->kind != AST_RANGE)
        return report_type(place, expr, place->entry->kind == ENTRY_SCHEDULE ? "two rates such as 1e-3..1e-5"
                                                                            : "a range such as 1..9");
    Quantity low = {0}, high = {0};
    if (!quantity_eval(place->checker, scope, range->left, place_text(place), &low))
        return false;
    out->low = low.value;
    out->has_low = true;
    out->is_share = low.kind == QUANTITY_SHARE;
    if (range->right) {
        if (!quantity_eval(place->checker, scope, range->right, place_text(place), &high))
            return false;
        if ((high.kind == QUANTITY_SHARE) != out->is_share && !(low.value == 0 && low.kind == QUANTITY_NUMBER))
            return report_type(place, expr, "two shares or two numbers");
        out->is_share |= high.kind == QUANTITY_SHARE;
        out->high = high.value;
        out->has_high = true;
    }
    bool falling_allowed = place->entry->kind == ENTRY_SCHEDULE;
    if (out->has_high && !falling_allowed && out->low >= out->high) {
        Diagnostic *d = diag_report(place->checker->session, DIAG_RANGE_ORDER, range->span,
                                    "the range runs from %s down to %s", quantity_text(place->checker->arena, low),
                                    quantity_text(place->checker->arena, high));
        if (out->low > out->high) {
            SourceSet *sources = &place->checker->session->sources;
            Arena *arena = place->checker->arena;
            diag_fix(d, true, range->span, arena_printf(arena, "%s..%s", source_text(sources, arena, range->right->span),
                                                        source_text(sources, arena, range->left->span)), NULL);
        }
        return false;
    }
    return true;
}

static bool read_numbers(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *list = expr_resolve(place->checker, place->scope, expr, &scope);
    bool single = list->kind != AST_LIST;
    int64_t count = single ? 1 : list->arg_count;
    double *numbers = ARENA_ARRAY(place->checker->arena, double, count + 1);
    for (int64_t i = 0; i < count; i++) {
        Quantity quantity;
        const AstExpr *item = single ? expr : list->args[i].value;
        if (!quantity_eval(place->checker, scope, item, place_text(place), &quantity))
            return false;
        numbers[i] = quantity.value;
        if (!check_bounds(place, item, quantity.value))
            return false;
    }
    out->numbers = numbers;
    out->count = count;
    return true;
}

static bool check_length(const ArgumentPlace *place, const AstExpr *expr, double length) {
    enum { LONGEST = 1 << 16 };
    if (length >= 1 && length <= (double)LONGEST && length == floor(length))
        return true;
    diag_report(place->checker->session, DIAG_ARGUMENT_RANGE, expr->span, "%s is %s; a length is a whole number from 1 to %d",
                place_text(place), str_number(place->checker->arena, length), LONGEST);
    return false;
}

static bool read_size(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *size = expr_resolve(place->checker, place->scope, expr, &scope);
    if (size->kind == AST_SIZE) {
        out->rows = size->rows;
        out->columns = size->columns;
        return check_length(place, expr, (double)size->rows) && check_length(place, expr, (double)size->columns);
    }
    if (!read_quantity(place, expr, out) || !check_length(place, expr, out->number))
        return false;
    out->rows = (int64_t)out->number;
    out->columns = 0;
    return true;
}

/* ---- nested calls -------------------------------------------------------------------------------------------------- */

static bool check_rate(const ArgumentPlace *place, const AstExpr *expr, double value) {
    if (value > 0 && isfinite(value))
        return true;
    Diagnostic *d = diag_report(place->checker->session, DIAG_LR_INVALID, expr->span, "the learning rate is %s",
                                str_number(place->checker->arena, value));
    label_origin(place, expr, d);
    diag_why(d, "the weights move against the gradient only for a rate above 0");
    diag_advice(d, "a rate above 0, such as 1e-3");
    return false;
}

static bool read_rate(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(place->checker, place->scope, expr, &scope);
    if (resolved->kind == AST_CALL || (resolved->kind == AST_NAME && catalog_find(ENTRY_SCHEDULE, resolved->text))) {
        const CatalogEntry *entry = bind_entry(place->checker, ENTRY_SCHEDULE, resolved);
        out->call = entry ? bind_call(place->checker, scope, entry, resolved) : NULL;
        if (!out->call)
            return false;
        if (entry->params[0].type == PARAM_ANY) return true; /* piecewise: read by check_schedule.c */
        int32_t rates = catalog_param(entry, "rates");
        const Argument *range = rates >= 0 ? &out->call->args[rates] : NULL;
        out->number = range ? range->low : out->call->args[0].number;
        if (range && !range->has_high) {
            ArgumentPlace inner = *place;
            inner.entry = entry;
            inner.param = &entry->params[rates];
            return report_type(&inner, resolved->args[0].value, "two rates such as 1e-3..1e-5");
        }
        return check_rate(place, resolved, out->number) && (!range || range->high >= 0 || check_rate(place, resolved, range->high));
    }
    if (resolved->kind == AST_RANGE) {
        Diagnostic *d = diag_report(place->checker->session, DIAG_ARGUMENT_TYPE, expr->span,
                                    "%s wants a number or a schedule; this is a range", place_text(place));
        diag_fix(d, false, expr->span,
                 arena_printf(place->checker->arena, "cosine(%s)",
                              source_text(&place->checker->session->sources, place->checker->arena, expr->span)), NULL);
        return false;
    }
    return read_quantity(place, expr, out) && check_rate(place, expr, out->number);
}

static bool read_init(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(place->checker, place->scope, expr, &scope);
    if (resolved->kind == AST_NAME && strcmp(resolved->text, "auto") == 0) {
        out->word = "auto";
        return true;
    }
    if (!expr_word(resolved))
        return report_type(place, expr, "an initializer such as he_normal");
    const CatalogEntry *entry = bind_entry(place->checker, ENTRY_INITIALIZER, resolved);
    out->call = entry ? bind_call(place->checker, scope, entry, resolved) : NULL;
    return out->call != NULL;
}

/* none, balanced, [1, 5] or [no: 1, yes: 5]: the levels' names are matched once they are known. */
static bool read_class_weights(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *list = expr_resolve(place->checker, place->scope, expr, &scope);
    if (list->kind == AST_NAME && (strcmp(list->text, "none") == 0 || strcmp(list->text, "balanced") == 0)) {
        out->word = list->text;
        return true;
    }
    if (list->kind == AST_NAME || list->kind == AST_STRING) {
        WordList words = {0};
        words_split(place->checker->arena, "none|balanced", &words);
        Diagnostic *d = diag_report(place->checker->session, DIAG_UNKNOWN_VALUE, expr->span, "`%s` is not a value of %s",
                                    list->text, place_text(place));
        suggest_fix(d, place->checker->arena, expr->span, list->text, &words);
        return false;
    }
    if (list->kind != AST_LIST || list->arg_count == 0)
        return report_type(place, expr, "none, balanced or a list such as [no: 1, yes: 5]");
    double *numbers = ARENA_ARRAY(place->checker->arena, double, list->arg_count);
    const char **words = ARENA_ARRAY(place->checker->arena, const char *, list->arg_count);
    bool keyed = list->args[0].key_kind != AST_KEY_NONE;
    for (int64_t i = 0; i < list->arg_count; i++) {
        Quantity quantity;
        if ((list->args[i].key_kind != AST_KEY_NONE) != keyed)
            return report_type(place, expr, "a weight for each class, all with names or none");
        if (!quantity_eval(place->checker, scope, list->args[i].value, place_text(place), &quantity))
            return false;
        if (quantity.value < 0) {
            diag_report(place->checker->session, DIAG_ARGUMENT_RANGE, list->args[i].value->span,
                        "a class weight is %s; it cannot be below 0", str_number(place->checker->arena, quantity.value));
            return false;
        }
        numbers[i] = quantity.value;
        words[i] = list->args[i].key;
    }
    out->numbers = numbers;
    out->words = keyed ? words : NULL;
    out->count = list->arg_count;
    return true;
}

static bool read_choice_or_number(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const AstExpr *resolved = resolve_word(place, expr);
    if (resolved->kind == AST_RANGE && !place->param->choices)
        return read_range(place, expr, out);
    if (resolved->kind == AST_NAME || resolved->kind == AST_STRING) {
        if (!place->param->choices)
            return report_type(place, expr, "a number or a range");
        return read_word(place, expr, out);
    }
    return read_quantity(place, expr, out);
}

static bool read_average(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    if (expr->kind != AST_NAME && expr->kind != AST_STRING && expr->kind != AST_NUMBER)
        return report_type(place, expr, "macro, micro, weighted or a class of the target");
    out->word = expr->text;
    return true;
}

static bool read_string(const ArgumentPlace *place, const AstExpr *expr, Argument *out) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(place->checker, place->scope, expr, &scope);
    if (resolved->kind != AST_STRING) {
        report_type(place, expr, "a text in quotes");
        return false;
    }
    out->word = resolved->text;
    return true;
}

bool bind_argument(Checker *checker, const Scope *scope, const CatalogEntry *entry, const EntryParam *param,
                   const AstExpr *expr, Argument *out) {
    const ArgumentPlace place = {checker, scope, entry, param};
    out->given = true;
    out->span = expr->span;
    out->expr = expr;
    if (expr->kind == AST_ERROR)
        return false;
    switch (param->type) {
    case PARAM_NUMBER: case PARAM_INTEGER: case PARAM_SHARE: case PARAM_DURATION: case PARAM_TIME: case PARAM_ANGLE:
        return read_number(&place, expr, out);
    case PARAM_BOOL: return read_bool(&place, expr, out);
    case PARAM_WORD: return read_word(&place, expr, out);
    case PARAM_STRING: return read_string(&place, expr, out);
    case PARAM_STRINGS: return read_strings(&place, expr, out);
    case PARAM_NUMBERS: case PARAM_SHAPE: return read_numbers(&place, expr, out);
    case PARAM_SIZE: return read_size(&place, expr, out);
    case PARAM_RANGE: return read_range(&place, expr, out);
    case PARAM_RATE: return read_rate(&place, expr, out);
    case PARAM_INIT: return read_init(&place, expr, out);
    case PARAM_CLASS_WEIGHTS: return read_class_weights(&place, expr, out);
    case PARAM_AVERAGE: return read_average(&place, expr, out);
    case PARAM_CHOICE_OR_NUMBER: return read_choice_or_number(&place, expr, out);
    case PARAM_MONITOR: case PARAM_ANY: return true; /* read by the section, which knows more */
    }
    BUG("no parameter type %d", (int)param->type);
}

void bind_default(Checker *checker, const CatalogEntry *entry, const EntryParam *param, Argument *out) {
    *out = (Argument){.span = SPAN_NONE};
    const char *text = param->fallback;
    if (!text || strcmp(text, "-") == 0)
        return;
    char *end;
    double number = strtod(text, &end);
    bool is_number = end != text;
    while (*end == ' ')
        end++;
    switch (param->type) {
    case PARAM_BOOL:
        out->integer = strcmp(text, "true") == 0;
        return;
    case PARAM_WORD:
    case PARAM_CHOICE_OR_NUMBER:
        if (is_number && !param->choices) {
            out->number = number;
            return;
        }
        out->word = text;
        out->integer = param->choices ? choice_index(checker->arena, param->choices, text) : -1;
        if (param->choices && out->integer < 0)
            BUG("default %s of %s is not among its choices", param->name, entry->name);
        return;
    case PARAM_NUMBER: case PARAM_INTEGER: case PARAM_SHARE: case PARAM_DURATION: case PARAM_TIME: case PARAM_ANGLE:
    case PARAM_RATE:
        if (!is_number) {
            out->word = text;
            return;
        }
        out->number = *end == '%' ? number / 100 : number;
        out->integer = (int64_t)out->number;
        out->unit = str_starts_with(end, "epoch") ? LRT_UNIT_EPOCHS : LRT_UNIT_STEPS;
        return;
    case PARAM_SIZE:
        out->rows = (int64_t)number;
        return;
    case PARAM_STRING: case PARAM_STRINGS: case PARAM_NUMBERS: case PARAM_RANGE: case PARAM_INIT:
    case PARAM_MONITOR: case PARAM_CLASS_WEIGHTS: case PARAM_AVERAGE: case PARAM_SHAPE: case PARAM_ANY:
        out->word = text;
        return;
    }
}
