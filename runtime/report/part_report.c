/* Measures of a part and their JSON. Metrics of several targets bear the target's name in `metrics` and stand without it in
 * `targets`. */
#include "report/part_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/output_file.h"
#include "lrt/real_math.h"
#include "train/metric_functions.h"

static bool no_memory(LrtError *error) {
    return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the results");
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Sorts `values`. */
static double median_of(double *values, int64_t count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count > 0 ? (values[(count - 1) / 2] + values[count / 2]) / 2 : (double)NAN;
}

/* The median of truth - from; NaN where there is no memory for it. */
static double median_off(const LrtMetricInput *input, const double *from, double constant, bool absolute) {
    double *offs = malloc(((size_t)input->rows + 1) * sizeof *offs);
    for (int64_t i = 0; offs && i < input->rows; i++) {
        double off = input->truth[i] - (from ? from[i] : constant);
        offs[i] = absolute ? fabs(off) : off;
    }
    double median = offs ? median_of(offs, input->rows) : (double)NAN;
    free(offs);
    return median;
}

static void learn_constant(Constant *constant, const LrtMetricInput *input) {
    constant->known = input->rows > 0;
    constant->median = constant->shares || !constant->known ? 0 : median_off(input, NULL, 0, false);
    for (int64_t i = 0; i < input->rows; i++) {
        if (constant->shares) {
            constant->shares[input->labels[i]] += 1.0 / (double)input->rows;
        } else {
            constant->mean += input->truth[i] / (double)input->rows;
        }
    }
}

Constant *constants_learn(const Evaluator *evaluator, LrtError *error) {
    const LrtDataSpec *data = &evaluator->machine->program->data;
    Constant *constants = calloc((size_t)data->target_count + 1, sizeof *constants);
    for (int64_t i = 0; constants && i < data->target_count; i++) {
        const LrtTarget *target = &data->targets[i];
        if (target->is_class && !(constants[i].shares = calloc((size_t)target->level_count + 1, sizeof(double)))) {
            constants_free(constants, evaluator->machine->program);
            constants = NULL;
            break;
        }
        learn_constant(&constants[i], &evaluator->inputs[i]);
    }
    if (!constants) {
        no_memory(error);
    }
    return constants;
}

void constants_free(Constant *constants, const LrtProgram *program) {
    for (int64_t i = 0; constants && i < program->data.target_count; i++) {
        free(constants[i].shares);
    }
    free(constants);
}

/* The mean over the classes of each one's log loss; the best constant for it is the same for all. */
static double even_log_loss(const LrtMetricInput *input, double *out_constant) {
    double *losses = calloc((size_t)input->levels + 1, sizeof *losses), *counts = calloc((size_t)input->levels + 1, sizeof *counts);
    double sum = 0, present = 0;
    for (int64_t i = 0; losses && counts && i < input->rows; i++) {
        double share = (double)input->probabilities[i * input->levels + input->labels[i]];
        losses[input->labels[i]] -= lrt_log(share > 0x1p-52 ? share : 0x1p-52);
        counts[input->labels[i]]++;
    }
    for (int64_t k = 0; losses && counts && k < input->levels; k++) {
        present += counts[k] > 0;
        sum += counts[k] > 0 ? losses[k] / counts[k] : 0;
    }
    free(losses);
    free(counts);
    *out_constant = lrt_log(present);
    return sum / present;
}

static Yardstick measure_class(const Constant *constant, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    const LrtMetric log_loss = {.kind = LRT_METRIC_LOG_LOSS}, accuracy = {.kind = LRT_METRIC_ACCURACY};
    Yardstick yardstick = {.known = true,
                           .model = lrt_metric_compute(&log_loss, input, scratch),
                           .accuracy = lrt_metric_compute(&accuracy, input, scratch)};
    yardstick.even_model = even_log_loss(input, &yardstick.even_constant);
    int64_t commonest = 0;
    for (int64_t k = 1; k < input->levels; k++) {
        commonest = constant->shares[k] > constant->shares[commonest] ? k : commonest;
    }
    for (int64_t i = 0; i < input->rows; i++) {
        double share = constant->shares[input->labels[i]];
        yardstick.constant -= lrt_log(share > 0x1p-52 ? share : 0x1p-52) / (double)input->rows;
        yardstick.constant_accuracy += (input->labels[i] == commonest) / (double)input->rows;
    }
    return yardstick;
}

static Yardstick measure_real(const Constant *constant, const LrtMetricInput *input) {
    if (input->is_portfolio) {
        LrtMetricInput equal = *input;
        equal.prediction = NULL;
        return (Yardstick){.is_portfolio = true, .constant = metric_plain_sharpe(&equal), .model = metric_plain_sharpe(input)};
    }
    Yardstick yardstick = {.known = true,
                           .even_constant = median_off(input, NULL, constant->median, true),
                           .even_model = median_off(input, input->prediction, 0, true)};
    yardstick.known = input->width <= 1; /* a vector has no one mean */
    for (int64_t i = 0; i < input->rows; i++) {
        double of_constant = constant->mean - input->truth[i];
        double of_model = input->prediction[i] - input->truth[i];
        yardstick.constant += of_constant * of_constant / (double)input->rows;
        yardstick.model += of_model * of_model / (double)input->rows;
    }
    return yardstick;
}

bool part_report_measure(PartReport *report, Evaluator *evaluator, const char *part, const int64_t *rows, int64_t count,
                         int64_t epoch, double penalty, const Constant *constants, LrtError *error) {
    const LrtProgram *program = evaluator->machine->program;
    const LrtDataSpec *data = &program->data;
    *report = (PartReport){.part = part, .epoch = epoch, .penalty = penalty};
    report->confusions = calloc((size_t)data->target_count + 1, sizeof *report->confusions);
    report->yardsticks = calloc((size_t)data->target_count + 1, sizeof *report->yardsticks);
    if (!report->confusions || !report->yardsticks || !evaluation_init(&report->evaluation, program, error)) {
        return no_memory(error);
    }
    evaluator_measure(evaluator, rows, count, &report->evaluation);
    for (int64_t i = 0; i < data->target_count; i++) {
        const LrtMetricInput *input = &evaluator->inputs[i];
        if (data->targets[i].is_class) {
            size_t cells = (size_t)(input->levels * input->levels);
            if (!(report->confusions[i] = calloc(cells + 1, sizeof(int64_t)))) {
                return no_memory(error);
            }
            lrt_confusion_count(input, report->confusions[i]);
        }
        if (constants && constants[i].known && count > 0) {
            report->yardsticks[i] = data->targets[i].is_class ? measure_class(&constants[i], input, &evaluator->scratch)
                                                              : measure_real(&constants[i], input);
        }
    }
    return true;
}

double part_report_gain(const PartReport *report, const LrtProgram *program, bool even) {
    double sum = 0, known = 0;
    for (int64_t i = 0; report->yardsticks && i < program->data.target_count; i++) {
        const Yardstick *yardstick = &report->yardsticks[i];
        double constant = even ? yardstick->even_constant : yardstick->constant;
        if (yardstick->known && constant > 0) {
            sum += 1 - (even ? yardstick->even_model : yardstick->model) / constant;
            known++;
        }
    }
    return known > 0 ? sum / known : (double)NAN;
}

void part_report_free(PartReport *report, const LrtProgram *program) {
    for (int64_t i = 0; report->confusions && i < program->data.target_count; i++) {
        free(report->confusions[i]);
    }
    free(report->confusions);
    free(report->yardsticks);
    evaluation_free(&report->evaluation);
    *report = (PartReport){0};
}

static void write_confusion(LrtJsonWriter *json, const LrtTarget *target, const int64_t *counts) {
    lrt_json_key(json, "confusion");
    lrt_json_object_begin(json);
    lrt_json_key(json, "levels");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < target->level_count; i++) {
        lrt_json_string(json, target->levels[i]);
    }
    lrt_json_array_end(json);
    lrt_json_key(json, "counts");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < target->level_count; i++) {
        lrt_json_array_begin(json);
        for (int64_t k = 0; k < target->level_count; k++) {
            lrt_json_integer(json, counts[i * target->level_count + k]);
        }
        lrt_json_array_end(json);
    }
    lrt_json_array_end(json);
    lrt_json_object_end(json);
}

/* "price.rmse" of target price is "rmse" */
static const char *name_within_target(const char *name, const char *target) {
    size_t length = strlen(target);
    return strncmp(name, target, length) == 0 && name[length] == '.' ? name + length + 1 : name;
}

/* `target` -1: all metrics under their whole names. */
static void write_metrics(LrtJsonWriter *json, const PartReport *report, const LrtProgram *program, int32_t target) {
    lrt_json_key(json, "metrics");
    lrt_json_object_begin(json);
    for (int64_t i = 1; i < program->metric_count; i++) {
        const LrtMetric *metric = &program->metrics[i];
        if (metric->kind != LRT_METRIC_CONFUSION && (target < 0 || metric->target == target)) {
            lrt_json_key(json,
                         target < 0 ? metric->name : name_within_target(metric->name, program->data.targets[target].name));
            lrt_json_number(json, report->evaluation.metrics[i]);
        }
    }
    lrt_json_object_end(json);
}

static void write_targets(LrtJsonWriter *json, const PartReport *report, const LrtProgram *program) {
    lrt_json_key(json, "targets");
    lrt_json_object_begin(json);
    for (int64_t i = 0; i < program->data.target_count; i++) {
        const LrtTarget *target = &program->data.targets[i];
        lrt_json_key(json, target->name);
        lrt_json_object_begin(json);
        write_metrics(json, report, program, (int32_t)i);
        lrt_json_key(json, "units");
        lrt_json_string(json, target->units && target->units[0] ? target->units : NULL);
        if (report->confusions[i] && program->data.target_count > 1) {
            write_confusion(json, target, report->confusions[i]);
        }
        lrt_json_object_end(json);
    }
    lrt_json_object_end(json);
}

void part_report_json(const PartReport *report, const LrtProgram *program, LrtJsonWriter *json) {
    lrt_json_object_begin(json);
    lrt_json_key(json, "part");
    lrt_json_string(json, report->part);
    lrt_json_key(json, "rows");
    lrt_json_integer(json, report->evaluation.rows);
    lrt_json_key(json, "epoch");
    lrt_json_integer(json, report->epoch);
    lrt_json_key(json, "loss");
    lrt_json_number(json, report->evaluation.loss);
    lrt_json_key(json, "penalty");
    lrt_json_number(json, report->penalty);
    write_metrics(json, report, program, -1);
    write_targets(json, report, program);
    for (int64_t i = 0; i < program->data.target_count; i++) {
        if (report->confusions[i]) {
            write_confusion(json, &program->data.targets[i], report->confusions[i]);
            break;
        }
    }
    lrt_json_object_end(json);
}

bool part_report_save(const PartReport *report, const LrtProgram *program, const char *directory, LrtError *error) {
    char name[64], path[LRT_PATH_MAX];
    LrtOutputFile output;
    snprintf(name, sizeof name, "%s.json", report->part);
    if (!lrt_path_join(path, directory, name, error) || !lrt_output_open(&output, path, error)) {
        return false;
    }
    LrtJsonWriter json;
    lrt_json_init(&json, output.file, true);
    part_report_json(report, program, &json);
    fputc('\n', output.file);
    return lrt_output_commit(&output, error);
}
