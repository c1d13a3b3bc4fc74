/* What feeds the network: columns as they leave the preprocessing, `features`, and categories as indices of embeddings.
 */
#include <string.h>

#include "sema/flow_stage.h"
#include "support/str.h"

/* ---- columns that may not feed it -------------------------------------------------------------------------------- */

static void label_declaration(const Variable *variable, Diagnostic *d, const char *text) {
    if (!span_is_none(variable->span)) diag_label(d, variable->span, "%s", text);
}

static void report_apart(Checker *checker, const Variable *variable, Span span) {
    const char *type = column_type_word(variable->type);
    bool key = variable->type == LRT_COLUMN_KEY || variable->type == LRT_COLUMN_GROUP;
    Diagnostic *d = diag_report(checker->session, key ? DIAG_KEY_AS_FEATURE : DIAG_TYPE_MISMATCH, span,
                                "`%s` is a column of type %s and cannot feed the network", variable->name, type);
    label_declaration(variable, d, arena_printf(checker->arena, "of type %s", type));
    if (key)
        diag_why(
            d,
            "an identity says which row it is, not what the row is like: what is learnt of it holds for no other row");
    diag_advice(d, "leave `%s` out, or declare it with a type that holds values", variable->name);
}

/* Whether a column may stand in the network at all; reports where not. Poisoned ones are silent. */
static bool may_feed(Checker *checker, const Variable *variable, Span span) {
    if (variable->poisoned) return false;
    if (variable_leaks(checker, variable)) {
        report_target_as_feature(checker, span, (int32_t)(variable - checker->variables.items));
        return false;
    }
    if (variable->kind == VALUE_APART) {
        report_apart(checker, variable, span);
        return false;
    }
    if (variable->kind == VALUE_TIMESTAMP) {
        Diagnostic *d = diag_report(checker->session, DIAG_TIMESTAMP_AS_FEATURE, span,
                                    "`%s` is a timestamp and cannot feed the network", variable->name);
        label_declaration(variable, d, "of type timestamp");
        diag_why(d, "time only grows: every later row lies outside what training has seen");
        diag_advice(d, "leave `%s` out", variable->name);
        return false;
    }
    return true;
}

/* ---- inputs ------------------------------------------------------------------------------------------------------ */

/* An input of the window that is being read. */
static int32_t window_input(Checker *checker, int32_t slot, bool is_index) {
    const NetworkWindow *window = checker->window;
    for (int32_t i = window->first_input; i < checker->inputs.count; i++)
        if (checker->inputs.items[i].slot == slot) return i;
    vec_push(checker->arena, &checker->inputs,
             (LrtInput){.name = checker->slots.items[slot].name,
                        .slot = slot,
                        .is_index = is_index,
                        .width = is_index,
                        .window = (int32_t)window->rows,
                        .block = window->block});
    return (int32_t)checker->inputs.count - 1;
}

static int32_t input_of_slot(Checker *checker, int32_t slot, bool is_index) {
    if (checker->window != NULL) return window_input(checker, slot, is_index);
    while (checker->slot_inputs.count < checker->slots.count) vec_push(checker->arena, &checker->slot_inputs, -1);
    int32_t *known = &checker->slot_inputs.items[slot];
    if (*known >= 0) return *known;
    vec_push(
        checker->arena, &checker->inputs,
        (LrtInput){.name = checker->slots.items[slot].name, .slot = slot, .is_index = is_index, .width = is_index, .window = 1});
    *known = (int32_t)checker->inputs.count - 1;
    return *known;
}

/* The column's slot as an index. An open category keeps an index for levels that training has not seen; in a closed one
 * another level breaks the contract long before. */
static int32_t index_slot(Checker *checker, const Variable *variable, Span span) {
    for (int64_t i = 0; i < checker->steps.count; i++)
        if (checker->steps.items[i].transform == LRT_TRANSFORM_INDEX && checker->steps.items[i].input == variable->slot)
            return checker->steps.items[i].output;
    const LrtColumn *column = &checker->columns.items[variable->column];
    bool closed = variable->levels == LEVELS_OF_COLUMN ? column->closed : variable->levels == LEVELS_CLOSED;
    bool may_miss = column->optional || variable->levels != LEVELS_OF_COLUMN;
    int32_t slot = flow_add_slot(checker, variable->name, LRT_SLOT_INDEX, variable->column);
    LrtStep step = {.transform = LRT_TRANSFORM_INDEX,
                    .input = variable->slot,
                    .output = slot,
                    .indicator = -1,
                    .option = {closed ? LRT_UNSEEN_ERROR : LRT_UNSEEN_OTHER,
                               may_miss ? LRT_MISSING_LEVEL : LRT_MISSING_ERROR},
                    .spec_line = (int32_t)source_position(&checker->session->sources, span.source, span.begin).line};
    flow_add_step(checker, step, span);
    return slot;
}

static bool variable_is_image(const Variable *variable) {
    return variable->kind == VALUE_MATRIX && variable->type == LRT_COLUMN_IMAGE;
}

static bool is_coded(const Variable *variable) {
    return variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL || variable->kind == VALUE_TEXT;
}

/* Buckets of a hash that stand among numbers: a column for each. */
void network_encode_buckets(Checker *checker, const VariableSet *variables) {
    for (int64_t i = 0; i < variables->count; i++) {
        Variable *variable = &checker->variables.items[variables->items[i]];
        if (variable->kind != VALUE_CATEGORY || variable->levels != LEVELS_CLOSED || variable->poisoned) continue;
        LrtStep step = {.transform = LRT_TRANSFORM_ONE_HOT,
                        .input = variable->slot,
                        .indicator = -1,
                        .option = {LRT_UNSEEN_ERROR, LRT_MISSING_ZERO},
                        .number = {1}};
        step.output = flow_add_slot(checker, variable->name, LRT_SLOT_MATRIX, variable->column);
        flow_add_step(checker, step, variable->flow);
        variable->slot = step.output;
        variable->kind = VALUE_MATRIX;
    }
}

static int32_t index_value(Checker *checker, const Scope *scope, const Variable *variable, Span span) {
    int32_t *columns = ARENA_ARRAY(checker->arena, int32_t, 1);
    columns[0] = input_of_slot(checker, index_slot(checker, variable, span), true);
    return network_add(checker, scope,
                       (NetNode){.kind = NET_INDEX, .span = span, .columns = columns, .column_count = 1});
}

static void report_codes(Checker *checker, const VariableSet *variables, Span span) {
    WordList names = {0};
    const Variable *first = NULL;
    for (int64_t i = 0; i < variables->count; i++) {
        Variable *variable = &checker->variables.items[variables->items[i]];
        if (!is_coded(variable) || variable->poisoned) continue;
        variable->poisoned = true; /* a flow in `preprocess` mends all its uses: told once */
        if (!first) first = variable;
        vec_push(checker->arena, &names, arena_printf(checker->arena, "`%s`", variable->name));
    }
    bool one = names.count == 1;
    const char *text =
        one ? names.items[0]
            : arena_printf(checker->arena, "%s and %s", names.items[0],
                           names.count == 2 ? names.items[1]
                                            : arena_printf(checker->arena, "%lld more", (long long)names.count - 1));
    bool is_text = first->kind == VALUE_TEXT;
    Diagnostic *d =
        diag_report(checker->session, DIAG_CATEGORY_NOT_ENCODED, span, "%s %s and %s the network without an encoding",
                    text, one ? (is_text ? "is a text" : "is a category") : "are categories", one ? "reaches" : "reach");
    label_declaration(first, d, is_text ? "words are no numbers" : "its levels are no numbers");
    if (is_text) {
        diag_advice(d, "`%s -> bag_of_words(max: 1000)` in `preprocess`, or `%s -> hash(1024)`", first->name,
                    first->name);
        return;
    }
    diag_advice(d, "`%s -> one_hot` in `preprocess`, or `%s -> embedding(4)` in place of the column", first->name,
                first->name);
}

/* Numbers side by side as one input: the columns from number `first` on up to the next image. */
static int32_t row_input(Checker *checker, const Scope *scope, const VariableSet *variables, int64_t *first,
                         Span span) {
    VEC(int32_t) columns = {0};
    for (; *first < variables->count; (*first)++) {
        const Variable *variable = &checker->variables.items[variables->items[*first]];
        if (variable_is_image(variable)) break;
        int64_t count;
        const int32_t *slots = variable_slots(variable, &count);
        for (int64_t k = 0; k < count; k++)
            vec_push(checker->arena, &columns, input_of_slot(checker, slots[k], false));
        for (int64_t k = 0; k < variable->indicators.count; k++)
            vec_push(checker->arena, &columns, input_of_slot(checker, variable->indicators.items[k], false));
    }
    return network_add(
        checker, scope,
        (NetNode){.kind = NET_INPUT, .span = span, .columns = columns.items, .column_count = columns.count});
}

static int32_t image_input(Checker *checker, const Scope *scope, const Variable *variable, Span span) {
    int32_t *columns = ARENA_ARRAY(checker->arena, int32_t, 1);
    columns[0] = input_of_slot(checker, variable->slot, false);
    const LrtColumn *column = &checker->columns.items[variable->column];
    int64_t *dims = ARENA_ARRAY(checker->arena, int64_t, LRT_COLUMN_RANK);
    for (int32_t i = 0; i < column->rank; i++) dims[i] = column->dims[i];
    return network_add(checker, scope,
                       (NetNode){.kind = NET_INPUT,
                                 .span = span,
                                 .columns = columns,
                                 .column_count = 1,
                                 .dims = dims,
                                 .dim_count = column->rank});
}

/* Columns side by side. An image keeps its shape; whether it can be joined to the others is seen when shapes are. */
static int32_t joined_inputs(Checker *checker, const Scope *scope, const VariableSet *variables, Span span) {
    VEC(int32_t) parts = {0};
    for (int64_t i = 0; i < variables->count;) {
        const Variable *variable = &checker->variables.items[variables->items[i]];
        int32_t part = variable_is_image(variable) ? image_input(checker, scope, variable, span)
                                                   : row_input(checker, scope, variables, &i, span);
        i += variable_is_image(variable);
        vec_push(checker->arena, &parts, part);
    }
    if (parts.count == 1) return parts.items[0];
    return network_add(checker, scope,
                       (NetNode){.kind = NET_CONCAT, .span = span, .inputs = parts.items, .input_count = parts.count});
}

int32_t network_columns(Checker *checker, const Scope *scope, const VariableSet *variables, Span span) {
    bool fine = variables->count > 0, coded = false;
    if (variables->count > 1) network_encode_buckets(checker, variables);
    for (int64_t i = 0; i < variables->count; i++) {
        const Variable *variable = &checker->variables.items[variables->items[i]];
        if (!may_feed(checker, variable, span)) {
            fine = false;
            continue;
        }
        coded |= is_coded(variable);
    }
    const Variable *first = fine ? &checker->variables.items[variables->items[0]] : NULL;
    if (fine && coded && variables->count == 1 && first->kind != VALUE_TEXT)
        return index_value(checker, scope, first, span);
    if (fine && coded) {
        report_codes(checker, variables, span);
        fine = false;
    }
    if (fine) return joined_inputs(checker, scope, variables, span);
    checker->network_poisoned = true;
    return NET_POISON;
}

/* Every column after preprocessing but targets and their sources, what is no value, and what only served to derive
 * others. */
static bool is_feature(const Variable *variable) {
    if (variable->is_target || variable->feeds_target || variable->helper) return false;
    if (variable->kind == VALUE_APART || variable->kind == VALUE_TIMESTAMP) return false;
    return !variable->used_up && (!variable->feeds || variable->transformed);
}

int32_t network_features(Checker *checker, const Scope *scope, Span span) {
    VariableSet features = {0};
    bool poisoned = checker->columns_poisoned || checker->target_poisoned;
    for (int64_t i = 0; i < checker->variables.count; i++) {
        const Variable *variable = &checker->variables.items[i];
        if (!is_feature(variable)) continue;
        poisoned |= variable->poisoned;
        vec_push(checker->arena, &features, (int32_t)i);
    }
    if (poisoned) {
        checker->network_poisoned = true;
        return NET_POISON;
    }
    if (features.count == 0 && checker->session->error_count > 0) {
        checker->network_poisoned = true; /* what went wrong before has left none */
        return NET_POISON;
    }
    if (features.count == 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_COLUMN, span, "`features` stands for no column");
        diag_why(d, "`columns` declares nothing but the target, its sources and columns that hold no values");
        checker->network_poisoned = true;
        return NET_POISON;
    }
    bool coded = false;
    network_encode_buckets(checker, &features);
    for (int64_t i = 0; i < features.count; i++) coded |= is_coded(&checker->variables.items[features.items[i]]);
    if (coded) {
        report_codes(checker, &features, span);
        checker->network_poisoned = true;
        return NET_POISON;
    }
    return network_columns(checker, scope, &features, span);
}
