/* What may not be built is a BUG where it is built, and a graph that a pass has broken is one in graph_verify. Each
 * case runs in a process of its own, which has to abort with the right words. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "ir/graph.h"

typedef struct Scene {
    Graph *graph;
    NodeId x;      /* [B, 6] */
    NodeId row;    /* [6] */
    NodeId weight; /* [6, 4] */
    NodeId label;  /* [B] int32 */
    NodeId sum;    /* [B, 6], x + row */
} Scene;

static NodeId add_parameter(Graph *graph, const char *name, int32_t rank, int64_t rows, int64_t columns) {
    GraphParameter parameter = {.name = name, .shape = {.rank = rank, .dims = {rows, columns}}, .span = SPAN_NONE};
    return graph_parameter(graph, parameter);
}

static Scene scene_new(Arena *arena) {
    Scene s = {.graph = graph_new(arena, true)};
    s.x = graph_leaf(s.graph, OP_FEATURES, shape_scalar(), 0, 0, 6);
    s.row = add_parameter(s.graph, "row", 1, 6, 0);
    s.weight = add_parameter(s.graph, "weight", 2, 6, 4);
    s.label = graph_leaf(s.graph, OP_LABELS, shape_scalar(), 0, 0, 0);
    s.sum = graph_binary(s.graph, OP_ADD, s.x, s.row);
    return s;
}

static Node *node_of(Scene *s, NodeId id) { return &s->graph->nodes.items[id]; }

#define CASE(name, ...)                                                                                                \
    static void name(Scene *s) { __VA_ARGS__; }

/* Appending. */
CASE(add_shapes, graph_binary(s->graph, OP_ADD, s->x, s->weight))
CASE(add_integers, graph_binary(s->graph, OP_ADD, s->label, s->label))
CASE(convert_floats, graph_unary(s->graph, OP_CONVERT, s->x))
CASE(contract_inner, graph_contract(s->graph, s->x, s->weight, false, true))
CASE(contract_batch_last, graph_contract(s->graph, s->weight, s->x, true, true))
CASE(contract_vector, graph_contract(s->graph, s->x, s->row, false, false))
CASE(reshape_count, graph_reshape(s->graph, s->x, shape_batch(5)))
CASE(reshape_batch_away, graph_reshape(s->graph, s->x, (Shape){.rank = 1, .dims = {6}}))
CASE(reshape_batch_second, graph_reshape(s->graph, s->x, (Shape){.rank = 2, .dims = {6, -1}}))
CASE(transpose_batch, graph_transpose(s->graph, s->x, (int8_t[]){1, 0}))
CASE(transpose_twice_same, graph_transpose(s->graph, s->weight, (int8_t[]){1, 1}))
CASE(broadcast_shrinks, graph_broadcast(s->graph, s->x, shape_batch(1)))
CASE(slice_beyond, graph_slice(s->graph, s->x, 1, 4, 7))
CASE(slice_empty, graph_slice(s->graph, s->x, 1, 4, 4))
CASE(slice_batch, graph_slice(s->graph, s->x, 0, 0, 1))
CASE(pad_negative, graph_pad(s->graph, s->x, 1, -1, 2))
CASE(concat_batch, graph_concat(s->graph, (NodeId[]){s->x, s->x}, 2, 0))
CASE(concat_shapes, graph_concat(s->graph, (NodeId[]){s->x, s->weight}, 2, 1))
CASE(reduce_axis, graph_reduce(s->graph, OP_SUM, s->x, 4))
CASE(gather_floats, graph_gather(s->graph, s->weight, s->row))
CASE(gather_vector, graph_gather(s->graph, s->row, s->label))
CASE(scatter_rows, graph_scatter_add(s->graph, s->weight, s->label, 5))
CASE(unknown_input, graph_unary(s->graph, OP_TANH, 99))
CASE(no_input, graph_unary(s->graph, OP_TANH, NODE_NONE))
CASE(unknown_parameter, graph_leaf(s->graph, OP_PARAMETER, (Shape){.rank = 1, .dims = {6}}, 7, 0, 0))
CASE(parameter_shape, graph_leaf(s->graph, OP_PARAMETER, (Shape){.rank = 1, .dims = {5}}, 0, 0, 0))
CASE(no_columns, graph_leaf(s->graph, OP_FEATURES, shape_scalar(), 0, 3, 3))
CASE(state_of_nothing, graph_state(s->graph, "m", 9, 0))
CASE(uniform_stream, graph_uniform(s->graph, shape_batch(1), -1))

/* Breaking. */
CASE(cycle, node_of(s, s->sum)->inputs = (NodeId[]){s->sum, s->x}; graph_verify(s->graph))
CASE(wrong_shape, node_of(s, s->sum)->shape.dims[1] = 5; graph_verify(s->graph))
CASE(wrong_type, node_of(s, s->sum)->type = ELEMENT_INT32; graph_verify(s->graph))
CASE(wrong_op, node_of(s, s->sum)->op = OP_COUNT; graph_verify(s->graph))
CASE(wrong_arity, node_of(s, s->sum)->op = OP_SELECT; graph_verify(s->graph))
CASE(wrong_axes, NodeId total = graph_reduce(s->graph, OP_SUM, s->x, 1); node_of(s, total)->axes = 2;
     graph_verify(s->graph))
CASE(lost_parameter, s->graph->parameters.items[0].node = s->weight; graph_verify(s->graph))
CASE(swapped_parameter, node_of(s, s->row)->index = 1; graph_verify(s->graph))
CASE(gradient_shape, s->graph->parameters.items[0].gradient = s->x; graph_verify(s->graph))
CASE(objective_shape, s->graph->objective = s->x; graph_verify(s->graph))
CASE(objective_missing, s->graph->objective = 1000; graph_verify(s->graph))
CASE(assigned_shape, graph_assign_parameter(s->graph, 1, s->row); graph_verify(s->graph))
CASE(assigned_twice, graph_assign_parameter(s->graph, 0, s->row); graph_assign_parameter(s->graph, 0, s->row);
     graph_verify(s->graph))
CASE(assigned_nothing, graph_assign_state(s->graph, 0, s->row); graph_verify(s->graph))
CASE(prediction_shape, GraphOutput output = {s->row, NODE_NONE, NODE_NONE, 1};
     vec_push(s->graph->arena, &s->graph->outputs, output); graph_verify(s->graph))

typedef struct Case {
    const char *name;
    void (*run)(Scene *);
    const char *words;
} Case;

#define ROW(name, words) {#name, name, words}
static const Case cases[] = {
    ROW(add_shapes, "add of shapes [B, 6] and [6, 4]"),
    ROW(add_integers, "an input is int32"),
    ROW(convert_floats, "the input is no int32"),
    ROW(contract_inner, "contract of [B, 6] [6, 4]"),
    ROW(contract_batch_last, "the batch can only be the first dimension"),
    ROW(contract_vector, "both operands are matrices"),
    ROW(reshape_count, "the numbers of elements differ"),
    ROW(reshape_batch_away, "the numbers of elements differ"),
    ROW(reshape_batch_second, "the numbers of elements differ"),
    ROW(transpose_batch, "the batch's axis stays first"),
    ROW(transpose_twice_same, "no permutation"),
    ROW(broadcast_shrinks, "only axes of length 1 are repeated"),
    ROW(slice_beyond, "the range is not inside the axis"),
    ROW(slice_empty, "the range is not inside the axis"),
    ROW(slice_batch, "the batch's"),
    ROW(pad_negative, "the range is not inside the axis"),
    ROW(concat_batch, "the batch's"),
    ROW(concat_shapes, "the shapes differ"),
    ROW(reduce_axis, "there is no such axis"),
    ROW(gather_floats, "the indices are no int32"),
    ROW(gather_vector, "a matrix and a vector of indices"),
    ROW(scatter_rows, "one index for each row"),
    ROW(unknown_input, "input 0 of tanh is node 99"),
    ROW(no_input, "input 0 of tanh is node -1"),
    ROW(unknown_parameter, "no tensor of that number"),
    ROW(parameter_shape, "registered with another shape"),
    ROW(no_columns, "it has no columns"),
    ROW(state_of_nothing, "state m of parameter 9"),
    ROW(uniform_stream, "no stream of that number"),
    ROW(cycle, "does not come before"),
    ROW(wrong_shape, "has shape [B, 5], its inputs make [B, 6]"),
    ROW(wrong_type, "its inputs make"),
    ROW(wrong_op, "has no op"),
    ROW(wrong_arity, "select with 2 inputs"),
    ROW(wrong_axes, "has shape [1, 6], its inputs make [B, 1]"),
    ROW(lost_parameter, "row is node"),
    ROW(swapped_parameter, "another shape"),
    ROW(gradient_shape, "a gradient is node"),
    ROW(objective_shape, "the objective is node %0 of shape [B, 6] instead of []"),
    ROW(objective_missing, "the objective is node 1000"),
    ROW(assigned_shape, "an assigned value is node"),
    ROW(assigned_twice, "parameter 0 is assigned twice"),
    ROW(assigned_nothing, "assignment to state 0 of 0"),
    ROW(prediction_shape, "prediction 0 has shape [6]"),
};

/* Runs the case in a child with its messages in a pipe. */
static void check_case(const Case *row) {
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGABRT, SIG_DFL); /* cmocka catches it */
        dup2(ends[1], STDERR_FILENO);
        Scene scene = scene_new(arena_new());
        graph_verify(scene.graph);
        row->run(&scene);
        _exit(0);
    }
    close(ends[1]);
    char text[4096] = "";
    size_t length = 0;
    for (ssize_t got; (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) fail_msg("%s went through", row->name);
    if (strstr(text, row->words) == NULL) fail_msg("%s: \"%s\" does not say \"%s\"", row->name, text, row->words);
}

static void test_broken_graphs(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_case(&cases[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_broken_graphs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
