/* Recurrent layers over all steps, and the way back: compiler/ir/op_recurrent.c says what is computed. A call does some
 * rows of the batch from the first step to the last, so that threads meet only at the end and a step's gates stay in the
 * cache. Sequences are time-major: row b at time t is row t * batch + b. */
#include "lrt/recurrent.h"
#include "numerics/kernels.h"
#include "numerics/vector_math.h"

/* Gates, states and what comes from outside, of one row at one step; columns of gates and tapes are `units` apart. */
typedef struct Line {
    int64_t units;
    const float *z, *q;    /* forward: projected inputs; bias + h W */
    const float *upstream; /* backward: NULL where nothing arrives */
    const float *old;      /* the tape of the step before, or NULL */
    float *tape;
    float *next;           /* forward: where the next step looks for h, or NULL */
    float *out;            /* backward */
    float *dh, *dc;
} Line;

/* The last vector of a width that is no multiple of 16 must leave what lies behind alone. */
HELPER void store_lanes(float *to, v16 x, int64_t count) {
    if (count >= LANES) vector_store(to, x);
    else vector_store_partial(to, x, count);
}

HELPER v16 load_or_zero(const float *from, int64_t offset) { return from ? vector_load(from + offset) : (v16)0.0f; }

HELPER void store_state(const Line *line, int64_t at, v16 h, int64_t tape_columns, int64_t count) {
    store_lanes(line->tape + (tape_columns - 1) * line->units + at, h, count);
    if (line->next) store_lanes(line->next + at, h, count);
}

/* z + q of a gate. */
HELPER v16 gate_sum(const Line *line, int64_t gate, int64_t at) {
    return vector_load(line->z + gate * line->units + at) + vector_load(line->q + gate * line->units + at);
}

HELPER void lstm_forward(const Line *line, int64_t at, int64_t count) {
    int64_t h = line->units;
    v16 i = vector_sigmoid(gate_sum(line, 0, at)), f = vector_sigmoid(gate_sum(line, 1, at));
    v16 g = vector_tanh(gate_sum(line, 2, at)), o = vector_sigmoid(gate_sum(line, 3, at));
    v16 c = vector_fma(f, load_or_zero(line->old, 4 * h + at), i * g);
    store_lanes(line->tape + at, i, count);
    store_lanes(line->tape + h + at, f, count);
    store_lanes(line->tape + 2 * h + at, g, count);
    store_lanes(line->tape + 3 * h + at, o, count);
    store_lanes(line->tape + 4 * h + at, c, count);
    store_state(line, at, o * vector_tanh(c), 7, count);
}

HELPER void gru_forward(const Line *line, int64_t at, int64_t count) {
    int64_t h = line->units;
    v16 r = vector_sigmoid(gate_sum(line, 0, at)), u = vector_sigmoid(gate_sum(line, 1, at));
    v16 product = vector_load(line->q + 2 * h + at);
    v16 n = vector_tanh(vector_fma(r, product, vector_load(line->z + 2 * h + at)));
    v16 before = vector_load(line->tape + 4 * h + at);
    store_lanes(line->tape + at, r, count);
    store_lanes(line->tape + h + at, u, count);
    store_lanes(line->tape + 2 * h + at, n, count);
    store_lanes(line->tape + 3 * h + at, product, count);
    store_state(line, at, vector_fma(u, before - n, n), 6, count);
}

HELPER void cell_forward(int64_t cell, const Line *line, int64_t at, int64_t count) {
    if (cell == LRT_RECURRENCE_LSTM) lstm_forward(line, at, count);
    else if (cell == LRT_RECURRENCE_GRU) gru_forward(line, at, count);
    else store_state(line, at, vector_tanh(gate_sum(line, 0, at)), 2, count);
}

HELPER void fill_zeros(float *to, int64_t count) {
    UNROLL_NEVER for (int64_t i = 0; i < count; i++)
        to[i] = 0;
}

HELPER int64_t whole_vectors(int64_t columns) { return (columns + LANES - 1) / LANES * LANES; }

HELPER void product(int64_t wide, int64_t row_begin, int64_t row_end, int64_t columns, int64_t depth, const float *a,
                    int64_t lda, const float *b, int64_t ldb, const float *bias, float *c, int64_t ldc,
                    int64_t accumulate) {
    if (wide)
        lk_contract(row_begin, row_end, 0, whole_vectors(columns), depth, a, lda, 1, b, ldb, bias, c, ldc, accumulate);
    else
        lk_contract_narrow(row_begin, row_end, 0, whole_vectors(columns), depth, a, lda, 1, b, ldb, bias, c, ldc,
                           accumulate);
}

/* `q` [batch, gates units] is scratch. */
TEMPLATE void lk_recurrent(int64_t cell, int64_t reverse, int64_t wide, int64_t steps, int64_t units, int64_t batch,
                           int64_t row_begin, int64_t row_end, const float *z, int64_t ldz, const float *weight,
                           int64_t ldw, const float *bias, float *tape, int64_t ldt, float *q, int64_t ldq) {
    int64_t gates = cell == LRT_RECURRENCE_LSTM ? 4 : cell == LRT_RECURRENCE_GRU ? 3 : 1;
    int64_t before = (cell == LRT_RECURRENCE_LSTM ? 5 : cell == LRT_RECURRENCE_GRU ? 4 : 0) * units; /* column of h_{t-1} */
    int64_t whole = units / LANES * LANES, along = reverse ? -batch : batch;
    int64_t base = reverse ? (steps - 1) * batch : 0;
    UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row++)
        fill_zeros(tape + (base + row) * ldt + before, units);
    UNROLL_NEVER for (int64_t number = 0; number < steps; number++) {
        product(wide, row_begin, row_end, gates * units, units, tape + base * ldt + before, ldt, weight, ldw, bias, q,
                ldq, 0);
        UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row++) {
            float *own = tape + (base + row) * ldt;
            Line line = {
                .units = units,
                .z = z + (base + row) * ldz,
                .q = q + row * ldq,
                .old = number > 0 ? own - along * ldt : 0,
                .tape = own,
                .next = number + 1 < steps ? own + along * ldt + before : 0,
            };
            UNROLL_NEVER for (int64_t at = 0; at < whole; at += LANES)
                cell_forward(cell, &line, at, LANES);
            if (whole < units) cell_forward(cell, &line, whole, units - whole);
        }
        base += along;
    }
}

/* ---- back -------------------------------------------------------------------------------------------------------- */

/* Each takes the derivative by h and leaves in dh what flows to the step before besides by the product with W. */

HELPER void lstm_backward(const Line *line, int64_t at, int64_t count, v16 dh) {
    int64_t h = line->units;
    v16 i = vector_load(line->tape + at), f = vector_load(line->tape + h + at);
    v16 g = vector_load(line->tape + 2 * h + at), o = vector_load(line->tape + 3 * h + at);
    v16 bent = vector_tanh(vector_load(line->tape + 4 * h + at));
    v16 dc = vector_fma(dh * o, 1.0f - bent * bent, vector_load(line->dc + at));
    store_lanes(line->out + at, dc * g * (i * (1.0f - i)), count);
    store_lanes(line->out + h + at, dc * load_or_zero(line->old, 4 * h + at) * (f * (1.0f - f)), count);
    store_lanes(line->out + 2 * h + at, dc * i * (1.0f - g * g), count);
    store_lanes(line->out + 3 * h + at, dh * bent * (o * (1.0f - o)), count);
    vector_store(line->dc + at, dc * f);
}

HELPER void gru_backward(const Line *line, int64_t at, int64_t count, v16 dh) {
    int64_t h = line->units;
    v16 r = vector_load(line->tape + at), u = vector_load(line->tape + h + at);
    v16 n = vector_load(line->tape + 2 * h + at), product = vector_load(line->tape + 3 * h + at);
    v16 before = vector_load(line->tape + 4 * h + at);
    v16 dn = dh * (1.0f - u) * (1.0f - n * n);
    store_lanes(line->out + at, dn * product * (r * (1.0f - r)), count);
    store_lanes(line->out + h + at, dh * (before - n) * (u * (1.0f - u)), count);
    store_lanes(line->out + 2 * h + at, dn, count);
    store_lanes(line->out + 3 * h + at, dn * r, count);
    vector_store(line->dh + at, dh * u);
}

HELPER void rnn_backward(const Line *line, int64_t at, int64_t count, v16 dh) {
    v16 state = vector_load(line->tape + line->units + at);
    store_lanes(line->out + at, dh * (1.0f - state * state), count);
}

HELPER void cell_backward(int64_t cell, const Line *line, int64_t at, int64_t count) {
    v16 dh = vector_load(line->dh + at);
    if (line->upstream) dh += vector_load(line->upstream + at);
    if (cell == LRT_RECURRENCE_LSTM) lstm_backward(line, at, count, dh);
    else if (cell == LRT_RECURRENCE_GRU) gru_backward(line, at, count, dh);
    else rnn_backward(line, at, count, dh);
}

/* carry.dh = derivatives by q times W transposed, for the rows of a step: `turned` is [gates units, units]. */
HELPER void carry_back(int64_t cell, int64_t wide, int64_t units, int64_t row_begin, int64_t row_end, const float *out,
                       int64_t ldo, const float *turned, int64_t ldw, float *carry, int64_t ldc) {
    if (cell != LRT_RECURRENCE_GRU) {
        int64_t depth = cell == LRT_RECURRENCE_LSTM ? 4 * units : units;
        product(wide, row_begin, row_end, units, depth, out, ldo, turned, ldw, 0, carry, ldc, 0);
        return;
    }
    product(wide, row_begin, row_end, units, 2 * units, out, ldo, turned, ldw, 0, carry, ldc, 1);
    product(wide, row_begin, row_end, units, units, out + 3 * units, ldo, turned + 2 * units * ldw, ldw, 0, carry, ldc,
            1);
}

/* `carry` [batch, 2 vectors of units] is scratch: dh and dc. `last_alone`: the upstream gradient is [batch, units], of
 * the last step. */
TEMPLATE void lk_recurrent_gradient(int64_t cell, int64_t reverse, int64_t wide, int64_t steps, int64_t units,
                                    int64_t batch, int64_t row_begin, int64_t row_end, const float *tape, int64_t ldt,
                                    const float *turned, int64_t ldw, const float *upstream, int64_t ldu,
                                    int64_t last_alone, float *out, int64_t ldo, float *carry, int64_t ldc) {
    int64_t padded = whole_vectors(units), whole = units / LANES * LANES;
    int64_t along = reverse ? -batch : batch, base = reverse ? 0 : (steps - 1) * batch;
    UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row++)
        fill_zeros(carry + row * ldc, 2 * padded);
    UNROLL_NEVER for (int64_t number = steps - 1; number >= 0; number--) {
        UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row++) {
            const float *own = tape + (base + row) * ldt;
            int64_t arrives = last_alone ? row : base + row;
            Line line = {
                .units = units,
                .upstream = last_alone && number + 1 < steps ? 0 : upstream + arrives * ldu,
                .old = number > 0 ? own - along * ldt : 0,
                .tape = (float *)own, /* read */
                .out = out + (base + row) * ldo,
                .dh = carry + row * ldc,
                .dc = carry + row * ldc + padded,
            };
            UNROLL_NEVER for (int64_t at = 0; at < whole; at += LANES)
                cell_backward(cell, &line, at, LANES);
            if (whole < units) cell_backward(cell, &line, whole, units - whole);
        }
        if (number > 0)
            carry_back(cell, wide, units, row_begin, row_end, out + base * ldo, ldo, turned, ldw, carry, ldc);
        base -= along;
    }
}
