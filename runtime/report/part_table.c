/* Results as a table, and the sentence that says what they are worth beside a constant. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/part_report.h"
#include "report/text.h"

enum { CELL = 12 };

static void print_row(FILE *out, int width, const char *name, const double *values, int64_t count) {
    fprintf(out, "  %-*s", width, name);
    for (int64_t i = 0; i < count; i++) {
        char text[TEXT_NUMBER];
        text_number(values[i], text);
        fprintf(out, "%*s", CELL, text);
    }
}

static int name_width(const LrtProgram *program) {
    int width = 8;
    for (int64_t i = 0; i < program->metric_count; i++) {
        int length = (int)strlen(program->metrics[i].name);
        width = length > width ? length : width;
    }
    return width;
}

static void print_units(const LrtProgram *program, const LrtMetric *metric, FILE *out) {
    const LrtTarget *target = metric->target >= 0 ? &program->data.targets[metric->target] : NULL;
    if (!target || !lrt_metric_has_units(metric->kind)) {
        return;
    }
    if (target->is_class) {
        fprintf(out, "  levels");
    } else if (target->units && target->units[0]) {
        fprintf(out, "  in units of %s", target->units);
    }
}

void part_reports_print(const PartReport *reports, int64_t count, const LrtProgram *program, FILE *out) {
    enum { MOST = LRT_PART_COUNT + 1 };
    double values[MOST];
    int width = name_width(program);
    fprintf(out, "  %-*s", width, "");
    for (int64_t i = 0; i < count; i++) {
        fprintf(out, "%*s", CELL, reports[i].part);
    }
    fprintf(out, "\n  %-*s", width, "rows");
    for (int64_t i = 0; i < count; i++) {
        fprintf(out, "%*" PRId64, CELL, reports[i].evaluation.rows);
        values[i] = reports[i].evaluation.loss;
    }
    fputc('\n', out);
    print_row(out, width, "loss", values, count);
    fputc('\n', out);
    for (int64_t m = 1; m < program->metric_count; m++) {
        if (program->metrics[m].kind == LRT_METRIC_CONFUSION) {
            continue;
        }
        for (int64_t i = 0; i < count; i++) {
            values[i] = reports[i].evaluation.metrics[m];
        }
        print_row(out, width, program->metrics[m].name, values, count);
        print_units(program, &program->metrics[m], out);
        fputc('\n', out);
    }
}

static void print_class(const PartReport *report, const LrtTarget *target, const Yardstick *yardstick, FILE *out) {
    char constant[TEXT_NUMBER], model[TEXT_NUMBER];
    text_number(yardstick->constant, constant);
    text_number(yardstick->model, model);
    fprintf(out, "Yardstick for %s (%s): the class shares of the training part alone have a log loss of %s, the model %s; ",
            target->name, report->part, constant, model);
    double gain = (yardstick->constant - yardstick->model) / yardstick->constant;
    if (gain > 0) {
        fprintf(out, "it takes away %.0f %% of that.", 100 * gain);
    } else {
        fprintf(out, "it is no better than a constant.");
    }
    fprintf(out, " Always the commonest class would be right in %.1f %% of the rows, the model is in %.1f %%.\n",
            100 * yardstick->constant_accuracy, 100 * yardstick->accuracy);
}

static void print_real(const PartReport *report, const LrtTarget *target, const Yardstick *yardstick, FILE *out) {
    char constant[TEXT_NUMBER], model[TEXT_NUMBER];
    text_number(sqrt(yardstick->constant), constant);
    text_number(sqrt(yardstick->model), model);
    fprintf(out, "Yardstick for %s (%s): the mean of the training part alone has an rmse of %s, the model %s; ", target->name,
            report->part, constant, model);
    double gain = (yardstick->constant - yardstick->model) / yardstick->constant;
    if (gain > 0) {
        fprintf(out, "it takes away %.0f %% of the squared error.\n", 100 * gain);
    } else {
        fprintf(out, "it is no better than a constant.\n");
    }
}

static void print_portfolio(const PartReport *report, const LrtTarget *target, const Yardstick *yardstick, FILE *out) {
    char equal[TEXT_NUMBER], model[TEXT_NUMBER];
    text_number(yardstick->constant, equal);
    text_number(yardstick->model, model);
    fprintf(out, "Yardstick for %s (%s): equal shares have a Sharpe ratio of %s a period, the model's %s%s.\n", target->name, report->part,
            equal, model, yardstick->model > yardstick->constant ? "" : ": it is no better than holding all alike");
}

void part_report_print_yardstick(const PartReport *report, const LrtProgram *program, FILE *out) {
    for (int64_t i = 0; i < program->data.target_count; i++) {
        const Yardstick *yardstick = &report->yardsticks[i];
        if (yardstick->is_portfolio) {
            print_portfolio(report, &program->data.targets[i], yardstick, out);
            continue;
        }
        if (!yardstick->known || !(yardstick->constant > 0)) {
            continue;
        }
        if (program->data.targets[i].is_class) {
            print_class(report, &program->data.targets[i], yardstick, out);
        } else {
            print_real(report, &program->data.targets[i], yardstick, out);
        }
    }
}
