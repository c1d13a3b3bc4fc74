/* One row for all of them moves every mean, quantile, count and vocabulary that sees them. */
#include "audit/poison.h"

#include <math.h>
#include <string.h>

static const double poison_factor = 1000, largest = 1e30;

/* Rows are ordered and divided by these; a key is none of the data. */
static bool stays(const LrtColumn *column) {
    return column->type == LRT_COLUMN_TIMESTAMP || column->type == LRT_COLUMN_GROUP || column->type == LRT_COLUMN_FOLD ||
           column->type == LRT_COLUMN_KEY;
}

static double scaled_cell(const LrtColumn *column, double value) {
    bool number = column->type == LRT_COLUMN_REAL || column->type == LRT_COLUMN_INT;
    if (!number || isnan(value) || fabs(value) > largest) {
        return value;
    }
    double scaled = value * poison_factor;
    scaled = column->has_low && scaled < column->low ? column->low : scaled;
    return column->has_high && scaled > column->high ? column->high : scaled;
}

static void copy_cells(const LrtColumn *column, const LrtTableColumn *cells, int64_t from, int64_t to, bool scaled) {
    if (cells->real) {
        cells->real[to] = scaled ? scaled_cell(column, cells->real[from]) : cells->real[from];
    }
    if (cells->code) {
        cells->code[to] = cells->code[from];
    }
}

/* Arrays may lie in a file that is only mapped: the copy has the rows that `sources` says. NULL on error. */
static void *copy_array(const void *array, size_t row_bytes, const int64_t *sources, int64_t rows, Region *region,
                        LrtError *error) {
    unsigned char *copy = region_alloc(region, rows, row_bytes, error);
    for (int64_t row = 0; copy && row < rows; row++) {
        memcpy(copy + (size_t)row * row_bytes, (const unsigned char *)array + (size_t)sources[row] * row_bytes, row_bytes);
    }
    return copy;
}

static bool poison_array(LrtTableColumn *cells, const int64_t *sources, int64_t rows, Region *region, LrtError *error) {
    size_t width = (size_t)cells->width;
    if (cells->bytes) {
        cells->bytes = copy_array(cells->bytes, width, sources, rows, region, error);
        return cells->bytes != NULL;
    }
    cells->floats = copy_array(cells->floats, width * sizeof(float), sources, rows, region, error);
    return cells->floats != NULL;
}

bool poison_table(const LrtDataSpec *spec, LrtTable *table, bool scaled, Region *region, int64_t *out_rows,
                  LrtError *error) {
    int64_t *sources = REGION_ARRAY(region, int64_t, table->row_count, error), source = -1;
    *out_rows = 0;
    for (int64_t row = 0; sources && row < table->row_count; row++) {
        source = table->parts[row] == LRT_PART_TRAIN ? row : source;
    }
    for (int64_t row = 0; sources && row < table->row_count; row++) {
        bool other = table->parts[row] == LRT_PART_VALIDATION || table->parts[row] == LRT_PART_TEST;
        sources[row] = other ? source : row;
        *out_rows += other;
    }
    for (int64_t c = 0; sources && c < table->column_count; c++) {
        LrtTableColumn *cells = &table->columns[c];
        if (!cells->present || stays(&spec->columns[c])) {
            continue;
        }
        if ((cells->bytes || cells->floats) && !poison_array(cells, sources, table->row_count, region, error)) {
            return false;
        }
        for (int64_t row = 0; row < table->row_count; row++) {
            if (sources[row] != row) {
                copy_cells(&spec->columns[c], cells, source, row, scaled);
            }
        }
    }
    return sources != NULL;
}
