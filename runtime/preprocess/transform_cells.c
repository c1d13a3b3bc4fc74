/* The cells that a fit sees, and messages about one of them. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "data/sort_numbers.h"
#include "data/table_place.h"
#include "lrt/json.h"

double *transform_training_cells(Frame *frame, int32_t number, Region *scratch, int64_t *out_count) {
    const LrtStep *step = &frame->spec->steps[number];
    const double *real = frame->slots[step->input].real;
    double *cells = REGION_ARRAY(scratch, double, frame->training_count, frame->error);
    if (!cells) {
        return NULL;
    }
    int64_t count = 0;
    for (int64_t i = 0; i < frame->training_count; i++) {
        double value = real[frame->training[i]];
        if (!isnan(value)) {
            cells[count++] = value;
        }
    }
    if (count == 0) {
        const LrtSlot *slot = &frame->spec->slots[step->input];
        lrt_error_set(frame->error, LRT_EXIT_DATA, "missing-unhandled",
                      "column `%s` has no cell in the training part, so `%s` has nothing to learn from", slot->name,
                      transform_entry(step->transform)->word);
        lrt_error_fix(frame->error, "leave the column out, or begin its flow with `impute(constant: 0)`");
        snprintf(frame->error->column, sizeof frame->error->column, "%s", frame->spec->columns[slot->column].name);
        frame->error->column_index = slot->column;
        frame->error->step = number + 1;
        frame->error->spec_line = step->spec_line;
        return NULL;
    }
    *out_count = count;
    region_trim(frame->region);
    return sort_numbers(cells, NULL, count, frame->error) ? cells : NULL;
}

void transform_cell_text(const Frame *frame, int32_t column, int64_t row, char out[128]) {
    const LrtTableColumn *cells = &frame->table->columns[column];
    int64_t source = frame->source_row[row];
    char number[32] = "";
    if (cells->code) {
        snprintf(out, 128, "%s", cells->code[source] >= 0 ? cells->levels[cells->code[source]] : "");
        return;
    }
    if (cells->real && !isnan(cells->real[source])) {
        lrt_format_number(cells->real[source], number);
    }
    snprintf(out, 128, "%s", number);
}

static bool cell_error(Frame *frame, int32_t number, int32_t slot, int64_t row, const char *name, const char *format,
                       va_list arguments) {
    int32_t column = frame->spec->slots[slot].column;
    const char *column_name = frame->spec->columns[column].name;
    int64_t source = frame->source_row[row];
    char text[128], what[384];
    vsnprintf(what, sizeof what, format, arguments);
    transform_cell_text(frame, column, row, text);
    lrt_error_set(frame->error, LRT_EXIT_DATA, name, "%s, row %" PRId64 " of column `%s` has %s%s%s", what,
                  table_file_row(frame->table, source), column_name, text[0] ? "`" : "no value", text, text[0] ? "`" : "");
    table_error_cell(frame->error, frame->table, source, column_name, text);
    frame->error->column_index = column;
    frame->error->step = number + 1;
    frame->error->spec_line = frame->spec->steps[number].spec_line;
    return false;
}

bool transform_slot_error(Frame *frame, int32_t number, int32_t slot, int64_t row, const char *name,
                          const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    cell_error(frame, number, slot, row, name, format, arguments);
    va_end(arguments);
    return false;
}

bool transform_cell_error(Frame *frame, int32_t number, int64_t row, const char *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    cell_error(frame, number, frame->spec->steps[number].input, row, name, format, arguments);
    va_end(arguments);
    return false;
}
