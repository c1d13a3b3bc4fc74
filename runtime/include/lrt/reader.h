/* Kinds of sources: how what a spec names becomes rows. A program refers to the reader of its own source, so that a
 * trainer carries no other. */
#ifndef LRT_READER_H
#define LRT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "lrt/error.h"
#include "lrt/program.h"

struct TableReader; /* data/table_reader.h */

struct LrtReader {
    const char *word;       /* as the spec calls it: "csv" */
    const char *symbol;     /* of this constant */
    bool has_lines;         /* its rows stand on lines, which messages name */
    bool has_arrays;        /* a cell may hold an image or a vector */
    bool is_nameless;       /* columns have no names in its files: those that are declared are meant, in order */
    const char *label_file; /* what its second file holds, "labels"; NULL: it has none */
    /* Opens the file and finds the names of its columns: field_names (NULL: it has none) and field_count. */
    bool (*read_names)(struct TableReader *reader, const LrtSourceFile *file);
    /* Appends the rows of a file to the table. */
    bool (*read_rows)(struct TableReader *reader, const LrtSourceFile *file);
};

/* How packed files become bytes. A program refers to those that its source's files need. */
struct LrtUnpacker {
    const char *word; /* "gzip" */
    const char *symbol;
    const char *ending; /* of a file's name: ".gz" */
    const char *magic;  /* what its bytes begin with */
    /* Unpacks `length` bytes; the result is to be freed. NULL with the error set. */
    char *(*unpack)(const char *bytes, size_t length, const char *shown, size_t *out_length, LrtError *error);
};

extern const LrtUnpacker lrt_unpacker_gzip, lrt_unpacker_zstd;
extern const LrtReader lrt_reader_csv, lrt_reader_npy, lrt_reader_npz, lrt_reader_idx, lrt_reader_jsonl,
    lrt_reader_sqlite, lrt_reader_images;

#endif
