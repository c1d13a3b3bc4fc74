/* Calls of catalogue entries without a spec, and steps of small graphs. */
#include "harness/calls.h"

#include <string.h>

#include "lrt/random.h"
#include "sema/checker.h"
#include "support/panic.h"

static const CallOption obligatory[] = {{.name = "units", .number = 5},   {.name = "width", .number = 3},
                                        {.name = "rate", .number = 0.25}, {.name = "factor", .number = 0.5},
                                        {.name = "norm", .number = 0.7},  {.name = "value", .number = 0.2},
                                        {.name = "lr", .number = 0.05},   {.name = "q", .number = 0.3},
                                        {.name = "p", .number = 1.5},     {.name = "batches", .number = 2},
                                        {.name = "eta", .number = 0.1},   {.name = "start", .number = 3},
                                        {.name = "filters", .number = 4}, {.name = "size", .number = 2},
                                        {.name = "groups", .number = 2},  {.name = "stddev", .number = 0.5},
                                        {.name = "heads", .number = 2},   {.name = "ff", .number = 7},
                                        {.name = NULL}};

static const CallOption *find_option(const CallOption *options, const char *name) {
    for (; options != NULL && options->name != NULL; options++)
        if (strcmp(options->name, name) == 0) return options;
    return NULL;
}

Call *call_make(Session *session, const CatalogEntry *entry, const CallOption *options) {
    Checker checker = {.session = session, .arena = session->arena};
    Call *call = ARENA_NEW(session->arena, Call);
    *call = (Call){.entry = entry, .span = SPAN_NONE, .name_span = SPAN_NONE, .text = entry->name};
    for (int i = 0; entry->params[i].name != NULL; i++) {
        const EntryParam *param = &entry->params[i];
        bind_default(&checker, entry, param, &call->args[i]);
        if (param->type == PARAM_SHAPE && param->fallback == NULL) continue; /* by call_set_numbers */
        const CallOption *option = find_option(options, param->name);
        if (option == NULL && param->fallback == NULL) option = find_option(obligatory, param->name);
        if (option == NULL && param->fallback == NULL) BUG("no value for `%s` of `%s`", param->name, entry->name);
        if (option == NULL) continue;
        call->args[i] = (Argument){.given = true,
                                   .span = SPAN_NONE,
                                   .number = option->number,
                                   .integer = (int64_t)option->number,
                                   .rows = (int64_t)option->number,
                                   .word = option->word};
    }
    return call;
}

Call *call_find(Session *session, EntryKind kind, const char *name, const CallOption *options) {
    const CatalogEntry *entry = catalog_find(kind, name);
    if (entry == NULL) BUG("no entry %s", name);
    return call_make(session, entry, options);
}

void call_set_numbers(Call *call, const char *name, const double *numbers, const char *const *words, int64_t count) {
    call->args[catalog_param(call->entry, name)] =
        (Argument){.given = true, .span = SPAN_NONE, .numbers = numbers, .words = words, .count = count};
}

Build build_make(Session *session, bool training) { return build_begin(session, graph_new(session->arena, training)); }

Memory memory_make(const Graph *graph, Arena *arena, uint64_t seed) {
    Memory memory = {.parameters = ARENA_ARRAY(arena, double *, graph->parameters.count + 1),
                     .states = ARENA_ARRAY(arena, double *, graph->states.count + 1)};
    LrtRandom random = lrt_random_stream(seed, "memory", 0);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        int64_t count = shape_count(&graph->parameters.items[i].shape, 1);
        memory.parameters[i] = ARENA_ARRAY(arena, double, count);
        for (int64_t k = 0; k < count; k++) memory.parameters[i][k] = 0.1 + 0.9 * lrt_random_uniform(&random);
    }
    for (int64_t i = 0; i < graph->states.count; i++) {
        const GraphState *state = &graph->states.items[i];
        int64_t count = shape_count(&graph->parameters.items[state->parameter].shape, 1);
        memory.states[i] = ARENA_ARRAY(arena, double, count);
        for (int64_t k = 0; k < count; k++) memory.states[i][k] = state->initial;
    }
    return memory;
}

double **memory_step(const Graph *graph, Arena *arena, EvalInput *input, Memory *memory) {
    input->parameters = memory->parameters;
    input->states = memory->states;
    double **values = graph_eval(graph, arena, input);
    for (int64_t i = 0; i < graph->assigns.count; i++) {
        const GraphAssign *assign = &graph->assigns.items[i];
        double *to = assign->is_state ? memory->states[assign->index] : memory->parameters[assign->index];
        int64_t count = shape_count(&graph_node(graph, assign->value)->shape, input->rows);
        memcpy(to, values[assign->value], (size_t)count * sizeof *to);
    }
    input->step++;
    return values;
}
