/* Moments that several columns make up: year, month, day, hour, minute and second side by side. */
#include "data/table_reader.h"

#include <inttypes.h>
#include <math.h>

#include "data/table_place.h"
#include "data/timestamp.h"

enum { MOST_PARTS = 6 };

static bool refuse_moment(TableReader *reader, const LrtTable *table, int32_t column, int64_t row,
                          const double parts[MOST_PARTS]) {
    const LrtColumn *of = &reader->spec->columns[column];
    lrt_error_set(reader->error, LRT_EXIT_DATA, "timestamp-format",
                  "row %" PRId64 " has %g-%g-%g %g:%g:%g in the columns of `%s`, which is no moment of the calendar",
                  table_file_row(table, row), parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], of->name);
    lrt_error_fix(reader->error, "correct the cells; `from:` lists year, month, day, hour, minute and second in this order");
    table_error_cell(reader->error, table, row, reader->spec->columns[of->from[0]].name, "");
    reader->error->column_index = of->from[0];
    return false;
}

static bool join_row(const double parts[MOST_PARTS], double *out) {
    for (int k = 0; k < MOST_PARTS - 1; k++) {
        if (parts[k] != floor(parts[k]) || fabs(parts[k]) > 1e6) {
            return false;
        }
    }
    const CalendarMoment moment = {.year = (int64_t)parts[0],
                                   .month = (int64_t)parts[1],
                                   .day = (int64_t)parts[2],
                                   .hour = (int64_t)parts[3],
                                   .minute = (int64_t)parts[4],
                                   .second = parts[5]};
    return timestamp_join(&moment, out);
}

static bool join_column(TableReader *reader, LrtTable *table, int32_t number) {
    const LrtColumn *column = &reader->spec->columns[number];
    LrtTableColumn *out = &table->columns[number];
    out->present = true;
    for (int64_t k = 0; k < column->from_count; k++) {
        out->present = out->present && table->columns[column->from[k]].present;
    }
    for (int64_t row = 0; row < table->row_count; row++) {
        double parts[MOST_PARTS] = {1970, 1, 1, 0, 0, 0};
        bool missing = !out->present;
        for (int64_t k = 0; k < column->from_count && !missing; k++) {
            parts[k] = table->columns[column->from[k]].real[row];
            missing = isnan(parts[k]);
        }
        if (missing) {
            out->real[row] = NAN;
        } else if (!join_row(parts, &out->real[row])) {
            return refuse_moment(reader, table, number, row, parts);
        }
    }
    return true;
}

bool table_join_moments(TableReader *reader, LrtTable *table) {
    for (int32_t i = 0; i < table->column_count; i++) {
        if (reader->spec->columns[i].from_count > 0 && !join_column(reader, table, i)) {
            return false;
        }
    }
    return true;
}
