/* The table of ARCHITECTURE as straight-line code: source, syntax tree, model, data, graphs, plans. */
#include "driver/pipeline.h"

#include <stdlib.h>
#include <unistd.h>

#include "passes/passes.h"
#include "support/str.h"

bool pipeline_color(const Options *options, FILE *stream) {
    if (options->color != NULL && str_equal(options->color, "always")) return true;
    if (options->color != NULL && str_equal(options->color, "never")) return false;
    const char *no_color = getenv("NO_COLOR");
    if (no_color != NULL && no_color[0] != '\0') return false;
    return isatty(fileno(stream)) == 1;
}

void pipeline_report(Session *session, const Options *options) {
    diag_finish(session);
    diag_render_text(session, stderr, pipeline_color(options, stderr), options->verbose);
}

static int32_t read_source(Session *session, const char *path) {
    const char *why = NULL;
    int32_t source = source_read(&session->sources, path, &why);
    if (source < 0) {
        int32_t place = source_add(&session->sources, path, "", 0);
        Diagnostic *diagnostic = diag_report(session, DIAG_SPEC_NOT_READ, (Span){.source = place},
                                             "the spec `%s` cannot be read: %s", path, why);
        diag_advice(diagnostic, "give the path of a .lspec file");
    }
    return source;
}

/* The stages behind the first on `out->source`. */
static bool run_stages(const Options *options, Stage last, Pipeline *out) {
    Session *session = out->session;
    CheckOptions check = {.no_data = options->no_data,
                          .use_lock = true,
                          .overrides = options->overrides.items,
                          .override_count = options->overrides.count};
    if (out->source < 0 || last == STAGE_READ) return session->error_count == 0;

    out->file = syntax_parse(session, out->source);
    if (last == STAGE_PARSE) return session->error_count == 0;

    /* The checker runs on a damaged file too: what parsed is worth checking, and each mistake is told once. */
    out->model = sema_check(session, out->file, &check);
    if (session->error_count > 0 || last == STAGE_CHECK || options->no_data) return session->error_count == 0;

    if (!data_learn(session, out->model, &check) || session->error_count > 0) return false;
    if (last == STAGE_LEARN) return true;

    out->lowered = lower_model(session, out->model);
    if (out->lowered == NULL || session->error_count > 0) return false;
    if (last == STAGE_LOWER) return true;

    lower_training_step(session, out->model, out->lowered);
    if (last == STAGE_STEP) return true;

    LrtDataSpec fed = out->model->data;
    if (out->model->mixes) { /* behind a row's own labels and targets: those of its partner, and its share */
        fed.label_width *= 2;
        fed.target_width++;
    }
    out->training_plan = plan_build(session, out->lowered->training, out->model->train.batch, &fed);
    out->evaluation_plan = plan_build(session, out->lowered->evaluation, PLAN_EVALUATION_ROWS,
                                      &out->model->data);
    return true;
}

bool pipeline_run(Session *session, const Options *options, const char *path, Stage last, Pipeline *out) {
    *out = (Pipeline){.session = session};
    out->source = read_source(session, path);
    return run_stages(options, last, out);
}

bool pipeline_run_text(Session *session, const Options *options, const char *path, const char *text, size_t length, Stage last,
                       Pipeline *out) {
    *out = (Pipeline){.session = session};
    out->source = source_add(&session->sources, path, text, length);
    return run_stages(options, last, out);
}
