/* Messages about shapes: both shapes, by the names that the spec has for them, and the layers that led to each. */
#include <string.h>

#include "lower/lowering.h"
#include "support/str.h"

enum { SHOWN_STAGES = 8, SHOWN_COLUMNS = 4, SHOWN_TEXT = 60 };

static const char *node_shape(const Lowering *lowering, int32_t net_node) {
    return shape_text(lowering->session->arena, &graph_node(lowering->build.graph, lowering->values[net_node])->shape);
}

/* The text of the spec where it is short and stands on one line, else NULL. */
static const char *short_text(const Lowering *lowering, Span span) {
    if (span_is_none(span) || span.end - span.begin > SHOWN_TEXT) return NULL;
    const char *text = source_text(&lowering->session->sources, lowering->session->arena, span);
    return strchr(text, '\n') == NULL ? text : NULL;
}

static const char *columns_text(const Lowering *lowering, const NetNode *node) {
    Str text;
    str_init(&text, lowering->session->arena);
    for (int64_t i = 0; i < node->column_count && i < SHOWN_COLUMNS; i++)
        str_printf(&text, "%s%s", i > 0 ? ", " : "", lowering->model->data.inputs[node->columns[i]].name);
    if (node->column_count > SHOWN_COLUMNS)
        str_printf(&text, " and %lld more", (long long)(node->column_count - SHOWN_COLUMNS));
    return text.data;
}

static const char *stage_text(const Lowering *lowering, const NetNode *node) {
    Arena *arena = lowering->session->arena;
    const char *text = NULL;
    switch (node->kind) {
    case NET_INPUT:
        if (lowering->model->data.inputs[node->columns[0]].block > 0 && short_text(lowering, node->span) != NULL)
            return short_text(lowering, node->span); /* window(…) */
        return columns_text(lowering, node);
    case NET_INDEX: return columns_text(lowering, node);
    case NET_CONSTANT: return str_number(arena, node->value);
    case NET_START: return "constant";
    case NET_CALL: return node->call->text;
    case NET_NEGATE: return "negated";
    case NET_BINARY:
        text = short_text(lowering, node->span);
        return text != NULL ? arena_printf(arena, "(%s)", text) : arena_printf(arena, "(… %c …)", node->op);
    case NET_CONCAT: text = short_text(lowering, node->span); return text != NULL ? text : "concat(…)";
    case NET_ASSERT:
    case NET_OUTPUT: break;
    }
    return "";
}

static bool has_one_way_in(const NetNode *node) {
    return node->kind == NET_CALL || node->kind == NET_NEGATE || node->kind == NET_ASSERT;
}

const char *shape_chain(const Lowering *lowering, int32_t net_node) {
    Str text;
    int32_t stages[SHOWN_STAGES];
    int count = 0;
    for (;;) {
        const NetNode *node = &lowering->model->nodes.items[net_node];
        if (node->kind != NET_ASSERT) stages[count++] = net_node;
        if (!has_one_way_in(node) || count == SHOWN_STAGES) break;
        net_node = node->inputs[0];
    }
    str_init(&text, lowering->session->arena);
    if (has_one_way_in(&lowering->model->nodes.items[stages[count - 1]])) str_append(&text, "… -> ");
    for (int i = count - 1; i >= 0; i--) {
        const NetNode *node = &lowering->model->nodes.items[stages[i]];
        str_printf(&text, "%s %s%s", stage_text(lowering, node), node_shape(lowering, stages[i]), i > 0 ? " -> " : "");
    }
    return text.data;
}

static void label_definition_call(const NetNode *node, Diagnostic *diagnostic) {
    if (!span_is_none(node->definition_call)) diag_label(diagnostic, node->definition_call, "called here");
}

/* ---- operands -------------------------------------------------------------------------------------------------- */

/* Where the operator of the expression stands: the last one of its kind outside of brackets and strings, since
 * operators of one rank group from the left. The expression has been parsed; -1 only where its text is not what the
 * checker read. */
static int64_t operator_place(const char *text, char op) {
    int64_t place = -1;
    int depth = 0;
    bool operand_before = false, quoted = false;
    for (int64_t i = 0; text[i] != '\0'; i++) {
        char c = text[i];
        if (quoted) {
            quoted = c != '"';
            if (c == '\\' && text[i + 1] != '\0') i++;
            continue;
        }
        if (c == '#') {
            while (text[i + 1] != '\0' && text[i + 1] != '\n') i++;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        if (depth == 0 && c == op && operand_before) place = i;
        quoted = c == '"';
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        operand_before = strchr("+-*/(,[", c) == NULL;
    }
    return place;
}

/* "`x`", or "the left side" where the operand is long. */
static const char *operand_name(const Lowering *lowering, const NetNode *node, bool is_left) {
    Arena *arena = lowering->session->arena;
    const char *text = source_text(&lowering->session->sources, arena, node->span);
    int64_t place = operator_place(text, node->op);
    int64_t begin = is_left ? 0 : place + 1;
    int64_t end = is_left ? place : (int64_t)strlen(text);
    while (begin < end && strchr(" \t\r\n", text[begin]) != NULL) begin++;
    while (end > begin && strchr(" \t\r\n", text[end - 1]) != NULL) end--;
    bool is_short =
        place >= 0 && end - begin <= SHOWN_TEXT && memchr(text + begin, '\n', (size_t)(end - begin)) == NULL;
    if (!is_short) return is_left ? "the left side" : "the right side";
    return arena_printf(arena, "`%.*s`", (int)(end - begin), text + begin);
}

/* Marks where the value was made, if that is another place. */
static void label_origin(const Lowering *lowering, Diagnostic *diagnostic, Span around, int32_t net_node) {
    Span span = lowering->model->nodes.items[net_node].span;
    bool inside = span.source == around.source && span.begin >= around.begin && span.end <= around.end;
    if (!span_is_none(span) && !inside) diag_label(diagnostic, span, "yields %s", node_shape(lowering, net_node));
}

void report_operand_shapes(const Lowering *lowering, const NetNode *node) {
    const char *left = operand_name(lowering, node, true), *right = operand_name(lowering, node, false);
    const char *left_shape = node_shape(lowering, node->inputs[0]),
               *right_shape = node_shape(lowering, node->inputs[1]);
    Diagnostic *diagnostic =
        diag_report(lowering->session, DIAG_SHAPE_ERROR, node->span, "%s is %s and %s is %s: `%c` does not join them",
                    left, left_shape, right, right_shape, node->op);
    diag_caret(diagnostic, "wants equal dimensions, or 1 on one side");
    label_origin(lowering, diagnostic, node->span, node->inputs[0]);
    if (node->inputs[1] != node->inputs[0]) label_origin(lowering, diagnostic, node->span, node->inputs[1]);
    label_definition_call(node, diagnostic);
    diag_evidence(diagnostic, "%s: %s", left, shape_chain(lowering, node->inputs[0]));
    diag_evidence(diagnostic, "%s: %s", right, shape_chain(lowering, node->inputs[1]));
    const Shape *a = &graph_node(lowering->build.graph, lowering->values[node->inputs[0]])->shape;
    const Shape *b = &graph_node(lowering->build.graph, lowering->values[node->inputs[1]])->shape;
    if (a->rank == 2 && b->rank == 2)
        diag_advice(diagnostic, "`-> dense(%lld)` behind %s brings both to one width", (long long)a->dims[1], right);
}

void report_part_shapes(const Lowering *lowering, const NetNode *node, int64_t part) {
    int32_t first = node->inputs[0], other = node->inputs[part];
    Diagnostic *diagnostic = diag_report(lowering->session, DIAG_SHAPE_ERROR, node->span,
                                         "`concat` joins along the last dimension alone, and its parts are %s and %s",
                                         node_shape(lowering, first), node_shape(lowering, other));
    label_origin(lowering, diagnostic, node->span, first);
    label_origin(lowering, diagnostic, node->span, other);
    label_definition_call(node, diagnostic);
    diag_evidence(diagnostic, "part 1: %s", shape_chain(lowering, first));
    diag_evidence(diagnostic, "part %lld: %s", (long long)part + 1, shape_chain(lowering, other));
}

/* "[B, 64]" without the batch: "[64]", as assertions are written. */
static const char *row_shape_text(Arena *arena, const Shape *shape) {
    Shape row = {.rank = shape->rank > 0 ? shape->rank - 1 : 0};
    for (int32_t i = 0; i < row.rank; i++) row.dims[i] = shape->dims[i + 1];
    return shape_text(arena, &row);
}

void report_asserted_shape(const Lowering *lowering, const NetNode *node) {
    Arena *arena = lowering->session->arena;
    Shape asserted = shape_make((int32_t)node->dim_count, node->dims);
    const Shape *shape = &graph_node(lowering->build.graph, lowering->values[node->inputs[0]])->shape;
    Diagnostic *diagnostic =
        diag_report(lowering->session, DIAG_SHAPE_ERROR, node->span, "the shape is asserted as %s and is %s",
                    shape_text(arena, &asserted), row_shape_text(arena, shape));
    label_definition_call(node, diagnostic);
    diag_evidence(diagnostic, "%s", shape_chain(lowering, node->inputs[0]));
}

void explain_shapes(const Lowering *lowering, const NetNode *node, int64_t first) {
    for (int64_t i = first; i < lowering->session->diagnostics.count; i++) {
        Diagnostic *diagnostic = lowering->session->diagnostics.items[i];
        label_definition_call(node, diagnostic);
        diag_evidence(diagnostic, "its input: %s", shape_chain(lowering, node->inputs[0]));
    }
}
