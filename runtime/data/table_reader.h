/* State of one reading of a table, shared by the files that read rows, convert cells and word the errors. */
#ifndef DATA_TABLE_READER_H
#define DATA_TABLE_READER_H

#include "data/csv.h"
#include "data/level_set.h"
#include "data/source_file.h"
#include "data/table_memory.h"
#include "lrt/dataset.h"
#include "lrt/sha256.h"

typedef struct ColumnReader {
    const LrtColumn *column;
    int32_t index;
    bool may_be_absent;           /* nothing that is predicted from is made of it */
    bool present;                 /* the file has it */
    bool ever_present;            /* one of the files has it */
    bool may_miss;                /* a cell may be missing */
    bool is_number;               /* its cells are numbers and nothing else */
    double plain_low, plain_high; /* is_number: a value within needs no closer look; an empty range where all do */
    double *real;                 /* one of these, as in LrtTableColumn */
    int32_t *code;
    float *floats;
    unsigned char *bytes;
    int64_t width;     /* of an image or vector, else 0 */
    bool stores_bytes; /* the numbers of images are kept as bytes */
    LevelSet levels;
} ColumnReader;

typedef struct TableReader {
    const LrtDataSpec *spec; /* NULL where the header alone is read */
    const LrtSource *source;
    LrtError *error;
    TableMemory *memory;
    LrtTable *table;   /* NULL where the header alone is read */
    bool has_lines;    /* rows stand on lines of their file */
    bool has_header;   /* a row of the file names the columns */
    int64_t capacity;  /* rows that the columns have room for */
    int64_t first_row; /* of the file that is read, in the table */
    char digest[65];   /* of the last file */
    LrtSha256 digests; /* over the digests so far */
    int64_t digest_count;
    /* Of the file that is read: */
    SourceFile file;
    CsvReader csv;
    ColumnReader *columns;   /* one for each of spec->columns */
    int64_t field_count;     /* cells of a row */
    int32_t *field_columns;  /* [field_count] column of each field, -1: not read */
    char **field_names;      /* [field_count], or NULL where the file has no header */
    double *missing_numbers; /* texts of missing cells that are numbers */
    int64_t missing_number_count;
    int64_t row;      /* of the table, from 0 */
    int64_t row_line; /* line on which the row begins */
} TableReader;

/* Converts a cell and stores it at reader->row. */
bool cell_read(TableReader *reader, ColumnReader *column, CsvCell cell);
/* Checks a number that stood in a cell of a column of numbers, and stores it. `text` is for messages. */
bool cell_store_number(TableReader *reader, ColumnReader *column, double value, CsvCell text);

/* Each fills reader->error with the fact, the place and the way out, and returns false. */
bool cell_refuse_number(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_range(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_fraction(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_bound(TableReader *reader, const ColumnReader *column, double value, CsvCell cell);
bool cell_refuse_bool(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_level(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_timestamp(TableReader *reader, const ColumnReader *column, CsvCell cell);
bool cell_refuse_missing(TableReader *reader, const ColumnReader *column, CsvCell cell);

/* Of the file as such. `column`: index of the field or -1. */
bool file_refuse_bytes(TableReader *reader, size_t offset);
bool file_refuse_cell(TableReader *reader, CsvResult result, int64_t field);
bool file_refuse_row(TableReader *reader, int64_t cells);
bool file_refuse_empty(TableReader *reader, bool has_header);

/* Makes room for as many rows behind the current one. Cells are not initialised. */
bool table_reserve_rows(TableReader *reader, size_t more);
enum { ROWS_A_TRIM = 1 << 15 };

/* After a row: where the data is large, pages behind are let go of from time to time. */
static inline void table_row_done(TableReader *reader) {
    if (reader->memory->is_paged && reader->row % ROWS_A_TRIM == 0) {
        table_memory_trim(reader->memory);
        source_file_trim(&reader->file);
    }
}
/* Takes the digest of a file into the table's. */
void table_add_digest(TableReader *reader, const char digest[65]);
/* The same of a file that no pass has been made over yet. */
void table_add_file(TableReader *reader, const SourceFile *file);
/* The row of the file that is read, from 1. */
static inline int64_t table_row_number(const TableReader *reader) { return reader->row - reader->first_row + 1; }
/* Frees what is of the file. */
void table_file_close(TableReader *reader);

/* Opens the file, looks for bytes that are no text, and reads the header: field_names and field_count. */
bool header_open(TableReader *reader, const char *path, SourceScan *out_scan);
/* Appends a name to field_names. */
bool header_add_name(TableReader *reader, const char *text, size_t length);
/* Fills field_columns: which column each field of the file is. */
bool header_bind(TableReader *reader);
/* The same of sources whose columns are `image` and `label`: those that are declared so by name, others in the order of
 * their declaration. */
bool header_bind_images(TableReader *reader, bool has_labels);

/* The files have no column of this name. */
bool header_refuse_absent(TableReader *reader, const ColumnReader *column);

/* table_moments.c: fills the columns that others make up, once all rows are read. */
bool table_join_moments(TableReader *reader, LrtTable *table);

bool table_no_memory(TableReader *reader);

#endif
