/* Finds the run, checks that its weights are of this model, loads them. */
#include "core/trained_model.h"

#include <stdlib.h>
#include <string.h>

#include "checkpoint/weights.h"
#include "report/error_report.h"

static void read_metadata(TrainedModel *model, const CommandContext *context, const LrtSafetensors *file) {
    const char *digest = lrt_safetensors_metadata(file, "data_sha256");
    const char *epoch = lrt_safetensors_metadata(file, "epoch");
    const char *spec = lrt_safetensors_metadata(file, "spec_sha256");
    snprintf(model->data_digest, sizeof model->data_digest, "%s", digest ? digest : "");
    model->epoch = epoch ? strtoll(epoch, NULL, 10) : 0;
    if (context->messages && (!spec || strcmp(spec, context->program->spec_digest) != 0)) {
        char text[LRT_PATH_MAX + 96];
        snprintf(text, sizeof text, "the model in %s was trained from another version of the spec", model->directory.path);
        warning_print("spec-changed", text, context->color, context->messages);
    }
}

bool trained_model_open(TrainedModel *model, const CommandContext *context, LrtError *error) {
    const LrtProgram *program = context->program;
    const TrainerOptions *options = context->options;
    char path[LRT_PATH_MAX];
    *model = (TrainedModel){0};
    if (!run_directory_find(&model->directory, program, options->run, error) ||
        !lrt_path_join(path, model->directory.path, "model.safetensors", error)) {
        return false;
    }
    LrtSafetensors *file = lrt_safetensors_read(path, error);
    int64_t threads = options->threads >= 0 ? options->threads : program->train.threads;
    bool good = file && machine_init(&model->machine, program, threads, error) &&
                weights_load(program, model->machine.arena, file, path, error);
    if (good) {
        read_metadata(model, context, file);
    }
    lrt_safetensors_free(file);
    if (!good) {
        trained_model_free(model);
    }
    return good;
}

void trained_model_free(TrainedModel *model) { machine_free(&model->machine); }
