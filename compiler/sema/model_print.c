/* The checked model as text, for `lspec dump --stage model`: one thing a line, in the order of the work. */
#include <math.h>
#include <stdio.h>

#include "sema/checker.h"
#include "support/str.h"

typedef struct Printer {
    const Model *model;
    FILE *out;
} Printer;

/* ---- words ----------------------------------------------------------------------------------------------------- */

static const char *transform_word(LrtTransform transform) {
    static const char *const words[] = {
#define TRANSFORM(id, word, kind, doc) word,
#include "lrt/transforms.def"
#undef TRANSFORM
    };
    return words[transform];
}

static const char *split_word(LrtSplitKind kind) {
    static const char *const words[] = {
#define SPLIT(id, word, built, doc) word,
#include "lrt/splits.def"
#undef SPLIT
    };
    return words[kind];
}

static const char *sampler_word(LrtSamplerKind kind) {
    static const char *const words[] = {
#define SAMPLER(id, word, built, doc) word,
#include "lrt/samplers.def"
#undef SAMPLER
    };
    return words[kind];
}

static const char *schedule_word(LrtScheduleKind kind) {
    static const char *const words[] = {
#define SCHEDULE(id, word, built, doc) word,
#include "lrt/schedules.def"
#undef SCHEDULE
    };
    return words[kind];
}

static const char *stop_word(LrtStopKind kind) {
    static const char *const words[] = {
#define STOP(id, word, built, doc) word,
#include "lrt/stops.def"
#undef STOP
    };
    return words[kind];
}

static const char *slot_kind_word(LrtSlotKind kind) {
    switch (kind) {
    case LRT_SLOT_REAL: return "real";
    case LRT_SLOT_CODE: return "code";
    case LRT_SLOT_MATRIX: return "matrix";
    case LRT_SLOT_INDEX: return "index";
    }
    return "";
}

static void print_number(FILE *out, double value) {
    char text[40];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, value);
        double back;
        if (sscanf(text, "%lf", &back) == 1 && back == value) break;
    }
    fputs(text, out);
}

/* ---- data ------------------------------------------------------------------------------------------------------ */

static void print_levels(FILE *out, const char *const *levels, int64_t count) {
    enum { SHOWN = 12 };
    fputc('[', out);
    for (int64_t i = 0; i < count && i < SHOWN; i++) fprintf(out, "%s%s", i > 0 ? ", " : "", levels[i]);
    if (count > SHOWN) fprintf(out, ", … %lld in all", (long long)count);
    fputc(']', out);
}

static void print_column(FILE *out, int64_t number, const LrtColumn *column) {
    fprintf(out, "  %lld %s : %s", (long long)number, column->name, column_type_word(column->type));
    if (column->has_low || column->has_high) {
        fputc('(', out);
        if (column->has_low) print_number(out, column->low);
        fputs("..", out);
        if (column->has_high) print_number(out, column->high);
        fputc(')', out);
    }
    if (column->format) fprintf(out, "(\"%s\")", column->format);
    if (column->optional) fputc('?', out);
    if (column->levels) {
        fputs(column->closed ? " closed " : " learnt ", out);
        print_levels(out, column->levels, column->level_count);
    }
    fputc('\n', out);
}

static void print_source(FILE *out, const LrtSource *source) {
    fprintf(out, "data \"%s\" header %s", source->spec_path ? source->spec_path : "", source->header ? "yes" : "no");
    if (source->delimiter) fprintf(out, " delimiter '%c'", source->delimiter);
    if (source->decimal == ',') fputs(" decimal ','", out);
    if (source->quote && source->quote != '"') fprintf(out, " quote '%c'", source->quote);
    if (source->missing_count > 0) {
        fputs(" missing ", out);
        print_levels(out, source->missing, source->missing_count);
    }
    fputc('\n', out);
}

static void print_step(const Printer *printer, const LrtStep *step) {
    const LrtDataSpec *data = &printer->model->data;
    fprintf(printer->out, "  %d", (int)step->input);
    for (int64_t i = 0; i < step->other_count; i++) fprintf(printer->out, ", %d", (int)step->others[i]);
    fprintf(printer->out, " -> %s", transform_word(step->transform));
    int last_number = LRT_STEP_NUMBERS - 1, last_option = LRT_STEP_OPTIONS - 1;
    while (last_number >= 0 && step->number[last_number] == 0) last_number--;
    while (last_option >= 0 && step->option[last_option] == 0) last_option--;
    for (int i = 0; i <= last_number; i++) {
        fputc(' ', printer->out);
        print_number(printer->out, step->number[i]);
    }
    for (int i = 0; i <= last_option; i++) fprintf(printer->out, " #%d", (int)step->option[i]);
    fprintf(printer->out, " -> %d %s %s", (int)step->output, slot_kind_word(data->slots[step->output].kind),
            data->slots[step->output].name);
    if (step->indicator >= 0) fprintf(printer->out, ", %d %s", (int)step->indicator, data->slots[step->indicator].name);
    fputc('\n', printer->out);
}

static void print_target(FILE *out, const LrtTarget *target) {
    fprintf(out, "  %s slot %d %s", target->name, (int)target->slot,
            target->is_ordinal ? "ordinal"
            : target->is_class ? "class"
                               : "real");
    if (target->levels) {
        fputc(' ', out);
        print_levels(out, target->levels, target->level_count);
    }
    if (target->units && target->units[0]) fprintf(out, " in units of %s", target->units);
    fputc('\n', out);
}

static void print_split(FILE *out, const LrtSplit *split) {
    fprintf(out, "split %s", split_word(split->kind));
    for (int part = 0; part < LRT_PART_COUNT && split->kind != LRT_SPLIT_PREDEFINED; part++) {
        fputc(' ', out);
        print_number(out, round(split->share[part] * 1e9) / 1e9);
    }
    if (split->kind == LRT_SPLIT_RANDOM || split->kind == LRT_SPLIT_STRATIFIED || split->kind == LRT_SPLIT_GROUPED)
        fprintf(out, " seed %llu", (unsigned long long)split->seed);
    if (split->column >= 0) fprintf(out, " column %d", (int)split->column);
    if (split->kind == LRT_SPLIT_PREDEFINED && split->test_fold >= 0)
        fprintf(out, " test fold %lld", (long long)split->test_fold);
    if (split->purge_seconds > 0)
        fprintf(out, " purge %g s", split->purge_seconds);
    else if (split->purge >= 0)
        fprintf(out, " purge %lld", (long long)split->purge);
    if (split->embargo_seconds > 0) fprintf(out, " embargo %g s", split->embargo_seconds);
    if (split->embargo > 0) fprintf(out, " embargo %lld", (long long)split->embargo);
    fputc('\n', out);
}

static void print_inputs(FILE *out, const LrtDataSpec *data) {
    fprintf(out, "inputs\n");
    for (int64_t i = 0; i < data->input_count; i++) {
        const LrtInput *input = &data->inputs[i];
        fprintf(out, "  %lld %s slot %d", (long long)i, input->name, (int)input->slot);
        if (input->is_index)
            fprintf(out, " index of %d", (int)input->index_count);
        else if (input->width > 0)
            fprintf(out, " columns %d..%d", (int)input->offset, (int)(input->offset + input->width));
        fputc('\n', out);
    }
}

static void print_data(const Printer *printer) {
    const LrtDataSpec *data = &printer->model->data;
    FILE *out = printer->out;
    print_source(out, &data->source);
    fputs("columns\n", out);
    for (int64_t i = 0; i < data->column_count; i++) print_column(out, i, &data->columns[i]);
    fputs("targets\n", out);
    for (int64_t i = 0; i < data->target_count; i++) print_target(out, &data->targets[i]);
    print_split(out, &data->split);
    fputs("steps\n", out);
    for (int64_t i = 0; i < data->step_count; i++) print_step(printer, &data->steps[i]);
    print_inputs(out, data);
    for (int64_t i = 0; i < data->sampler_count; i++) {
        fprintf(out, "sampler %s ratio ", sampler_word(data->samplers[i].kind));
        print_number(out, data->samplers[i].ratio);
        if (data->samplers[i].version > 0) fprintf(out, " version %lld", (long long)data->samplers[i].version);
        if (data->samplers[i].neighbors > 0) fprintf(out, " neighbors %lld", (long long)data->samplers[i].neighbors);
        fprintf(out, " seed %llu\n", (unsigned long long)data->samplers[i].seed);
    }
}

/* ---- network --------------------------------------------------------------------------------------------------- */

static const char *net_kind_word(NetKind kind) {
    switch (kind) {
    case NET_INPUT: return "input";
    case NET_INDEX: return "index";
    case NET_CONSTANT: return "constant";
    case NET_START: return "start";
    case NET_CALL: return "call";
    case NET_BINARY: return "binary";
    case NET_NEGATE: return "negate";
    case NET_CONCAT: return "concat";
    case NET_ASSERT: return "assert";
    case NET_OUTPUT: return "output";
    }
    return "";
}

static void print_node(const Printer *printer, int64_t number) {
    const NetNode *node = &printer->model->nodes.items[number];
    FILE *out = printer->out;
    fprintf(out, "  %%%lld = %s", (long long)number, net_kind_word(node->kind));
    if (node->kind == NET_CALL && node->call) fprintf(out, " %s", node->call->text);
    if (node->kind == NET_BINARY) fprintf(out, " %c", node->op);
    if (node->kind == NET_CONSTANT) {
        fputc(' ', out);
        print_number(out, node->value);
    }
    if (node->kind == NET_OUTPUT)
        fprintf(out, " %s%s", printer->model->data.targets[node->target].name, node->head_none ? " head none" : "");
    for (int64_t i = 0; i < node->input_count; i++) fprintf(out, " %%%d", (int)node->inputs[i]);
    for (int64_t i = 0; i < node->column_count; i++) fprintf(out, " @%d", (int)node->columns[i]);
    for (int64_t i = 0; i < node->dim_count; i++)
        fprintf(out, "%s%lld%s", i == 0 ? " [" : ", ", (long long)node->dims[i], i + 1 == node->dim_count ? "]" : "");
    fputc('\n', out);
}

/* ---- training -------------------------------------------------------------------------------------------------- */

static void print_duration(FILE *out, const char *name, LrtDuration duration) {
    if (duration.count == 0) return;
    fprintf(out, " %s ", name);
    print_number(out, duration.count);
    fputs(duration.unit == LRT_UNIT_EPOCHS ? " epochs" : " steps", out);
}

static void print_schedule(FILE *out, const LrtSchedule *schedule) {
    fprintf(out, "learning rate %s ", schedule_word(schedule->kind));
    print_number(out, schedule->from);
    if (schedule->to != schedule->from) {
        fputs("..", out);
        print_number(out, schedule->to);
    }
    if (schedule->restarts > 0) fprintf(out, " restarts %lld", (long long)schedule->restarts);
    if (schedule->factor > 0) {
        fputs(" factor ", out);
        print_number(out, schedule->factor);
    }
    if (schedule->power > 0) {
        fputs(" power ", out);
        print_number(out, schedule->power);
    }
    for (int64_t i = 1; i < schedule->piece_count; i++) {
        print_duration(out, "from", schedule->pieces[i].begin);
        fputc(' ', out);
        print_number(out, schedule->pieces[i].rate);
    }
    print_duration(out, "every", schedule->every);
    print_duration(out, "warmup", schedule->warmup);
    fputc('\n', out);
}

static void print_monitor(const Printer *printer, LrtMonitor monitor) {
    const Model *model = printer->model;
    const char *metric = monitor.metric >= 0 && monitor.metric < model->metrics.count
                             ? model->metrics.items[monitor.metric].name
                             : "loss";
    fprintf(printer->out, "%s.%s", monitor.part == LRT_PART_VALIDATION ? "validation" : "train", metric);
}

static void print_stop(const Printer *printer, const LrtStop *stop) {
    fprintf(printer->out, "stop %s", stop_word(stop->kind));
    if (stop->kind == LRT_STOP_EARLY) {
        fputc(' ', printer->out);
        print_monitor(printer, stop->monitor);
        fprintf(printer->out, " patience %lld min_delta ", (long long)stop->patience);
        print_number(printer->out, stop->min_delta);
        fprintf(printer->out, " restore %s\n", stop->restore_best ? "best" : "last");
        return;
    }
    fputc(' ', printer->out);
    if (stop->kind == LRT_STOP_REACHED) {
        static const char *const comparisons[] = {">", ">=", "<", "<="};
        print_monitor(printer, stop->monitor);
        fprintf(printer->out, " %s ", comparisons[stop->comparison]);
    }
    print_number(printer->out, stop->limit);
    fputc('\n', printer->out);
}

static void print_calls(FILE *out, const char *word, const Call *const *calls, int64_t count) {
    for (int64_t i = 0; i < count; i++) fprintf(out, "%s %s\n", word, calls[i]->text);
}

static void print_training(const Printer *printer) {
    const Model *model = printer->model;
    FILE *out = printer->out;
    for (int64_t i = 0; i < model->targets.count; i++) {
        const ModelTarget *target = &model->targets.items[i];
        fprintf(out, "loss %s: ", model->data.targets[target->index].name);
        print_number(out, target->loss_weight);
        fprintf(out, " * %s\n", target->loss ? target->loss->text : "none");
    }
    print_calls(out, "penalty", model->penalties.items, model->penalties.count);
    print_calls(out, "gradient", model->gradient_steps.items, model->gradient_steps.count);
    if (model->optimizer) fprintf(out, "optimizer %s\n", model->optimizer->text);
    print_calls(out, "weights", model->weight_calls.items, model->weight_calls.count);
    print_schedule(out, &model->schedule);
    fprintf(out, "train batch ");
    if (model->train.batch_all)
        fputs("all", out);
    else
        fprintf(out, "%lld", (long long)model->train.batch);
    fprintf(out, " epochs %lld shuffle %s seed %llu threads %lld drop_last %s\n", (long long)model->train.epochs,
            model->train.shuffle ? "yes" : "no", (unsigned long long)model->train.seed, (long long)model->train.threads,
            model->train.drop_last ? "yes" : "no");
    for (int64_t i = 0; i < model->stops.count; i++) print_stop(printer, &model->stops.items[i]);
    for (int64_t i = 0; i < model->metrics.count; i++) fprintf(out, "metric %s\n", model->metrics.items[i].name);
    fputs(model->restore_best ? "best " : "last", out);
    if (model->restore_best) print_monitor(printer, model->best);
    fputc('\n', out);
    if (model->run_directory) fprintf(out, "runs %s\n", model->run_directory);
}

static void print_constants(const Printer *printer) {
    for (int64_t i = 0; i < printer->model->constants.count; i++) {
        const ModelConstant *constant = &printer->model->constants.items[i];
        fprintf(printer->out, "%s %s", constant->is_param ? "param" : "let", constant->name);
        if (!isnan(constant->value)) {
            fputs(" = ", printer->out);
            print_number(printer->out, constant->value);
        }
        fputc('\n', printer->out);
    }
}

void model_print(const Model *model, FILE *out) {
    const Printer printer = {model, out};
    fprintf(out, "model %s\n", model->name);
    print_constants(&printer);
    print_data(&printer);
    fputs("network\n", out);
    for (int64_t i = 0; i < model->nodes.count; i++) print_node(&printer, i);
    print_training(&printer);
    if (model->data_known) fprintf(out, "training rows %lld\n", (long long)model->training_rows);
}
