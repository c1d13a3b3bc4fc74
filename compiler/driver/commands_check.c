/* `check`, `fmt` and `dump`: what needs no machine code (but `dump --stage llvm`). */
#include <string.h>

#include "codegen/codegen.h"
#include "diag/diag_sarif.h"
#include "driver/commands.h"
#include "driver/pipeline.h"
#include "support/io.h"
#include "support/str.h"

/* One round of `check --fix`: how many fixes it applied to the file, or -1 where it could not be written. */
static int64_t fix_once(const Options *options, const char *path) {
    Session *session = session_new();
    Pipeline pipeline;
    int64_t count = 0;
    pipeline_run(session, options, path, STAGE_LOWER, &pipeline);
    if (pipeline.source >= 0) {
        diag_finish(session);
        size_t length;
        const char *text = diag_apply_fixes(session, pipeline.source, &length, &count);
        const char *why = NULL;
        if (count > 0 && !io_write_file(session->arena, path, text, length, &why)) {
            fprintf(stderr, "lspec: %s cannot be written: %s; it is unchanged\n", path, why);
            count = -1;
        }
    }
    session_free(session);
    return count;
}

/* Applies fixes until none is certain: one may uncover the next. False where the file could not be written. */
static bool fix_file(const Options *options, const char *path) {
    enum { MOST_ROUNDS = 20 }; /* two fixes that undo one another must not go on for ever */
    int64_t total = 0, count = 1;
    for (int round = 0; round < MOST_ROUNDS && count > 0; round++) {
        count = fix_once(options, path);
        if (count > 0) total += count;
    }
    if (total > 0)
        fprintf(stderr, "lspec: %s: %lld fix%s applied\n", path, (long long)total, total == 1 ? "" : "es");
    return count >= 0;
}

/* Checks one file and prints what there is to say; `log` is NULL unless it goes into a SARIF log. */
static bool check_file(const Options *options, const char *path, SarifLog *log) {
    Session *session = session_new();
    Pipeline pipeline;
    bool good = pipeline_run(session, options, path, STAGE_LOWER, &pipeline);
    if (log != NULL) {
        diag_finish(session);
        sarif_add(log, session, options->verbose);
    } else if (options->json) {
        diag_finish(session);
        diag_render_json(session, stdout, options->verbose);
    } else {
        pipeline_report(session, options);
    }
    good = good && session->error_count == 0;
    session_free(session);
    return good;
}

int command_check(const Options *options) {
    if (options->operands.count == 0) return command_one_spec(options) == NULL ? 2 : 0;
    if (options->json && options->sarif)
        return options_usage_error("`--json` and `--sarif` are two forms of one output; leave one out");
    bool failed = false, unwritten = false;
    SarifLog log;
    if (options->sarif) sarif_begin(&log, stdout);
    for (int64_t i = 0; i < options->operands.count; i++) {
        const char *path = options->operands.items[i];
        if (options->fix && !fix_file(options, path)) unwritten = true;
        if (!check_file(options, path, options->sarif ? &log : NULL)) failed = true;
    }
    if (options->sarif) sarif_end(&log);
    return unwritten ? 3 : failed ? 1 : 0;
}

/* Formats one file in place, or "-" from standard input to standard output. */
static int format_file(const Options *options, const char *path) {
    Session *session = session_new();
    bool is_stream = str_equal(path, "-");
    Pipeline pipeline;
    int status = 0;
    if (!pipeline_run(session, options, is_stream ? "/dev/stdin" : path, STAGE_PARSE, &pipeline)) {
        pipeline_report(session, options);
        status = 1;
    } else {
        const Source *source = &session->sources.sources.items[pipeline.source];
        const char *text = syntax_print(session, pipeline.file);
        bool same = strlen(text) == source->length && memcmp(text, source->text, source->length) == 0;
        const char *why = NULL;
        if (is_stream && !options->check_only) {
            fputs(text, stdout);
        } else if (!same && options->check_only) {
            fprintf(stderr, "lspec: %s is not in the canonical layout; `lspec fmt %s` rewrites it\n", path, path);
            status = 1;
        } else if (!same && !io_write_file(session->arena, path, text, strlen(text), &why)) {
            fprintf(stderr, "lspec: %s cannot be written: %s; it is unchanged\n", path, why);
            status = 3;
        }
    }
    session_free(session);
    return status;
}

int command_fmt(const Options *options) {
    if (options->operands.count == 0) return command_one_spec(options) == NULL ? 2 : 0;
    int worst = 0;
    for (int64_t i = 0; i < options->operands.count; i++) {
        int status = format_file(options, options->operands.items[i]);
        if (status > worst) worst = status;
    }
    return worst;
}

static Stage dump_stage(const char *name) {
    if (str_equal(name, "tokens")) return STAGE_READ;
    if (str_equal(name, "ast")) return STAGE_PARSE;
    /* Without the data the model is printed as far as the text alone tells. */
    if (str_equal(name, "model")) return STAGE_LEARN;
    if (str_equal(name, "graph")) return STAGE_STEP;
    return STAGE_PLAN;
}

static bool dump_llvm(const Pipeline *pipeline, const Options *options) {
    CodegenOptions codegen = {.optimization = options->optimization != NULL ? options->optimization[0] - '0' : 3,
                              .target_cpu = options->target_cpu != NULL ? options->target_cpu : "native",
                              .emit = EMIT_LLVM};
    const char *text = NULL;
    size_t length = 0;
    if (!codegen_run(pipeline->session, pipeline->model, pipeline->lowered, pipeline->training_plan,
                     pipeline->evaluation_plan, &codegen, &text, &length))
        return false;
    fwrite(text, 1, length, stdout);
    return true;
}

static bool dump_result(const Pipeline *pipeline, const Options *options) {
    const char *stage = options->stage;
    if (str_equal(stage, "tokens")) {
        syntax_dump_tokens(pipeline->session, pipeline->source, stdout);
    } else if (str_equal(stage, "ast")) {
        syntax_dump_ast(pipeline->file, stdout);
    } else if (str_equal(stage, "model")) {
        model_print(pipeline->model, stdout);
    } else if (str_equal(stage, "graph")) {
        fputs("# training\n", stdout);
        graph_print(pipeline->lowered->training, stdout);
        fputs("\n# evaluation\n", stdout);
        graph_print(pipeline->lowered->evaluation, stdout);
    } else if (str_equal(stage, "schedule")) {
        fputs("# training\n", stdout);
        plan_print(pipeline->training_plan, stdout);
        fputs("\n# evaluation\n", stdout);
        plan_print(pipeline->evaluation_plan, stdout);
    } else {
        return dump_llvm(pipeline, options);
    }
    return true;
}

int command_dump(const Options *options) {
    const char *path = command_one_spec(options);
    if (path == NULL) return 2;
    if (options->stage == NULL)
        return options_usage_error("`lspec dump` wants --stage tokens|ast|model|graph|schedule|llvm");
    Session *session = session_new();
    Pipeline pipeline;
    Stage last = dump_stage(options->stage);
    if (options->no_data && last > STAGE_LEARN) {
        session_free(session);
        return options_usage_error("--stage %s needs the data; leave --no-data out", options->stage);
    }
    bool done = pipeline_run(session, options, path, last, &pipeline);
    if (done) done = dump_result(&pipeline, options);
    pipeline_report(session, options);
    session_free(session);
    return done ? 0 : 1;
}
