/* Text of a plan, for `lspec dump --stage schedule` and golden tests. */
#include "plan/plan.h"

#include <inttypes.h>

static void print_rows(int64_t rows, FILE *out) {
    if (rows == -1)
        fputs("B", out);
    else if (rows < 0)
        fprintf(out, "%" PRId64 "B", -rows);
    else
        fprintf(out, "%" PRId64, rows);
}

static void print_matrix(const char *label, PlanMatrix matrix, FILE *out) {
    if (matrix.buffer >= 0)
        fprintf(out, " %s=b%d+%" PRId64 "(%" PRId64 ")", label, matrix.buffer, matrix.offset, matrix.row_stride);
}

static void print_region(const Plan *plan, int32_t number, const PlanRegion *region, FILE *out) {
    fputs("  over ", out);
    print_rows(region->extent.rows, out);
    fprintf(out, "x%" PRId64 "\n", region->extent.columns);
    for (int64_t i = 0; i < region->nodes.count; i++) {
        NodeId id = region->nodes.items[i];
        const Node *node = graph_node(plan->graph, id);
        static const char *const reductions[] = {"", " (row)", " (column)", " (total)"};
        fprintf(out, "    %%%d = %s%s", id, op_table[node->op].name, reductions[plan->reductions[id]]);
        for (int32_t k = 0; k < node->input_count; k++) {
            NodeId base;
            PlanMatrix matrix;
            PlanSource source = plan_operand(plan, number, node->inputs[k], &base, &matrix);
            if (source == SOURCE_MEMORY)
                fprintf(out, " b%d", matrix.buffer);
            else if (source == SOURCE_REGION)
                fprintf(out, " %%%d", base);
            else if (graph_node(plan->graph, base)->op == OP_CONSTANT)
                fprintf(out, " %g", graph_node(plan->graph, base)->value);
            else
                fprintf(out, " %s", op_table[graph_node(plan->graph, base)->op].name);
        }
        fputc('\n', out);
    }
    for (int64_t i = 0; i < region->stores.count; i++)
        fprintf(out, "    store %%%d -> b%d%s\n", region->stores.items[i].node, region->stores.items[i].matrix.buffer,
                region->stores.items[i].partial >= 0 ? ", by parts" : "");
}

static void print_contract(const PlanKernel *kernel, FILE *out) {
    fputs("  ", out);
    print_rows(kernel->contract.rows, out);
    if (kernel->kind != KERNEL_TRANSPOSE && kernel->kind != KERNEL_WINDOW) {
        fputs("x", out);
        print_rows(kernel->contract.depth, out);
    }
    fprintf(out, "x%" PRId64, kernel->contract.columns);
    for (int32_t axis = 0; axis < kernel->contract.lead.rank; axis++) {
        fputs(axis == 0 ? " for each of " : " x ", out);
        print_rows(kernel->contract.lead.dims[axis], out);
    }
    print_matrix("a", kernel->contract.a, out);
    print_matrix("b", kernel->contract.b, out);
    print_matrix("bias", kernel->contract.bias, out);
    print_matrix("out", kernel->contract.out, out);
    fputc('\n', out);
}

static void print_kernel(const Plan *plan, int32_t number, FILE *out) {
    static const char *const kinds[] = {"region",        "contract", "convolve",  "convolve_weights",
                                        "convolve_back", "window",   "transpose", "move",
                                        "reshape",       "gather",   "scatter",   "reduce",
                                        "swap",          "recurrent"};
    const PlanKernel *kernel = &plan->kernels.items[number];
    fprintf(out, "k%d %s %s", number, kinds[kernel->kind], kernel->name);
    if (kernel->split != SPLIT_NONE)
        fprintf(out, " in %" PRId64 " parts by %s", kernel->parts, kernel->split == SPLIT_ROWS ? "rows" : "columns");
    switch (kernel->kind) {
    case KERNEL_REGION: print_region(plan, number, &kernel->region, out); break;
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK:
    case KERNEL_WINDOW:
    case KERNEL_TRANSPOSE:
        print_contract(kernel, out);
        if (kernel->region.nodes.count > 0) print_region(plan, number, &kernel->region, out);
        break;
    case KERNEL_MOVE: fprintf(out, "  b%d -> b%d\n", kernel->move.from.buffer, kernel->move.to.buffer); break;
    case KERNEL_RECURRENT:
        fprintf(out, "  %" PRId64 " steps of %" PRId64 " units", kernel->recurrent.steps, kernel->recurrent.units);
        print_matrix("in", kernel->recurrent.input, out);
        print_matrix("weight", kernel->recurrent.weight, out);
        print_matrix("side", kernel->recurrent.side, out);
        print_matrix("out", kernel->recurrent.out, out);
        fputc('\n', out);
        break;
    case KERNEL_SWAP:
    case KERNEL_RESHAPE: fprintf(out, "  b%d -> b%d\n", kernel->reshape.from.buffer, kernel->reshape.to.buffer); break;
    case KERNEL_GATHER:
        fprintf(out, "  b%d[b%d] -> b%d\n", kernel->index.table.buffer, kernel->index.indices.buffer,
                kernel->index.values.buffer);
        break;
    case KERNEL_SCATTER:
        fprintf(out, "  b%d -> b%d[b%d]\n", kernel->index.values.buffer, kernel->index.table.buffer,
                kernel->index.indices.buffer);
        break;
    case KERNEL_REDUCE: fprintf(out, "  b%d -> b%d\n", kernel->reduce.from.buffer, kernel->reduce.to.buffer); break;
    }
}

void plan_print(const Plan *plan, FILE *out) {
    static const char *const sections[] = {"parameters", "states", "call"};
    for (int32_t number = 0; number < plan->kernels.count; number++) print_kernel(plan, number, out);
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const PlanBuffer *buffer = &plan->buffers.items[i];
        fprintf(out, "b%" PRId64 " %s+%" PRId64 " %" PRId64 " bytes", i, sections[buffer->section], buffer->offset,
                buffer->size);
        if (buffer->node != NODE_NONE)
            fprintf(out, " of %%%d %s", buffer->node, op_table[graph_node(plan->graph, buffer->node)->op].name);
        if (buffer->section == SECTION_CALL) fprintf(out, ", k%d..k%d", buffer->first, buffer->last);
        fputc('\n', out);
    }
    fprintf(out, "parameters %" PRId64 ", states %" PRId64 ", call %" PRId64 " bytes\n",
            plan->section_size[SECTION_PARAMETERS], plan->section_size[SECTION_STATES],
            plan->section_size[SECTION_CALL]);
}
