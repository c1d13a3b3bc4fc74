/* Rows of a table from arrays that share their first dimension. An array of one number a row is a column like any
 * other; one of several is an image or a vector, which keeps the bytes of its source where those are bytes. */
#include "data/array.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/nearest.h"
#include "core/shown_text.h"

static bool at_column(TableReader *reader, const ColumnReader *column) {
    lrt_error_cell(reader->error, reader->file.shown, 0, 0, column->column->name, "");
    reader->error->spec_line = column->column->spec_line;
    reader->error->column_index = column->index;
    return false;
}

/* ---- shapes ---------------------------------------------------------------------------------------------------- */

static void declared_text(const LrtColumn *column, char *out, size_t size) {
    if (column->rank == 1) {
        snprintf(out, size, "vector[%" PRId64 "]", column->dims[0]);
    } else {
        snprintf(out, size, "image[%" PRId64 ", %" PRId64 ", %" PRId64 "]", column->dims[0], column->dims[1],
                 column->dims[2]);
    }
}

/* How a row of the array would be declared. */
static void fitting_text(const Array *array, bool image, char *out, size_t size) {
    LrtColumn column = {.rank = 1, .dims = {array_width(array)}};
    if (image && (array->rank == 3 || array->rank == 4)) {
        column =
            (LrtColumn){.rank = 3, .dims = {array->dims[1], array->dims[2], array->rank == 4 ? array->dims[3] : 1}};
    }
    declared_text(&column, out, size);
}

static bool refuse_shape(TableReader *reader, const ColumnReader *column, const Array *array) {
    char shape[128], declared[96], fitting[96];
    array_shape_text(array, shape, sizeof shape);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "type-mismatch",
                  "`%s` is declared as %s, and its array has the shape %s", column->column->name,
                  column->width > 0 ? (declared_text(column->column, declared, sizeof declared), declared)
                                    : "one number a row",
                  shape);
    fitting_text(array, column->column->type != LRT_COLUMN_VECTOR, fitting, sizeof fitting);
    if (array->rank > 0 && array_width(array) > 1) {
        lrt_error_fix(reader->error, "`%s : %s`", column->column->name, fitting);
    } else {
        lrt_error_fix(reader->error, "`%s : real`, or another type of one number", column->column->name);
    }
    return at_column(reader, column);
}

/* An image of the array's own height and width, or of a row of as many numbers. */
static bool shape_fits(const ColumnReader *column, const Array *array) {
    const LrtColumn *declared = column->column;
    if (array_width(array) != (column->width > 0 ? column->width : 1) || array->rank == 0) {
        return false;
    }
    bool has_sides = declared->rank == 3 && array->rank >= 3;
    return !has_sides || (array->dims[1] == declared->dims[0] && array->dims[2] == declared->dims[1]);
}

static bool check_shapes(TableReader *reader, const Array *arrays, int64_t *out_rows) {
    int64_t first = -1;
    for (int64_t i = 0; i < reader->field_count; i++) {
        if (reader->field_columns[i] < 0) {
            continue;
        }
        const ColumnReader *column = &reader->columns[reader->field_columns[i]];
        bool text = arrays[i].kind == ELEMENT_BYTES || arrays[i].kind == ELEMENT_UNICODE;
        if (!shape_fits(column, &arrays[i]) || (text && column->width > 0)) {
            return refuse_shape(reader, column, &arrays[i]);
        }
        if (first >= 0 && arrays[i].dims[0] != arrays[first].dims[0]) {
            lrt_error_set(reader->error, LRT_EXIT_DATA, "ragged-row",
                          "column `%s` has %" PRId64 " rows, column `%s` has %" PRId64, column->column->name,
                          arrays[i].dims[0], reader->columns[reader->field_columns[first]].column->name,
                          arrays[first].dims[0]);
            lrt_error_fix(reader->error, "arrays that were written together, of as many rows each");
            return at_column(reader, column);
        }
        first = first < 0 ? i : first;
    }
    *out_rows = first < 0 ? 0 : arrays[first].dims[0];
    return *out_rows > 0 || file_refuse_empty(reader, false);
}

/* ---- one number a row ------------------------------------------------------------------------------------------ */

/* The text of an element as a cell, for levels, moments and messages. */
static bool read_as_text(TableReader *reader, ColumnReader *column, const Array *array, int64_t place) {
    char text[ARRAY_TEXT];
    size_t length = array_text(array, place, text);
    return cell_read(reader, column, (CsvCell){text, length});
}

static bool read_scalar(TableReader *reader, ColumnReader *column, const Array *array, int64_t place) {
    bool text = array->kind == ELEMENT_BYTES || array->kind == ELEMENT_UNICODE;
    if (array->kind == ELEMENT_MOMENT && column->column->type == LRT_COLUMN_TIMESTAMP) {
        column->real[reader->row] = array_number(array, place);
        return !isnan(column->real[reader->row]) || cell_read(reader, column, (CsvCell){"", 0});
    }
    if (text || !column->is_number) {
        return read_as_text(reader, column, array, place);
    }
    double value = array_number(array, place);
    if (value >= column->plain_low && value <= column->plain_high) {
        column->real[reader->row] = value;
        return true;
    }
    char shown[ARRAY_TEXT];
    if (isnan(value)) {
        return cell_read(reader, column, (CsvCell){"", 0});
    }
    return cell_store_number(reader, column, value, (CsvCell){shown, array_text(array, place, shown)});
}

static bool read_scalars(TableReader *reader, ColumnReader *column, const Array *array, int64_t rows) {
    int64_t first = reader->row;
    bool good = true;
    for (int64_t i = 0; good && i < rows; i++) {
        reader->row = first + i;
        good = read_scalar(reader, column, array, i);
    }
    reader->row = good ? first : reader->row;
    return good;
}

/* ---- images and vectors ---------------------------------------------------------------------------------------- */

/* Where the elements of a row lie, from the row's first: [width]. NULL: no memory. */
static int64_t *element_places(TableReader *reader, const Array *array, int64_t *out_row_stride) {
    int64_t width = array_width(array);
    int64_t *places = malloc((size_t)(width + 1) * sizeof *places);
    if (!places) {
        table_no_memory(reader);
        return NULL;
    }
    for (int64_t j = 0; j < width; j++) {
        int64_t left = j, place = 0, stride[ARRAY_MAX_RANK] = {1};
        for (int32_t axis = 1; axis < array->rank; axis++) {
            stride[axis] = stride[axis - 1] * array->dims[axis - 1];
        }
        for (int32_t axis = array->rank; axis-- > 1;) {
            place += left % array->dims[axis] * stride[axis];
            left /= array->dims[axis];
        }
        places[j] = array->is_fortran ? place : j;
    }
    *out_row_stride = array->is_fortran ? 1 : width;
    return places;
}

static bool refuse_element(TableReader *reader, ColumnReader *column, const Array *array, int64_t place) {
    char text[ARRAY_TEXT], cut[100];
    size_t length = array_text(array, place, text);
    double value = array_number(array, place);
    if (isnan(value)) {
        return cell_refuse_missing(reader, column, (CsvCell){"nan", 3});
    }
    shown_text(cut, sizeof cut, text, length);
    return isinf(value) ? cell_refuse_number(reader, column, (CsvCell){cut, strlen(cut)})
                        : cell_refuse_range(reader, column, (CsvCell){cut, strlen(cut)});
}

/* Bytes become floats where another file of the column has floats. */
static bool widen_bytes(TableReader *reader, ColumnReader *column) {
    size_t count = (size_t)reader->row * (size_t)column->width;
    column->stores_bytes = false;
    column->floats =
        table_memory_new(reader->memory, (size_t)reader->capacity * (size_t)column->width + 1, sizeof *column->floats);
    if (!column->floats) {
        return table_no_memory(reader);
    }
    for (size_t k = 0; k < count; k++) {
        column->floats[k] = (float)column->bytes[k];
    }
    column->bytes = NULL;
    return true;
}

static bool is_bytes(const Array *array) {
    return array->size == 1 && (array->kind == ELEMENT_UINT || array->kind == ELEMENT_BOOL);
}

static bool read_elements(TableReader *reader, ColumnReader *column, const Array *array, int64_t rows) {
    int64_t first = reader->row, width = column->width, row_stride;
    int64_t *places = element_places(reader, array, &row_stride);
    bool good = places != NULL, missing_allowed = column->may_miss;
    for (int64_t i = 0; good && i < rows; i++) {
        unsigned char *bytes = column->stores_bytes ? column->bytes + (first + i) * width : NULL;
        float *floats = column->stores_bytes ? NULL : column->floats + (first + i) * width;
        reader->row = first + i;
        for (int64_t j = 0; good && j < width; j++) {
            int64_t place = i * row_stride + places[j];
            if (bytes) {
                bytes[j] = array->data[place];
                continue;
            }
            double value = array_number(array, place);
            floats[j] = (float)value;
            good = fabs(value) <= (double)FLT_MAX || (isnan(value) && missing_allowed) ||
                   refuse_element(reader, column, array, place);
        }
    }
    free(places);
    reader->row = good ? first : reader->row;
    return good;
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

/* The first file decides what a column's numbers are kept as, before there is room for them. */
static bool choose_storage(TableReader *reader, const Array *arrays) {
    for (int64_t i = 0; i < reader->field_count; i++) {
        ColumnReader *column = reader->field_columns[i] < 0 ? NULL : &reader->columns[reader->field_columns[i]];
        if (!column || column->width == 0) {
            continue;
        }
        if (!column->bytes && !column->floats) {
            column->stores_bytes = is_bytes(&arrays[i]);
        } else if (column->stores_bytes && !is_bytes(&arrays[i]) && !widen_bytes(reader, column)) {
            return false;
        }
    }
    return true;
}

bool table_read_arrays(TableReader *reader, const Array *arrays) {
    int64_t rows = 0;
    if (!check_shapes(reader, arrays, &rows) || !choose_storage(reader, arrays) ||
        !table_reserve_rows(reader, (size_t)rows)) {
        return false;
    }
    for (int64_t i = 0; i < reader->field_count; i++) {
        if (reader->field_columns[i] < 0) {
            continue;
        }
        ColumnReader *column = &reader->columns[reader->field_columns[i]];
        if (!(column->width > 0 ? read_elements : read_scalars)(reader, column, &arrays[i], rows)) {
            return false;
        }
    }
    reader->row += rows;
    return true;
}
