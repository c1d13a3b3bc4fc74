/* The reader of tables without contracts: cells as they stand, a block of rows at a time. Bytes that are no text, rows
 * of another length and quotes that never end are refused as the reader of tables refuses them. */
#include "lrt/cell_stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8_check.h"
#include "data/table_reader.h"
#include "data/timestamp.h"

enum { BLOCK_CELLS = 1 << 14, BLOCK_ROWS = 512 };

struct LrtCellStream {
    LrtSource source;
    TableReader reader;
    int64_t block;
    size_t checked; /* bytes that are known to be text */
    char *copies;   /* cells with doubled quotes of the block: the reader keeps only the last of them */
    size_t copies_used, copies_capacity;
    char (*numbered_names)[32];
};

static LrtCellStream *refuse_memory(LrtCellStream *stream, LrtError *error) {
    lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to read the data");
    lrt_cell_stream_close(stream);
    return NULL;
}

LrtCellStream *lrt_cell_stream_open(const LrtSource *source, LrtError *error) {
    LrtCellStream *stream = calloc(1, sizeof *stream);
    if (!stream) {
        return refuse_memory(stream, error);
    }
    stream->source = *source;
    stream->reader = (TableReader){.source = &stream->source, .error = error, .has_lines = true, .has_header = true};
    if (!header_open(&stream->reader, source->path, NULL)) {
        lrt_cell_stream_close(stream);
        return NULL;
    }
    int64_t columns = stream->reader.field_count;
    stream->block = BLOCK_CELLS / columns < 1            ? 1
                    : BLOCK_CELLS / columns > BLOCK_ROWS ? BLOCK_ROWS
                                                         : BLOCK_CELLS / columns;
    if (!source->header) {
        stream->numbered_names = calloc((size_t)columns, sizeof *stream->numbered_names);
        if (!stream->numbered_names) {
            return refuse_memory(stream, error);
        }
        for (int64_t i = 0; i < columns; i++) {
            snprintf(stream->numbered_names[i], sizeof stream->numbered_names[i], "column_%" PRId64, i + 1);
        }
    }
    return stream;
}

void lrt_cell_stream_close(LrtCellStream *stream) {
    if (stream) {
        table_file_close(&stream->reader);
        free(stream->copies);
        free(stream->numbered_names);
        free(stream);
    }
}

int64_t lrt_cell_stream_columns(const LrtCellStream *stream) { return stream->reader.field_count; }

const char *lrt_cell_stream_name(const LrtCellStream *stream, int64_t column) {
    return stream->numbered_names ? stream->numbered_names[column] : stream->reader.field_names[column];
}

int64_t lrt_cell_stream_bytes(const LrtCellStream *stream) { return (int64_t)stream->reader.file.length; }

int64_t lrt_cell_stream_block(const LrtCellStream *stream) { return stream->block; }

/* The reader overwrites its own copy with the next cell that has doubled quotes. Growth moves the copies of the block,
 * so room for all that a block can hold of them is taken before: no cell is longer than what is left of the file. */
static bool keep_copy(LrtCellStream *stream, LrtCell *cells, int64_t cell_count, CsvCell *cell) {
    if (stream->copies_used + cell->length > stream->copies_capacity) {
        size_t capacity = 2 * (stream->copies_used + cell->length) + BLOCK_CELLS;
        char *old = stream->copies, *grown = malloc(capacity);
        if (!grown) {
            return table_no_memory(&stream->reader);
        }
        if (old) {
            memcpy(grown, old, stream->copies_used);
        }
        for (int64_t i = 0; i < cell_count; i++) {
            if (old && cells[i].text >= old && cells[i].text < old + stream->copies_capacity) {
                cells[i].text = grown + (cells[i].text - old);
            }
        }
        free(old);
        stream->copies = grown;
        stream->copies_capacity = capacity;
    }
    memcpy(stream->copies + stream->copies_used, cell->text, cell->length);
    cell->text = stream->copies + stream->copies_used;
    stream->copies_used += cell->length;
    return true;
}

static bool read_row(LrtCellStream *stream, LrtCell *out, int64_t row, bool *out_more) {
    TableReader *reader = &stream->reader;
    int64_t columns = reader->field_count, cells = 0;
    *out_more = csv_begin_row(&reader->csv, columns);
    if (!*out_more) {
        return true;
    }
    reader->row_line = reader->csv.line;
    do {
        CsvCell cell;
        CsvResult result = csv_next_cell(&reader->csv, &cell);
        if (result != CSV_CELL) {
            return file_refuse_cell(reader, result, cells < columns ? cells : -1);
        }
        bool is_copy = cell.text >= reader->csv.unquoted && reader->csv.unquoted &&
                       cell.text < reader->csv.unquoted + reader->csv.unquoted_capacity;
        if (cells < columns) {
            if (is_copy && cell.length > 0 && !keep_copy(stream, out, stream->block * columns, &cell)) {
                return false;
            }
            out[cells * stream->block + row] = (LrtCell){cell.text, cell.length};
        }
        cells++;
    } while (!reader->csv.row_ended);
    return cells == columns || file_refuse_row(reader, cells);
}

/* Bytes behind the last block are held against UTF-8 before anybody sees them. */
static bool check_text(LrtCellStream *stream) {
    TableReader *reader = &stream->reader;
    size_t end = (size_t)(reader->csv.at - reader->file.bytes);
    size_t text = utf8_text_prefix(reader->file.bytes + stream->checked, end - stream->checked);
    if (stream->checked + text < end) {
        return file_refuse_bytes(reader, stream->checked + text);
    }
    stream->checked = end;
    return true;
}

int64_t lrt_cell_stream_next(LrtCellStream *stream, LrtCell *out, LrtError *error) {
    TableReader *reader = &stream->reader;
    reader->error = error;
    stream->copies_used = 0;
    int64_t rows = 0;
    bool more = true;
    memset(out, 0, (size_t)(stream->block * reader->field_count) * sizeof *out);
    while (rows < stream->block && more) {
        if (!read_row(stream, out, rows, &more)) {
            return -1;
        }
        rows += more;
        reader->row += more;
    }
    return check_text(stream) ? rows : -1;
}

bool lrt_timestamp_parse(const char *format, const char *text, size_t length, double *out_seconds) {
    return timestamp_parse(format, text, length, out_seconds);
}
