/* Classes, parts, batch and epochs against the numbers of rows. */
#include <math.h>
#include <string.h>

#include "data/learn.h"
#include "support/str.h"

enum { SMALL_CLASS = 30, DEFAULT_BATCH = 32 };
static const double least_updates = 100, good_updates = 300;

/* ---- one class ------------------------------------------------------------------------------------------------- */

/* Levels of a class target that occur, and one of them. */
static int64_t count_occurring(Arena *arena, const LrtTableColumn *column, int64_t rows, const LrtTarget *target,
                               const char **out_level) {
    int64_t count = column->code != NULL ? column->level_count : target->level_count, occurring = 0;
    bool *seen = ARENA_ARRAY(arena, bool, count + 1);
    for (int64_t i = 0; i < rows; i++) {
        int64_t level = -1;
        if (column->code != NULL)
            level = column->code[i];
        else if (!isnan(column->real[i]))
            level = (int64_t)column->real[i];
        if (level < 0 || level >= count || seen[level]) continue;
        seen[level] = true;
        occurring++;
        *out_level = column->code != NULL ? column->levels[level] : target->levels[level];
    }
    return occurring;
}

bool learn_check_classes(Session *session, const Model *model, const LrtTable *table) {
    bool good = true;
    for (int64_t t = 0; t < model->data.target_count; t++) {
        const LrtTarget *target = &model->data.targets[t];
        int32_t number = model->data.slots[target->slot].column;
        if (!target->is_class) continue;
        const char *level = "";
        if (count_occurring(session->arena, &table->columns[number], table->row_count, target, &level) != 1) continue;
        Diagnostic *d = diag_report(session, DIAG_ONE_CLASS, model->target_span,
                                    "every row of `%s` has the class `%s` in target `%s`", model->data.source.spec_path,
                                    level, target->name);
        diag_label(d, model->column_spans[number], "one class alone in the data");
        diag_why(d, "there is nothing to tell apart");
        diag_advice(d, "data that holds rows of another class too");
        good = false;
    }
    return good;
}

/* ---- values that a loss has no meaning for ---------------------------------------------------------------------- */

static bool admits(const LossDomain *domain, double value) {
    return value >= domain->low && value <= domain->high && !(domain->without_zero && value == 0);
}

static const char *domain_text(Arena *arena, const LossDomain *domain) {
    if (!isfinite(domain->low)) return "targets other than 0";
    if (isfinite(domain->high))
        return arena_printf(arena, "targets in %s..%s", str_number(arena, domain->low),
                            str_number(arena, domain->high));
    return arena_printf(arena, "targets %s %s", domain->without_zero ? "above" : "from",
                        str_number(arena, domain->low));
}

static void report_domain(Session *session, const Model *model, const ModelTarget *target, const LossDomain *domain,
                          int64_t count, double value, const LrtTable *table, int64_t row) {
    const LrtTarget *place = &model->data.targets[target->index];
    const char *number = arena_printf(session->arena, "%.6g", value);
    bool in_place = place->units == NULL || place->units[0] == '\0';
    Diagnostic *d =
        diag_report(session, DIAG_LOSS_TARGET_MISMATCH, target->loss->span,
                    "`%s` does not fit target `%s`, which is %s in %s %lld of `%s`", target->loss->entry->name,
                    place->name, number, table->lines != NULL ? "line" : "row",
                    (long long)(table->lines != NULL ? table->lines[row] : row + 1), model->data.source.spec_path);
    diag_caret(d, "wants %s", domain_text(session->arena, domain));
    diag_label(d, model->column_spans[model->data.slots[place->slot].column], "the target");
    if (count > 1)
        diag_evidence(d, "%lld rows have such a target%s", (long long)count, in_place ? "" : " after its transforms");
    diag_why(d, "its formula has no meaning there: %s", target->loss->entry->formula);
    diag_advice(d, "`mse` or `huber`, or a target without the transform or the rows that lead there");
}

bool learn_check_targets(Session *session, const Model *model, const LrtTable *table, const LrtDataset *dataset) {
    bool good = true;
    for (int64_t t = 0; t < model->targets.count; t++) {
        const ModelTarget *target = &model->targets.items[t];
        const LrtTarget *place = &model->data.targets[target->index];
        if (place->is_class || target->loss->entry->target_domain == NULL) continue;
        LossDomain domain = target->loss->entry->target_domain(target->loss);
        int64_t count = 0, first = 0;
        for (int64_t row = dataset->original_count - 1; row >= 0; row--) {
            double value = (double)dataset->targets[row * dataset->target_width + place->offset];
            if (isnan(value) || admits(&domain, value)) continue; /* NaN: a row that stands in windows alone */
            count++;
            first = row;
        }
        if (count == 0) continue;
        double value = (double)dataset->targets[first * dataset->target_width + place->offset];
        report_domain(session, model, target, &domain, count, value, table, dataset->source_row[first]);
        good = false;
    }
    return good;
}

/* ---- small classes --------------------------------------------------------------------------------------------- */

/* Whether the author has looked after small classes: a sampler, weights, or a metric that counts classes alike. */
static bool is_balanced(const Model *model, int64_t target) {
    if (model->data.sampler_count > 0) return true;
    for (int64_t i = 0; i < model->targets.count; i++) {
        const Call *loss = model->targets.items[i].loss;
        if (model->targets.items[i].index != target || loss == NULL) continue;
        int32_t param = catalog_param(loss->entry, "class_weights");
        if (param >= 0 && loss->args[param].given) return true;
    }
    for (int64_t i = 0; i < model->metrics.count; i++)
        if (model->metrics.items[i].average == LRT_AVERAGE_MACRO) return true;
    return false;
}

static void report_small_classes(Session *session, const Model *model, int64_t t) {
    const LrtTarget *target = &model->data.targets[t];
    const int64_t *counts = model->level_counts[t];
    int64_t smallest = -1, small = 0, rows = 0;
    for (int64_t k = 0; k < target->level_count; k++) rows += counts[k];
    for (int64_t k = 0; k < target->level_count; k++) {
        /* A class of a small table is not small by itself: it must also have less than half of an even share. */
        bool is_small = counts[k] < SMALL_CLASS && 2 * counts[k] * target->level_count < rows;
        small += is_small;
        if (is_small && (smallest < 0 || counts[k] < counts[smallest])) smallest = k;
    }
    if (smallest < 0 || is_balanced(model, t) || model->data.split.kind == LRT_SPLIT_PREDEFINED) return;
    Diagnostic *d =
        diag_report(session, DIAG_CLASS_TOO_SMALL, model->target_span,
                    "class `%s` of target `%s` has %lld row%s in the training part", target->levels[smallest],
                    target->name, (long long)counts[smallest], counts[smallest] == 1 ? "" : "s");
    diag_set_severity(d, SEVERITY_WARNING);
    if (small > 1) diag_evidence(d, "%lld classes have fewer than %d", (long long)small, SMALL_CLASS);
    diag_why(d, "a class this small hardly counts in the loss, and its share of the metrics is chance");
    diag_advice(d, "`class_weights: balanced`, a sampler, more rows of it, or a macro metric that shows it");
}

static bool check_classes(Session *session, const Model *model, int64_t t) {
    const LrtTarget *target = &model->data.targets[t];
    Str missing;
    str_init(&missing, session->arena);
    int64_t absent = 0;
    for (int64_t k = 0; k < target->level_count; k++)
        if (model->level_counts[t][k] == 0) str_printf(&missing, "%s`%s`", absent++ ? ", " : "", target->levels[k]);
    if (absent == 0) {
        report_small_classes(session, model, t);
        return true;
    }
    Diagnostic *d = diag_report(session, DIAG_CLASS_TOO_SMALL, model->target_span,
                                "class%s %s of target `%s` %s no row in the training part", absent == 1 ? "" : "es",
                                missing.data, target->name, absent == 1 ? "has" : "have");
    diag_set_severity(d, SEVERITY_ERROR);
    diag_label(d, model->column_spans[model->data.slots[target->slot].column], "its classes");
    diag_why(d, "a network never predicts what it has not seen");
    diag_advice(d, "`split: stratified`, more rows of the class, or leave it out of the declaration");
    return false;
}

/* ---- batch ----------------------------------------------------------------------------------------------------- */

/* Without drop_last a batch larger than the part is one batch an epoch; with it, none. */
static bool check_batch(Session *session, const Model *model, bool *out_told) {
    int64_t batch = model->train.batch, rows = model->training_rows;
    if (model->train.batch_all) return true;
    if (model->train.drop_last && batch > rows) {
        Diagnostic *d =
            diag_report(session, DIAG_BATCH_VS_DATA, model->batch_span,
                        "a batch of %lld rows is more than the %lld training rows, and `drop_last` leaves out what "
                        "does not fill one",
                        (long long)batch, (long long)rows);
        diag_why(d, "no step would ever be made");
        diag_advice(d, "batch: %lld, or drop_last: false", (long long)(rows < DEFAULT_BATCH ? rows : DEFAULT_BATCH));
        return false;
    }
    bool is_sgd = model->optimizer != NULL && str_equal(model->optimizer->entry->name, "sgd");
    if (is_sgd && batch > DEFAULT_BATCH && batch > rows / 4) {
        Diagnostic *d =
            diag_report(session, DIAG_BATCH_VS_DATA, model->batch_span,
                        "a batch of %lld of the %lld training rows makes %lld step%s an epoch", (long long)batch,
                        (long long)rows, (long long)((rows + batch - 1) / batch), batch >= rows ? "" : "s");
        diag_set_severity(d, SEVERITY_WARNING);
        *out_told = true;
        diag_why(d, "sgd learns by many small steps");
        diag_advice(d, "batch: %d", DEFAULT_BATCH);
    }
    return true;
}

/* ---- steps ------------------------------------------------------------------------------------------------------ */

/* Updates that the epochs, the batch and `max_steps` allow. */
static double count_updates(const Model *model) {
    int64_t rows = model->training_rows, batch = model->train.batch_all ? rows : model->train.batch;
    int64_t each = model->train.drop_last ? rows / batch : (rows + batch - 1) / batch;
    double steps = (double)model->train.epochs * (double)each;
    for (int64_t i = 0; i < model->stops.count; i++)
        if (model->stops.items[i].kind == LRT_STOP_MAX_STEPS) steps = fmin(steps, model->stops.items[i].limit);
    return model->update_every > 1 ? floor(steps / (double)model->update_every) : steps;
}

static bool is_linear(const Model *model) {
    for (int64_t i = 0; i < model->nodes.count; i++)
        if (model->nodes.items[i].kind == NET_CALL && model->nodes.items[i].call->entry->kind != ENTRY_LAYER)
            return false;
    return true;
}

/* A linear model is near its end after a few steps; lbfgs takes each as far as it goes. Of a batch that leaves one step
 * an epoch `batch-vs-data` has told. */
static void check_updates(Session *session, const Model *model, bool batch_told) {
    if (batch_told || model->optimizer == NULL || model->training_rows < 1 || is_linear(model) ||
        str_equal(model->optimizer->entry->name, "lbfgs"))
        return;
    double updates = count_updates(model);
    if (updates >= least_updates) return;
    bool wide = !model->train.batch_all && model->train.batch > model->training_rows / 4 &&
                model->train.batch > DEFAULT_BATCH;
    Span span = wide ? model->batch_span : model->epochs_span;
    Diagnostic *d = diag_report(session, DIAG_TOO_FEW_UPDATES, span, "the weights are changed %s time%s in all",
                                str_number(session->arena, updates), updates == 1 ? "" : "s");
    if (model->train.batch_all)
        diag_evidence(d, "%lld epochs of one batch", (long long)model->train.epochs);
    else
        diag_evidence(d, "%lld epochs of %lld rows in batches of %lld", (long long)model->train.epochs,
                      (long long)model->training_rows, (long long)model->train.batch);
    diag_why(d, "below %d updates a network has hardly left its initial weights", (int)least_updates);
    int64_t epochs = (int64_t)ceil((double)model->train.epochs * good_updates / fmax(updates, 1));
    if (!wide && model->stops.count == 0 && model->epochs_span.begin != model->train_span.begin)
        diag_fix(d, false, span, arena_printf(session->arena, "%lld", (long long)epochs),
                 arena_printf(session->arena, "`epochs: %lld` or more", (long long)epochs));
    else
        diag_advice(d, wide ? "`batch: %d`, or more epochs" : "more epochs, or a batch below %d", DEFAULT_BATCH);
}

bool learn_check_counts(Session *session, const Model *model) {
    bool good = true;
    for (int64_t t = 0; t < model->data.target_count; t++)
        if (model->data.targets[t].is_class) good &= check_classes(session, model, t);
    bool batch_told = false;
    if (!check_batch(session, model, &batch_told) || !good) return false;
    check_updates(session, model, batch_told);
    return true;
}
