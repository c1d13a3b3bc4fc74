/* Random graphs with everything a training step has, and random numbers to run them on: for tests that hold two ways
 * of computing a graph against one another. The same options give the same graph. */
#ifndef LSPEC_TESTS_RANDOM_GRAPH_H
#define LSPEC_TESTS_RANDOM_GRAPH_H

#include "ir/graph.h"
#include "lrt/random.h"

enum {
    RANDOM_GRAPH_FEATURES = 12,
    RANDOM_GRAPH_TARGETS = 3,
    RANDOM_GRAPH_INDICES = 2, /* columns of the index matrix */
    RANDOM_GRAPH_LEVELS = 5,  /* indices lie below */
    RANDOM_GRAPH_LABELS = 2,  /* columns of the label matrix */
    RANDOM_GRAPH_CLASSES = 4  /* labels lie below */
};

typedef struct RandomGraphOptions {
    uint64_t seed;
    int32_t operations; /* how often something random is appended; most append several nodes */
    bool smooth;        /* nothing with a kink or a jump: gradients can be held against differences */
    bool backward;      /* differentiated */
    bool update;        /* and with assignments to parameters and states, the gradient's norm and the flag */
} RandomGraphOptions;

/* A verified graph with one output, a loss and an objective. Values and gradients stay of moderate size, and what jumps
 * (comparisons, floor, sign) reads leaves alone, so float and double decide alike. */
Graph *random_graph_new(Arena *arena, const RandomGraphOptions *options);

/* Numbers for all that the graph reads, each of them a float exactly. Parameters and states are in their arena shape.
 */
EvalInput random_graph_input(Arena *arena, const Graph *graph, uint64_t seed, int64_t batch);

/* In [low, high), rounded to float. */
double random_graph_number(LrtRandom *random, double low, double high);

#endif
