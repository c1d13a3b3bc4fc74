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

/* A number that the network is fed: of an input, and of the row `back` rows before under a window. */
typedef struct Column {
    int64_t input, element, back;
    int64_t place; /* column of the data set's matrix */
} Column;

typedef struct Prepared {
    const LrtDataSpec *spec;
    const LrtDataset *dataset;
    bool with_target;
    int64_t *rows;
    int64_t row_count;
    Column *columns; /* an index is one column whatever its levels */
    int64_t column_count;
    int64_t width; /* with the targets */
} Prepared;

/* ---- columns ----------------------------------------------------------------------------------------------------- */

static int64_t input_width(const Prepared *prepared, int64_t input) {
    return prepared->spec->inputs[input].is_index ? 1 : lrt_input_width(prepared->spec, prepared->dataset->fits, input);
}

/* End of the inputs that are fed together, row behind row: those of one window. */
static int64_t block_end(const LrtDataSpec *spec, int64_t first) {
    int64_t end = first + 1, block = spec->inputs[first].block;
    while (block > 0 && end < spec->input_count && spec->inputs[end].block == block) {
        end++;
    }
    return end;
}

static int64_t window_of(const LrtInput *input) { return input->window > 1 ? input->window : 1; }

static bool list_columns(Prepared *prepared, LrtError *error) {
    const LrtDataSpec *spec = prepared->spec;
    int64_t count = 0, feature = 0, index = 0;
    for (int64_t i = 0; i < spec->input_count; i++) {
        count += input_width(prepared, i) * window_of(&spec->inputs[i]);
    }
    prepared->columns = calloc((size_t)count + 1, sizeof *prepared->columns);
    if (!prepared->columns) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the columns");
    }
    for (int64_t first = 0; first < spec->input_count; first = block_end(spec, first)) {
        int64_t begin = feature;
        for (int64_t back = window_of(&spec->inputs[first]); back-- > 0;) {
            feature = begin;
            for (int64_t i = first; i < block_end(spec, first); i++) {
                int64_t *place = spec->inputs[i].is_index ? &index : &feature;
                for (int64_t k = 0; k < input_width(prepared, i); k++) {
                    prepared->columns[prepared->column_count++] = (Column){i, k, back, (*place)++};
                }
            }
        }
    }
    prepared->width = prepared->column_count;
    for (int64_t i = 0; prepared->with_target && i < spec->target_count; i++) {
        prepared->width += lrt_target_width(&spec->targets[i]);
    }
    return true;
}

/* "region=north"; under a window "ret[t-2]". */
static const char *column_name(const Prepared *prepared, const Column *column, char room[2 * LRT_ELEMENT_NAME]) {
    char element[LRT_ELEMENT_NAME];
    const LrtInput *of = &prepared->spec->inputs[column->input];
    const char *name = of->is_index ? of->name
                                    : lrt_input_column_name(prepared->spec, prepared->dataset->fits, column->input,
                                                            column->element, element);
    if (of->block > 0) {
        snprintf(room, 2 * LRT_ELEMENT_NAME, column->back > 0 ? "%.*s[t-%" PRId64 "]" : "%.*s[t]", LRT_ELEMENT_NAME, name,
                 column->back);
    } else {
        snprintf(room, 2 * LRT_ELEMENT_NAME, "%.*s", LRT_ELEMENT_NAME, name);
    }
    return room;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

typedef struct PlacedRow {
    int64_t place, row;
} PlacedRow;

static int compare_rows(const void *a, const void *b) {
    const PlacedRow *x = a, *y = b;
    return x->place != y->place ? (x->place < y->place ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

/* Rows of the part, or of all parts; in the order of the file, synthetic ones behind. Windows are of rows that lie in the
 * order of their series; without them the data set's own order is the file's. */
static bool choose_rows(Prepared *prepared, const char *part, LrtError *error) {
    const LrtDataset *dataset = prepared->dataset;
    bool in_series = lrt_longest_window(prepared->spec) > 1;
    PlacedRow *placed = malloc(((size_t)dataset->row_count + 1) * sizeof *placed);
    prepared->rows = malloc(((size_t)dataset->row_count + 1) * sizeof *prepared->rows);
    if (!prepared->rows || !placed) {
        free(placed);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the list of rows");
    }
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        bool wanted = !part || strcmp(part, "all") == 0 || strcmp(part, part_name((LrtPart)p)) == 0;
        for (int64_t i = 0; wanted && i < dataset->part_count[p]; i++) {
            int64_t row = dataset->part_rows[p][i];
            placed[prepared->row_count++] = (PlacedRow){in_series ? dataset->source_row[row] : row, row};
        }
    }
    qsort(placed, (size_t)prepared->row_count, sizeof *placed, compare_rows);
    for (int64_t i = 0; i < prepared->row_count; i++) {
        prepared->rows[i] = placed[i].row;
    }
    free(placed);
    return true;
}

/* The columns of a row in the order of the inputs, then the targets: `values` of prepared->width. */
static void read_row(const Prepared *prepared, int64_t row, float *values) {
    const LrtDataSpec *spec = prepared->spec;
    const LrtDataset *dataset = prepared->dataset;
    for (int64_t c = 0; c < prepared->column_count; c++) {
        const Column *column = &prepared->columns[c];
        int64_t from = row - column->back;
        *values++ = spec->inputs[column->input].is_index
                        ? (float)dataset->indices[from * dataset->index_width + column->place]
                        : dataset->features[from * dataset->feature_width + column->place];
    }
    for (int64_t i = 0; prepared->with_target && i < spec->target_count; i++) {
        const LrtTarget *target = &spec->targets[i];
        if (target->is_class) {
            *values++ = (float)dataset->labels[row * dataset->label_width + target->offset];
            continue;
        }
        for (int64_t k = 0; k < lrt_target_width(target); k++) {
            *values++ = dataset->targets[row * dataset->target_width + target->offset + k];
        }
    }
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static void write_header(const Prepared *prepared, FILE *file) {
    char room[2 * LRT_ELEMENT_NAME];
    const char *separator = "";
    for (int64_t c = 0; c < prepared->column_count; c++) {
        fputs(separator, file);
        csv_write_text(file, column_name(prepared, &prepared->columns[c], room));
        separator = ",";
    }
    for (int64_t i = 0; prepared->with_target && i < prepared->spec->target_count; i++) {
        const LrtTarget *target = &prepared->spec->targets[i];
        for (int64_t k = 0; k < lrt_target_width(target); k++) {
            fputs(separator, file);
            snprintf(room, sizeof room, "%.120s:%.120s", target->name, target->parts ? target->parts[k] : "");
            csv_write_text(file, target->parts ? room : target->name);
            separator = ",";
        }
    }
    fputc('\n', file);
}

/* Rows of numbers; where one window is all that is fed, [rows, T, F]; where one image is, [rows, h, w, c]. */
static void write_shape(const Prepared *prepared, FILE *file) {
    const LrtDataSpec *spec = prepared->spec;
    const LrtInput *first = &spec->inputs[0];
    int64_t dims[1 + LRT_COLUMN_RANK] = {prepared->row_count, prepared->width};
    int rank = 2;
    bool alone = spec->input_count > 0 && !prepared->with_target && block_end(spec, 0) == spec->input_count;
    if (alone && first->block > 0) {
        dims[1] = window_of(first);
        dims[2] = prepared->width / dims[1];
        rank = 3;
    } else if (alone && spec->columns[spec->slots[first->slot].column].rank == LRT_COLUMN_RANK) {
        memcpy(dims + 1, spec->columns[spec->slots[first->slot].column].dims, LRT_COLUMN_RANK * sizeof *dims);
        rank = 1 + LRT_COLUMN_RANK;
    }
    lrt_npy_write_header(file, dims, rank);
}

static bool write_matrix(const Prepared *prepared, const char *path, bool csv, LrtError *error) {
    LrtOutputFile output;
    float *values = malloc(((size_t)prepared->width + 1) * sizeof *values);
    if (!values || !lrt_output_open(&output, path, error)) {
        free(values);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a row");
    }
    if (csv) {
        write_header(prepared, output.file);
    } else {
        write_shape(prepared, output.file);
    }
    for (int64_t i = 0; i < prepared->row_count; i++) {
        read_row(prepared, prepared->rows[i], values);
        if (!csv) {
            fwrite(values, sizeof *values, (size_t)prepared->width, output.file);
            continue;
        }
        for (int64_t k = 0; k < prepared->width; k++) {
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
    char beside[LRT_PATH_MAX], room[2 * LRT_ELEMENT_NAME];
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
    for (int64_t c = 0; c < prepared->column_count; c++) {
        const Column *column = &prepared->columns[c];
        int32_t slot = spec->inputs[column->input].slot;
        memset(sources, 0, (size_t)spec->slot_count * sizeof *sources);
        lrt_slot_sources(spec, slot, sources);
        write_column(spec, column_name(prepared, column, room), spec->slots[slot].name, sources, &json);
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
    return list_columns(prepared, error) && choose_rows(prepared, options->part, error) &&
           write_matrix(prepared, path, csv, error) && write_columns(prepared, path, strlen(path) - 4, error);
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
        fprintf(context->messages, "%" PRId64 " rows of %" PRId64 " columns in %s\n", prepared.row_count, prepared.width,
                options->output);
    }
    free(prepared.rows);
    free(prepared.columns);
    opened_data_free(&data, context->program);
    return good ? 0 : error->status;
}
