/* Before a region is emitted: where its operands come from, in which pass over the row each node is computed, and a key
 * by which equal regions of equal layers share one function. */
#include "codegen/region.h"

#include "support/panic.h"
#include "support/str.h"

static int32_t find_matrix(RegionEmitter *region, PlanMatrix matrix, bool is_int) {
    for (int32_t i = 0; i < region->matrices.count; i++) {
        const PlanMatrix *other = &region->matrices.items[i].matrix;
        if (other->buffer == matrix.buffer && other->offset == matrix.offset &&
            other->row_stride == matrix.row_stride && other->column_stride == matrix.column_stride)
            return i;
    }
    vec_push(region->emitter->arena, &region->matrices, (RegionMatrix){.matrix = matrix, .is_int = is_int});
    return (int32_t)region->matrices.count - 1;
}

static RegionOperand find_operand(RegionEmitter *region, NodeId id) {
    RegionOperand operand = {.place = -1};
    PlanMatrix matrix;
    operand.source = plan_operand(region->plan, region->kernel, id, &operand.base, &matrix);
    bool is_int = graph_node(region->plan->graph, id)->type == ELEMENT_INT32;
    if (operand.source == SOURCE_REGION) operand.place = region->number_of[operand.base];
    if (operand.source == SOURCE_MEMORY) operand.place = find_matrix(region, matrix, is_int);
    return operand;
}

static int32_t available(const RegionEmitter *region, const RegionOperand *operand) {
    if (operand->source != SOURCE_REGION) return 0;
    const RegionNode *node = &region->nodes[operand->place];
    return node->stage + (node->reduction == REDUCTION_ROW ? 1 : 0);
}

static void analyse_node(RegionEmitter *region, int32_t number) {
    const Graph *graph = region->plan->graph;
    RegionNode *out = &region->nodes[number];
    *out = (RegionNode){.id = region->region->nodes.items[number]};
    const Node *node = graph_node(graph, out->id);
    out->op = node->op;
    out->reduction = region->plan->reductions[out->id];
    out->input_count = node->input_count;
    PlanExtent extent = plan_extent(&node->shape);
    out->is_row = extent.columns == 1 && region->columns > 1;
    if (out->reduction != REDUCTION_NONE) {
        out->domain_is_row =
            plan_extent(&graph_node(graph, node->inputs[0])->shape).columns == 1 && region->columns > 1;
        /* The sum of one column is that column. */
        bool single = out->domain_is_row || region->columns == 1;
        if (out->reduction == REDUCTION_ROW && single) out->reduction = REDUCTION_NONE;
    }
    for (int32_t k = 0; k < node->input_count; k++) {
        out->inputs[k] = find_operand(region, node->inputs[k]);
        int32_t stage = available(region, &out->inputs[k]);
        if (stage > out->stage) out->stage = stage;
    }
}

static void analyse_store(RegionEmitter *region, const PlanStore *store) {
    PlanMatrix place = store->partial < 0 ? store->matrix : (PlanMatrix){.buffer = store->partial};
    RegionStore out = {.value = find_operand(region, store->node),
                       .matrix = find_matrix(region, place, false),
                       .is_partial = store->partial >= 0};
    int32_t own = region->number_of[store->node];
    PlanReduction reduction = region->plan->reductions[store->node];
    out.is_row = plan_extent(&graph_node(region->plan->graph, store->node)->shape).columns == 1 && region->columns > 1;
    if (own >= 0 && (reduction == REDUCTION_COLUMN || reduction == REDUCTION_TOTAL)) {
        out.value = (RegionOperand){SOURCE_REGION, store->node, own};
        out.reduction = reduction;
    } else {
        out.stage = available(region, &out.value);
    }
    vec_push(region->emitter->arena, &region->stores, out);
}

static void mark_use(RegionEmitter *region, const RegionOperand *operand, int32_t stage) {
    if (operand->source != SOURCE_REGION) return;
    RegionNode *node = &region->nodes[operand->place];
    if (stage > node->last_stage) node->last_stage = stage;
}

/* Parameters and states are written in the last pass, when nothing of the region reads the old value any more. */
static void schedule_stores(RegionEmitter *region) {
    for (int64_t i = 0; i < region->stores.count; i++)
        if (region->stores.items[i].stage >= region->stages) region->stages = region->stores.items[i].stage + 1;
    for (int64_t i = 0; i < region->stores.count; i++) {
        RegionStore *store = &region->stores.items[i];
        const PlanMatrix *matrix = &region->matrices.items[store->matrix].matrix;
        if (region->plan->buffers.items[matrix->buffer].section != SECTION_CALL) store->stage = region->stages - 1;
        if (store->reduction == REDUCTION_NONE) mark_use(region, &store->value, store->stage);
    }
}

void region_analyse(RegionEmitter *region) {
    Arena *arena = region->emitter->arena;
    int64_t graph_nodes = region->plan->graph->nodes.count;
    region->node_count = region->region->nodes.count;
    region->nodes = ARENA_ARRAY(arena, RegionNode, region->node_count + 1);
    region->number_of = ARENA_ARRAY(arena, int32_t, graph_nodes + 1);
    for (int64_t id = 0; id < graph_nodes; id++) region->number_of[id] = -1;
    region->stages = 1;
    for (int32_t number = 0; number < region->node_count; number++) {
        region->number_of[region->region->nodes.items[number]] = number;
        analyse_node(region, number);
        const RegionNode *node = &region->nodes[number];
        region->stream_count += node->op == OP_UNIFORM;
        if (node->stage >= region->stages) region->stages = node->stage + 1;
        for (int32_t k = 0; k < node->input_count; k++) mark_use(region, &node->inputs[k], node->stage);
    }
    for (int64_t i = 0; i < region->region->stores.count; i++) analyse_store(region, &region->region->stores.items[i]);
    schedule_stores(region);
}

static void append_operand(const RegionEmitter *region, Str *key, const RegionOperand *operand) {
    const Node *node = graph_node(region->plan->graph, operand->base);
    switch (operand->source) {
    case SOURCE_REGION: str_printf(key, " n%d", operand->place); break;
    case SOURCE_MEMORY: str_printf(key, " m%d", operand->place); break;
    case SOURCE_INLINE:
        if (node->op == OP_CONSTANT)
            str_printf(key, " %a", node->value);
        else
            str_printf(key, " %s/%d/%d", op_table[node->op].name, node->shape.rank,
                       node->shape.rank > 0 && node->shape.dims[node->shape.rank - 1] == 1);
        if (node->op == OP_IOTA && node->axis == 1)
            str_printf(key, "/%lld", (long long)node->shape.dims[node->shape.rank - 2]);
        break;
    }
}

const char *region_key(const RegionEmitter *region) {
    Str key;
    str_init(&key, region->emitter->arena);
    /* Rows come as arguments; whether they are the batch's decides how the loop runs. */
    str_printf(&key, "region %d%d %lld:", region->is_flat, region->rows == 1, (long long)region->columns);
    for (int64_t i = 0; i < region->matrices.count; i++) {
        const RegionMatrix *matrix = &region->matrices.items[i];
        bool persists = region->plan->buffers.items[matrix->matrix.buffer].section != SECTION_CALL;
        str_printf(&key, " %lld/%lld%s%s", (long long)matrix->matrix.row_stride,
                   (long long)matrix->matrix.column_stride, matrix->is_int ? "i" : "", persists ? "p" : "");
    }
    for (int32_t i = 0; i < region->node_count; i++) {
        const RegionNode *node = &region->nodes[i];
        str_printf(&key, "; %s %d%d%d", op_table[node->op].name, (int)node->reduction, node->is_row,
                   node->domain_is_row);
        for (int32_t k = 0; k < node->input_count; k++) append_operand(region, &key, &node->inputs[k]);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        const RegionStore *store = &region->stores.items[i];
        str_printf(&key, " > m%d%d%d", store->matrix, store->is_row, store->is_partial);
        append_operand(region, &key, &store->value);
    }
    return key.data;
}
