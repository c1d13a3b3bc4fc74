/* The view that the rules share: which column each input is, its moments over all training rows, its order in a sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/inspect.h"
#include "support/str.h"

/* ---- inputs and their flows ------------------------------------------------------------------------------------- */

static int32_t step_that_makes(const LrtDataSpec *data, int32_t slot) {
    for (int64_t i = data->step_count - 1; i >= 0; i--)
        if (data->steps[i].output == slot || data->steps[i].indicator == slot) return (int32_t)i;
    return -1;
}

bool inspect_is_scale(LrtTransform transform) {
    return transform == LRT_TRANSFORM_SCALE || transform == LRT_TRANSFORM_SCALE_QUANTILE ||
           transform == LRT_TRANSFORM_SCALE_POWER;
}

/* What makes codes, whose size means no amount. */
static bool is_code_maker(LrtTransform transform) {
    return transform == LRT_TRANSFORM_ONE_HOT || transform == LRT_TRANSFORM_ORDINAL || transform == LRT_TRANSFORM_BINS;
}

static void follow_flow(const LrtDataSpec *data, InspectedInput *input) {
    for (int32_t step = input->step; step >= 0; step = step_that_makes(data, data->steps[step].input)) {
        input->is_scaled |= inspect_is_scale(data->steps[step].transform);
        input->is_rescaled |= data->steps[step].transform == LRT_TRANSFORM_RESCALE;
    }
}

static void describe_input(const Inspection *in, int64_t i, InspectedInput *out) {
    const LrtInput *input = &in->data->inputs[i];
    const LrtSlot *slot = &in->data->slots[input->slot];
    int32_t step = step_that_makes(in->data, input->slot);
    bool is_indicator = step >= 0 && in->data->steps[step].indicator == input->slot;
    bool is_code = step >= 0 && is_code_maker(in->data->steps[step].transform);
    *out = (InspectedInput){
        .name = input->name,
        .number = i,
        .offset = input->is_index ? -1 : input->offset,
        .width = input->is_index ? input->index_count : input->width,
        .column = slot->column,
        .step = step,
        .is_number = slot->kind == LRT_SLOT_REAL && !is_indicator && !is_code && input->width > 0,
    };
    out->span = step >= 0 && !span_is_none(in->model->step_spans[step]) ? in->model->step_spans[step]
                                                                        : in->model->column_spans[slot->column];
    if (!is_indicator) follow_flow(in->data, out);
}

static bool same_span(Span left, Span right) {
    return left.source == right.source && left.begin == right.begin && left.end == right.end;
}

static void find_families(const Inspection *in) {
    for (int64_t i = 0; i < in->input_count; i++) {
        InspectedInput *input = &in->inputs[i];
        const Span span = in->model->column_spans[input->column];
        input->family = i;
        if (i > 0) {
            const InspectedInput *before = &in->inputs[in->inputs[i - 1].family];
            if (same_span(in->model->column_spans[before->column], span)) input->family = before->number;
        }
        in->inputs[input->family].family_size++;
    }
    for (int64_t i = 0; i < in->input_count; i++)
        in->inputs[i].family_size = in->inputs[in->inputs[i].family].family_size;
}

/* Inputs whose flow begins with a norm bring no scale into the network. */
static void mark_normalized(const Inspection *in, int32_t node) {
    const NetNode *at = &in->model->nodes.items[node];
    if (at->kind == NET_INPUT)
        for (int64_t i = 0; i < at->column_count; i++) in->inputs[at->columns[i]].is_normalized = true;
    if (at->kind == NET_CONCAT || at->kind == NET_ASSERT)
        for (int64_t i = 0; i < at->input_count; i++) mark_normalized(in, at->inputs[i]);
}

static void find_norms(const Inspection *in) {
    for (int64_t i = 0; i < in->model->nodes.count; i++) {
        const NetNode *node = &in->model->nodes.items[i];
        if (node->kind == NET_CALL && str_ends_with(node->call->entry->name, "_norm")) mark_normalized(in, node->inputs[0]);
    }
}

/* ---- statistics ------------------------------------------------------------------------------------------------- */

/* Welford's recurrence over the training rows, all columns in one pass. */
static void measure_inputs(Inspection *in) {
    const LrtDataset *dataset = in->dataset;
    int64_t width = dataset->feature_width, count = dataset->train_before_sampling;
    double *mean = ARENA_ARRAY(in->scratch, double, width + 1), *squares = ARENA_ARRAY(in->scratch, double, width + 1);
    float *low = ARENA_ARRAY(in->scratch, float, width + 1), *high = ARENA_ARRAY(in->scratch, float, width + 1);
    int64_t seen = 0;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        const float *features = dataset->features + row * width;
        double share = 1.0 / (double)++seen;
        for (int64_t c = 0; c < width; c++) {
            double value = (double)features[c], away = value - mean[c];
            mean[c] += away * share;
            squares[c] += away * (value - mean[c]);
            if (seen == 1 || features[c] < low[c]) low[c] = features[c];
            if (seen == 1 || features[c] > high[c]) high[c] = features[c];
        }
    }
    for (int64_t k = 0; k < in->input_count; k++) {
        InspectedInput *input = &in->inputs[k];
        if (input->offset < 0 || seen == 0) continue;
        double variance = squares[input->offset] / (double)seen, center = mean[input->offset];
        input->mean = center;
        input->deviation = sqrt(variance);
        input->rms = sqrt(variance + center * center);
        input->low = (double)low[input->offset];
        input->high = (double)high[input->offset];
    }
}

static int compare_floats(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

float *inspect_sort(Arena *arena, const float *values, int64_t count) {
    float *sorted = ARENA_ARRAY(arena, float, count + 1);
    if (count > 0) memcpy(sorted, values, (size_t)count * sizeof *values);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_floats);
    return sorted;
}

double inspect_quantile(const float *sorted, int64_t count, double share) {
    double at = share * (double)(count - 1);
    int64_t below = (int64_t)at;
    if (below + 1 >= count) return (double)sorted[count - 1];
    return (double)sorted[below] + (at - (double)below) * ((double)sorted[below + 1] - (double)sorted[below]);
}

static void take_sample(Inspection *in) {
    const LrtDataset *dataset = in->dataset;
    int64_t width = dataset->feature_width, count = dataset->train_before_sampling, room = INSPECT_SAMPLE_ROWS;
    if (width > 0 && room > INSPECT_SAMPLE_CELLS / width) room = INSPECT_SAMPLE_CELLS / width + 1;
    in->sample_count = count < room ? count : room;
    int64_t *rows = ARENA_ARRAY(in->scratch, int64_t, in->sample_count + 1);
    float *sample = ARENA_ARRAY(in->scratch, float, width * in->sample_count + 1);
    for (int64_t i = 0; i < in->sample_count; i++) {
        rows[i] = dataset->part_rows[LRT_PART_TRAIN][i * count / in->sample_count];
        for (int64_t c = 0; c < width; c++) sample[c * in->sample_count + i] = dataset->features[rows[i] * width + c];
    }
    in->sample_rows = rows;
    in->sample = sample;
    for (int64_t k = 0; k < in->input_count; k++)
        if (in->inputs[k].is_number)
            in->inputs[k].sorted = inspect_sort(in->scratch, inspect_column(in, in->inputs[k].offset), in->sample_count);
}

Inspection *inspect_view(Session *session, Arena *scratch, const Model *model, const LrtTable *table,
                         const LrtDataset *dataset) {
    Inspection *in = ARENA_NEW(scratch, Inspection);
    *in = (Inspection){.session = session,
                       .scratch = scratch,
                       .model = model,
                       .data = &model->data,
                       .table = table,
                       .dataset = dataset,
                       .input_count = model->data.input_count,
                       .inputs = ARENA_ARRAY(scratch, InspectedInput, model->data.input_count + 1)};
    for (int64_t i = 0; i < in->input_count; i++) describe_input(in, i, &in->inputs[i]);
    find_families(in);
    find_norms(in);
    measure_inputs(in);
    take_sample(in);
    return in;
}

/* ---- asking the view -------------------------------------------------------------------------------------------- */

const float *inspect_column(const Inspection *in, int64_t feature) { return in->sample + feature * in->sample_count; }

int32_t inspect_target_step(const Inspection *in, int64_t target, Span *out_span) {
    int32_t slot = in->data->targets[target].slot, step = step_that_makes(in->data, slot);
    *out_span = step >= 0 && !span_is_none(in->model->step_spans[step])
                    ? in->model->step_spans[step]
                    : in->model->column_spans[in->data->slots[slot].column];
    return step;
}

int64_t inspect_line(const Inspection *in, int64_t row) {
    int64_t source = in->dataset->source_row[row];
    return source < 0 ? 0 : in->table->lines != NULL ? in->table->lines[source] : source + 1;
}

const char *inspect_line_word(const Inspection *in) { return in->table->lines != NULL ? "line" : "row"; }

const ModelTarget *inspect_model_target(const Inspection *in, int64_t target) {
    for (int64_t i = 0; i < in->model->targets.count; i++)
        if (in->model->targets.items[i].index == target) return &in->model->targets.items[i];
    return NULL;
}

bool inspect_loss_is(const Inspection *in, int64_t target, const char *words) {
    const ModelTarget *of = inspect_model_target(in, target);
    if (of == NULL || of->loss == NULL) return false;
    const char *name = of->loss->entry->name, *at = words;
    size_t length = strlen(name);
    while ((at = strstr(at, name)) != NULL) {
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
        at += length;
    }
    return false;
}

bool inspect_is_balanced(const Model *model, int64_t target) {
    if (model->data.sampler_count > 0) return true;
    for (int64_t i = 0; i < model->targets.count; i++) {
        const Call *loss = model->targets.items[i].loss;
        if (model->targets.items[i].index != target || loss == NULL) continue;
        if (strcmp(loss->entry->name, "focal") == 0) return true;
        int32_t param = catalog_param(loss->entry, "class_weights");
        if (param >= 0 && loss->args[param].given) return true;
    }
    for (int64_t i = 0; i < model->metrics.count; i++) {
        const LrtMetric *metric = &model->metrics.items[i];
        if (metric->target >= 0 && metric->target != target) continue;
        switch (metric->kind) {
        case LRT_METRIC_PRECISION:
        case LRT_METRIC_RECALL:
        case LRT_METRIC_F1:
        case LRT_METRIC_AUC:
        case LRT_METRIC_PR_AUC:
        case LRT_METRIC_MCC:
        case LRT_METRIC_BALANCED_ACCURACY: return true;
        case LRT_METRIC_LOSS:
        case LRT_METRIC_ACCURACY:
        case LRT_METRIC_LOG_LOSS:
        case LRT_METRIC_CONFUSION:
        case LRT_METRIC_RMSE:
        case LRT_METRIC_MAE:
        case LRT_METRIC_R2:
        case LRT_METRIC_TOP_K:
        case LRT_METRIC_BRIER:
        case LRT_METRIC_CALIBRATION_ERROR:
        case LRT_METRIC_MAPE:
        case LRT_METRIC_PINBALL:
        case LRT_METRIC_DEVIANCE:
        case LRT_METRIC_DIRECTIONAL_ACCURACY:
        case LRT_METRIC_SHARPE:
        case LRT_METRIC_MAX_DRAWDOWN: break;
        }
    }
    return false;
}

const char *inspect_number(const Inspection *in, double value) {
    return arena_printf(in->session->arena, "%.3g", value);
}
