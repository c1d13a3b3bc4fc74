/* How a text table is written, found out from its first rows: the delimiter that cuts all of them into equally many
 * cells, the decimal sign of what then is a number, and whether the first row holds names or data. */
#include <string.h>

#include "data/csv.h"
#include "data/source_file.h"
#include "lrt/cell_stream.h"
#include "lrt/number.h"
#include "lrt/reader.h"

enum { SNIFF_BYTES = 1 << 16, SNIFF_ROWS = 64, SNIFF_COLUMNS = 4096 };

typedef struct Rows {
    int64_t count;   /* rows that were read whole */
    int64_t columns; /* cells of the first; 0 where the rows differ */
} Rows;

static CsvReader begin(const LrtSource *source, const char *bytes, size_t length) {
    CsvReader csv;
    csv_init(&csv, bytes, length, source, source->path);
    return csv;
}

static Rows count_cells(const LrtSource *source, const char *bytes, size_t length) {
    CsvReader csv = begin(source, bytes, length);
    Rows rows = {0};
    bool even = true;
    while (rows.count < SNIFF_ROWS && csv_begin_row(&csv, 2)) {
        int64_t cells = 0;
        CsvResult result;
        do {
            CsvCell cell;
            result = csv_next_cell(&csv, &cell);
            cells++;
        } while (result == CSV_CELL && !csv.row_ended);
        if (result != CSV_CELL) {
            break; /* a quote that the cut-off text leaves open, or another quote than this */
        }
        even = even && (rows.count == 0 || cells == rows.columns);
        rows.columns = rows.count == 0 ? cells : rows.columns;
        rows.count++;
    }
    csv_free(&csv);
    rows.columns = even ? rows.columns : 0;
    return rows;
}

static void find_delimiter(LrtSource *source, const char *bytes, size_t length) {
    static const char candidates[] = {',', '\t', ';', '|'};
    int64_t most = 1;
    for (size_t i = 0; i < sizeof candidates; i++) {
        LrtSource tried = *source;
        tried.delimiter = candidates[i];
        int64_t columns = count_cells(&tried, bytes, length).columns;
        if (columns > most) {
            most = columns;
            source->delimiter = candidates[i];
        }
    }
}

static bool is_number(CsvCell cell, char decimal, double *out) {
    const char *end = cell.text + cell.length;
    return cell.length > 0 && lrt_number_scan(cell.text, end, decimal, out) == end;
}

/* "1,5" and never "1.5" where the comma does not divide cells. */
static void find_decimal(LrtSource *source, const char *bytes, size_t length) {
    if (source->delimiter == ',' || source->delimiter == 0) {
        return;
    }
    CsvReader csv = begin(source, bytes, length);
    int64_t commas = 0, points = 0;
    for (int64_t row = 0; row < SNIFF_ROWS && csv_begin_row(&csv, 2); row++) {
        CsvCell cell;
        double value;
        do {
            if (csv_next_cell(&csv, &cell) != CSV_CELL) {
                row = SNIFF_ROWS;
                break;
            }
            commas += memchr(cell.text, ',', cell.length) != NULL && is_number(cell, ',', &value);
            points += memchr(cell.text, '.', cell.length) != NULL && is_number(cell, '.', &value);
        } while (!csv.row_ended);
    }
    csv_free(&csv);
    source->decimal = commas > points ? ',' : '.';
}

/* The first row is data where it has a number, has one wherever all rows below have one, and is not the count 0, 1, 2 …
 * that arrays get for names. */
static void find_header(LrtSource *source, const char *bytes, size_t length) {
    CsvReader csv = begin(source, bytes, length);
    bool first[SNIFF_COLUMNS], others[SNIFF_COLUMNS], is_count = true;
    int64_t columns = 0, rows = 0, numbers = 0;
    for (; rows < SNIFF_ROWS && csv_begin_row(&csv, 2); rows++) {
        for (int64_t c = 0; c == 0 || !csv.row_ended; c++) {
            CsvCell cell;
            double value = 0;
            if (csv_next_cell(&csv, &cell) != CSV_CELL) {
                csv_free(&csv);
                return;
            }
            if (c >= SNIFF_COLUMNS) {
                continue;
            }
            bool number = is_number(cell, source->decimal, &value);
            if (rows == 0) {
                first[c] = number;
                others[c] = true;
                numbers += number;
                is_count = is_count && number && (value == (double)c || value == (double)c + 1);
                columns = c + 1;
            } else if (c < columns && cell.length > 0) {
                others[c] = others[c] && number;
            }
        }
    }
    csv_free(&csv);
    bool data = numbers > 0 && !is_count && rows > 1;
    for (int64_t c = 0; c < columns; c++) {
        data = data && (first[c] || !others[c]);
    }
    source->header = !data;
}

bool lrt_source_sniff(const char *path, LrtSource *out, LrtError *error) {
    SourceFile file;
    *out = (LrtSource){.path = path,
                       .spec_path = path,
                       .quote = '"',
                       .decimal = '.',
                       .header = true,
                       .gzip = &lrt_unpacker_gzip,
                       .zstd = &lrt_unpacker_zstd};
    if (!source_file_open(&file, path, out, error)) {
        return false;
    }
    size_t length = file.length < SNIFF_BYTES ? file.length : SNIFF_BYTES;
    while (length < file.length && length > 0 && file.bytes[length - 1] != '\n') {
        length--; /* whole lines alone */
    }
    find_delimiter(out, file.bytes, length);
    find_decimal(out, file.bytes, length);
    find_header(out, file.bytes, length);
    source_file_close(&file);
    return true;
}
