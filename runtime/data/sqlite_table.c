/* sqlite(path, query:): the rows of a query, by SQLite itself; NULL is a missing cell. The database is opened to be
 * read and never written. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sqlite/sqlite3.h>

#include "core/utf8_check.h"
#include "data/table_reader.h"
#include "lrt/number.h"
#include "lrt/reader.h"

enum { FIRST_ROWS = 4096 };

typedef struct Query {
    TableReader *reader;
    sqlite3 *database;
    sqlite3_stmt *statement;
} Query;

static bool refuse(Query *query, const char *what) {
    TableReader *reader = query->reader;
    const char *message = query->database ? sqlite3_errmsg(query->database) : "out of memory";
    lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", "`%s`: %s: %s", reader->file.shown, what, message);
    lrt_error_cell(reader->error, reader->file.shown, reader->table ? table_row_number(reader) : 0, 0, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

static void close_query(Query *query) {
    sqlite3_finalize(query->statement);
    sqlite3_close(query->database);
}

/* One statement that yields rows. */
static bool prepare(Query *query) {
    TableReader *reader = query->reader;
    const char *text = reader->source->query, *rest = "";
    if (sqlite3_prepare_v2(query->database, text, -1, &query->statement, &rest) != SQLITE_OK) {
        return refuse(query, "the query cannot be run");
    }
    bool alone = query->statement && rest[strspn(rest, " \t\r\n;")] == '\0';
    if (!alone || sqlite3_column_count(query->statement) == 0 || !sqlite3_stmt_readonly(query->statement)) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", "the query of `%s` is not one SELECT",
                      reader->file.shown);
        lrt_error_fix(reader->error, "query: \"SELECT … FROM …\"");
        lrt_error_cell(reader->error, reader->file.shown, 0, 0, "", "");
        reader->error->spec_line = reader->source->spec_line;
        return false;
    }
    for (int i = 0; i < sqlite3_column_count(query->statement); i++) {
        const char *name = sqlite3_column_name(query->statement, i);
        if (!name) {
            return table_no_memory(reader);
        }
        if (!header_add_name(reader, name, strlen(name))) {
            return false;
        }
    }
    return true;
}

/* A database that is not there would be made by SQLite, and a folder is told in its own words: so the file is opened as
 * any other is, first. */
static bool open_query(TableReader *reader, const LrtSourceFile *file, Query *out) {
    *out = (Query){.reader = reader};
    if (!source_file_open_bytes(&reader->file, file->path, reader->source, reader->error)) {
        return false;
    }
    if (sqlite3_open_v2(file->path, &out->database, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        return refuse(out, "the database cannot be opened");
    }
    return prepare(out);
}

/* A value of numbers as it is, all else by its text. */
static bool read_value(Query *query, ColumnReader *column, int field) {
    TableReader *reader = query->reader;
    char number[LRT_NUMBER_TEXT];
    int type = sqlite3_column_type(query->statement, field);
    if (type == SQLITE_NULL) {
        return cell_read(reader, column, (CsvCell){"", 0});
    }
    if (type == SQLITE_FLOAT) {
        double value = sqlite3_column_double(query->statement, field);
        if (column->is_number && value >= column->plain_low && value <= column->plain_high) {
            column->real[reader->row] = value;
            return true;
        }
        lrt_format_double(value, number);
        CsvCell text = {number, strlen(number)};
        return column->is_number && isfinite(value) ? cell_store_number(reader, column, value, text)
                                                    : cell_read(reader, column, text);
    }
    const char *text = (const char *)sqlite3_column_text(query->statement, field);
    size_t length = (size_t)sqlite3_column_bytes(query->statement, field);
    if (!text) {
        return table_no_memory(reader);
    }
    if (utf8_text_prefix(text, length) < length) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "invalid-encoding",
                      "row %" PRId64 " of column `%s` holds bytes that are no text", table_row_number(reader),
                      column->column->name);
        lrt_error_fix(reader->error, "a query without blobs, or `%s : ignore`", column->column->name);
        lrt_error_cell(reader->error, reader->file.shown, table_row_number(reader), 0, column->column->name, "");
        reader->error->column_index = column->index;
        return false;
    }
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        length--;
    }
    return cell_read(reader, column, (CsvCell){text, length});
}

static bool read_row(Query *query) {
    TableReader *reader = query->reader;
    if (reader->row == reader->capacity) {
        size_t more = reader->capacity > 0 ? (size_t)reader->capacity : FIRST_ROWS;
        if (!table_reserve_rows(reader, more)) {
            return false;
        }
    }
    for (int64_t i = 0; i < reader->field_count; i++) {
        int32_t index = reader->field_columns[i];
        if (index >= 0 && !read_value(query, &reader->columns[index], (int)i)) {
            return false;
        }
    }
    reader->row++;
    return true;
}

static bool run(Query *query) {
    int result;
    while ((result = sqlite3_step(query->statement)) == SQLITE_ROW) {
        if (!read_row(query)) {
            return false;
        }
    }
    if (result != SQLITE_DONE) {
        return refuse(query, "the query broke off");
    }
    return query->reader->row > query->reader->first_row || file_refuse_empty(query->reader, false);
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    Query query;
    bool good = open_query(reader, file, &query);
    close_query(&query);
    return good;
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    Query query;
    bool good = open_query(reader, file, &query) && header_bind(reader) && run(&query);
    close_query(&query);
    if (good) {
        table_add_file(reader, &reader->file);
    }
    return good;
}

const LrtReader lrt_reader_sqlite = {
    .word = "sqlite", .symbol = "lrt_reader_sqlite", .read_names = read_names, .read_rows = read_rows};
