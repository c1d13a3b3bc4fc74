/* The section `split`: how the rows are divided, and the default where the spec does not say. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static const double default_shares[LRT_PART_COUNT] = {0.70, 0.15, 0.15};
static const char *const part_words[LRT_PART_COUNT] = {"train", "validation", "test"};

/* First column of a type, or -1. */
static int32_t column_of_type(const Checker *checker, LrtColumnType type) {
    for (int64_t i = 0; i < checker->variables.count; i++)
        if (checker->variables.items[i].type == type && !checker->variables.items[i].derived)
            return checker->variables.items[i].column;
    return -1;
}

/* A column whose type could not be read may be the one that the split wants. */
static bool column_may_be_lost(const Checker *checker) {
    for (int64_t i = 0; i < checker->columns.count; i++)
        if (checker->variables.items[i].poisoned) return true;
    return checker->columns_poisoned;
}

/* ---- shares ---------------------------------------------------------------------------------------------------- */

static void report_shares(Checker *checker, const Call *call, const double *shares) {
    double sum = shares[LRT_PART_TRAIN] + shares[LRT_PART_VALIDATION] + shares[LRT_PART_TEST];
    double others = shares[LRT_PART_VALIDATION] + shares[LRT_PART_TEST];
    Diagnostic *d = diag_report(checker->session, DIAG_SPLIT_SHARES, call->span, "the parts sum to %s",
                                quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, sum}));
    diag_why(d, "a row belongs to one part");
    const Argument *train = call_argument(call, "train");
    if (train->given && others < 1 - 1e-9)
        diag_fix(d, false, train->span, quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, 1 - others}),
                 arena_printf(checker->arena, "train: %s",
                              quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, 1 - others})));
}

/* Shares count rows in exact decimals: 1 - 0.7 is 0.3. */
static double decimal(double share) { return round(share * 1e12) / 1e12; }

/* Parts that are not given divide what is left in the proportion of the defaults: `train: 90%, validation: 10%` has no
 * test part, `train: 80%` leaves 10 % for each of the others. */
static bool read_shares(Checker *checker, const Call *call, LrtSplit *out) {
    double given = 0, missing = 0;
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        const Argument *argument = call_argument(call, part_words[part]);
        out->share[part] = argument->given ? argument->number : 0;
        given += out->share[part];
        missing += argument->given ? 0 : default_shares[part];
    }
    if (given > 1 + 1e-9) {
        report_shares(checker, call, out->share);
        return false;
    }
    double left = given > 1 ? 0 : 1 - given;
    for (int part = 0; part < LRT_PART_COUNT; part++)
        if (!call_argument(call, part_words[part])->given)
            out->share[part] =
                missing > 1 - 1e-12 ? default_shares[part] : decimal(left * default_shares[part] / missing);
    if (out->share[LRT_PART_TRAIN] > 0) return true;
    const Argument *train = call_argument(call, "train");
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, train->given ? train->span : call->span,
                                "the training part is empty");
    diag_why(d, "everything is learnt and fitted on the training part");
    return false;
}

/* ---- time ------------------------------------------------------------------------------------------------------ */

/* Rows, or a time where there is a timestamp; `auto`, which is purge's default, are -1 rows. */
static bool read_gap(Checker *checker, const Call *call, const char *name, int64_t *out_rows, double *out_seconds) {
    const Argument *argument = call_argument(call, name);
    bool is_auto = argument->given && argument->expr->kind == AST_NAME && strcmp(argument->expr->text, "auto") == 0;
    *out_rows = strcmp(name, "purge") == 0 ? -1 : 0;
    if (!argument->given || is_auto) return true;
    Quantity quantity;
    const char *what = arena_printf(checker->arena, "`%s` of `%s`", name, call->entry->name);
    if (!quantity_eval(checker, NULL, argument->expr, what, &quantity)) return false;
    if (quantity.kind == QUANTITY_TIME && checker->timestamp_column >= 0 && quantity.value >= 0) {
        *out_rows = 0;
        *out_seconds = quantity.value;
        return true;
    }
    if (quantity.kind != QUANTITY_NUMBER) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, argument->span, "%s wants rows, not `%s`",
                                    what, source_text(&checker->session->sources, checker->arena, argument->span));
        if (quantity.kind == QUANTITY_TIME)
            diag_advice(d, "a column of type `timestamp` says how far rows are apart");
        return false;
    }
    double rows = quantity.value;
    if (rows < 0 || rows != floor(rows) || rows > 1e15) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, argument->span, "%s is %s; it wants a whole number of rows",
                    what, quantity_text(checker->arena, quantity));
        return false;
    }
    *out_rows = (int64_t)rows;
    return true;
}

static bool read_gaps(Checker *checker, const Call *call, LrtSplit *out) {
    bool fine = read_gap(checker, call, "purge", &out->purge, &out->purge_seconds);
    return read_gap(checker, call, "embargo", &out->embargo, &out->embargo_seconds) && fine;
}

static bool read_chronological(Checker *checker, const Call *call, LrtSplit *out) {
    out->column = column_of_type(checker, LRT_COLUMN_TIMESTAMP);
    if (out->column < 0 && !column_may_be_lost(checker)) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SPLIT_NEEDS_COLUMN, call->name_span,
                        "no column is a timestamp: `%s` takes the rows in the order of the file", call->entry->name);
        diag_set_severity(d, SEVERITY_NOTE);
    }
    return read_gaps(checker, call, out);
}

/* ---- groups and keys ------------------------------------------------------------------------------------------- */

static bool has_groups(Checker *checker, const Call *call) {
    if (column_of_type(checker, LRT_COLUMN_GROUP) >= 0) return true;
    if (column_may_be_lost(checker)) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_SPLIT_NEEDS_COLUMN, call->name_span,
                                "`%s` divides by a column of the type `group`; none is declared", call->entry->name);
    diag_advice(d, "declare the column whose rows belong together, such as `patient : group`");
    return false;
}

/* A column of one value a row: not its target, which a new row lacks. */
static bool read_key(Checker *checker, const Call *call, LrtSplit *out) {
    const Argument *key = call_argument(call, "key");
    VariableSet set = {0};
    if (!columns_resolve(checker, NULL, key->expr, &set) || set.count == 0) return false;
    const Variable *variable = &checker->variables.items[set.items[0]];
    if (set.count == 1 && (variable->poisoned || variable->is_pattern)) return false;
    bool fits = set.count == 1 && !variable->derived && variable->kind != VALUE_MATRIX &&
                variable->type != LRT_COLUMN_IGNORE;
    out->column = variable->column;
    if (fits) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, key->span,
                                "`hashed` takes one column as the file holds it");
    diag_advice(d, "the column that tells rows apart, such as `customer : key`");
    return false;
}

/* ---- predefined ------------------------------------------------------------------------------------------------ */

static bool read_predefined(Checker *checker, const Call *call, LrtSplit *out) {
    const Argument *test = call_argument(call, "test");
    out->column = column_of_type(checker, LRT_COLUMN_FOLD);
    out->test_fold = test->given ? test->integer : -1;
    if (!read_gaps(checker, call, out)) return false;
    if (out->column >= 0 || column_may_be_lost(checker)) return out->column >= 0;
    Diagnostic *d = diag_report(checker->session, DIAG_SPLIT_NEEDS_COLUMN, call->name_span,
                                "`predefined` reads a column of the type `fold`; none is declared");
    diag_advice(d, "declare the column that names each row's part, such as `part : fold`");
    return false;
}

/* ---- random ---------------------------------------------------------------------------------------------------- */

/* The column whose classes, or quantile bins, each part holds evenly: the first target that has classes, else the
 * first. */
static int32_t stratified_column(const Checker *checker) {
    int32_t first = -1;
    for (int64_t i = 0; i < checker->targets.count; i++) {
        int32_t column = checker->variables.items[checker->target_variables.items[i]].column;
        if (checker->targets.items[i].is_class) return column;
        if (first < 0) first = column;
    }
    return first;
}

/* Rows of a group are never divided between parts. Where the target looks ahead, groups are series, and a split by time
 * divides them as the forecast does. */
static bool keeps_groups(Checker *checker, LrtSplitKind kind, int32_t column) {
    if (kind == LRT_SPLIT_GROUPED || kind == LRT_SPLIT_GROUP_TIME || kind == LRT_SPLIT_PREDEFINED) return true;
    if (kind == LRT_SPLIT_HASHED) return column >= 0 && checker->columns.items[column].type == LRT_COLUMN_GROUP;
    bool ahead = false;
    for (int64_t i = 0; i < checker->targets.count; i++)
        ahead |= reach_ahead(checker, checker->targets.items[i].slot) > 0;
    return kind == LRT_SPLIT_CHRONOLOGICAL && ahead;
}

static bool check_groups(Checker *checker, Span span, const char *word, LrtSplitKind kind, int32_t column) {
    int32_t group = column_of_type(checker, LRT_COLUMN_GROUP);
    if (group < 0 || keeps_groups(checker, kind, column)) return true;
    Diagnostic *d =
        diag_report(checker->session, DIAG_GROUP_LEAK, span, "`%s` would divide the rows of one `%s` between the parts",
                    word, checker->columns.items[group].name);
    diag_label(d, checker->column_spans.items[group], "a group");
    diag_why(d, "rows of one group resemble each other: the parts would not be apart");
    diag_advice(d, "`grouped`, or `group_time` where each group is a series; or declare it `key` where its rows are "
                   "independent");
    return false;
}

static bool read_by_kind(Checker *checker, const Call *call, LrtSplit *out) {
    if (out->kind == LRT_SPLIT_PREDEFINED) return read_predefined(checker, call, out);
    if (!read_shares(checker, call, out)) return false;
    if (out->kind == LRT_SPLIT_HASHED && !read_key(checker, call, out)) return false;
    if (!check_groups(checker, call->name_span, call->entry->name, out->kind, out->column)) return false;
    bool by_group = out->kind == LRT_SPLIT_GROUPED || out->kind == LRT_SPLIT_GROUP_TIME;
    if (by_group && !has_groups(checker, call)) return false;
    if (out->kind == LRT_SPLIT_CHRONOLOGICAL || out->kind == LRT_SPLIT_GROUP_TIME)
        return read_chronological(checker, call, out);
    if (out->kind != LRT_SPLIT_HASHED) out->seed = (uint64_t)call_integer(call, "seed");
    if (out->kind == LRT_SPLIT_STRATIFIED) out->column = stratified_column(checker);
    return true;
}

/* ---- the section ----------------------------------------------------------------------------------------------- */

/* `stratified` for classes, `random` for numbers, `chronological` where a timestamp is declared. */
static void default_split(Checker *checker) {
    LrtSplit *split = &checker->model->data.split;
    int32_t timestamp = column_of_type(checker, LRT_COLUMN_TIMESTAMP);
    bool has_classes = checker->targets.count > 0 && checker->targets.items[0].is_class;
    split->kind = timestamp >= 0 ? LRT_SPLIT_CHRONOLOGICAL : has_classes ? LRT_SPLIT_STRATIFIED : LRT_SPLIT_RANDOM;
    split->column = timestamp >= 0 ? timestamp : has_classes ? stratified_column(checker) : -1;
    memcpy(split->share, default_shares, sizeof default_shares);
    const AstSection *target = checker->sections[SECTION_TARGET];
    if (target && !checker->target_poisoned)
        check_groups(checker, target->name.span, catalog_by_runtime_id(ENTRY_SPLIT, (int32_t)split->kind)->name,
                     split->kind, -1);
}

/* The call stripped of `=`-less mistakes: a share by itself, a list. */
static void report_no_split(Checker *checker, const AstExpr *value) {
    if (value->kind == AST_ERROR) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "`split` wants a way to divide the rows");
    diag_advice(d, "`split: stratified(train: 70%%, validation: 15%%, test: 15%%, seed: 7)`");
}

void check_split(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_SPLIT];
    LrtSplit *split = &checker->model->data.split;
    *split = (LrtSplit){.kind = LRT_SPLIT_RANDOM, .column = -1, .test_fold = -1, .purge = -1};
    memcpy(split->share, default_shares, sizeof default_shares);
    if (!section) {
        default_split(checker);
        return;
    }
    if (!section_wants_field(checker, section, "split: stratified(train: 70%, validation: 15%, test: 15%)")) return;
    const Scope *scope;
    const AstExpr *value = section->value;
    if (!(value->kind == AST_NAME && catalog_find(ENTRY_SPLIT, value->text)))
        value = expr_resolve(checker, NULL, value, &scope);
    if (!expr_word(value)) {
        report_no_split(checker, value);
        return;
    }
    const CatalogEntry *entry = bind_entry(checker, ENTRY_SPLIT, value);
    Call *call = entry ? bind_call(checker, NULL, entry, value) : NULL;
    if (!call) return;
    LrtSplit read = *split;
    read.kind = (LrtSplitKind)entry->runtime_id;
    read.spec_line = (int32_t)source_position(&checker->session->sources, value->span.source, value->span.begin).line;
    checker->split_read = read_by_kind(checker, call, &read);
    if (checker->split_read) *split = read;
}
