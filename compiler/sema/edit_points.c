/* Where a prescription of the trainer may edit the spec: literals of settings and empty places to insert at, by name, as bytes of the
 * spec's own text. A setting that a param or let gives is edited there; what comes from -D or a used file has no place. */
#include <string.h>

#include "sema/checker.h"

typedef struct Points {
    Checker *checker;
    VEC(LrtSpan) items;
} Points;

static void add_point(Points *points, const char *name, Span span) {
    if (span.source != points->checker->file->source) return;
    vec_push(points->checker->arena, &points->items, (LrtSpan){name, span.begin, span.end});
}

static Span at_begin(Span span) { return (Span){span.source, span.begin, span.begin}; }
static Span at_end(Span span) { return (Span){span.source, span.end, span.end}; }

static const AstExpr *resolved(const Points *points, const AstExpr *expr) {
    const Scope *scope;
    return expr_resolve(points->checker, NULL, expr, &scope);
}

static bool is_literal(const AstExpr *expr) {
    return expr->kind == AST_NUMBER || expr->kind == AST_PERCENT || expr->kind == AST_UNIT || expr->kind == AST_NAME ||
           expr->kind == AST_STRING;
}

static void add_literal(Points *points, const char *name, const AstExpr *expr) {
    const AstExpr *literal = resolved(points, expr);
    if (is_literal(literal)) add_point(points, name, literal->span);
}

/* The argument of a call by its key, or the `position`th of those without one (-1: it has none). */
static const AstExpr *argument_of(const AstExpr *call, const char *key, int64_t position) {
    for (int64_t i = 0; i < call->arg_count; i++) {
        const AstArg *arg = &call->args[i];
        if (arg->key_kind == AST_KEY_WORD ? strcmp(arg->key, key) == 0 : position-- == 0) return arg->value;
    }
    return NULL;
}

/* "lr" is the rate itself, or the highest of a schedule: what a cycle rises to, what others start from. */
static void add_rate(Points *points, const AstExpr *expr) {
    const AstExpr *rate = resolved(points, expr);
    bool rises = rate->kind == AST_CALL && expr_word(rate) && strcmp(expr_word(rate), "cyclic") == 0;
    if (rate->kind == AST_CALL) {
        add_point(points, "schedule", rate->span);
        const AstExpr *restarts = argument_of(rate, "restarts", -1);
        if (restarts) add_literal(points, "restarts", restarts);
        const AstExpr *first = rate->arg_count > 0 ? rate->args[0].value : rate;
        rate = resolved(points, first);
    }
    const AstExpr *peak = rises ? rate->right : rate->left;
    if (rate->kind == AST_RANGE && peak) rate = resolved(points, peak);
    if (rate->kind == AST_NUMBER) add_point(points, "lr", rate->span);
}

static void add_optimizer_stage(Points *points, const AstExpr *stage) {
    stage = resolved(points, stage);
    const char *word = expr_word(stage);
    if (!word) return;
    bool has_arguments = stage->kind == AST_CALL;
    if (catalog_find(ENTRY_GRADIENT_STEP, word)) {
        const AstExpr *norm = has_arguments && strcmp(word, "clip_norm") == 0 ? argument_of(stage, "norm", 0) : NULL;
        if (norm) add_literal(points, "clip_norm", norm);
    } else if (catalog_find(ENTRY_OPTIMIZER, word)) {
        add_point(points, "optimizer", stage->span);
        const AstExpr *rate = has_arguments ? argument_of(stage, "lr", 0) : NULL;
        if (rate) add_rate(points, rate);
    }
}

static void add_optimizer(Points *points) {
    const AstSection *section = points->checker->sections[SECTION_OPTIMIZER];
    if (!section || !section->value) return;
    StageList stages = {0};
    flow_stages(points->checker->arena, section->value, &stages);
    for (int64_t i = 0; i < stages.count; i++) add_optimizer_stage(points, stages.items[i]);
}

/* Settings of `train`, and where a setting or a section may be added. */
static void add_train(Points *points) {
    const AstSection *optimizer = points->checker->sections[SECTION_OPTIMIZER];
    const AstSection *train = points->checker->sections[SECTION_TRAIN];
    const AstSection *stop = points->checker->sections[SECTION_STOP];
    const AstSection *last = train ? train : optimizer;
    if (last) add_point(points, "after_train", at_end(last->span));
    if (stop && !span_is_none(stop->open)) add_point(points, "stop_open", at_end(stop->open));
    if (!train || span_is_none(train->open)) return;
    add_point(points, "train_open", at_end(train->open));
    for (int64_t i = 0; i < train->stmt_count; i++) {
        const AstStmt *stmt = &train->stmts[i];
        if (stmt->disabled || stmt->kind != AST_ENTRY) continue;
        for (int64_t k = 0; k < stmt->name_count; k++) {
            static const char *const names[] = {"batch", "epochs", "shuffle", "drop_last"};
            for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
                if (strcmp(names[n], stmt->names[k].text) == 0) add_literal(points, names[n], stmt->value);
        }
    }
}

/* "loss_end" takes ` + l2(1e-3)`; penalties of weights by their factor. */
static void add_penalties(Points *points, const AstExpr *expr) {
    if (expr->kind == AST_BINARY) {
        add_penalties(points, expr->left);
        add_penalties(points, expr->right);
    } else if (expr->kind == AST_CALL && expr->arg_count > 0) {
        const CatalogEntry *entry = catalog_find(ENTRY_PENALTY, expr->text);
        if (entry && entry->build_penalty) add_literal(points, "penalty", expr->args[0].value);
    }
}

/* The place of a word in a sum of losses. */
static void add_word(Points *points, const AstExpr *expr, const char *word) {
    if (expr->kind == AST_BINARY) {
        add_word(points, expr->left, word);
        add_word(points, expr->right, word);
    } else if (expr_word(expr) && strcmp(expr->text, word) == 0) {
        add_point(points, word, expr->span);
    }
}

static void add_loss(Points *points) {
    const AstSection *section = points->checker->sections[SECTION_LOSS];
    if (!section || !section->value || section->value->kind == AST_ERROR) return;
    add_point(points, "loss_end", at_end(section->value->span));
    add_penalties(points, section->value);
    add_word(points, section->value, "mse");
}

static void add_flow(Points *points, const AstExpr *expr) {
    if (!expr) return;
    const char *word = expr_word(expr);
    if (word && strcmp(word, "output") == 0 && expr->kind == AST_CALL)
        add_point(points, "output", at_begin(expr->span));
    else if (word && catalog_find(ENTRY_ACTIVATION, word))
        add_point(points, "activation", expr->span);
    else if (word && strcmp(word, "dropout") == 0 && expr->kind == AST_CALL && expr->arg_count > 0)
        add_literal(points, "dropout", expr->args[0].value);
    else if (word && strcmp(word, "dense") == 0 && expr->kind == AST_CALL && argument_of(expr, "units", 0))
        add_literal(points, "units", argument_of(expr, "units", 0));
    const AstExpr *init = expr->kind == AST_CALL && word ? argument_of(expr, "init", -1) : NULL;
    if (init) add_point(points, "init", init->span);
    add_flow(points, expr->left);
    add_flow(points, expr->right);
    for (int64_t i = 0; i < expr->arg_count; i++) add_flow(points, expr->args[i].value);
}

static void add_block(Points *points, const AstSection *section) {
    for (int64_t i = 0; section && i < section->stmt_count; i++)
        if (!section->stmts[i].disabled) add_flow(points, section->stmts[i].value);
}

void edit_points_collect(Checker *checker) {
    if (checker->session->error_count > 0) return; /* such a spec never runs */
    Points points = {.checker = checker};
    add_optimizer(&points);
    add_train(&points);
    add_loss(&points);
    add_block(&points, checker->sections[SECTION_NETWORK]);
    for (int64_t i = 0; i < checker->definitions.count; i++) add_block(&points, checker->definitions.items[i]);
    checker->model->diagnose.spans = points.items.items;
    checker->model->diagnose.span_count = points.items.count;
}
