/* A text table as blocks of cells, in memory that does not grow with the file: for what looks at data without a spec.
 */
#ifndef LRT_CELL_STREAM_H
#define LRT_CELL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lrt/error.h"
#include "lrt/program.h"

typedef struct LrtCell {
    const char *text; /* without quotes and the blanks around it; not NUL-terminated */
    size_t length;
} LrtCell;

typedef struct LrtCellStream LrtCellStream;

/* Finds out how a file is written from its first 64 KiB: the delimiter (comma, tab, semicolon, bar), the decimal sign
 * and whether the first row names the columns. `path` goes into the source as both of its paths and must outlive it. */
bool lrt_source_sniff(const char *path, LrtSource *out, LrtError *error);

/* Opens the file and reads its header. NULL with the error set. */
LrtCellStream *lrt_cell_stream_open(const LrtSource *source, LrtError *error);
void lrt_cell_stream_close(LrtCellStream *stream);
int64_t lrt_cell_stream_columns(const LrtCellStream *stream);
/* By the header, else "column_1", … */
const char *lrt_cell_stream_name(const LrtCellStream *stream, int64_t column);
/* Size of the file in bytes. */
int64_t lrt_cell_stream_bytes(const LrtCellStream *stream);
/* Rows that a block holds at most. */
int64_t lrt_cell_stream_block(const LrtCellStream *stream);

/* The next rows: cell r of column c is out[c * block + r]; their texts are valid until the next call. 0 behind the last
 * row; -1 with the error set. */
int64_t lrt_cell_stream_next(LrtCellStream *stream, LrtCell *out, LrtError *error);

/* Seconds since 1970-01-01T00:00:00Z by a format of `timestamp(…)`. */
bool lrt_timestamp_parse(const char *format, const char *text, size_t length, double *out_seconds);

#endif
