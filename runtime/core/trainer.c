/* The trainer's main: checks that this program can run here, reads the command line, runs the command, says what went wrong. */
#include "lrt/trainer.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/commands.h"
#include "core/cpu_features.h"
#include "report/error_report.h"

static bool check_program(const LrtProgram *program, LrtError *error) {
    char missing[32];
    if (program->abi_version != LRT_ABI_VERSION) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "abi-mismatch", "this trainer was linked with a runtime of ABI %d; its code has ABI %d",
                      LRT_ABI_VERSION, program->abi_version);
        lrt_error_fix(error, "build it again with one version of lspec");
        return false;
    }
    if (!cpu_has_features(program->cpu_features, missing, sizeof missing)) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "cpu-too-old", "this trainer was built for %s and needs %s, which this processor lacks",
                      program->target_cpu, missing);
        lrt_error_fix(error, "lspec build --target-cpu x86-64-v3, or build it on this machine");
        return false;
    }
    return true;
}

static bool wants_color(const char *when) {
    if (when && strcmp(when, "auto") != 0) {
        return strcmp(when, "always") == 0;
    }
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDERR_FILENO) && !(no_color && no_color[0]);
}

static int run_command(const CommandContext *context, LrtError *error) {
    switch (context->options->command) {
    case COMMAND_TRAIN:
        return command_train(context, error);
    case COMMAND_EVAL:
        return command_eval(context, error);
    case COMMAND_PREDICT:
        return command_predict(context, error);
    case COMMAND_PREPARE:
        return command_prepare(context, error);
    case COMMAND_INFO:
        return command_info(context, error);
    case COMMAND_AUDIT:
        return command_audit(context, error);
    case COMMAND_HELP:
    case COMMAND_VERSION:
        break; /* answered before the program is checked */
    }
    return 0;
}

/* Results that were not written are no results. */
static int flush_results(int status, LrtError *error) {
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return status;
    }
    lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-written", "standard output could not be written");
    return status == 0 ? LRT_EXIT_SYSTEM : status;
}

int lrt_trainer_main(const LrtProgram *program, int argc, char **argv) {
    LrtError error = {0};
    TrainerOptions options;
    const char *executable = argc > 0 ? argv[0] : "trainer";
    if (!trainer_options_parse(&options, argc, argv, &error)) {
        error_print(&error, NULL, wants_color(NULL), stderr);
        return LRT_EXIT_USAGE;
    }
    CommandContext context = {.program = program,
                              .options = &options,
                              .messages = options.quiet ? NULL : stderr,
                              .color = wants_color(options.color)};
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is an error of writing, not the end of the process */
    signal(SIGXFSZ, SIG_IGN);
    int status = 0;
    if (options.command == COMMAND_HELP) {
        print_help(program, executable, stdout);
    } else if (options.command == COMMAND_VERSION) {
        printf("%s, built by lspec %s\n", program->name, program->compiler_version);
    } else if (!check_program(program, &error)) {
        status = error.status;
    } else {
        status = run_command(&context, &error);
    }
    status = flush_results(status, &error);
    if (error.status != 0) {
        error_print(&error, program->spec_file, context.color, stderr);
    }
    return status;
}
