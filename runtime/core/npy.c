/* The .npy format, versions 1 to 3: a magic, the length of a header, the header as the text of a Python dictionary, the bytes.
 * (numpy.lib.format) */
#include "lrt/npy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAGIC_BYTES = 8, HEADER_MAX = 65536, ALIGNMENT = 64 };

static bool refuse(LrtError *error, const char *path, const char *what) {
    lrt_error_set(error, LRT_EXIT_DATA, "npy-format", "`%s` is not a whole .npy file: %s", path, what);
    return false;
}

/* The value that follows 'key': in the header's dictionary. */
static const char *find_value(const char *header, const char *key) {
    const char *at = strstr(header, key);
    if (!at) {
        return NULL;
    }
    at = strchr(at + strlen(key), ':');
    return at ? at + 1 + strspn(at + 1, " ") : NULL;
}

/* Returns the rank, or -1 where the text is no tuple of sizes. */
static int parse_shape(const char *text, int64_t dims[8]) {
    if (*text++ != '(') {
        return -1;
    }
    int rank = 0;
    for (;;) {
        text += strspn(text, " ,");
        if (*text == ')') {
            return rank;
        }
        if (*text < '0' || *text > '9' || rank == 8) {
            return -1;
        }
        char *end;
        errno = 0;
        dims[rank] = strtoll(text, &end, 10);
        if (errno || end == text) {
            return -1;
        }
        rank++;
        text = end;
    }
}

/* Reads up to the header's end; `header` becomes a string. */
static bool read_header(FILE *file, const char *path, char header[HEADER_MAX + 1], LrtError *error) {
    unsigned char start[MAGIC_BYTES];
    if (fread(start, 1, sizeof start, file) != sizeof start || memcmp(start, "\x93NUMPY", 6) != 0) {
        return refuse(error, path, "it does not begin with the magic of one");
    }
    if (start[6] < 1 || start[6] > 3) {
        return refuse(error, path, "its version is none of 1, 2 and 3");
    }
    unsigned char length_bytes[4] = {0};
    size_t length_size = start[6] == 1 ? 2 : 4;
    if (fread(length_bytes, 1, length_size, file) != length_size) {
        return refuse(error, path, "it ends within its header");
    }
    size_t length = (size_t)length_bytes[0] | (size_t)length_bytes[1] << 8 | (size_t)length_bytes[2] << 16 |
                    (size_t)length_bytes[3] << 24;
    if (length > HEADER_MAX) {
        return refuse(error, path, "its header is longer than 64 KiB");
    }
    if (fread(header, 1, length, file) != length) {
        return refuse(error, path, "it ends within its header");
    }
    header[length] = '\0';
    return true;
}

static bool check_header(const char *header, const char *path, int64_t dims[8], LrtError *error) {
    const char *type = find_value(header, "'descr'");
    const char *order = find_value(header, "'fortran_order'");
    const char *shape = find_value(header, "'shape'");
    if (!type || !order || !shape) {
        return refuse(error, path, "its header lacks descr, fortran_order or shape");
    }
    if (strncmp(type, "'<i8'", 5) != 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "npy-type", "`%s` holds %.*s, not 64-bit integers ('<i8')", path,
                      (int)strcspn(type, ",}"), type);
        lrt_error_fix(error, "numpy.save(path, indices.astype(numpy.int64))");
        return false;
    }
    if (strncmp(order, "False", 5) != 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "npy-order", "`%s` is in Fortran order, not row by row", path);
        lrt_error_fix(error, "numpy.save(path, numpy.ascontiguousarray(indices))");
        return false;
    }
    int rank = parse_shape(shape, dims);
    if (rank != 2) {
        size_t end = strcspn(shape, ")}\n");
        return lrt_error_set(error, LRT_EXIT_DATA, "npy-shape", "`%s` has the shape %.*s, not (steps, batch)", path,
                             (int)(end + (shape[end] == ')')), shape);
    }
    return true;
}

int64_t *lrt_npy_read_indices(const char *path, int64_t *out_rows, int64_t *out_columns, LrtError *error) {
    FILE *file = fopen(path, "r");
    if (!file) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-read", "`%s` could not be read: %s", path, strerror(errno));
        return NULL;
    }
    int64_t *values = NULL;
    int64_t dims[8] = {0};
    char *header = malloc(HEADER_MAX + 1);
    struct stat status;
    if (!header || fstat(fileno(file), &status) != 0) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-read", "`%s` could not be read: %s", path, strerror(errno));
    } else if (read_header(file, path, header, error) && check_header(header, path, dims, error)) {
        int64_t bytes = 0;
        /* before the allocation: a header may claim anything */
        if (__builtin_mul_overflow(dims[0], dims[1], &bytes) || __builtin_mul_overflow(bytes, 8, &bytes) ||
            status.st_size - (int64_t)ftell(file) != bytes) {
            refuse(error, path, "its size is not what its shape needs");
        } else if (!(values = malloc(bytes ? (size_t)bytes : 1))) {
            lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the %" PRId64 " bytes of `%s`", bytes, path);
        } else if (fread(values, 1, (size_t)bytes, file) != (size_t)bytes) {
            refuse(error, path, "it ends within its values");
            free(values);
            values = NULL;
        }
    }
    free(header);
    fclose(file);
    *out_rows = dims[0];
    *out_columns = dims[1];
    return values;
}

void lrt_npy_write_header(FILE *file, const int64_t *dims, int rank) {
    char text[256], shape[128] = "";
    int length = 0;
    for (int i = 0; i < rank; i++) {
        length += snprintf(shape + length, sizeof shape - (size_t)length, "%s%" PRId64, i > 0 ? ", " : "", dims[i]);
    }
    length = snprintf(text, sizeof text, "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", shape);
    /* magic, length and header together are a multiple of 64 bytes, the last of them a newline */
    int total = (MAGIC_BYTES + 2 + length + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int header = total - MAGIC_BYTES - 2;
    fwrite("\x93NUMPY\x01\x00", 1, MAGIC_BYTES, file);
    fputc(header & 0xff, file);
    fputc(header >> 8, file);
    fprintf(file, "%-*s\n", header - 1, text);
}
