/* `graph`: a picture as DOT on standard output, or in the format that the output's name asks for. */
#include <string.h>

#include "driver/commands.h"
#include "driver/pipeline.h"
#include "support/io.h"
#include "support/str.h"
#include "visual/dot.h"
#include "visual/visual.h"

static Stage view_stage(const char *view, bool no_data) {
    if (str_equal(view, "pipeline")) return no_data ? STAGE_CHECK : STAGE_LEARN;
    if (str_equal(view, "network")) return STAGE_LOWER;
    if (str_equal(view, "training")) return STAGE_STEP;
    return STAGE_PLAN;
}

static const char *draw(const Pipeline *pipeline, const char *view) {
    if (str_equal(view, "pipeline")) return visual_pipeline(pipeline->session, pipeline->model);
    if (str_equal(view, "network")) return visual_network(pipeline->session, pipeline->model, pipeline->lowered);
    if (str_equal(view, "training")) return visual_training(pipeline->session, pipeline->model, pipeline->lowered);
    return visual_kernels(pipeline->session, pipeline->model, pipeline->training_plan);
}

/* "svg" of "x.svg"; NULL for a name without one of the known endings. */
static const char *output_format(const char *output) {
    static const char *const formats[] = {"dot", "svg", "png", "pdf"};
    const char *dot = strrchr(output, '.');
    for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(dot + 1, formats[i]) == 0) return formats[i];
    return NULL;
}

static int write_picture(Session *session, const char *text, const char *output, const char *format) {
    const char *why = NULL;
    if (str_equal(format, "dot")) {
        if (io_write_file(session->arena, output, text, strlen(text), &why)) return 0;
    } else {
        switch (dot_render(session->arena, text, format, output, &why)) {
        case DOT_RENDERED:
            return 0;
        case DOT_NO_GRAPHVIZ:
            fprintf(stderr, "lspec: %s needs Graphviz, and its program `dot` was not found: install the package graphviz, "
                            "or write DOT with -o %.*s.dot\n", output, (int)(strlen(output) - strlen(format) - 1), output);
            return 3;
        case DOT_FAILED:
            break;
        }
    }
    fprintf(stderr, "lspec: %s cannot be written: %s\n", output, why);
    return 3;
}

int command_graph(const Options *options) {
    const char *path = command_one_spec(options);
    if (path == NULL) return 2;
    const char *view = options->view != NULL ? options->view : "pipeline";
    const char *format = options->output != NULL ? output_format(options->output) : "dot";
    if (format == NULL)
        return options_usage_error("`%s` names no format; end it in .dot, .svg, .png or .pdf", options->output);
    if (options->no_data && !str_equal(view, "pipeline"))
        return options_usage_error("--view %s has shapes that come from the data; leave --no-data out", view);
    Session *session = session_new();
    Pipeline pipeline;
    int status = 1;
    if (pipeline_run(session, options, path, view_stage(view, options->no_data), &pipeline)) {
        const char *text = draw(&pipeline, view);
        status = 0;
        if (options->output != NULL) status = write_picture(session, text, options->output, format);
        else fputs(text, stdout);
    }
    pipeline_report(session, options);
    session_free(session);
    return status;
}
