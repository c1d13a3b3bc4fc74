/* The earliest rows for training, then validation, then test. Rows of one moment stay together, in the earlier part: a
 * part never reaches into another's time. Without a timestamp the order of the file is the order of time. */
#include <inttypes.h>
#include <math.h>

#include "data/sort_numbers.h"
#include "data/table_place.h"
#include "split/split.h"

/* Rows in the order of time; rows of one moment in the order of the file. */
typedef struct Order {
    double *times;
    int64_t *rows; /* indices into SplitRows.rows */
} Order;

static bool refuse_missing(const SplitRows *rows, int64_t row, LrtError *error) {
    int32_t number = rows->spec->split.column;
    const char *name = rows->spec->columns[number].name;
    lrt_error_set(error, LRT_EXIT_DATA, "missing-unhandled",
                  "row %" PRId64 " has no time in column `%s`, so it has no place in a chronological split",
                  table_file_row(rows->table, row), name);
    lrt_error_fix(error, "leave the row out, or fill the cell");
    table_error_cell(error, rows->table, row, name, "");
    error->column_index = number;
    error->spec_line = rows->spec->split.spec_line;
    return false;
}

static bool order_rows(const SplitRows *rows, Order *out, LrtError *error) {
    int32_t number = rows->spec->split.column;
    const double *time = number >= 0 ? rows->table->columns[number].real : NULL;
    out->times = REGION_ARRAY(rows->region, double, rows->count, error);
    out->rows = out->times ? REGION_ARRAY(rows->region, int64_t, rows->count, error) : NULL;
    for (int64_t i = 0; out->rows && i < rows->count; i++) {
        out->times[i] = time ? time[rows->rows[i]] : 0;
        out->rows[i] = i;
        if (isnan(out->times[i])) {
            return refuse_missing(rows, rows->rows[i], error);
        }
    }
    return out->rows && sort_numbers(out->times, out->rows, rows->count, error);
}

bool split_chronological(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    Order order;
    if (!order_rows(rows, &order, error)) {
        return false;
    }
    Apportionment state = apportionment_begin(split);
    int64_t sizes[LRT_PART_COUNT + 1], due = 0, begin = 0;
    apportionment_next(&state, rows->count, sizes);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        due += sizes[part];
        int64_t end = due > begin && sizes[part] > 0 ? due : begin;
        while (end > begin && end < rows->count && split->column >= 0 && order.times[end] == order.times[end - 1]) {
            end++;
        }
        for (int64_t i = begin; i < end; i++) {
            out->part[order.rows[i]] = (unsigned char)part;
        }
        begin = end;
    }
    return true;
}
