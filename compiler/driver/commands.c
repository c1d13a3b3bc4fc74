/* The table of commands, and the ones that take no stage: help and version. */
#include "driver/commands.h"

#include "driver/version.h"
#include "support/fuzzy.h"
#include "support/str.h"

static int command_later(const Options *options) {
    return options_usage_error("this version does not build `lspec %s` yet; `lspec help` lists what it does",
                               options->command->name);
}

const Command command_table[] = {
    {"new", "DATA --target COLUMN", "profiles a table and writes a commented starter spec", command_new},
    {"check", "F.lspec…", "every error and warning of the files", command_check},
    {"build", "F.lspec [-o TRAINER]", "compiles a spec into a standalone trainer", command_build},
    {"run", "F.lspec [options]", "builds into a cache and trains; further options go to the trainer", command_run},
    {"doctor", "F.lspec", "runs a spec, diagnoses it, and finds changes that help", command_doctor},
    {"profile", "DATA|F.lspec", "types, missing cells, distributions and suspects of a table", command_profile},
    {"graph", "F.lspec [-o FILE]", "draws the pipeline or the network: .dot, .svg, .png or .pdf", command_graph},
    {"fmt", "F.lspec…", "the one canonical layout, comments kept", command_fmt},
    {"explain", "NAME", "any error, warning, layer, loss, transform…, with an example", command_explain},
    {"list", "[KIND]", "the catalogue: layers, losses, transforms…", command_list},
    {"dump", "--stage STAGE F.lspec", "what a stage of the compiler makes of a spec, readable", command_dump},
    {"help", "[COMMAND]", "this text, or the options of one command", command_help},
    {"version", "", "the version", command_version},
    {"tune", "", "", NULL},
    {"lsp", "", "", NULL},
};
const int64_t command_count = sizeof command_table / sizeof *command_table;

int command_dispatch(const Options *options) {
    return options->command->run != NULL ? options->command->run(options) : command_later(options);
}

const char *command_one_spec(const Options *options) {
    if (options->operands.count == 1) return options->operands.items[0];
    if (options->operands.count == 0)
        options_usage_error("`lspec %s` wants a spec: lspec %s %s", options->command->name, options->command->name,
                            options->command->operands);
    else
        options_usage_error("`lspec %s` takes one spec, not %lld", options->command->name,
                            (long long)options->operands.count);
    return NULL;
}

int command_help(const Options *options) {
    if (options->operands.count == 0) {
        options_print_help(stdout, NULL);
        return 0;
    }
    const Command *command = command_find(options->operands.items[0]);
    if (command == NULL || command->run == NULL)
        return options_usage_error("`%s` is not a command; `lspec help` lists them", options->operands.items[0]);
    options_print_help(stdout, command);
    return 0;
}

int command_version(const Options *options) {
    (void)options;
    printf("lspec %s\n", LSPEC_VERSION);
    return 0;
}
