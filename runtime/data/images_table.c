/* images(dir, size:, channels:): a folder a class, a file a row, both in the order of their names. The columns are
 * `image` and `label`; a folder of pictures alone has no labels. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "data/picture.h"
#include "data/table_reader.h"
#include "lrt/output_file.h"
#include "lrt/reader.h"

typedef struct Names {
    char **items;
    int64_t count;
} Names;

typedef struct Folder {
    TableReader *reader;
    const char *path;
    Names classes; /* folders with pictures; none: the pictures lie in the folder itself */
    Names *files;  /* of each class, or of the folder itself */
    int64_t file_count;
    LrtSha256 hash;
} Folder;

static bool refuse(TableReader *reader, const char *path, const char *message, const char *what) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", message, path, what);
    lrt_error_cell(reader->error, path, 0, 0, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* ---- what is there --------------------------------------------------------------------------------------------- */

static void free_names(Names *names) {
    for (int64_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (Names){0};
}

static bool add_name(TableReader *reader, Names *names, const char *name) {
    if ((names->count & (names->count - 1)) == 0) {
        char **grown = realloc(names->items, (names->count ? 2 * (size_t)names->count : 1) * sizeof *grown);
        if (!grown) {
            return table_no_memory(reader);
        }
        names->items = grown;
    }
    names->items[names->count] = strdup(name);
    return names->items[names->count] ? (names->count++, true) : table_no_memory(reader);
}

static bool is_picture(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strcasecmp(name + length - end, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int compare_names(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Names in the folder, sorted: of folders, or of pictures. What begins with a dot is passed over. */
static bool list(TableReader *reader, const char *path, bool folders, Names *out) {
    char inner[LRT_PATH_MAX];
    struct stat status;
    DIR *directory = opendir(path);
    if (!directory && errno == ENOENT) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-found", "the folder `%s` is not there", path);
        lrt_error_fix(reader->error, "give the path of a folder that holds a folder for each class");
        lrt_error_cell(reader->error, path, 0, 0, "", "");
        reader->error->spec_line = reader->source->spec_line;
        return false;
    }
    if (!directory) {
        return refuse(reader, path, "the folder `%s` cannot be read: %s", strerror(errno));
    }
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        good = lrt_path_join(inner, path, entry->d_name, reader->error);
        bool there = good && stat(inner, &status) == 0;
        if (there && (folders ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode) && is_picture(entry->d_name))) {
            good = add_name(reader, out, entry->d_name);
        }
    }
    closedir(directory);
    if (out->count > 1) {
        qsort(out->items, (size_t)out->count, sizeof *out->items, compare_names);
    }
    return good;
}

static bool list_files(Folder *folder) {
    TableReader *reader = folder->reader;
    int64_t lists = folder->classes.count > 0 ? folder->classes.count : 1;
    folder->files = calloc((size_t)lists, sizeof *folder->files);
    if (!folder->files) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < lists; i++) {
        char inner[LRT_PATH_MAX];
        if (folder->classes.count > 0 && !lrt_path_join(inner, folder->path, folder->classes.items[i], reader->error)) {
            return false;
        }
        const char *path = folder->classes.count > 0 ? inner : folder->path;
        if (!list(reader, path, false, &folder->files[i])) {
            return false;
        }
        if (folder->files[i].count == 0) {
            refuse(reader, path, "the folder `%s` holds no %s", "picture");
            lrt_error_fix(reader->error, "files that end in .png, .jpg or .jpeg");
            return false;
        }
        folder->file_count += folder->files[i].count;
    }
    return true;
}

static void close_folder(Folder *folder) {
    int64_t lists = folder->classes.count > 0 ? folder->classes.count : 1;
    for (int64_t i = 0; folder->files && i < lists; i++) {
        free_names(&folder->files[i]);
    }
    free(folder->files);
    free_names(&folder->classes);
}

static bool open_folder(TableReader *reader, const LrtSourceFile *file, Folder *out) {
    *out = (Folder){.reader = reader, .path = file->path};
    reader->file.shown = file->path;
    return list(reader, file->path, true, &out->classes) && list_files(out);
}

/* ---- pictures -------------------------------------------------------------------------------------------------- */

/* The size that the spec asks for must be that of the column. */
static bool check_size(TableReader *reader, const ColumnReader *column, PictureSize *out) {
    const LrtSource *source = reader->source;
    const int64_t *dims = column->column->dims;
    *out = (PictureSize){dims[0], dims[1], dims[2]};
    bool image = column->column->type == LRT_COLUMN_IMAGE;
    bool fits = image &&
                (source->image_height == 0 || (source->image_height == dims[0] && source->image_width == dims[1])) &&
                (source->image_channels == 0 || source->image_channels == dims[2]);
    if (fits && dims[2] <= 4) {
        return true;
    }
    int64_t height = source->image_height ? source->image_height : image ? dims[0] : 28;
    int64_t width = source->image_height ? source->image_width : image ? dims[1] : 28;
    int64_t channels = source->image_channels ? source->image_channels : image && dims[2] <= 4 ? dims[2] : 3;
    lrt_error_set(reader->error, LRT_EXIT_DATA, "type-mismatch",
                  fits    ? "a picture has 1 to 4 channels, and column `%s` declares more"
                  : image ? "column `%s` declares another size than `images` asks for"
                          : "column `%s` holds pictures, and is not declared as image",
                  column->column->name);
    lrt_error_fix(reader->error, "`%s : image[%" PRId64 ", %" PRId64 ", %" PRId64 "]`", column->column->name, height,
                  width, channels);
    lrt_error_cell(reader->error, reader->file.shown, 0, 0, column->column->name, "");
    reader->error->spec_line = column->column->spec_line;
    reader->error->column_index = column->index;
    return false;
}

static bool read_picture(Folder *folder, const char *path, PictureSize size, unsigned char *out) {
    TableReader *reader = folder->reader;
    SourceFile file = {0};
    const char *why = "";
    char digest[65];
    if (!source_file_open_bytes(&file, path, reader->source, reader->error)) {
        return false;
    }
    source_file_digest(&file, digest);
    lrt_sha256_update(&folder->hash, digest, strlen(digest));
    bool good = !out || picture_read(file.bytes, file.length, size, out, &why);
    source_file_close(&file);
    if (!good) {
        refuse(reader, path, "the picture `%s` cannot be read: %s", why);
        lrt_error_fix(reader->error, "save the picture anew, or take it out of the folder");
    }
    return good;
}

/* One picture, and its folder as the label. */
static bool read_row(Folder *folder, int64_t class, const char *name, ColumnReader *image, ColumnReader *label) {
    TableReader *reader = folder->reader;
    const char *word = folder->classes.count > 0 ? folder->classes.items[class] : "";
    PictureSize size = {0};
    char inner[LRT_PATH_MAX], path[LRT_PATH_MAX];
    if (!lrt_path_join(inner, folder->path, word, reader->error) || !lrt_path_join(path, inner, name, reader->error)) {
        return false;
    }
    lrt_sha256_update(&folder->hash, path + strlen(folder->path), strlen(path) - strlen(folder->path));
    if (image) {
        size = (PictureSize){image->column->dims[0], image->column->dims[1], image->column->dims[2]};
    }
    if (!read_picture(folder, path, size, image ? image->bytes + reader->row * image->width : NULL) ||
        (label && !cell_read(reader, label, (CsvCell){word, strlen(word)}))) {
        return false;
    }
    reader->row++;
    return true;
}

static ColumnReader *bound_column(TableReader *reader, int64_t field) {
    int32_t index = field < reader->field_count ? reader->field_columns[field] : -1;
    return index < 0 ? NULL : &reader->columns[index];
}

static bool read_pictures(Folder *folder) {
    TableReader *reader = folder->reader;
    ColumnReader *image = bound_column(reader, 0), *label = bound_column(reader, 1);
    PictureSize size;
    if (image) {
        if (!check_size(reader, image, &size)) {
            return false;
        }
        image->stores_bytes = true;
    }
    if (!table_reserve_rows(reader, (size_t)folder->file_count)) {
        return false;
    }
    int64_t lists = folder->classes.count > 0 ? folder->classes.count : 1;
    for (int64_t i = 0; i < lists; i++) {
        for (int64_t k = 0; k < folder->files[i].count; k++) {
            if (!read_row(folder, i, folder->files[i].items[k], image, label)) {
                return false;
            }
        }
    }
    return true;
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    Folder folder;
    char digest[65];
    bool good = open_folder(reader, file, &folder);
    lrt_sha256_init(&folder.hash);
    good = good && header_bind_images(reader, folder.classes.count > 0) && read_pictures(&folder);
    if (good) {
        lrt_sha256_final(&folder.hash, digest);
        table_add_digest(reader, digest);
    }
    close_folder(&folder);
    return good;
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    Folder folder;
    bool good = open_folder(reader, file, &folder);
    reader->field_count = folder.classes.count > 0 ? 2 : 1;
    close_folder(&folder);
    return good;
}

const LrtReader lrt_reader_images = {.word = "images",
                                     .symbol = "lrt_reader_images",
                                     .has_arrays = true,
                                     .is_nameless = true,
                                     .read_names = read_names,
                                     .read_rows = read_rows};
