/* From the file to what the network is fed. The network's widths were fixed when it was compiled, so data that gives others is
 * refused here, input by input. */
#include <inttypes.h>
#include <string.h>

#include "core/commands.h"
#include "lrt/output_file.h"

/* What the fit made of an input, in the terms of what was compiled. */
static int64_t fitted_width(const LrtDataSpec *spec, const LrtFit *fits, int64_t input) {
    if (!spec->inputs[input].is_index) {
        return lrt_input_width(spec, fits, input);
    }
    int64_t width = 0;
    for (int64_t i = 0; i < spec->step_count; i++) {
        if (spec->steps[i].output == spec->inputs[input].slot) {
            width = fits[i].width;
        }
    }
    return width;
}

static bool check_widths(const LrtProgram *program, const LrtFit *fits, LrtError *error) {
    const LrtDataSpec *spec = &program->data;
    for (int64_t i = 0; i < spec->input_count; i++) {
        const LrtInput *input = &spec->inputs[i];
        int64_t have = fitted_width(spec, fits, i);
        int64_t want = input->is_index ? input->index_count : input->width;
        if (have != want) {
            lrt_error_set(error, LRT_EXIT_DATA, "data-does-not-fit",
                          "`%s` has %" PRId64 " %s in this data; the trainer was built for %" PRId64, input->name, have,
                          input->is_index ? "levels" : "columns", want);
            lrt_error_why(error, "levels are learnt on the training part when the trainer is built");
            lrt_error_fix(error, "build the trainer again with this data");
            return false;
        }
    }
    return true;
}

bool data_open_split(OpenedData *data, const LrtProgram *program, const char *path, bool with_sampling, LrtError *error) {
    *data = (OpenedData){0};
    data->table = lrt_table_read(&program->data, path, LRT_READ_TRAIN, error);
    data->dataset = data->table ? lrt_dataset_prepare(&program->data, data->table, with_sampling, error) : NULL;
    if (!data->dataset || !check_widths(program, data->dataset->fits, error)) {
        opened_data_free(data, program);
        return false;
    }
    return true;
}

bool data_open_applied(OpenedData *data, const LrtProgram *program, const char *path, const char *directory, bool predict,
                       LrtError *error) {
    char fitted[LRT_PATH_MAX];
    *data = (OpenedData){0};
    if (!lrt_path_join(fitted, directory, "preprocess.json", error)) {
        return false;
    }
    data->fits = lrt_preprocess_read(&program->data, fitted, error);
    if (data->fits && check_widths(program, data->fits, error)) {
        data->table = lrt_table_read(&program->data, path, LRT_READ_PREDICT, error);
        data->dataset = data->table ? lrt_dataset_apply(&program->data, data->table, data->fits, predict, error) : NULL;
    }
    if (!data->dataset) {
        opened_data_free(data, program);
        return false;
    }
    return true;
}

void opened_data_free(OpenedData *data, const LrtProgram *program) {
    if (data->dataset) {
        lrt_dataset_free(data->dataset);
    }
    if (data->table) {
        lrt_table_free(data->table);
    }
    if (data->fits) {
        lrt_fits_free(data->fits, program->data.step_count);
    }
    *data = (OpenedData){0};
}
