/* Recurrent layers: one pass over time as one operation, so that a graph, its plan and its code are as small for a
 * thousand steps as for one. Sequences lie time-major here: row t·B + b is row b of the batch at time t.
 *
 * With q_t = h_{t-1} W + bias, h_{-1} = 0, and z_t the projected input with a bias of its own, a cell is
 *     rnn   h = tanh(z + q)
 *     lstm  i, f, o = σ(z + q), g = tanh(z + q);  c = f c_{t-1} + i g;  h = o tanh(c)          (Hochreiter and
 * Schmidhuber 1997 with the forget gate of Gers et al. 2000; gates in the order i f g o) gru   r, u = σ(z + q), n =
 * tanh(z + r q);  h = n + u (h_{t-1} - n)                        (Cho et al. 2014 with the reset gate behind the
 * product; gates in the order r u n) as PyTorch has them. The tape keeps, in columns of the layer's width H, what the
 * way back needs: rnn   h_{t-1} h        lstm  i f g o c h_{t-1} h        gru  r u n q_n h_{t-1} h RECURRENT reads h
 * from it. Gradients flow around the tape, from RECURRENT straight to z, W and bias, by way of RECURRENT_GRADIENT,
 * whose columns are the derivatives by z + q (gru: by z, then that of n by q_n). */
#include <math.h>

#include "ir/op_rules.h"

static const RecurrentForm forms[] = {
    [LRT_RECURRENCE_RNN] = {.gates = 1, .tape = 2, .gradient = 1},
    [LRT_RECURRENCE_LSTM] = {.gates = 4, .tape = 7, .gradient = 4},
    [LRT_RECURRENCE_GRU] = {.gates = 3, .tape = 6, .gradient = 4},
};

const RecurrentForm *recurrent_form(LrtRecurrence cell) { return &forms[cell]; }

/* ---- shapes ------------------------------------------------------------------------------------------------------ */

static void check_weights(const Graph *graph, const Node *node, int32_t number, int64_t units) {
    const Shape *weight = input_shape(graph, node, number);
    if (weight->rank != 2 || weight->dims[0] != units || weight->dims[1] != units * forms[node->index].gates)
        rules_mismatch(graph, node, "the weights are not [H, gates H]");
}

static void infer(const Graph *graph, Node *node) {
    node->type = ELEMENT_FLOAT;
    node->shape = shape_scalar();
    if (node->index < 0 || node->index > LRT_RECURRENCE_GRU) rules_mismatch(graph, node, "there is no such cell");
    const RecurrentForm *form = &forms[node->index];
    const Shape *first = input_shape(graph, node, 0);
    int64_t columns = node->op == OP_RECURRENT_TAPE ? form->gates : form->tape;
    if (first->rank != 2 || first->dims[0] >= 0 || first->dims[1] % columns != 0)
        rules_mismatch(graph, node, "the first input is not [time B, columns H]");
    int64_t units = first->dims[1] / columns;
    node->shape = (Shape){.rank = 2, .dims = {first->dims[0], units}};
    if (node->op == OP_RECURRENT_TAPE) {
        check_weights(graph, node, 1, units);
        const Shape *bias = input_shape(graph, node, 2);
        if (bias->rank != 1 || bias->dims[0] != units * form->gates) rules_mismatch(graph, node, "no such bias");
        node->shape.dims[1] = units * form->tape;
    } else if (node->op == OP_RECURRENT_GRADIENT) {
        check_weights(graph, node, 1, units);
        const Shape *upstream = input_shape(graph, node, 2);
        bool fits = upstream->rank == 2 && upstream->dims[1] == units;
        if (!fits || (upstream->dims[0] != first->dims[0] && upstream->dims[0] != DIM_BATCH))
            rules_mismatch(graph, node, "the upstream gradient is neither of all steps nor of the last");
        node->shape.dims[1] = units * form->gradient;
    } else if (node->op == OP_RECURRENT_LAST) {
        node->shape.dims[0] = DIM_BATCH;
    }
}

/* ---- gradients --------------------------------------------------------------------------------------------------- */

static NodeId sum_rows(Graph *graph, NodeId x) {
    int64_t width = graph_node(graph, x)->shape.dims[1];
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, x, 1u << 0), shape_make(1, &width));
}

/* `node` is RECURRENT or RECURRENT_LAST of (tape, z, W, bias). */
static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)id;
    if (node->op != OP_RECURRENT && node->op != OP_RECURRENT_LAST) return;
    Graph *graph = gradient->graph;
    NodeId tape = node->inputs[0], z = node->inputs[1], weight = node->inputs[2], bias = node->inputs[3];
    const RecurrentForm *form = &forms[node->index];
    int64_t units = node->shape.dims[1], gates = units * form->gates;
    NodeId all = graph_append(graph, (Node){.op = OP_RECURRENT_GRADIENT,
                                            .inputs = (NodeId[]){tape, weight, upstream},
                                            .input_count = 3,
                                            .index = node->index,
                                            .reverse = node->reverse});
    if (gradient_wanted(gradient, z)) gradient_add(gradient, z, graph_slice(graph, all, 1, 0, gates));
    /* Derivatives by q, in one or two blocks of columns: those of the gru's n stand apart. */
    NodeId blocks[2] = {all, NODE_NONE};
    int32_t count = 1;
    if (node->index == LRT_RECURRENCE_GRU) {
        blocks[0] = graph_slice(graph, all, 1, 0, gates - units);
        blocks[1] = graph_slice(graph, all, 1, gates, gates + units);
        count = 2;
    }
    NodeId before = graph_slice(graph, tape, 1, (form->tape - 2) * units, (form->tape - 1) * units);
    NodeId products[2], sums[2];
    for (int32_t i = 0; i < count; i++) {
        products[i] = graph_contract(graph, before, blocks[i], true, false);
        sums[i] = sum_rows(graph, blocks[i]);
    }
    if (gradient_wanted(gradient, weight)) gradient_add(gradient, weight, graph_concat(graph, products, count, 1));
    if (gradient_wanted(gradient, bias)) gradient_add(gradient, bias, graph_concat(graph, sums, count, 0));
}

/* ---- evaluation -------------------------------------------------------------------------------------------------- */

static double sigmoid(double x) { return op_scalar(OP_SIGMOID, x, 0, 0); }

/* One pass: number n of `steps` stands at time `time(n)`, whose rows begin at time · rows. */
typedef struct Pass {
    int64_t rows, steps, units, gates;
    LrtRecurrence cell;
    bool reverse;
} Pass;

static Pass pass_of(const Evaluation *evaluation, const Node *node) {
    const Shape *first = input_shape(evaluation->graph, node, 0);
    const RecurrentForm *form = &forms[node->index];
    int64_t columns = node->op == OP_RECURRENT_TAPE ? form->gates : form->tape;
    int64_t units = first->dims[1] / columns;
    return (Pass){.rows = evaluation->input->rows,
                  .steps = -first->dims[0],
                  .units = units,
                  .gates = form->gates * units,
                  .cell = (LrtRecurrence)node->index,
                  .reverse = node->reverse};
}

static int64_t time_of(const Pass *pass, int64_t number) { return pass->reverse ? pass->steps - 1 - number : number; }

/* One unit of one row: z, q, the tape and that of the step before, or NULL, begin at the unit; columns are H apart. */
static void forward_unit(const Pass *pass, const double *z, const double *q, const double *old, double *tape) {
    int64_t h = pass->units;
    double before = tape[(forms[pass->cell].tape - 2) * h], *out = &tape[(forms[pass->cell].tape - 1) * h];
    if (pass->cell == LRT_RECURRENCE_RNN) {
        *out = tanh(z[0] + q[0]);
    } else if (pass->cell == LRT_RECURRENCE_LSTM) {
        for (int g = 0; g < 4; g++) tape[g * h] = g == 2 ? tanh(z[g * h] + q[g * h]) : sigmoid(z[g * h] + q[g * h]);
        tape[4 * h] = (old != NULL ? tape[h] * old[4 * h] : 0) + tape[0] * tape[2 * h];
        *out = tape[3 * h] * tanh(tape[4 * h]);
    } else {
        tape[0] = sigmoid(z[0] + q[0]);
        tape[h] = sigmoid(z[h] + q[h]);
        tape[3 * h] = q[2 * h];
        tape[2 * h] = tanh(z[2 * h] + tape[0] * q[2 * h]);
        *out = tape[2 * h] + tape[h] * (before - tape[2 * h]);
    }
}

static void evaluate_tape(const Evaluation *evaluation, const Node *node, double *out) {
    Pass pass = pass_of(evaluation, node);
    const double *z = evaluation->values[node->inputs[0]], *weight = evaluation->values[node->inputs[1]];
    const double *bias = evaluation->values[node->inputs[2]];
    int64_t width = forms[pass.cell].tape * pass.units, before = width - 2 * pass.units;
    double *q = ARENA_ARRAY(evaluation->graph->arena, double, pass.gates);
    for (int64_t number = 0; number < pass.steps; number++)
        for (int64_t row = 0; row < pass.rows; row++) {
            int64_t at = time_of(&pass, number) * pass.rows + row;
            const double *old = number > 0 ? out + (time_of(&pass, number - 1) * pass.rows + row) * width : NULL;
            double *tape = out + at * width;
            for (int64_t k = 0; k < pass.units; k++) tape[before + k] = old != NULL ? old[before + pass.units + k] : 0;
            for (int64_t j = 0; j < pass.gates; j++) {
                q[j] = bias[j];
                for (int64_t k = 0; k < pass.units; k++) q[j] += tape[before + k] * weight[k * pass.gates + j];
            }
            for (int64_t k = 0; k < pass.units; k++)
                forward_unit(&pass, z + at * pass.gates + k, q + k, old != NULL ? old + k : NULL, tape + k);
        }
}

/* The derivative by h, `dh`, into those by the gates, and what flows on to the step before: into c (`dc`) and, besides
 * by the product, into h, which is returned. */
static double backward_unit(const Pass *pass, const double *tape, const double *old, double dh, double *dc,
                            double *out) {
    int64_t h = pass->units;
    if (pass->cell == LRT_RECURRENCE_RNN) {
        out[0] = dh * (1 - tape[h] * tape[h]);
        return 0;
    }
    if (pass->cell == LRT_RECURRENCE_LSTM) {
        double i = tape[0], f = tape[h], g = tape[2 * h], o = tape[3 * h], bent = tanh(tape[4 * h]);
        double d = *dc + dh * o * (1 - bent * bent);
        out[0] = d * g * i * (1 - i);
        out[h] = old != NULL ? d * old[4 * h] * f * (1 - f) : 0;
        out[2 * h] = d * i * (1 - g * g);
        out[3 * h] = dh * bent * o * (1 - o);
        *dc = d * f;
        return 0;
    }
    double r = tape[0], u = tape[h], n = tape[2 * h], product = tape[3 * h], before = tape[4 * h];
    double dn = dh * (1 - u) * (1 - n * n);
    out[0] = dn * product * r * (1 - r);
    out[h] = dh * (before - n) * u * (1 - u);
    out[2 * h] = dn;
    out[3 * h] = dn * r;
    return dh * u;
}

static void evaluate_gradient(const Evaluation *evaluation, const Node *node, double *out) {
    Pass pass = pass_of(evaluation, node);
    Arena *arena = evaluation->graph->arena;
    const double *tapes = evaluation->values[node->inputs[0]], *weight = evaluation->values[node->inputs[1]];
    const double *upstream = evaluation->values[node->inputs[2]];
    bool last_alone = input_shape(evaluation->graph, node, 2)->dims[0] == DIM_BATCH && pass.steps > 1;
    int64_t h = pass.units, width = forms[pass.cell].tape * h, columns = forms[pass.cell].gradient * h;
    double *dh = ARENA_ARRAY(arena, double, pass.rows *h), *dc = ARENA_ARRAY(arena, double, pass.rows *h);
    for (int64_t number = pass.steps - 1; number >= 0; number--)
        for (int64_t row = 0; row < pass.rows; row++) {
            int64_t at = time_of(&pass, number) * pass.rows + row;
            const double *old = number > 0 ? tapes + (time_of(&pass, number - 1) * pass.rows + row) * width : NULL;
            double *step = out + at * columns;
            for (int64_t k = 0; k < h; k++) {
                double *carried = &dh[row * h + k];
                if (!last_alone || number == pass.steps - 1) *carried += upstream[(last_alone ? row : at) * h + k];
                *carried = backward_unit(&pass, tapes + at * width + k, old != NULL ? old + k : NULL, *carried,
                                         &dc[row * h + k], step + k);
            }
            for (int64_t k = 0; k < h; k++)
                for (int64_t j = 0; j < pass.gates; j++) {
                    bool apart = pass.cell == LRT_RECURRENCE_GRU && j >= 2 * h;
                    dh[row * h + k] += step[apart ? j + h : j] * weight[k * pass.gates + j];
                }
        }
}

/* h of all steps, or of the last. */
static void evaluate_output(const Evaluation *evaluation, const Node *node, double *out) {
    Pass pass = pass_of(evaluation, node);
    const double *tapes = evaluation->values[node->inputs[0]];
    int64_t h = pass.units, width = forms[pass.cell].tape * h;
    int64_t first = node->op == OP_RECURRENT ? 0 : time_of(&pass, pass.steps - 1) * pass.rows;
    int64_t count = node->op == OP_RECURRENT ? pass.steps * pass.rows : pass.rows;
    for (int64_t row = 0; row < count; row++)
        for (int64_t k = 0; k < h; k++) out[row * h + k] = tapes[(first + row) * width + width - h + k];
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    switch ((int)node->op) {
    case OP_RECURRENT_TAPE: evaluate_tape(evaluation, node, out); return;
    case OP_RECURRENT_GRADIENT: evaluate_gradient(evaluation, node, out); return;
    default: evaluate_output(evaluation, node, out); return;
    }
}

const OpRules rules_recurrent = {infer, differentiate, evaluate};
