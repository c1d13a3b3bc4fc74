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

/* Rows, or a time where the timestamp says how far rows are apart; `auto` is nothing where no target looks ahead. */
static bool read_rows(Checker *checker, const Call *call, const char *name, int64_t *out) {
    const Argument *argument = call_argument(call, name);
    *out = 0;
    if (!argument->given || (argument->expr->kind == AST_NAME && strcmp(argument->expr->text, "auto") == 0))
        return true;
    Quantity quantity;
    const char *what = arena_printf(checker->arena, "`%s` of `%s`", name, call->entry->name);
    if (!quantity_eval(checker, NULL, argument->expr, what, &quantity)) return false;
    double rows = quantity.value;
    if (quantity.kind == QUANTITY_TIME && checker->timestamp_every > 0)
        rows = ceil(quantity.value / checker->timestamp_every - 1e-9);
    else if (quantity.kind == QUANTITY_TIME && checker->session->error_count > 0) {
        return false; /* the timestamp that would tell may be among what could not be read */
    } else if (quantity.kind != QUANTITY_NUMBER) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, argument->span, "%s wants rows, not `%s`",
                                    what, source_text(&checker->session->sources, checker->arena, argument->span));
        if (quantity.kind == QUANTITY_TIME) diag_advice(d, "`every:` of the timestamp says how far two rows are apart");
        return false;
    }
    if (rows < 0 || rows != floor(rows) || rows > 1e15) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, argument->span, "%s is %s; it wants a whole number of rows",
                    what, quantity_text(checker->arena, quantity));
        return false;
    }
    *out = (int64_t)rows;
    return true;
}

static bool read_chronological(Checker *checker, const Call *call, LrtSplit *out) {
    out->column = column_of_type(checker, LRT_COLUMN_TIMESTAMP);
    if (out->column < 0 && !column_may_be_lost(checker)) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SPLIT_NEEDS_COLUMN, call->name_span,
                        "no column is a timestamp: `chronological` takes the rows in the order of the file");
        diag_set_severity(d, SEVERITY_NOTE);
    }
    bool fine = read_rows(checker, call, "purge", &out->purge);
    return read_rows(checker, call, "embargo", &out->embargo) && fine;
}

/* ---- predefined ------------------------------------------------------------------------------------------------ */

static bool read_predefined(Checker *checker, const Call *call, LrtSplit *out) {
    const Argument *test = call_argument(call, "test");
    int64_t purge;
    out->column = column_of_type(checker, LRT_COLUMN_FOLD);
    out->test_fold = test->given ? test->integer : -1;
    if (!read_rows(checker, call, "purge", &purge)) return false;
    if (purge > 0) {
        report_unsupported(checker, call_argument(call, "purge")->span, "purge:", "option of `predefined`");
        return false;
    }
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

/* Rows of a group are never divided between parts; of the splits that are built, `predefined` alone can promise it. */
static bool check_groups(Checker *checker, Span span, const char *word) {
    int32_t group = column_of_type(checker, LRT_COLUMN_GROUP);
    if (group < 0) return true;
    Diagnostic *d =
        diag_report(checker->session, DIAG_GROUP_LEAK, span, "`%s` would divide the rows of one `%s` between the parts",
                    word, checker->columns.items[group].name);
    diag_label(d, checker->column_spans.items[group], "a group");
    diag_why(d, "rows of one group resemble each other: the parts would not be apart");
    diag_advice(d, "`predefined` with a column of the type `fold`; or declare it `key` where its rows are independent");
    return false;
}

static bool read_by_kind(Checker *checker, const Call *call, LrtSplit *out) {
    if (out->kind == LRT_SPLIT_PREDEFINED) return read_predefined(checker, call, out);
    if (!read_shares(checker, call, out) || !check_groups(checker, call->name_span, call->entry->name)) return false;
    if (out->kind == LRT_SPLIT_CHRONOLOGICAL) return read_chronological(checker, call, out);
    out->seed = (uint64_t)call_integer(call, "seed");
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
        check_groups(checker, target->name.span, catalog_by_runtime_id(ENTRY_SPLIT, (int32_t)split->kind)->name);
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
    *split = (LrtSplit){.kind = LRT_SPLIT_RANDOM, .column = -1, .test_fold = -1};
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
