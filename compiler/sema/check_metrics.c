/* The `metrics` section, and metrics by name wherever one may stand: which target they measure, which average or class.
 */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

typedef enum MetricTask { TASK_ANY, TASK_CLASS, TASK_REAL } MetricTask;

static MetricTask metric_task(LrtMetricKind kind) {
    switch (kind) {
#define METRIC(id, word, built, task, higher, doc)                                                                     \
    case LRT_METRIC_##id: return TASK_##task;
#include "lrt/metrics.def"
#undef METRIC
    }
    return TASK_ANY;
}

bool metric_fits(const Checker *checker, LrtMetricKind kind, int32_t target) {
    const LrtTarget *found = &checker->targets.items[target];
    if (kind == LRT_METRIC_MAE && found->is_ordinal) return true;
    MetricTask task = metric_task(kind);
    return task == TASK_ANY || (task == TASK_CLASS) == found->is_class;
}

/* ---- reports ----------------------------------------------------------------------------------------------------- */

/* The metric's own name at the end of a path. */
static Span word_span(Span path, const char *word) {
    return (Span){path.source, path.end - (uint32_t)strlen(word), path.end};
}

static void report_mismatch(Checker *checker, Span span, const char *word, LrtMetricKind kind, int32_t target) {
    bool wants_class = metric_task(kind) == TASK_CLASS;
    if (checker->target_poisoned || checker->target_disputed || checker->columns_poisoned) return; /* the target that it fits may be lost */
    Diagnostic *d = diag_report(checker->session, DIAG_METRIC_TASK_MISMATCH, span, "`%s` does not fit target %s", word,
                                target_describe(checker, target));
    diag_caret(d, wants_class ? "wants classes" : "wants numbers");
    diag_label(d, target_declaration(checker, target),
               wants_class ? "a number has no classes" : "classes are no numbers");
    diag_fix(d, false, word_span(span, word), wants_class ? "rmse" : "accuracy", NULL);
}

static void report_unknown_metric(Checker *checker, Span span, const char *word, bool as_monitor) {
    WordList words = {0};
    suggest_entries(checker->arena, ENTRY_METRIC, &words);
    if (as_monitor) vec_push(checker->arena, &words, "loss");
    const CatalogEntry *other = catalog_find(ENTRY_KIND_COUNT, word);
    Diagnostic *d;
    if (other)
        d = diag_report(checker->session, as_monitor ? DIAG_UNKNOWN_MONITOR : DIAG_UNKNOWN_METRIC, span,
                        "`%s` is %s, not a metric", word,
                        text_with_article(checker->arena, catalog_kind_name(other->kind)));
    else
        d = diag_report(checker->session, as_monitor ? DIAG_UNKNOWN_MONITOR : DIAG_UNKNOWN_METRIC, span,
                        "no metric is called `%s`", word);
    suggest_fix(d, checker->arena, word_span(span, word), word, &words);
}

/* ---- one metric -------------------------------------------------------------------------------------------------- */

static int32_t find_metric(const Model *model, const LrtMetric *metric) {
    for (int64_t i = 0; i < model->metrics.count; i++) {
        const LrtMetric *other = &model->metrics.items[i];
        if (other->kind == metric->kind && other->target == metric->target && other->average == metric->average &&
            strcmp(other->name, metric->name) == 0)
            return (int32_t)i;
    }
    return -1;
}

static int32_t add_metric(Checker *checker, LrtMetric metric) {
    int32_t found = find_metric(checker->model, &metric);
    if (found >= 0) return found;
    vec_push(checker->arena, &checker->model->metrics, metric);
    return (int32_t)checker->model->metrics.count - 1;
}

/* The loss over all targets is always number 0. */
static void add_loss(Checker *checker) {
    add_metric(checker, (LrtMetric){.kind = LRT_METRIC_LOSS, .target = -1, .name = "loss"});
}

static LrtAverage average_of(const char *word) {
    return strcmp(word, "macro") == 0      ? LRT_AVERAGE_MACRO
           : strcmp(word, "micro") == 0    ? LRT_AVERAGE_MICRO
           : strcmp(word, "weighted") == 0 ? LRT_AVERAGE_WEIGHTED
                                           : LRT_AVERAGE_CLASS;
}

static int32_t add_class(Checker *checker, LrtMetric metric, const Argument *named) {
    const LrtTarget *target = &checker->targets.items[metric.target];
    metric.level = -1;
    if (target->levels) {
        metric.level = level_find(target, named->word);
        if (metric.level < 0) {
            Diagnostic *d = report_unknown_level(checker->session, target, named->word, named->span);
            if (d == NULL) return -1;
            Span classes = target_declaration(checker, metric.target);
            const char *meant = d->fixes.count > 0 && d->fixes.items[0].edits.count > 0 ? d->fixes.items[0].edits.items[0].text : NULL;
            if (meant == NULL || !misspelt_blame_declaration(checker, d, named->word, meant, classes))
                diag_label(d, classes, "its classes");
            return -1;
        }
    }
    int64_t before = checker->model->metrics.count;
    int32_t number = add_metric(checker, metric);
    if (metric.level < 0 && checker->model->metrics.count > before)
        vec_push(checker->arena, &checker->model->metric_levels,
                 (ModelLevel){.metric = number, .word = named->word, .span = named->span});
    return number;
}

int32_t metric_resolve(Checker *checker, const AstExpr *expr, const char *word, Span span, int32_t target,
                       bool as_monitor) {
    add_loss(checker);
    const char *prefix = checker->targets.count > 1 && target >= 0
                             ? arena_printf(checker->arena, "%s.", checker->targets.items[target].name)
                             : "";
    if (strcmp(word, "loss") == 0)
        return target < 0 || checker->targets.count == 1
                   ? 0
                   : add_metric(checker, (LrtMetric){.kind = LRT_METRIC_LOSS,
                                                     .target = target,
                                                     .name = arena_printf(checker->arena, "%sloss", prefix)});
    const CatalogEntry *entry = catalog_find(ENTRY_METRIC, word);
    if (!entry) {
        report_unknown_metric(checker, span, word, as_monitor);
        return -1;
    }
    if (!entry->built) {
        report_unsupported(checker, span, word, "metric");
        return -1;
    }
    LrtMetricKind kind = (LrtMetricKind)entry->runtime_id;
    if (as_monitor && kind == LRT_METRIC_CONFUSION) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "`confusion` is a table, not a number to watch");
        diag_fix(d, false, word_span(span, word), "accuracy", NULL);
        return -1;
    }
    Call *call = bind_call(checker, NULL, entry, expr);
    if (!call || target < 0) return -1;
    if (!metric_fits(checker, kind, target)) {
        /* Where the loss does not fit the target either, the target is the cause. */
        if (!checker->target_disputed) report_mismatch(checker, span, word, kind, target);
        return -1;
    }
    int32_t index = catalog_param(entry, "average");
    const Argument *average = index >= 0 && call->args[index].given ? &call->args[index] : NULL;
    const Argument *number = index < 0 && entry->params[0].name && call->args[0].given ? &call->args[0] : NULL;
    const char *detail = average  ? arena_printf(checker->arena, "(%s)", average->word)
                         : number ? arena_printf(checker->arena, "(%s)", str_number(checker->arena, number->number))
                                  : "";
    LrtMetric metric = {.kind = kind,
                        .target = target,
                        .average = average ? average_of(average->word) : LRT_AVERAGE_NONE,
                        .name = arena_printf(checker->arena, "%s%s%s", prefix, word, detail)};
    if (!metric_read_parameters(checker, call, &metric)) return -1;
    return metric.average == LRT_AVERAGE_CLASS ? add_class(checker, metric, average) : add_metric(checker, metric);
}

/* ---- the section ------------------------------------------------------------------------------------------------- */

static void report_no_metric(Checker *checker, const AstExpr *expr) {
    if (expr->kind == AST_ERROR) return;
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "this is no metric");
    diag_advice(d, "`metrics: [accuracy, f1(macro)]`");
}

static void report_repeated(Checker *checker, const AstExpr *expr, Span first) {
    Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SETTING, expr->span, "this metric is listed twice");
    diag_label(d, first, "first here");
}

/* Several targets: a metric measures each that it fits. */
static void check_for_all(Checker *checker, const AstExpr *expr) {
    const CatalogEntry *entry = catalog_find(ENTRY_METRIC, expr->text);
    bool fitted = false;
    for (int64_t i = 0; i < checker->targets.count; i++) {
        if (entry && entry->built && checker->targets.count > 1 &&
            !metric_fits(checker, (LrtMetricKind)entry->runtime_id, (int32_t)i))
            continue;
        metric_resolve(checker, expr, expr->text, expr_word_span(expr), (int32_t)i, false);
        fitted = true;
    }
    if (checker->targets.count == 0)
        metric_resolve(checker, expr, expr->text, expr_word_span(expr), -1, false);
    else if (!fitted && !checker->target_disputed)
        report_mismatch(checker, expr_word_span(expr), expr->text, (LrtMetricKind)entry->runtime_id, 0);
}

static void check_metric(Checker *checker, const AstExpr *expr) {
    if (!expr_word(expr)) {
        report_no_metric(checker, expr);
        return;
    }
    const char *dot = strchr(expr->text, '.');
    if (!dot) {
        check_for_all(checker, expr);
        return;
    }
    const char *name = arena_strndup(checker->arena, expr->text, (size_t)(dot - expr->text));
    Span span = expr_word_span(expr);
    int32_t target = target_find(checker, name);
    if (target >= 0) {
        metric_resolve(checker, expr, dot + 1, span, target, false);
        return;
    }
    bool part = strcmp(name, "train") == 0 || strcmp(name, "validation") == 0 || strcmp(name, "test") == 0;
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_METRIC, span, "no metric is called `%s`", expr->text);
    if (part) {
        diag_why(d, "metrics are measured on every part");
        diag_fix(d, true, span, dot + 1, NULL);
    }
}

void check_metrics(Checker *checker) {
    add_loss(checker);
    const AstSection *section = checker->sections[SECTION_METRICS];
    if (!section || !section_wants_field(checker, section, "metrics: [accuracy, f1(macro)]")) return;
    const Scope *scope;
    const AstExpr *list = section->value;
    if (!(list->kind == AST_NAME && catalog_find(ENTRY_METRIC, list->text)))
        list = expr_resolve(checker, NULL, list, &scope);
    if (list->kind != AST_LIST) {
        check_metric(checker, list);
        return;
    }
    for (int64_t i = 0; i < list->arg_count; i++) {
        const AstExpr *item = list->args[i].value;
        if (list->args[i].key_kind != AST_KEY_NONE) {
            report_no_metric(checker, item);
            continue;
        }
        const char *text = source_text(&checker->session->sources, checker->arena, item->span);
        bool repeated = false;
        for (int64_t k = 0; k < i && !repeated; k++)
            if (strcmp(source_text(&checker->session->sources, checker->arena, list->args[k].value->span), text) == 0) {
                report_repeated(checker, item, list->args[k].value->span);
                repeated = true;
            }
        if (!repeated) check_metric(checker, item);
    }
}
