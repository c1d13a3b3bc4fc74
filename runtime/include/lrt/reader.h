/* Kinds of sources: how what a spec names becomes rows. A program refers to the reader of its own source, so that a
 * trainer carries no other. */
#ifndef LRT_READER_H
#define LRT_READER_H

#include <stdbool.h>

#include "lrt/program.h"

struct TableReader; /* data/table_reader.h */

struct LrtReader {
    const char *word;              /* as the spec calls it: "csv" */
    const char *symbol;            /* of this constant */
    bool has_lines;                /* its rows stand on lines, which messages name */
    bool has_arrays;               /* a cell may hold an image or a vector */
    const char *label_file;        /* what its second file holds, "labels"; NULL: it has none */
    /* Opens the file and finds the names of its columns: field_names (NULL: it has none) and field_count. */
    bool (*read_names)(struct TableReader *reader, const LrtSourceFile *file);
    /* Appends the rows of a file to the table. */
    bool (*read_rows)(struct TableReader *reader, const LrtSourceFile *file);
};

extern const LrtReader lrt_reader_csv, lrt_reader_npy, lrt_reader_npz, lrt_reader_idx;

#endif
