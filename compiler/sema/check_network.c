/* The `network` section: its statements, what every target must have, and the DAG made ready for those who read it. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* ---- names of bindings ------------------------------------------------------------------------------------------- */

static Diagnostic *report_taken(Checker *checker, const AstName *name, const char *what) {
    checker->network_poisoned = true;
    Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span, "`%s` is the name of %s already",
                                name->text, what);
    diag_advice(d, "give what is made here another name");
    return d;
}

bool network_name_free(Checker *checker, const Scope *scope, const AstName *name) {
    const Binding *other;
    if (scope_find(scope, name->text, &other)) {
        Diagnostic *d = report_taken(checker, name, "another binding");
        diag_label(d, other->span, "first here");
        network_label_call(scope, d);
        return false;
    }
    int32_t variable = variable_find(checker, name->text);
    if (variable >= 0 && !scope->definition) {
        Diagnostic *d = report_taken(checker, name, "a column");
        diag_label(d, checker->variables.items[variable].span, "the column");
        return false;
    }
    static const char *const forms[] = {"features", "constant", "input", "output", "concat", "repeat"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i], name->text) == 0) {
            report_taken(checker, name, "something in every network");
            return false;
        }
    const AstSection *definition = definition_find(checker, name->text);
    if (definition) {
        diag_label(report_taken(checker, name, "a definition"), definition->name.span, "defined here");
        return false;
    }
    const CatalogEntry *entry = catalog_find(ENTRY_LAYER, name->text);
    if (!entry) entry = catalog_find(ENTRY_ACTIVATION, name->text);
    if (entry) report_taken(checker, name, entry->kind == ENTRY_LAYER ? "a layer" : "an activation");
    return entry == NULL;
}

/* ---- statements -------------------------------------------------------------------------------------------------- */

/* A number stays an expression, so that arguments may use it; everything else is built here. */
static void bind_statement(Checker *checker, Scope *scope, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    bool is_free = network_name_free(checker, scope, name);
    Binding binding = {.name = name->text, .node = NET_POISON, .span = name->span};
    bool is_expression = stmt->value->kind != AST_ERROR && (quantity_is_constant(checker, scope, stmt->value) ||
                                                            network_is_stage(checker, scope, stmt->value));
    if (is_expression) {
        /* The name must not find itself. */
        Scope *before = ARENA_NEW(checker->arena, Scope);
        *before = *scope;
        binding.expr = stmt->value;
        binding.scope = before;
    } else {
        binding.node = network_value(checker, scope, stmt->value);
        if (binding.node == NET_NOTHING) network_wants_tensor(checker, &binding.node, stmt->value->span);
    }
    if (is_free) scope_bind(checker, scope, binding);
}

/* What a damaged statement would have bound is known further on, and nothing is said of it. */
static void bind_damaged(Checker *checker, Scope *scope, const AstStmt *stmt) {
    const Binding *taken;
    for (int64_t i = 0; i < stmt->name_count; i++) {
        const AstName *name = &stmt->names[i];
        if (variable_find(checker, name->text) < 0 && !scope_find(scope, name->text, &taken))
            scope_bind(checker, scope, (Binding){.name = name->text, .node = NET_POISON, .span = name->span});
    }
    checker->bindings_hidden |= stmt->name_count == 0;
}

/* `x: flow`: meant as a binding, and bound, so that `x` is known further on. */
static void report_colon(Checker *checker, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    Span between = {name->span.source, name->span.end, stmt->value->span.begin};
    Diagnostic *d =
        diag_report(checker->session, DIAG_SYNTAX_ERROR, name->span, "`:` stands where a network wants `=`");
    diag_caret(d, "`%s =`", name->text);
    diag_fix(d, true, between, " = ", arena_printf(checker->arena, "%s = …", name->text));
    checker->network_poisoned = true;
}

static void report_several(Checker *checker, const AstStmt *stmt) {
    Span names = span_join(stmt->names[0].span, stmt->names[stmt->name_count - 1].span);
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, names, "a flow of the network has one beginning");
    diag_fix(d, false, names,
             arena_printf(checker->arena, "concat(%s)", source_text(&checker->session->sources, checker->arena, names)),
             NULL);
    checker->network_poisoned = checker->outputs_hidden = true;
}

/* A flow that no output ends: where a target lacks its output, this is the flow that lost it. */
static void report_dangling(Checker *checker, Span span) {
    for (int64_t i = 0; i < checker->outputs.count && !checker->outputs_hidden; i++) {
        if (checker->outputs.items[i] != -1) continue;
        const char *target = checker->targets.items[i].name;
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_OUTPUT, span, "target `%s` has no output", target);
        diag_caret(d, "this flow ends without one");
        diag_label(d, target_declaration(checker, (int32_t)i), "the target");
        diag_fix(d, checker->outputs.count == 1, (Span){span.source, span.end, span.end},
                 arena_printf(checker->arena, " -> output(%s)", target),
                 arena_printf(checker->arena, "end it with `-> output(%s)`", target));
        checker->outputs.items[i] = -2;
        checker->network_poisoned = true;
        return;
    }
    if (checker->target_poisoned || checker->network_poisoned) return;
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, span, "this flow ends nowhere");
    diag_advice(d, "give it a name, `h = …`, and use it, or take it out");
}

static void report_unused(Checker *checker, const Scope *scope) {
    for (int64_t i = 0; i < scope->bindings.count; i++) {
        const Binding *binding = &scope->bindings.items[i];
        bool formal = scope->definition && (binding->expr || strcmp(binding->name, "input") == 0);
        if (binding->use->used || formal) continue;
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNUSED_BINDING, binding->span, "`%s` is not used", binding->name);
        diag_why(d, "what no output rests on is left out of the network");
        diag_advice(d, "use it, or take it out");
    }
}

/* The unnamed flow of a block on its way: more than one is a mistake, or one that a lost arrow has cut in two. */
typedef struct BlockFlow {
    int32_t value;
    Span span;
    int64_t count; /* unnamed flows that yield a tensor */
    bool dangling; /* it yields one, and no output has ended it */
    bool poisoned;
} BlockFlow;

/* In the network every flow ends in an output; told once it is clear that nothing continues the flow. */
static void end_flow(Checker *checker, const Scope *scope, BlockFlow *flow) {
    if (flow->dangling && !scope->definition) report_dangling(checker, flow->span);
    flow->dangling = false;
}

/* A line that begins with a layer behind a flow without an end: its arrow is lost, and the flow goes on. */
static int32_t continue_flow(Checker *checker, const Scope *scope, const AstStmt *stmt, BlockFlow *flow) {
    Span head = {stmt->value->span.source, stmt->value->span.begin, stmt->value->span.begin + 1};
    const AstExpr *first = stmt->value;
    while (first->kind == AST_FLOW) first = first->left;
    head.end = first->span.end;
    Diagnostic *d =
        diag_report(checker->session, DIAG_SYNTAX_ERROR, head, "nothing joins this line to the flow above it");
    diag_caret(d, "wants `->` before it");
    diag_label(d, flow->span, "this flow");
    diag_fix(d, true, (Span){head.source, head.begin, head.begin}, "-> ", "begin the line with `->`");
    checker->network_poisoned = true;
    flow->dangling = false;
    flow->count--;
    return network_apply(checker, scope, stmt->value, flow->value);
}

static void block_flow(Checker *checker, Scope *scope, const AstSection *section, const AstStmt *stmt,
                       BlockFlow *flow) {
    bool continued = flow->dangling && stmt->value->kind != AST_ERROR && network_is_stage(checker, scope, stmt->value);
    if (!continued) end_flow(checker, scope, flow);
    int32_t value = continued ? continue_flow(checker, scope, stmt, flow) : network_value(checker, scope, stmt->value);
    if (value == NET_POISON) flow->poisoned = true;
    if (value < 0) return;
    if (flow->count++ > 0 && scope->definition) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stmt->span,
                                    "`%s` has a second flow without a name: it yields one", section->name.text);
        diag_label(d, flow->span, "the first one");
        flow->poisoned = true;
    }
    flow->value = value;
    flow->span = stmt->value->span;
    flow->dangling = true;
}

static void block_statement(Checker *checker, Scope *scope, const AstSection *section, const AstStmt *stmt,
                            BlockFlow *flow) {
    switch (stmt->kind) {
    case AST_BIND:
    case AST_LET: bind_statement(checker, scope, stmt); return;
    case AST_FLOWS:
        report_several(checker, stmt);
        flow->poisoned = true;
        return;
    case AST_VALUE: block_flow(checker, scope, section, stmt, flow); return;
    case AST_ENTRY:
        if (stmt->name_count == 1) {
            report_colon(checker, stmt);
            bind_statement(checker, scope, stmt);
            return;
        }
        section_refuse_statement(checker, stmt, section->name.text, "a flow or NAME = FLOW");
        break;
    case AST_BAD: bind_damaged(checker, scope, stmt); break;
    }
    flow->poisoned = checker->network_poisoned = checker->outputs_hidden = true;
}

int32_t network_block(Checker *checker, Scope *scope, const AstSection *section) {
    BlockFlow flow = {.value = NET_NOTHING, .span = SPAN_NONE};
    int64_t outputs_before = 0, outputs_after = 0;
    for (int64_t i = 0; i < checker->outputs.count; i++) outputs_before += checker->outputs.items[i] != -1;
    for (int64_t i = 0; i < section->stmt_count; i++)
        if (!section->stmts[i].disabled) block_statement(checker, scope, section, &section->stmts[i], &flow);
    end_flow(checker, scope, &flow);
    for (int64_t i = 0; i < checker->outputs.count; i++) outputs_after += checker->outputs.items[i] != -1;
    if (scope->definition && flow.value == NET_NOTHING && !flow.poisoned && outputs_before == outputs_after) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, section->name.span, "`%s` yields nothing",
                                    section->name.text);
        diag_advice(d, "end it with a flow without a name: `input -> dense(8) -> relu`");
        network_label_call(scope, d);
        flow.poisoned = true;
    }
    if (flow.poisoned) {
        checker->network_poisoned = true;
        return NET_POISON;
    }
    if (scope->definition && !checker->network_poisoned) report_unused(checker, scope);
    return flow.value;
}

/* ---- definitions, once each -------------------------------------------------------------------------------------- */

static void check_formals(Checker *checker, const AstSection *definition) {
    for (int64_t i = 0; i < definition->formal_count; i++) {
        const AstName *formal = &definition->formals[i];
        bool taken = strcmp(formal->text, "input") == 0;
        for (int64_t k = 0; k < i; k++) taken |= strcmp(definition->formals[k].text, formal->text) == 0;
        if (taken)
            diag_label(report_taken(checker, formal,
                                    strcmp(formal->text, "input") == 0 ? "what flows in" : "another argument"),
                       definition->name.span, "of this definition");
    }
}

static void check_definitions(Checker *checker) {
    for (int64_t i = 0; i < checker->definitions.count; i++) {
        const AstSection *definition = checker->definitions.items[i];
        const char *name = definition->name.text;
        if (catalog_find(ENTRY_LAYER, name))
            report_taken(checker, &definition->name, "a layer");
        else if (catalog_find(ENTRY_ACTIVATION, name))
            report_taken(checker, &definition->name, "an activation");
        else if (strcmp(name, "output") == 0 || strcmp(name, "concat") == 0 || strcmp(name, "repeat") == 0)
            report_taken(checker, &definition->name, "something in every network");
        check_formals(checker, definition);
    }
}

/* ---- the finished DAG -------------------------------------------------------------------------------------------- */

/* Drops what no output rests on; inputs still come first. */
static void prune(Checker *checker) {
    Model *model = checker->model;
    int32_t *number = ARENA_ARRAY(checker->arena, int32_t, model->nodes.count + 1);
    for (int64_t i = model->nodes.count; i-- > 0;) {
        const NetNode *node = &model->nodes.items[i];
        if (node->kind == NET_OUTPUT) number[i] = 1;
        for (int64_t k = 0; k < node->input_count && number[i]; k++) number[node->inputs[k]] = 1;
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < model->nodes.count; i++) {
        if (!number[i]) continue;
        NetNode node = model->nodes.items[i];
        int32_t *inputs = ARENA_ARRAY(checker->arena, int32_t, node.input_count + 1);
        for (int64_t k = 0; k < node.input_count; k++) inputs[k] = number[node.inputs[k]];
        node.inputs = inputs;
        number[i] = (int32_t)kept;
        model->nodes.items[kept++] = node;
    }
    model->nodes.count = kept;
    for (int64_t i = 0; i < checker->outputs.count; i++)
        if (checker->outputs.items[i] >= 0) checker->outputs.items[i] = number[checker->outputs.items[i]];
}

/* Norms, dropout, noise and pools leave open which activation follows; anything else ends the search. */
static bool is_transparent(const NetNode *node) {
    if (node->kind != NET_CALL) return node->kind == NET_ASSERT;
    const char *name = node->call->entry->name;
    return str_ends_with(name, "_norm") || str_ends_with(name, "dropout") || str_ends_with(name, "_noise") ||
           str_ends_with(name, "_pool");
}

static void find_activations(Checker *checker) {
    Model *model = checker->model;
    const CatalogEntry **behind = ARENA_ARRAY(checker->arena, const CatalogEntry *, model->nodes.count + 1);
    for (int64_t i = model->nodes.count; i-- > 0;) {
        NetNode *node = &model->nodes.items[i];
        bool activation = node->kind == NET_CALL && node->call->entry->kind == ENTRY_ACTIVATION;
        if (node->kind == NET_CALL) node->next_activation = behind[i];
        const CatalogEntry *seen = activation ? node->call->entry : is_transparent(node) ? behind[i] : NULL;
        for (int64_t k = 0; seen && k < node->input_count; k++) behind[node->inputs[k]] = seen;
    }
}

/* Whether every target has its output, or had one that is poisoned. */
static bool check_missing_outputs(Checker *checker, const AstSection *section) {
    bool complete = true;
    for (int64_t i = 0; i < checker->targets.count; i++) {
        if (checker->outputs.items[i] != -1) continue;
        complete = false;
        const char *name = checker->targets.items[i].name;
        Diagnostic *d =
            diag_report(checker->session, DIAG_MISSING_OUTPUT, section->name.span, "target `%s` has no output", name);
        diag_label(d, target_declaration(checker, (int32_t)i), "the target");
        diag_advice(d, "end a flow with `-> output(%s)`", name);
    }
    return complete;
}

void check_network(Checker *checker) {
    for (int64_t i = 0; i < checker->targets.count; i++) {
        vec_push(checker->arena, &checker->outputs, -1);
        vec_push(checker->arena, &checker->output_spans, SPAN_NONE);
    }
    check_definitions(checker);
    const AstSection *section = checker->sections[SECTION_NETWORK];
    if (!section ||
        !section_wants_block(checker, section, "network { features -> dense(32) -> relu -> output(TARGET) }")) {
        checker->network_poisoned = true;
        return;
    }
    Scope scope = {.call = SPAN_NONE};
    int64_t errors = checker->session->error_count;
    misspelt_find_lost_targets(checker, section);
    checker->outputs_hidden |= diag_is_broken(checker->session, section->span);
    network_block(checker, &scope, section);
    checker->outputs_hidden |= checker->session->error_count > errors; /* what went wrong may have cost the output */
    bool readable = !checker->outputs_hidden && !checker->target_poisoned;
    if (readable && check_missing_outputs(checker, section) && !checker->network_poisoned)
        report_unused(checker, &scope);
    prune(checker);
    find_activations(checker);
}
