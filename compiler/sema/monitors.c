/* Monitors: `PART.METRIC` or `PART.TARGET.METRIC`, resolved when compiling, so that no run dies of a misspelt word. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

bool validation_exists(const Checker *checker) {
    const LrtSplit *split = &checker->model->data.split;
    return split->kind == LRT_SPLIT_PREDEFINED || split->share[LRT_PART_VALIDATION] > 0;
}

/* A dotted path cut into its components, with their places in the text. */
typedef struct Path {
    VEC(const char *) words;
    VEC(Span) spans;
} Path;

static Path split_path(Checker *checker, const AstExpr *expr) {
    Path path = {0};
    Span whole = expr_word_span(expr);
    uint32_t begin = whole.begin;
    for (const char *at = expr->text;; at++) {
        size_t length = strcspn(at, ".");
        vec_push(checker->arena, &path.words, arena_strndup(checker->arena, at, length));
        vec_push(checker->arena, &path.spans, (Span){whole.source, begin, begin + (uint32_t)length});
        begin += (uint32_t)length + 1;
        at += length;
        if (*at == '\0') return path;
    }
}

/* ---- reports ----------------------------------------------------------------------------------------------------- */

/* "validation.loss" for `val_loss` and the like, or NULL. */
static const char *keras_monitor(Checker *checker, const char *word) {
    static const char *const prefixes[][2] = {
        {"val_", "validation"}, {"valid_", "validation"}, {"validation_", "validation"}, {"train_", "train"}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (!str_starts_with(word, prefixes[i][0])) continue;
        const char *metric = word + strlen(prefixes[i][0]);
        if (strcmp(metric, "acc") == 0) metric = "accuracy";
        if (strcmp(metric, "loss") == 0 || catalog_find(ENTRY_METRIC, metric))
            return arena_printf(checker->arena, "%s.%s", prefixes[i][1], metric);
    }
    return NULL;
}

static bool report_no_part(Checker *checker, const Path *path, Span span) {
    WordList parts = {0};
    vec_push(checker->arena, &parts, "validation");
    vec_push(checker->arena, &parts, "train");
    const char *word = path->words.items[0];
    Diagnostic *d;
    bool metric = strcmp(word, "loss") == 0 || catalog_find(ENTRY_METRIC, word);
    if (path->words.count == 1 && metric) {
        d = diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "`%s` does not say on which part it is measured",
                        word);
        diag_fix(d, false, (Span){span.source, span.begin, span.begin}, "validation.",
                 arena_printf(checker->arena, "validation.%s", word));
        return false;
    }
    const char *keras = keras_monitor(checker, word);
    if (path->words.count == 1 && keras) {
        d = diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "`%s` is no monitor", word);
        diag_fix(d, true, span, keras, NULL);
        return false;
    }
    d = diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "no part is called `%s`", word);
    if (!suggest_fix(d, checker->arena, path->spans.items[0], word, &parts))
        diag_advice(d, "a monitor is `train.` or `validation.` and a metric, such as `validation.loss`");
    return false;
}

static bool report_test(Checker *checker, const Path *path, Span span) {
    Diagnostic *d = diag_report(checker->session, DIAG_TEST_SET_USED, span, "the test part decides when training ends");
    diag_why(d, "what a rule watches is no longer unseen: the figures of the test part would be too good");
    diag_fix(d, validation_exists(checker), path->spans.items[0], "validation", NULL);
    return false;
}

static bool report_no_validation(Checker *checker, const Path *path, Span span) {
    Diagnostic *d = diag_report(checker->session, DIAG_EARLY_STOP_NO_VALIDATION, span,
                                "a rule watches the validation part, and the split leaves none");
    const AstSection *split = checker->sections[SECTION_SPLIT];
    if (split) diag_label(d, split->value ? split->value->span : split->name.span, "no validation part");
    diag_fix(d, false, path->spans.items[0], "train", "split off a validation part, or watch `train`");
    return false;
}

static bool report_which_target(Checker *checker, const Path *path, Span span) {
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "`%s` does not say of which target",
                                path->words.items[path->words.count - 1]);
    diag_advice(d, "`%s.%s.%s`", path->words.items[0], checker->targets.items[0].name, path->words.items[1]);
    return false;
}

static bool report_no_target(Checker *checker, const Path *path, Span span) {
    WordList words = {0};
    for (int64_t i = 0; i < checker->targets.count; i++)
        vec_push(checker->arena, &words, checker->targets.items[i].name);
    Diagnostic *d =
        diag_report(checker->session, DIAG_UNKNOWN_MONITOR, span, "no target is called `%s`", path->words.items[1]);
    suggest_fix(d, checker->arena, path->spans.items[1], path->words.items[1], &words);
    return false;
}

/* ---- resolution -------------------------------------------------------------------------------------------------- */

static bool resolve_part(Checker *checker, const Path *path, Span span, LrtPart *out) {
    const char *word = path->words.items[0];
    if (path->words.count > 1 && strcmp(word, "test") == 0) return report_test(checker, path, span);
    if (path->words.count < 2 || path->words.count > 3 ||
        (strcmp(word, "train") != 0 && strcmp(word, "validation") != 0))
        return report_no_part(checker, path, span);
    *out = strcmp(word, "train") == 0 ? LRT_PART_TRAIN : LRT_PART_VALIDATION;
    if (*out == LRT_PART_VALIDATION && !validation_exists(checker)) return report_no_validation(checker, path, span);
    return true;
}

bool monitor_resolve(Checker *checker, const AstExpr *expr, LrtMonitor *out) {
    const Scope *scope;
    expr = expr_resolve(checker, NULL, expr, &scope);
    if (!expr_word(expr)) {
        if (expr->kind != AST_ERROR)
            diag_advice(diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "this is no monitor"),
                        "`train.` or `validation.` and a metric, such as `validation.loss`");
        return false;
    }
    Span span = expr_word_span(expr);
    Path path = split_path(checker, expr);
    LrtPart part;
    if (!resolve_part(checker, &path, span, &part)) return false;
    const char *word = path.words.items[path.words.count - 1];
    int32_t target = checker->targets.count == 1 ? 0 : -1;
    if (path.words.count == 3) {
        target = target_find(checker, path.words.items[1]);
        if (target < 0) return !checker->target_poisoned && report_no_target(checker, &path, span);
    }
    if (strcmp(word, "running_loss") == 0 && part == LRT_PART_TRAIN) {
        report_unsupported(checker, span, "train.running_loss", "monitor");
        return false;
    }
    bool is_metric = strcmp(word, "loss") != 0 && catalog_find(ENTRY_METRIC, word);
    if (is_metric && target < 0 && checker->targets.count > 1) return report_which_target(checker, &path, span);
    int32_t metric = metric_resolve(checker, expr, word, span, target, true);
    *out = (LrtMonitor){.part = part, .metric = metric};
    return metric >= 0;
}
