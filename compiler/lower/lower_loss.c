/* From heads to one number. Target t has the loss S_t / W_t, the sum of its rows' weighted losses over the sum of their
 * weights; the data loss is Σ_t w_t · S_t / W_t with the weights of the loss section. */
#include "catalog/loss/class_rows.h"
#include "lower/lowering.h"
#include "support/panic.h"

/* Σ over the rows; a number that is the same in every row times how many there are. */
static NodeId sum_rows(Build *build, NodeId rows) {
    Graph *graph = build->graph;
    const Node *node = graph_node(graph, rows);
    if (node->op != OP_BROADCAST || graph_node(graph, node->inputs[0])->shape.rank != 0)
        return build_sum_all(build, rows);
    const Node *number = graph_node(graph, node->inputs[0]);
    NodeId count = build_row_count(build);
    if (number->op == OP_CONSTANT && number->value == 1) return count;
    return graph_binary(graph, OP_MUL, count, node->inputs[0]);
}

/* The weights of a batch may sum to 0; its losses then do too, and the loss is 0. */
static NodeId divide_by_weight(Build *build, NodeId sum, NodeId weight) {
    Graph *graph = build->graph;
    if (graph_node(graph, weight)->op != OP_ROW_COUNT) weight = build_max_scalar(build, weight, 1e-30);
    return graph_binary(graph, OP_DIV, sum, weight);
}

static NodeId scaled(Build *build, NodeId value, double factor) {
    return factor == 1 ? value : build_mul_scalar(build, value, factor);
}

/* a + share · (b - a), row by row. */
static NodeId mix_rows(Graph *graph, NodeId a, NodeId b, NodeId share) {
    if (a == b) return a;
    return graph_binary(graph, OP_ADD, a, graph_binary(graph, OP_MUL, share, graph_binary(graph, OP_SUB, b, a)));
}

/* mixup of classes: the loss for the row's own class and that for the class of the row it was mixed with, by their shares. */
static void mix_loss(Lowering *lowering, int64_t number, BuildLoss *loss) {
    const LrtDataSpec *data = &lowering->model->data;
    const Call *call = lowering->model->targets.items[number].loss;
    Graph *graph = lowering->build.graph;
    BuildTarget partner = lowering->targets[number];
    BuildLoss other = {.row_loss = NODE_NONE, .row_weight = NODE_NONE};
    partner.label_column += (int32_t)data->label_width;
    call->entry->build_loss(&lowering->build, call, &partner, lowering->heads[number], &other);
    NodeId column = graph_leaf(graph, OP_TARGETS, shape_batch(1), 0, data->target_width, data->target_width + 1);
    NodeId share = graph_reshape(graph, column, shape_batch(0));
    loss->row_loss = mix_rows(graph, loss->row_loss, other.row_loss, share);
    loss->row_weight = mix_rows(graph, loss->row_weight, other.row_weight, share);
}

static BuildLoss target_loss(Lowering *lowering, int64_t number) {
    const ModelTarget *target = &lowering->model->targets.items[number];
    BuildLoss loss = {.row_loss = NODE_NONE, .row_weight = NODE_NONE};
    if (lowering->heads[number] == NODE_NONE) BUG("target %s has no output", lowering->targets[number].name);
    lowering->build.graph->span = target->loss->span;
    target->loss->entry->build_loss(&lowering->build, target->loss, &lowering->targets[number], lowering->heads[number],
                                    &loss);
    if (lowering->model->mixes && lowering->build.training && lowering->targets[number].is_class)
        mix_loss(lowering, number, &loss);
    return loss;
}

/* One target: loss_sum = w S, weight_sum = W. */
static NodeId one_target(Lowering *lowering) {
    Build *build = &lowering->build;
    Graph *graph = build->graph;
    BuildLoss loss = target_loss(lowering, 0);
    graph->loss_sum = scaled(build, sum_rows(build, loss.row_loss), lowering->model->targets.items[0].loss_weight);
    graph->weight_sum = sum_rows(build, loss.row_weight);
    return divide_by_weight(build, graph->loss_sum, graph->weight_sum);
}

/* Several targets, whose W_t differ where they have class weights: weight_sum is the sum of the rows' own weights, and
 * loss_sum that times the data loss. */
static NodeId several_targets(Lowering *lowering) {
    Build *build = &lowering->build;
    Graph *graph = build->graph;
    NodeId sum = NODE_NONE;
    for (int64_t i = 0; i < lowering->model->targets.count; i++) {
        BuildLoss loss = target_loss(lowering, i);
        NodeId mean = divide_by_weight(build, sum_rows(build, loss.row_loss), sum_rows(build, loss.row_weight));
        mean = scaled(build, mean, lowering->model->targets.items[i].loss_weight);
        sum = sum == NODE_NONE ? mean : graph_binary(graph, OP_ADD, sum, mean);
    }
    NodeId count = build_row_count(build);
    NodeId weights = graph_leaf(graph, OP_ROW_WEIGHTS, shape_batch(0), 0, 0, 0);
    graph->weight_sum = build->has_row_weights ? build_sum_all(build, weights) : count;
    graph->loss_sum = graph_binary(graph, OP_MUL, sum, graph->weight_sum);
    return sum;
}

/* Over what is predicted of each target that has classes. */
static void add_prediction_penalty(Lowering *lowering, const Call *penalty) {
    Build *build = &lowering->build;
    for (int64_t i = 0; i < lowering->model->targets.count; i++) {
        const ModelTarget *target = &lowering->model->targets.items[i];
        if (!lowering->targets[i].is_class) continue;
        NodeId probabilities =
            target->loss->entry->build_prediction(build, target->loss, &lowering->targets[i], lowering->heads[i]);
        build_add_prediction_penalty(build, penalty, probabilities);
    }
}

static void add_penalties(Lowering *lowering) {
    Build *build = &lowering->build;
    for (int64_t i = 0; i < lowering->model->penalties.count; i++) {
        const Call *penalty = lowering->model->penalties.items[i];
        build->graph->span = penalty->span;
        if (penalty->entry->build_prediction_penalty != NULL) {
            add_prediction_penalty(lowering, penalty);
            continue;
        }
        for (int64_t k = 0; k < build->graph->parameters.count; k++) {
            const GraphParameter *parameter = &build->graph->parameters.items[k];
            if (parameter->decayed) build_add_penalty(build, penalty, parameter->node);
        }
    }
}

void lower_objective(Lowering *lowering) {
    Graph *graph = lowering->build.graph;
    NodeId data_loss = lowering->model->targets.count == 1 ? one_target(lowering) : several_targets(lowering);
    add_penalties(lowering);
    graph->penalty = lowering->build.penalty;
    graph->objective = graph->penalty == NODE_NONE ? data_loss : graph_binary(graph, OP_ADD, data_loss, graph->penalty);
}

/* Samplers change the shares of the classes from n_k to m_k; the probabilities of the shares before are p_k · n_k / m_k, scaled to the
 * sum 1 (Elkan 2001, theorem 2). The balanced weight of a class is in proportion to 1 / m_k; `balanced_batches` makes all m_k equal. */
static NodeId calibrate_prior(Lowering *lowering, int64_t target, NodeId prediction) {
    const Model *model = lowering->model;
    Graph *graph = lowering->build.graph;
    int32_t index = model->targets.items[target].index;
    int64_t levels = lowering->targets[target].level_count;
    if (!model->calibrates_prior || levels == 0) return prediction;
    bool evenly = false;
    for (int64_t i = 0; i < model->data.sampler_count; i++)
        evenly = evenly || model->data.samplers[i].kind == LRT_SAMPLER_BALANCED_BATCHES;
    double *factors = ARENA_ARRAY(graph->arena, double, levels), sum = 0;
    for (int64_t k = 0; k < levels; k++) {
        factors[k] = (double)model->level_counts[index][k] * (evenly ? 1 : model->level_weights[index][k]);
        sum += factors[k];
    }
    for (int64_t k = 0; k < levels; k++) factors[k] /= sum;
    NodeId scaled = graph_binary(graph, OP_MUL, prediction, class_weight_vector(&lowering->build, factors, levels));
    return graph_binary(graph, OP_DIV, scaled, graph_reduce(graph, OP_SUM, scaled, 1u << 1));
}

void lower_evaluation(Lowering *lowering) {
    Build *build = &lowering->build;
    Graph *graph = build->graph;
    for (int64_t i = 0; i < lowering->model->targets.count; i++) {
        const ModelTarget *target = &lowering->model->targets.items[i];
        BuildLoss loss = target_loss(lowering, i);
        NodeId prediction =
            target->loss->entry->build_prediction(build, target->loss, &lowering->targets[i], lowering->heads[i]);
        vec_push(graph->arena, &graph->outputs,
                 (GraphOutput){.prediction = calibrate_prior(lowering, i, prediction),
                               .row_loss = loss.row_loss,
                               .row_weight = loss.row_weight,
                               .loss_weight = target->loss_weight});
    }
}
