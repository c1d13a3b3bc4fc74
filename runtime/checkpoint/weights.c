/* Parameters lie in the arena in the layout the kernels want (rows padded, kernels transposed); in files they have PyTorch's. */
#include "checkpoint/weights.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/json.h"

enum { SHAPE_TEXT = 96, METADATA_MAX = 6 };

static float *values_at(unsigned char *arena, int64_t offset) { return (float *)(void *)(arena + offset); }

static const float *const_values_at(const unsigned char *arena, int64_t offset) {
    return (const float *)(const void *)(arena + offset);
}

static int64_t parameter_floats(const LrtParameter *parameter) { return parameter->rows * parameter->stride; }

int64_t weights_float_count(const LrtProgram *program) {
    int64_t count = 0;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        count += parameter_floats(&program->parameters[i]);
    }
    return count;
}

void weights_copy(const LrtProgram *program, const unsigned char *arena, float *out) {
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        memcpy(out, const_values_at(arena, parameter->offset), (size_t)parameter_floats(parameter) * sizeof(float));
        out += parameter_floats(parameter);
    }
}

void weights_restore(const LrtProgram *program, unsigned char *arena, const float *copy) {
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        memcpy(values_at(arena, parameter->offset), copy, (size_t)parameter_floats(parameter) * sizeof(float));
        copy += parameter_floats(parameter);
    }
}

/* Between the columns and the stride of a row lies whatever kernels have left there, after a loss that is not finite a NaN. */
static void clear_padding(const LrtParameter *parameter, float *values) {
    for (int64_t r = 0; r < parameter->rows && parameter->columns < parameter->stride; r++) {
        memset(values + r * parameter->stride + parameter->columns, 0,
               (size_t)(parameter->stride - parameter->columns) * sizeof(float));
    }
}

void gradients_copy(const LrtProgram *program, const unsigned char *arena, float *out) {
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        size_t bytes = (size_t)parameter_floats(parameter) * sizeof(float);
        if (parameter->gradient_offset >= 0) {
            memcpy(out, const_values_at(arena, parameter->gradient_offset), bytes);
            clear_padding(parameter, out);
        } else {
            memset(out, 0, bytes);
        }
        out += parameter_floats(parameter);
    }
}

static LrtTensorView view_of(const LrtParameter *parameter, const float *values) {
    LrtTensorView view = {.name = parameter->name,
                          .rank = parameter->rank,
                          .values = values,
                          .rows = parameter->rows,
                          .columns = parameter->columns,
                          .stride = parameter->stride,
                          .transposed = parameter->transposed,
                          .cells = parameter->cells};
    memcpy(view.dims, parameter->dims, sizeof view.dims);
    return view;
}

static LrtTensorView *new_views(const LrtProgram *program, LrtError *error) {
    LrtTensorView *views = calloc((size_t)program->parameter_count + 1, sizeof *views);
    if (!views) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to save the weights");
    }
    return views;
}

bool weights_save(const LrtProgram *program, const unsigned char *arena, const WeightsMetadata *metadata, const char *path,
                  LrtError *error) {
    LrtTensorView *views = new_views(program, error);
    if (!views) {
        return false;
    }
    for (int64_t i = 0; i < program->parameter_count; i++) {
        views[i] = view_of(&program->parameters[i], const_values_at(arena, program->parameters[i].offset));
    }
    char epoch[32], value[32];
    snprintf(epoch, sizeof epoch, "%" PRId64, metadata->epoch);
    lrt_format_number(metadata->metric_value, value);
    LrtMetadata entries[METADATA_MAX] = {{"format", "pt"},
                                         {"model", program->name},
                                         {"spec_sha256", program->spec_digest},
                                         {"data_sha256", metadata->data_digest},
                                         {"epoch", epoch}};
    int64_t count = 5;
    char metric[256];
    if (metadata->metric) {
        snprintf(metric, sizeof metric, "%s %s", metadata->metric, value);
        entries[count++] = (LrtMetadata){"metric", metric};
    }
    bool good = lrt_safetensors_write(path, views, program->parameter_count, entries, count, error);
    free(views);
    return good;
}

bool gradients_save(const LrtProgram *program, const float *gradients, const char *path, LrtError *error) {
    LrtTensorView *views = new_views(program, error);
    if (!views) {
        return false;
    }
    int64_t count = 0;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        if (parameter->gradient_offset >= 0) {
            views[count++] = view_of(parameter, gradients);
        }
        gradients += parameter_floats(parameter);
    }
    LrtMetadata entries[] = {{"format", "pt"}, {"model", program->name}, {"spec_sha256", program->spec_digest}};
    bool good = lrt_safetensors_write(path, views, count, entries, sizeof entries / sizeof entries[0], error);
    free(views);
    return good;
}

static void format_shape(const int64_t *dims, int32_t rank, char out[SHAPE_TEXT]) {
    int length = snprintf(out, SHAPE_TEXT, "[");
    for (int32_t k = 0; k < rank && length < SHAPE_TEXT - 24; k++) {
        length += snprintf(out + length, (size_t)(SHAPE_TEXT - length), "%s%" PRId64, k ? ", " : "", dims[k]);
    }
    snprintf(out + length, (size_t)(SHAPE_TEXT - length), "]");
}

static bool check_tensor(const LrtParameter *parameter, const LrtTensor *tensor, const char *path, LrtError *error) {
    if (!tensor) {
        lrt_error_set(error, LRT_EXIT_DATA, "weights-mismatch", "`%s` has no tensor `%s`", path, parameter->name);
        lrt_error_fix(error, "the file must hold the weights of a model with the same layers");
        return false;
    }
    if (tensor->rank != parameter->rank ||
        memcmp(tensor->dims, parameter->dims, (size_t)tensor->rank * sizeof tensor->dims[0]) != 0) {
        char have[SHAPE_TEXT], want[SHAPE_TEXT];
        format_shape(tensor->dims, tensor->rank, have);
        format_shape(parameter->dims, parameter->rank, want);
        return lrt_error_set(error, LRT_EXIT_DATA, "weights-mismatch", "tensor `%s` of `%s` has the shape %s, the model's has %s",
                             parameter->name, path, have, want);
    }
    if (strcmp(tensor->type, "F32") != 0 && strcmp(tensor->type, "F64") != 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "weights-mismatch", "tensor `%s` of `%s` is of type %s, not F32 or F64",
                      parameter->name, path, tensor->type);
        lrt_error_fix(error, "save it as float32");
        return false;
    }
    return true;
}

/* PyTorch counts the batches that a batch norm has seen; nothing here depends on it. */
static bool is_counter_of_pytorch(const char *name) {
    static const char suffix[] = ".num_batches_tracked";
    size_t length = strlen(name);
    return length > sizeof suffix - 1 && strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

static bool check_names(const LrtProgram *program, const LrtSafetensors *file, const char *path, LrtError *error) {
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        if (!check_tensor(parameter, lrt_safetensors_find(file, parameter->name), path, error)) {
            return false;
        }
    }
    for (int64_t i = 0; i < file->count; i++) {
        bool known = is_counter_of_pytorch(file->tensors[i].name);
        for (int64_t k = 0; k < program->parameter_count && !known; k++) {
            known = strcmp(program->parameters[k].name, file->tensors[i].name) == 0;
        }
        if (!known) {
            lrt_error_set(error, LRT_EXIT_DATA, "weights-mismatch", "tensor `%s` of `%s` belongs to no layer of the model",
                          file->tensors[i].name, path);
            lrt_error_fix(error, "`info` lists the model's layers");
            return false;
        }
    }
    return true;
}

static float tensor_value(const LrtTensor *tensor, int64_t index) {
    if (tensor->type[1] == '6') {
        double wide;
        memcpy(&wide, tensor->bytes + index * 8, sizeof wide);
        return (float)wide;
    }
    float value;
    memcpy(&value, tensor->bytes + index * 4, sizeof value);
    return value;
}

bool weights_load(const LrtProgram *program, unsigned char *arena, const LrtSafetensors *file, const char *path, LrtError *error) {
    if (!check_names(program, file, path, error)) {
        return false;
    }
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        const LrtTensor *tensor = lrt_safetensors_find(file, parameter->name);
        float *values = values_at(arena, parameter->offset);
        for (int64_t index = 0; index < parameter->rows * parameter->columns; index++) {
            int64_t place = lrt_tensor_place(parameter->transposed, parameter->cells, parameter->rows, parameter->columns,
                                             parameter->stride, index);
            values[place] = tensor_value(tensor, index);
        }
    }
    return true;
}
