/* --help, made of the program itself: its data, its columns, its defaults, and the table of options. */
#include <inttypes.h>
#include <string.h>

#include "core/commands.h"

static const struct {
    const char *word, *doc;
} commands[] = {{"train", "trains (what no command means)"},
                {"eval", "loss and metrics of a trained model"},
                {"predict", "predictions for new rows; unlabelled columns suffice"},
                {"prepare", "writes what the network would be fed"},
                {"info", "the spec, columns, parts, layers, cost and memory, before anything runs"},
                {"audit", "proves that nothing of validation and test part reaches training"}};

static void print_names(const LrtDataSpec *spec, FILE *out) {
    int column = 0;
    for (int64_t i = 0; i < spec->input_count; i++) {
        column += fprintf(out, "%s%s", column ? ", " : "", spec->inputs[i].name);
        if (column > 90 && i + 1 < spec->input_count) {
            column = 0;
            fprintf(out, ",\n            ");
        }
    }
    fputc('\n', out);
}

static void print_targets(const LrtDataSpec *spec, FILE *out) {
    for (int64_t i = 0; i < spec->target_count; i++) {
        const LrtTarget *target = &spec->targets[i];
        fprintf(out, "%s%s", i ? "; " : "", target->name);
        for (int64_t k = 0; target->is_class && k < target->level_count && k < 8; k++) {
            fprintf(out, "%s%s", k ? ", " : ": ", target->levels[k]);
        }
        fprintf(out, "%s", target->is_class && target->level_count > 8 ? ", …" : "");
        if (!target->is_class && target->units && target->units[0]) {
            fprintf(out, " in units of %s", target->units);
        }
    }
    fputc('\n', out);
}

static void print_options(FILE *out) {
    int64_t count;
    const TrainerOptionRow *rows = trainer_option_rows(&count);
    for (size_t c = 0; c < sizeof commands / sizeof commands[0]; c++) {
        fprintf(out, "\noptions of %s:\n", commands[c].word);
        for (int64_t i = 0; i < count; i++) {
            if (word_in_list(rows[i].commands, commands[c].word)) {
                char name[64];
                snprintf(name, sizeof name, "%s %s", rows[i].short_name ? rows[i].short_name : rows[i].name,
                         rows[i].value ? rows[i].value : "");
                fprintf(out, "  %-32s %s\n", name, rows[i].doc);
            }
        }
    }
}

static void print_settings(const LrtProgram *program, FILE *out) {
    fprintf(out, "metrics     ");
    for (int64_t i = 0; i < program->metric_count; i++) {
        fprintf(out, "%s%s", i ? ", " : "", program->metrics[i].name);
    }
    fprintf(out, "\ntraining    batches of %" PRId64 ", at most %" PRId64 " epochs, seed %" PRIu64 "\n", program->train.batch,
            program->train.epochs, program->train.seed);
    fprintf(out, "runs in     %s\n", program->run_directory);
}

void print_help(const LrtProgram *program, const char *executable, FILE *out) {
    const LrtDataSpec *spec = &program->data;
    fprintf(out, "%s: a trainer built by lspec %s from %s\n\n", program->name, program->compiler_version, program->spec_file);
    fprintf(out, "usage: %s [COMMAND] [OPTIONS]\n", executable);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        fprintf(out, "  %-10s %s\n", commands[i].word, commands[i].doc);
    }
    fprintf(out, "\ndata        %s\ntarget      ", spec->source.spec_path);
    print_targets(spec, out);
    fprintf(out, "inputs      ");
    print_names(spec, out);
    print_settings(program, out);
    print_options(out);
    fprintf(out, "\nexit status: 0 done, 1 the data has an error, 2 wrong usage, 3 a file or the system failed,\n"
                 "4 training ended by a diagnosis (the loss was not finite), 130 interrupted\n");
}
