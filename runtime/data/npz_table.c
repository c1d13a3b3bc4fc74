/* npz(path): arrays of NumPy in one zip archive, as savez and savez_compressed write them; the members are the columns.
 * Of a member that is not declared no more than its name is read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/array.h"
#include "data/zip.h"
#include "lrt/reader.h"

typedef struct Member {
    ZipMember zip;
    char *copy; /* its unpacked bytes */
} Member;

typedef struct Archive {
    Zip zip;
    Member *members;
    Array *arrays;
    int64_t count;
} Archive;

static size_t array_name_length(const ZipMember *member) {
    static const char ending[] = ".npy";
    size_t length = member->name_length, end = sizeof ending - 1;
    return length > end && memcmp(member->name + length - end, ending, end) == 0 ? length - end : length;
}

static bool add_member(TableReader *reader, Archive *archive, const ZipMember *zip) {
    Member *grown = realloc(archive->members, (size_t)(archive->count + 1) * sizeof *grown);
    if (!grown) {
        return table_no_memory(reader);
    }
    archive->members = grown;
    archive->members[archive->count++] = (Member){.zip = *zip};
    return header_add_name(reader, zip->name, array_name_length(zip));
}

static bool open_archive(TableReader *reader, const LrtSourceFile *file, Archive *out) {
    bool more = true;
    if (!source_file_open_bytes(&reader->file, file->path, reader->source, reader->error) ||
        !zip_open(&out->zip, reader->file.bytes, reader->file.length, reader->file.shown, reader->error)) {
        return false;
    }
    while (more) {
        ZipMember member;
        if (!zip_next(&out->zip, &member, &more) || (more && !add_member(reader, out, &member))) {
            return false;
        }
    }
    return out->count > 0 || file_refuse_empty(reader, false);
}

/* The arrays that are declared; the others are never looked at. */
static bool read_arrays(TableReader *reader, Archive *archive) {
    archive->arrays = calloc((size_t)archive->count, sizeof *archive->arrays);
    if (!archive->arrays) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < archive->count; i++) {
        Member *member = &archive->members[i];
        const char *bytes;
        char shown[512];
        if (reader->field_columns[i] < 0) {
            continue;
        }
        snprintf(shown, sizeof shown, "%s:%s", reader->file.shown, reader->field_names[i]);
        if (!zip_read(&archive->zip, &member->zip, &bytes, &member->copy) ||
            !npy_parse(reader, bytes, member->zip.length, shown, &archive->arrays[i])) {
            return false;
        }
    }
    return true;
}

static void close_archive(Archive *archive) {
    for (int64_t i = 0; i < archive->count; i++) {
        free(archive->members[i].copy);
    }
    free(archive->members);
    free(archive->arrays);
}

/* An error of the archive has no place yet. */
static bool place_error(TableReader *reader, bool good) {
    if (!good && !reader->error->file[0]) {
        lrt_error_cell(reader->error, reader->file.shown, 0, 0, "", "");
        reader->error->spec_line = reader->source->spec_line;
    }
    return good;
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    Archive archive = {0};
    bool good = place_error(reader, open_archive(reader, file, &archive));
    close_archive(&archive);
    return good;
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    Archive archive = {0};
    bool good = place_error(reader, open_archive(reader, file, &archive) && header_bind(reader) &&
                                        read_arrays(reader, &archive) && table_read_arrays(reader, archive.arrays));
    if (good) {
        table_add_file(reader, &reader->file);
    }
    close_archive(&archive);
    return good;
}

const LrtReader lrt_reader_npz = {
    .word = "npz", .symbol = "lrt_reader_npz", .has_arrays = true, .read_names = read_names, .read_rows = read_rows};
