/* Random numbers: a pure function of key, stream, step and place. */
#include "ir/op_rules.h"
#include "lrt/random.h"

static void infer(const Graph *graph, Node *node) {
    node->type = ELEMENT_FLOAT;
    if (!shape_is_valid(&node->shape)) rules_mismatch(graph, node, "no such shape");
    if (node->index < 0) rules_mismatch(graph, node, "there is no stream of that number");
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)gradient, (void)node, (void)id, (void)upstream;
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    const EvalInput *input = evaluation->input;
    int64_t count = evaluation_count(evaluation, node);
    uint32_t key = input->random_key[1] ^ graph_stream_mix(node->index);
    for (int64_t i = 0; i < count; i++)
        out[i] = (double)lrt_random_uniform_at(input->random_key[0], key, (uint32_t)i, (uint32_t)input->step);
}

const OpRules rules_random = {infer, differentiate, evaluate};
