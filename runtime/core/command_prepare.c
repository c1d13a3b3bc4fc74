/* prepare: what the network would be fed, as a matrix for other tools, and beside it what each column is. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/commands.h"
#include "core/csv_write.h"
#include "lrt/json.h"
#include "lrt/npy.h"
#include "lrt/output_file.h"
#include "report/data_report.h"

typedef struct Prepared {
    const LrtDataSpec *spec;
    const LrtDataset *dataset;
    bool with_target;
    int64_t *rows;
    int64_t row_count;
    int64_t *widths; /* [input_count] columns of each input here: an index is one whatever its levels */
    int64_t columns;
} Prepared;

static int compare_rows(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Rows of the part, or of all parts; in the order of the file, synthetic ones behind. */
static bool choose_rows(Prepared *prepared, const char *part, LrtError *error) {
    const LrtDataset *dataset = prepared->dataset;
    prepared->rows = malloc(((size_t)dataset->row_count + 1) * sizeof *prepared->rows);
    if (!prepared->rows) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the list of rows");
    }
    for (int i = 0; i < LRT_PART_COUNT; i++) {
        if (!part || strcmp(part, "all") == 0 || strcmp(part, part_name((LrtPart)i)) == 0) {
            memcpy(prepared->rows + prepared->row_count, dataset->part_rows[i], (size_t)dataset->part_count[i] * sizeof(int64_t));
            prepared->row_count += dataset->part_count[i];
        }
    }
    qsort(prepared->rows, (size_t)prepared->row_count, sizeof *prepared->rows, compare_rows);
    return true;
}

/* The columns of a row in the order of the inputs, then the targets: `values` of prepared->columns. */
static void read_row(const Prepared *prepared, int64_t row, float *values) {
    const LrtDataSpec *spec = prepared->spec;
    const LrtDataset *dataset = prepared->dataset;
    int64_t feature = 0, index = 0;
    for (int64_t i = 0; i < spec->input_count; i++) {
        if (spec->inputs[i].is_index) {
            *values++ = (float)dataset->indices[row * dataset->index_width + index++];
            continue;
        }
        int64_t width = prepared->widths[i];
        memcpy(values, dataset->features + row * dataset->feature_width + feature, (size_t)width * sizeof *values);
        feature += width;
        values += width;
    }
    for (int64_t i = 0; prepared->with_target && i < spec->target_count; i++) {
        const LrtTarget *target = &spec->targets[i];
        *values++ = target->is_class ? (float)dataset->labels[row * dataset->label_width + target->offset]
                                     : dataset->targets[row * dataset->target_width + target->offset];
    }
}

static const char *column_name(const Prepared *prepared, int64_t input, int64_t k, char room[LRT_ELEMENT_NAME]) {
    const LrtInput *of = &prepared->spec->inputs[input];
    return of->is_index ? of->name : lrt_input_column_name(prepared->spec, prepared->dataset->fits, input, k, room);
}

static void write_header(const Prepared *prepared, FILE *file) {
    char room[LRT_ELEMENT_NAME];
    const char *separator = "";
    for (int64_t i = 0; i < prepared->spec->input_count; i++) {
        for (int64_t k = 0; k < prepared->widths[i]; k++) {
            fputs(separator, file);
            csv_write_text(file, column_name(prepared, i, k, room));
            separator = ",";
        }
    }
    for (int64_t i = 0; prepared->with_target && i < prepared->spec->target_count; i++) {
        fputs(separator, file);
        csv_write_text(file, prepared->spec->targets[i].name);
        separator = ",";
    }
    fputc('\n', file);
}

static bool write_matrix(const Prepared *prepared, const char *path, bool csv, LrtError *error) {
    LrtOutputFile output;
    float *values = malloc(((size_t)prepared->columns + 1) * sizeof *values);
    if (!values || !lrt_output_open(&output, path, error)) {
        free(values);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a row");
    }
    if (csv) {
        write_header(prepared, output.file);
    } else {
        lrt_npy_write_header(output.file, prepared->row_count, prepared->columns);
    }
    for (int64_t i = 0; i < prepared->row_count; i++) {
        read_row(prepared, prepared->rows[i], values);
        if (!csv) {
            fwrite(values, sizeof *values, (size_t)prepared->columns, output.file);
            continue;
        }
        for (int64_t k = 0; k < prepared->columns; k++) {
            if (k > 0) {
                fputc(',', output.file);
            }
            csv_write_number(output.file, (double)values[k]);
        }
        fputc('\n', output.file);
    }
    free(values);
    return lrt_output_commit(&output, error);
}

/* The raw columns that a slot is made of: a name, or a list of them. */
static void write_sources(const LrtDataSpec *spec, const bool *sources, LrtJsonWriter *json) {
    int64_t count = 0;
    for (int64_t c = 0; c < spec->column_count; c++) {
        count += sources[c];
    }
    if (count > 1) {
        lrt_json_array_begin(json);
    }
    for (int64_t c = 0; c < spec->column_count; c++) {
        if (sources[c]) {
            lrt_json_string(json, spec->columns[c].name);
        }
    }
    if (count > 1) {
        lrt_json_array_end(json);
    }
}

/* A level stands behind the name of the block: "region=north". */
static void write_column(const LrtDataSpec *spec, const char *name, const char *block, const bool *sources,
                         LrtJsonWriter *json) {
    size_t length = strlen(block);
    lrt_json_object_begin(json);
    lrt_json_key(json, "name");
    lrt_json_string(json, name);
    lrt_json_key(json, "from");
    write_sources(spec, sources, json);
    if (strncmp(name, block, length) == 0 && name[length] == '=') {
        lrt_json_key(json, "level");
        lrt_json_string(json, name + length + 1);
    }
    lrt_json_object_end(json);
}

static void write_targets(const Prepared *prepared, bool *sources, LrtJsonWriter *json) {
    const LrtDataSpec *spec = prepared->spec;
    for (int64_t i = 0; prepared->with_target && i < prepared->spec->target_count; i++) {
        const LrtTarget *target = &prepared->spec->targets[i];
        lrt_json_object_begin(json);
        lrt_json_key(json, "name");
        lrt_json_string(json, target->name);
        lrt_json_key(json, "from");
        memset(sources, 0, (size_t)spec->slot_count * sizeof *sources);
        lrt_slot_sources(spec, target->slot, sources);
        write_sources(spec, sources, json);
        for (int64_t k = 0; k < (target->is_class ? target->level_count : 0); k++) {
            if (k == 0) {
                lrt_json_key(json, "levels");
                lrt_json_array_begin(json);
            }
            lrt_json_string(json, target->levels[k]);
            if (k + 1 == target->level_count) {
                lrt_json_array_end(json);
            }
        }
        lrt_json_object_end(json);
    }
}

/* OUT.npy is described by OUT.columns.json. */
static bool write_columns(const Prepared *prepared, const char *path, size_t stem, LrtError *error) {
    char beside[LRT_PATH_MAX], room[LRT_ELEMENT_NAME];
    const LrtDataSpec *spec = prepared->spec;
    LrtOutputFile output;
    snprintf(beside, sizeof beside, "%.*s.columns.json", (int)stem, path);
    bool *sources = calloc((size_t)spec->slot_count + 1, sizeof *sources);
    if (!sources) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the columns");
    }
    if (!lrt_output_open(&output, beside, error)) {
        free(sources);
        return false;
    }
    LrtJsonWriter json;
    lrt_json_init(&json, output.file, true);
    lrt_json_object_begin(&json);
    lrt_json_key(&json, "columns");
    lrt_json_array_begin(&json);
    for (int64_t i = 0; i < spec->input_count; i++) {
        const char *block = spec->slots[spec->inputs[i].slot].name;
        memset(sources, 0, (size_t)spec->slot_count * sizeof *sources);
        lrt_slot_sources(spec, spec->inputs[i].slot, sources);
        for (int64_t k = 0; k < prepared->widths[i]; k++) {
            write_column(spec, column_name(prepared, i, k, room), block, sources, &json);
        }
    }
    lrt_json_array_end(&json);
    lrt_json_key(&json, "target");
    lrt_json_array_begin(&json);
    write_targets(prepared, sources, &json);
    lrt_json_array_end(&json);
    lrt_json_object_end(&json);
    fputc('\n', output.file);
    free(sources);
    return lrt_output_commit(&output, error);
}

static bool has_suffix(const char *path, const char *suffix) {
    size_t length = strlen(path), end = strlen(suffix);
    return length > end && strcmp(path + length - end, suffix) == 0;
}

static bool write_all(Prepared *prepared, const TrainerOptions *options, LrtError *error) {
    const char *path = options->output;
    bool csv = has_suffix(path, ".csv");
    const LrtDataSpec *spec = prepared->spec;
    prepared->widths = calloc((size_t)spec->input_count + 1, sizeof *prepared->widths);
    if (!prepared->widths) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the columns");
    }
    for (int64_t i = 0; i < spec->input_count; i++) {
        prepared->widths[i] = spec->inputs[i].is_index ? 1 : lrt_input_width(spec, prepared->dataset->fits, i);
        prepared->columns += prepared->widths[i];
    }
    prepared->columns += prepared->with_target ? prepared->spec->target_count : 0;
    return choose_rows(prepared, options->part, error) && write_matrix(prepared, path, csv, error) &&
           write_columns(prepared, path, strlen(path) - 4, error);
}

int command_prepare(const CommandContext *context, LrtError *error) {
    const TrainerOptions *options = context->options;
    OpenedData data = {0};
    if (!has_suffix(options->output, ".csv") && !has_suffix(options->output, ".npy")) {
        lrt_error_set(error, LRT_EXIT_USAGE, "option-value", "`-o %s`: `prepare` writes .npy and .csv", options->output);
        return LRT_EXIT_USAGE;
    }
    if (!lrt_output_check(options->output, error) || !data_open_split(&data, context->program, options->data, options->sampled, error)) {
        return error->status;
    }
    Prepared prepared = {.spec = &context->program->data, .dataset = data.dataset, .with_target = options->with_target};
    bool good = write_all(&prepared, options, error);
    if (good && context->messages) {
        fprintf(context->messages, "%" PRId64 " rows of %" PRId64 " columns in %s\n", prepared.row_count, prepared.columns,
                options->output);
    }
    free(prepared.rows);
    free(prepared.widths);
    opened_data_free(&data, context->program);
    return good ? 0 : error->status;
}
