/* Gradients by central differences of the reference evaluator. */
#include "harness/differences.h"

#include <math.h>

static double value_at(const Graph *graph, const EvalInput *input, NodeId of) {
    Arena *arena = arena_new();
    double value = graph_eval(graph, arena, input)[of][0];
    arena_free(arena);
    return value;
}

double difference_at(const Graph *graph, const EvalInput *input, NodeId of, double *place) {
    const double step = 1e-5, middle = *place;
    *place = middle + step;
    double above = value_at(graph, input, of);
    *place = middle - step;
    double below = value_at(graph, input, of);
    *place = middle;
    return (above - below) / (2 * step);
}

bool is_near(double got, double want, double tolerance) { return fabs(got - want) <= tolerance * (1 + fabs(want)); }
