/* Gradients by central differences of the reference evaluator. */
#ifndef LSPEC_TESTS_DIFFERENCES_H
#define LSPEC_TESTS_DIFFERENCES_H

#include "ir/graph.h"

/* (f(x + h) - f(x - h)) / 2h for the scalar node `of` and the number that `*place` is, h = 1e-5. */
double difference_at(const Graph *graph, const EvalInput *input, NodeId of, double *place);

/* |got - want| <= tolerance * (1 + |want|) */
bool is_near(double got, double want, double tolerance);

#endif
