/* Rows of several files lie one file after the other. */
#include "data/table_place.h"

const char *lrt_table_place(const LrtTable *table, int64_t row, int64_t *out_row, int64_t *out_line) {
    const char *path = table->path;
    *out_row = row + 1;
    *out_line = table->lines ? table->lines[row] : 0;
    for (int64_t i = 0; i < table->file_count; i++) {
        const LrtTableFile *file = &table->files[i];
        if (row >= file->first_row && row < file->first_row + file->row_count) {
            path = file->path;
            *out_row = row - file->first_row + 1;
        }
    }
    return path;
}

LrtPart table_row_part(const LrtTable *table, int64_t row) {
    for (int64_t i = 0; i < table->file_count; i++) {
        if (row < table->files[i].first_row + table->files[i].row_count) {
            return table->files[i].part;
        }
    }
    return LRT_PART_NONE;
}

int64_t table_file_row(const LrtTable *table, int64_t row) {
    int64_t file_row, line;
    lrt_table_place(table, row, &file_row, &line);
    return file_row;
}

void table_error_cell(LrtError *error, const LrtTable *table, int64_t row, const char *column, const char *text) {
    int64_t file_row, line;
    const char *path = lrt_table_place(table, row, &file_row, &line);
    lrt_error_cell(error, path, file_row, line, column, text);
}
