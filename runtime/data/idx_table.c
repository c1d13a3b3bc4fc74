/* idx(images, labels:): the format of MNIST (LeCun, Cortes, Burges): two zeros, a type, a rank, the dimensions as
 * 32-bit numbers, the elements, all with the most significant byte first. The columns are `image` and `label`. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/array.h"
#include "lrt/reader.h"

static bool refuse(TableReader *reader, const char *shown, const char *what, const char *fix) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", "`%s` %s", shown, what);
    lrt_error_fix(reader->error, "%s", fix);
    lrt_error_cell(reader->error, shown, 0, 0, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* What stands in the third byte. */
static bool set_type(Array *out, unsigned char code) {
    static const struct {
        unsigned char code;
        ElementKind kind;
        int64_t size;
    } types[] = {{0x08, ELEMENT_UINT, 1}, {0x09, ELEMENT_INT, 1},   {0x0b, ELEMENT_INT, 2},
                 {0x0c, ELEMENT_INT, 4},  {0x0d, ELEMENT_FLOAT, 4}, {0x0e, ELEMENT_FLOAT, 8}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i].code == code) {
            out->kind = types[i].kind;
            out->size = types[i].size;
            return true;
        }
    }
    return false;
}

static bool parse(TableReader *reader, const SourceFile *file, Array *out) {
    static const char fix[] =
        "a file as http://yann.lecun.com/exdb/mnist writes it: 0 0 TYPE RANK, the sizes, the elements";
    const unsigned char *start = (const unsigned char *)file->bytes;
    char what[160];
    *out = (Array){.is_big_endian = true};
    if (file->length < 4 || start[0] != 0 || start[1] != 0 || !set_type(out, start[2]) || start[3] < 1 ||
        start[3] > ARRAY_MAX_RANK) {
        return refuse(reader, file->shown, "is no IDX file: it does not begin with 0 0, a type and a rank", fix);
    }
    out->rank = start[3];
    size_t begin = 4 + 4 * (size_t)out->rank;
    int64_t needed = out->size;
    bool fits = file->length >= begin;
    for (int32_t i = 0; fits && i < out->rank; i++) {
        const unsigned char *at = start + 4 + 4 * i;
        out->dims[i] = (int64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
        fits = !__builtin_mul_overflow(needed, out->dims[i], &needed);
    }
    if (!fits || (size_t)needed != file->length - begin) {
        snprintf(what, sizeof what, "is torn: its sizes need %" PRId64 " bytes, and %zu follow its head",
                 fits ? needed : INT64_MAX, file->length < begin ? (size_t)0 : file->length - begin);
        return refuse(reader, file->shown, what, "copy the file anew");
    }
    out->data = start + begin;
    return true;
}

static bool open_file(TableReader *reader, SourceFile *file, const char *path, Array *out) {
    return source_file_open_bytes(file, path, reader->source, reader->error) && parse(reader, file, out);
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    SourceFile labels = {0};
    Array arrays[2];
    bool good = open_file(reader, &reader->file, file->path, &arrays[0]) &&
                (!file->label_path || open_file(reader, &labels, file->label_path, &arrays[1])) &&
                header_bind_images(reader, file->label_path != NULL) && table_read_arrays(reader, arrays);
    if (good) {
        table_add_file(reader, &reader->file);
    }
    if (good && file->label_path) {
        table_add_file(reader, &labels);
    }
    source_file_close(&labels);
    return good;
}

/* They have no names in the file. */
static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    Array array;
    bool good = open_file(reader, &reader->file, file->path, &array);
    reader->field_count = file->label_path ? 2 : 1;
    return good;
}

const LrtReader lrt_reader_idx = {.word = "idx",
                                  .symbol = "lrt_reader_idx",
                                  .has_arrays = true,
                                  .is_nameless = true,
                                  .label_file = "labels",
                                  .read_names = read_names,
                                  .read_rows = read_rows};
