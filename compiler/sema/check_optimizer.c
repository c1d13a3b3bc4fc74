/* The `optimizer` section: the chain that a gradient goes through, and the learning rate over time. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* The kinds in the order of the chain. */
static const EntryKind chain_kinds[] = {ENTRY_GRADIENT_STEP, ENTRY_OPTIMIZER, ENTRY_WEIGHT_STEP};

static bool chain_kind(const char *word, EntryKind *out) {
    for (size_t i = 0; i < sizeof chain_kinds / sizeof chain_kinds[0]; i++)
        if (catalog_find(chain_kinds[i], word)) {
            *out = chain_kinds[i];
            return true;
        }
    return false;
}

static void report_unknown(Checker *checker, const AstExpr *stage) {
    Span span = expr_word_span(stage);
    WordList words = {0};
    for (size_t i = 0; i < sizeof chain_kinds / sizeof chain_kinds[0]; i++)
        suggest_entries(checker->arena, chain_kinds[i], &words);
    const CatalogEntry *other = catalog_find(ENTRY_KIND_COUNT, stage->text);
    Diagnostic *d;
    if (other)
        d = diag_report(checker->session, DIAG_UNKNOWN_OPTIMIZER, span, "`%s` is %s, not an optimizer", stage->text,
                        text_with_article(checker->arena, catalog_kind_name(other->kind)));
    else
        d = diag_report(checker->session, DIAG_UNKNOWN_OPTIMIZER, span, "no optimizer or gradient step is called `%s`",
                        stage->text);
    if (other && (other->kind == ENTRY_SCHEDULE || other->kind == ENTRY_PENALTY))
        diag_advice(d,
                    other->kind == ENTRY_SCHEDULE ? "a schedule is the `lr:` of an optimizer: `adam(lr: %s(…))`"
                                                  : "penalties stand in `loss`: `loss: mse + %s(…)`",
                    other->name);
    else
        suggest_fix(d, checker->arena, span, stage->text, &words);
}

/* ---- the learning rate ------------------------------------------------------------------------------------------- */

static void set_optimizer(Checker *checker, const Call *call) {
    checker->model->optimizer = call;
    const Argument *rate = call_argument(call, "lr");
    bool known = schedule_read(checker, rate, &checker->model->schedule);
    if (known && rate->given) checker->learning_rate = rate->span;
}

/* ---- steps around the optimizer ---------------------------------------------------------------------------------- */

static void report_second(Checker *checker, const Call *call, const Call *first, const char *why) {
    Diagnostic *d =
        diag_report(checker->session, DIAG_DUPLICATE_SETTING, call->span, "`%s` is one too many", call->entry->name);
    diag_label(d, first->span, "`%s` stands here", first->entry->name);
    diag_why(d, "%s", why);
}

static bool is_accumulate(const Call *call) { return strcmp(call->entry->name, "accumulate") == 0; }

static void add_gradient_step(Checker *checker, const Call *call) {
    Model *model = checker->model;
    for (int64_t i = 0; i < model->gradient_steps.count && is_accumulate(call); i++)
        if (is_accumulate(model->gradient_steps.items[i])) {
            report_second(checker, call, model->gradient_steps.items[i], "gradients are accumulated once");
            return;
        }
    if (is_accumulate(call)) model->update_every = call_integer(call, "batches");
    vec_push(checker->arena, &model->gradient_steps, call);
}

static LrtWeightStep weight_step_of(const Call *call) {
    LrtWeightStep step = {.kind = (LrtWeightStepKind)call->entry->runtime_id};
    switch (step.kind) {
    case LRT_WEIGHT_STEP_EMA: step.share = call_number(call, "decay"); break;
    case LRT_WEIGHT_STEP_SWA: {
        const Argument *start = call_argument(call, "start");
        step.start = (LrtDuration){.count = start->number, .unit = start->unit};
        break;
    }
    case LRT_WEIGHT_STEP_LOOKAHEAD:
        step.every = call_integer(call, "k");
        step.share = call_number(call, "alpha");
        break;
    }
    return step;
}

/* Each step once, and one mean of the weights: what is measured and kept are the weights of one. */
static void add_weight_step(Checker *checker, const Call *call) {
    Model *model = checker->model;
    LrtWeightStep step = weight_step_of(call);
    bool is_mean = step.kind != LRT_WEIGHT_STEP_LOOKAHEAD;
    for (int64_t i = 0; i < model->weight_steps.count; i++) {
        bool other_mean = model->weight_steps.items[i].kind != LRT_WEIGHT_STEP_LOOKAHEAD;
        if (model->weight_steps.items[i].kind != step.kind && !(is_mean && other_mean)) continue;
        report_second(checker, call, model->weight_calls.items[i],
                      is_mean ? "one mean of the weights is measured and kept" : "the weights return to one point");
        return;
    }
    vec_push(checker->arena, &model->weight_calls, call);
    vec_push(checker->arena, &model->weight_steps, step);
}

/* ---- the chain --------------------------------------------------------------------------------------------------- */

typedef struct Chain {
    const AstExpr *optimizer; /* the stage that is one */
    const AstExpr *weight_step;
    bool poisoned;
} Chain;

/* A gradient step belongs before the optimizer, a weight step behind it. */
static void check_place(Checker *checker, EntryKind kind, const AstExpr *stage, const Chain *chain) {
    bool late = kind == ENTRY_GRADIENT_STEP && (chain->optimizer || chain->weight_step);
    bool early = kind == ENTRY_WEIGHT_STEP && !chain->optimizer;
    bool misplaced = kind == ENTRY_OPTIMIZER && chain->weight_step;
    if (!late && !early && !misplaced) return;
    const AstExpr *other = chain->optimizer ? chain->optimizer : chain->weight_step ? chain->weight_step : stage;
    Diagnostic *d = diag_report(checker->session, DIAG_OPTIMIZER_ORDER, stage->span, "`%s` stands %s %s", stage->text,
                                early ? "before" : "behind",
                                early ? "the optimizer" : arena_printf(checker->arena, "`%s`", other->text));
    if (other != stage) diag_label(d, other->span, late ? "belongs behind it" : "belongs before it");
    diag_why(d, late ? "the optimizer takes the step; what changes the gradient afterwards changes nothing"
                     : "it acts on the weights that the optimizer leaves");
    diag_advice(d, late ? "`%s -> %s`" : "`OPTIMIZER -> %s`",
                source_text(&checker->session->sources, checker->arena, stage->span), other->text);
}

static void check_stage(Checker *checker, const AstExpr *stage, Chain *chain) {
    const Scope *scope = NULL;
    EntryKind kind;
    if (stage->kind == AST_PAREN || (stage->kind == AST_NAME && !chain_kind(stage->text, &kind)))
        stage = expr_resolve(checker, NULL, stage, &scope);
    if (!expr_word(stage)) {
        chain->poisoned = true;
        if (stage->kind != AST_ERROR)
            diag_advice(
                diag_report(checker->session, DIAG_SYNTAX_ERROR, stage->span, "this is no step of an optimizer"),
                "`clip_norm(1.0) -> adam(lr: 1e-3)`");
        return;
    }
    if (!chain_kind(stage->text, &kind)) {
        chain->poisoned = true;
        report_unknown(checker, stage);
        return;
    }
    check_place(checker, kind, stage, chain);
    if (kind == ENTRY_OPTIMIZER && chain->optimizer) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_TWO_OPTIMIZERS, stage->span, "`%s` is a second optimizer", stage->text);
        diag_label(d, chain->optimizer->span, "the first one");
        diag_advice(d, "keep one of them");
        return;
    }
    if (kind == ENTRY_OPTIMIZER) chain->optimizer = stage;
    if (kind == ENTRY_WEIGHT_STEP) chain->weight_step = stage;
    const CatalogEntry *entry = bind_entry(checker, kind, stage);
    const Call *call = entry ? bind_call(checker, scope, entry, stage) : NULL;
    if (!call) {
        chain->poisoned = true;
        return;
    }
    if (kind == ENTRY_GRADIENT_STEP)
        add_gradient_step(checker, call);
    else if (kind == ENTRY_OPTIMIZER)
        set_optimizer(checker, call);
    else
        add_weight_step(checker, call);
}

void check_optimizer(Checker *checker) {
    checker->model->update_every = 1;
    checker->learning_rate = SPAN_NONE;
    const AstSection *section = checker->sections[SECTION_OPTIMIZER];
    if (!section || !section_wants_field(checker, section, "optimizer: adam(lr: 1e-3)")) return;
    StageList stages = {0};
    Chain chain = {0};
    flow_stages(checker->arena, section->value, &stages);
    for (int64_t i = 0; i < stages.count; i++) check_stage(checker, stages.items[i], &chain);
    if (chain.optimizer || chain.poisoned) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_MISSING_OPTIMIZER, section->value->span, "the chain has no optimizer");
    diag_caret(d, "changes gradients; nothing takes a step");
    Span end = section->value->span;
    diag_fix(d, false, (Span){end.source, end.end, end.end}, " -> adam(lr: 1e-3)", NULL);
}
