/* Calls of catalogue entries without a spec: all defaults filled in from the parameter table. */
#ifndef LSPEC_TESTS_CALLS_H
#define LSPEC_TESTS_CALLS_H

#include "catalog/build.h"

typedef struct CallOption {
    const char *name;
    double number; /* what the argument is, where `word` is NULL */
    const char *word;
} CallOption;

/* Obligatory parameters get a value that any entry of that name can live with (units 5, width 3, lr 0.05, …).
 * `options` ends with a NULL name, or is NULL. */
Call *call_make(Session *session, const CatalogEntry *entry, const CallOption *options);
Call *call_find(Session *session, EntryKind kind, const char *name, const CallOption *options);
/* A build of a new graph. */
Build build_make(Session *session, bool training);
/* Arguments by list, for class_weights. */
void call_set_numbers(Call *call, const char *name, const double *numbers, const char *const *words, int64_t count);

/* Weights and states of a graph as arrays that the evaluator reads. */
typedef struct Memory {
    double **parameters, **states;
} Memory;

/* Parameters drawn around 0.1..1, states as they begin. */
Memory memory_make(const Graph *graph, Arena *arena, uint64_t seed);
/* Evaluates the graph, then writes its assignments. The values of all nodes. */
double **memory_step(const Graph *graph, Arena *arena, EvalInput *input, Memory *memory);

#endif
