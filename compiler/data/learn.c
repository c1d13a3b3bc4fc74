/* What only the data can tell: levels, widths, counts. It is read, checked, split and fitted by the trainer's own code,
 * so that the compiler and the trainer cannot disagree; where the data is absent, the lock of an earlier build stands
 * in. */
#include "data/learn.h"

#include <string.h>
#include <sys/stat.h>

#include "data/inspect.h"
#include "support/str.h"

/* ---- what follows from widths and counts ----------------------------------------------------------------------- */

static int32_t step_of_slot(const LrtDataSpec *data, int32_t slot) {
    for (int64_t i = 0; i < data->step_count; i++)
        if (data->steps[i].output == slot) return (int32_t)i;
    return -1;
}

/* Whether `drop_constant` left the column out, as lrt_input_width decides it from fits. */
static bool is_dropped(const LrtDataSpec *data, const int64_t *step_widths, int32_t slot) {
    int32_t step = step_of_slot(data, slot);
    for (; step >= 0 && data->steps[step].other_count == 0; step = step_of_slot(data, data->steps[step].input))
        if (data->steps[step].transform == LRT_TRANSFORM_DROP_CONSTANT && step_widths[step] == 0) return true;
    return false;
}

/* Numbers are fed input by input, those of a window row by row. */
static void set_fed_offsets(LrtDataSpec *data, LrtInput *inputs) {
    data->fed_width = 0;
    for (int64_t i = 0; i < data->input_count; i++) {
        int64_t end = i + 1, width = inputs[i].is_index ? 0 : inputs[i].width;
        for (; inputs[i].block > 0 && end < data->input_count && inputs[end].block == inputs[i].block; end++)
            width += inputs[end].width;
        for (int64_t k = i; k < end; k++)
            inputs[k].fed_offset = (int32_t)(data->fed_width + inputs[k].offset - inputs[i].offset);
        data->fed_width += width * inputs[i].window;
        i = end - 1;
    }
}

int32_t learn_set_inputs(Session *session, Model *model, const int64_t *step_widths) {
    LrtDataSpec *data = &model->data;
    LrtInput *inputs = ARENA_ARRAY(session->arena, LrtInput, data->input_count + 1);
    data->feature_width = data->index_width = 0;
    for (int64_t i = 0; i < data->input_count; i++) {
        LrtInput *input = &inputs[i];
        *input = data->inputs[i];
        int32_t step = step_of_slot(data, input->slot);
        bool wide = data->slots[input->slot].kind == LRT_SLOT_MATRIX || input->is_index;
        const LrtColumn *column = &data->columns[data->slots[input->slot].column];
        int64_t width = column->rank > 0 ? lrt_column_width(column) : wide && step >= 0 ? step_widths[step] : 1;
        if (width < 1) return step;
        if (!input->is_index && is_dropped(data, step_widths, input->slot)) width = 0;
        int64_t *total = input->is_index ? &data->index_width : &data->feature_width;
        input->offset = (int32_t)*total;
        input->width = input->is_index ? 1 : (int32_t)width;
        input->index_count = input->is_index ? (int32_t)width : 0;
        *total += input->width;
    }
    data->inputs = inputs;
    set_fed_offsets(data, inputs);
    return -1;
}

/* n / (k * n_c): every class weighs the same in all, and a row 1 on average. */
void learn_set_weights(Session *session, Model *model, const int64_t *const *fed_counts) {
    const LrtDataSpec *data = &model->data;
    const double **weights = ARENA_ARRAY(session->arena, const double *, data->target_count + 1);
    for (int64_t t = 0; t < data->target_count; t++) {
        int64_t levels = data->targets[t].level_count, sum = 0;
        if (!data->targets[t].is_class) continue;
        double *of = ARENA_ARRAY(session->arena, double, levels + 1);
        for (int64_t k = 0; k < levels; k++) sum += fed_counts[t][k];
        for (int64_t k = 0; k < levels; k++)
            of[k] = fed_counts[t][k] > 0 ? (double)sum / ((double)levels * (double)fed_counts[t][k]) : 0;
        weights[t] = of;
    }
    model->level_weights = weights;
    if (model->train.batch_all) model->train.batch = model->training_rows;
}

/* ---- from the data --------------------------------------------------------------------------------------------- */

static const char *const *copy_levels(Arena *arena, const char **levels, int64_t count) {
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    for (int64_t k = 0; k < count; k++) copy[k] = arena_strdup(arena, levels[k]);
    return copy;
}

/* Levels that the spec leaves open, of categories and of the targets made of them. */
static void set_levels(Session *session, Model *model, const LrtTable *table) {
    LrtDataSpec *data = &model->data;
    LrtColumn *columns = ARENA_ARRAY(session->arena, LrtColumn, data->column_count + 1);
    for (int64_t c = 0; c < data->column_count; c++) {
        columns[c] = data->columns[c];
        if (columns[c].type != LRT_COLUMN_CATEGORY || columns[c].closed) continue;
        columns[c].levels = copy_levels(session->arena, table->columns[c].levels, table->columns[c].level_count);
        columns[c].level_count = table->columns[c].level_count;
    }
    data->columns = columns;
    LrtTarget *targets = ARENA_ARRAY(session->arena, LrtTarget, data->target_count + 1);
    for (int64_t t = 0; t < data->target_count; t++) {
        targets[t] = data->targets[t];
        const LrtColumn *column = &columns[data->slots[targets[t].slot].column];
        if (!targets[t].is_class || column->closed || column->type != LRT_COLUMN_CATEGORY) continue;
        targets[t].levels = column->levels;
        targets[t].level_count = column->level_count;
    }
    data->targets = targets;
}

/* Training rows of each level of a target. */
static int64_t *count_levels(Arena *arena, const LrtDataset *dataset, const LrtTarget *target) {
    int64_t *counts = ARENA_ARRAY(arena, int64_t, target->level_count + 1);
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        int32_t label = dataset->labels[row * dataset->label_width + target->offset];
        if (label >= 0) counts[label]++;
    }
    return counts;
}

/* What the samplers will leave is known without sampling. */
static void set_counts(Session *session, Model *model, const LrtDataset *dataset) {
    const LrtDataSpec *data = &model->data;
    const int64_t **before = ARENA_ARRAY(session->arena, const int64_t *, data->target_count + 1);
    const int64_t **fed = ARENA_ARRAY(session->arena, const int64_t *, data->target_count + 1);
    int64_t *parts = ARENA_ARRAY(session->arena, int64_t, LRT_PART_COUNT);
    for (int64_t t = 0; t < data->target_count; t++)
        if (data->targets[t].is_class) fed[t] = before[t] = count_levels(session->arena, dataset, &data->targets[t]);
    memcpy(parts, dataset->part_count, LRT_PART_COUNT * sizeof *parts);
    model->part_rows = parts;
    model->training_rows = parts[LRT_PART_TRAIN];
    model->level_counts = before;
    if (dataset->sampled_count > 0) {
        const LrtSampled *last = &dataset->sampled[dataset->sampled_count - 1];
        int64_t *after = ARENA_ARRAY(session->arena, int64_t, last->level_count + 1);
        model->training_rows = 0;
        for (int64_t k = 0; k < last->level_count; k++) model->training_rows += after[k] = last->after[k];
        fed[last->target] = after;
    }
    learn_set_weights(session, model, fed);
}

static const LrtFit *copy_fits(Arena *arena, const LrtFit *fits, int64_t count) {
    LrtFit *copies = ARENA_ARRAY(arena, LrtFit, count + 1);
    for (int64_t i = 0; i < count; i++) {
        copies[i] = fits[i];
        copies[i].numbers = ARENA_ARRAY(arena, double, fits[i].number_count + 1);
        if (fits[i].number_count > 0)
            memcpy(copies[i].numbers, fits[i].numbers, (size_t)fits[i].number_count * sizeof(double));
        copies[i].names = ARENA_ARRAY(arena, char *, fits[i].name_count + 1);
        for (int64_t k = 0; k < fits[i].name_count; k++) copies[i].names[k] = arena_strdup(arena, fits[i].names[k]);
    }
    return copies;
}

static bool report_no_width(Session *session, const Model *model, int32_t step) {
    const LrtSlot *slot = &model->data.slots[model->data.steps[step].output];
    Diagnostic *d =
        diag_report(session, DIAG_CONSTANT_FEATURE, model->step_spans[step],
                    "column `%s` has no level in the training part, so nothing of it reaches the network", slot->name);
    diag_set_severity(d, SEVERITY_ERROR);
    diag_advice(d, "leave it out: `%s : ignore`", slot->name);
    return false;
}

static bool fill_from_dataset(Session *session, Model *model, const LrtTable *table, const LrtDataset *dataset) {
    int64_t *widths = ARENA_ARRAY(session->arena, int64_t, dataset->fit_count + 1);
    for (int64_t i = 0; i < dataset->fit_count; i++) widths[i] = dataset->fits[i].width;
    model->fits = copy_fits(session->arena, dataset->fits, dataset->fit_count);
    model->data_digest = arena_strdup(session->arena, table->digest);
    set_counts(session, model, dataset);
    learn_report_notes(session, model, dataset);
    int32_t empty = learn_set_inputs(session, model, widths);
    return empty < 0 || report_no_width(session, model, empty);
}

static bool learn_from_table(Session *session, Model *model, const LrtTable *table) {
    set_levels(session, model, table);
    if (!learn_check_classes(session, model, table)) return false;
    LrtError error = {0};
    LrtDataset *dataset = lrt_dataset_prepare(&model->data, table, false, &error);
    if (dataset == NULL) return learn_report_error(session, model, &error);
    bool good = lrt_dataset_plan_sampling(&model->data, dataset, &error) || learn_report_error(session, model, &error);
    good = good && learn_check_targets(session, model, table, dataset);
    good = good && fill_from_dataset(session, model, table, dataset);
    if (good) inspect_data(session, model, table, dataset);
    lrt_dataset_free(dataset);
    return good;
}

static bool learn_from_data(Session *session, Model *model) {
    LrtError error = {0};
    LrtTable *table = lrt_table_read(&model->data, NULL, LRT_READ_TRAIN, &error);
    if (table == NULL) return learn_report_error(session, model, &error);
    bool good = learn_from_table(session, model, table);
    lrt_table_free(table);
    return good;
}

/* ---- the entry ------------------------------------------------------------------------------------------------- */

static bool report_absent(Session *session, const Model *model, LockState state) {
    const char *lock = lock_path(session->arena, model->spec_file);
    Diagnostic *d = diag_report(session, DIAG_DATA_NOT_FOUND, model->data_span, "the data `%s` is not there",
                                model->data.source.spec_path);
    if (state == LOCK_UNREADABLE) diag_evidence(d, "%s cannot stand in for it: it is damaged", lock);
    if (state == LOCK_OTHER_SPEC)
        diag_evidence(d, "%s cannot stand in for it: it was written for other columns, steps or another split", lock);
    diag_advice(d, state == LOCK_ABSENT
                       ? "a path relative to the spec; or a lock, which `lspec build` writes where the data is"
                       : "`lspec build` where the data is, which writes the lock anew");
    return false;
}

bool data_learn(Session *session, Model *model, const CheckOptions *options) {
    struct stat info;
    bool present = stat(model->data.source.path, &info) == 0;
    bool good = present && learn_from_data(session, model);
    if (!present) {
        LockState state = options->use_lock ? lock_fill(session, model) : LOCK_ABSENT;
        good = state == LOCK_FITS || (session->error_count == 0 && report_absent(session, model, state));
    }
    if (!good || session->error_count > 0) return false;
    if (present && options->use_lock) lock_compare(session, model);
    if (!learn_check_counts(session, model) || !model_bind_levels(session, model)) return false;
    model->data_known = true;
    return true;
}
