#include "harness/layer_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/differences.h"
#include "lrt/random.h"
#include "passes/passes.h"

enum { ROWS = 4, INDEX_COUNT = 5, PROJECTION_STREAM = 1000 };

/* Numbers in ±4 that keep away from the kinks at 0 and ±3. */
static double *draw_features(Arena *arena, int64_t count) {
    double *features = ARENA_ARRAY(arena, double, count);
    LrtRandom random = lrt_random_stream(3, "features", 0);
    for (int64_t i = 0; i < count; i++) {
        do features[i] = 8 * lrt_random_uniform(&random) - 4;
        while (fabs(features[i]) < 1e-2 || fabs(fabs(features[i]) - 3) < 1e-2);
    }
    return features;
}

/* Σ output · random numbers: a scalar that every element flows into differently. */
static NodeId project(Build *build, NodeId output) {
    NodeId weights = graph_uniform(build->graph, graph_node(build->graph, output)->shape, PROJECTION_STREAM);
    return build_sum_all(build, graph_binary(build->graph, OP_MUL, output, weights));
}

static void assert_gradient(const Graph *graph, EvalInput *input, NodeId of, const double *got, double *places,
                            int64_t count, const char *what) {
    for (int64_t i = 0; i < count; i++) {
        double want = difference_at(graph, input, of, &places[i]);
        if (!is_near(got[i], want, 1e-6))
            fail_msg("%s: gradient %lld is %.9g, not %.9g", what, (long long)i, got[i], want);
    }
}

void layer_check_call(Session *session, const Call *call, const Shape *shape, bool training) {
    const CatalogEntry *entry = call->entry;
    Build build = build_make(session, training);
    build.index_count = INDEX_COUNT;
    Graph *graph = build.graph;
    int64_t columns = shape_count(shape, 1);
    NodeId leaf = entry->takes_index ? graph_leaf(graph, OP_INDICES, shape_batch(0), 0, 0, 0)
                                     : graph_leaf(graph, OP_FEATURES, shape_batch(columns), 0, 0, columns);
    NodeId value = entry->takes_index ? leaf : graph_reshape(graph, leaf, *shape);
    NodeId output = build_call(&build, call, value);
    assert_int_not_equal(output, NODE_NONE);
    NodeId scalar = project(&build, output);
    int64_t parameters = graph->parameters.count;
    NodeId *wrt = ARENA_ARRAY(session->arena, NodeId, parameters + 1);
    NodeId *gradients = ARENA_ARRAY(session->arena, NodeId, parameters + 1);
    for (int64_t i = 0; i < parameters; i++) wrt[i] = graph->parameters.items[i].node;
    wrt[parameters] = leaf;
    autodiff_gradients(graph, scalar, wrt, (int32_t)parameters + 1, gradients);
    graph_verify(graph);

    double *features = draw_features(session->arena, ROWS * columns);
    const int32_t indices[ROWS] = {1, 4, 1, 0};
    Memory memory = memory_make(graph, session->arena, 1);
    EvalInput input = {.rows = ROWS,
                       .features = features,
                       .feature_width = columns,
                       .indices = indices,
                       .index_width = 1,
                       .random_key = {7, 8},
                       .parameters = memory.parameters,
                       .states = memory.states};
    double **values = graph_eval(graph, session->arena, &input);
    for (int64_t i = 0; i < parameters; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        if (!parameter->trainable) continue;
        assert_int_not_equal(gradients[i], NODE_NONE);
        assert_gradient(graph, &input, scalar, values[gradients[i]], memory.parameters[i],
                        shape_count(&parameter->shape, 1), parameter->name);
    }
    if (!entry->takes_index)
        assert_gradient(graph, &input, scalar, values[gradients[parameters]], features, ROWS * columns, entry->name);
    session_free(session);
}

void layer_check_gradients(const CatalogEntry *entry, const CallOption *options, int64_t time, int64_t width,
                           bool training) {
    Session *session = session_new();
    Shape shape = time > 0 ? shape_make(3, (int64_t[]){DIM_BATCH, time, width}) : shape_batch(width);
    layer_check_call(session, call_make(session, entry, options), &shape, training);
}
