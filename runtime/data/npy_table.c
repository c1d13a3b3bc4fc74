/* npy(x: path, y: path): a file an array; the columns are `x` and `y`. */
#include <stdlib.h>
#include <string.h>

#include "data/array.h"
#include "lrt/reader.h"

/* x lies in reader->file, y in `labels`. */
typedef struct NpyPair {
    SourceFile labels;
    Array arrays[2];
} NpyPair;

static bool open_pair(TableReader *reader, const LrtSourceFile *file, NpyPair *out) {
    if (!source_file_open_bytes(&reader->file, file->path, reader->source, reader->error) ||
        !npy_parse(reader, reader->file.bytes, reader->file.length, reader->file.shown, &out->arrays[0]) ||
        !header_add_name(reader, "x", 1)) {
        return false;
    }
    if (!file->label_path) {
        return true;
    }
    return source_file_open_bytes(&out->labels, file->label_path, reader->source, reader->error) &&
           npy_parse(reader, out->labels.bytes, out->labels.length, out->labels.shown, &out->arrays[1]) &&
           header_add_name(reader, "y", 1);
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    NpyPair pair = {0};
    bool good = open_pair(reader, file, &pair);
    source_file_close(&pair.labels);
    return good;
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    NpyPair pair = {0};
    bool good = open_pair(reader, file, &pair) && header_bind(reader) && table_read_arrays(reader, pair.arrays);
    if (good) {
        table_add_file(reader, &reader->file);
    }
    if (good && file->label_path) {
        table_add_file(reader, &pair.labels);
    }
    source_file_close(&pair.labels);
    return good;
}

const LrtReader lrt_reader_npy = {.word = "npy",
                                  .symbol = "lrt_reader_npy",
                                  .has_arrays = true,
                                  .label_file = "y",
                                  .read_names = read_names,
                                  .read_rows = read_rows};
