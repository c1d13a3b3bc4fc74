/* The .npy format (numpy.lib.format): a magic, the length of a header, the header as the text of a Python dictionary of
 * three keys, the elements. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/shown_text.h"
#include "data/array.h"

enum { MAGIC_BYTES = 8, HEADER_MAX = 1 << 16 };

static bool refuse(TableReader *reader, const char *shown, const char *what, const char *fix) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", "`%s` %s", shown, what);
    if (fix) {
        lrt_error_fix(reader->error, "%s", fix);
    }
    lrt_error_cell(reader->error, reader->file.shown, 0, 0, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* The value that follows 'key': in the header's dictionary. */
static const char *find_value(const char *header, const char *key) {
    const char *at = strstr(header, key);
    at = at ? strchr(at + strlen(key), ':') : NULL;
    return at ? at + 1 + strspn(at + 1, " ") : NULL;
}

/* "(3, 4)"; the product of the sizes must be one that a file can have. */
static bool parse_shape(const char *text, Array *out) {
    int64_t elements = 1;
    if (*text++ != '(') {
        return false;
    }
    for (out->rank = 0;;) {
        text += strspn(text, " ,L");
        if (*text == ')') {
            return true;
        }
        if (*text < '0' || *text > '9' || out->rank == ARRAY_MAX_RANK) {
            return false;
        }
        char *end;
        errno = 0;
        int64_t size = strtoll(text, &end, 10);
        if (errno || (size > 0 && __builtin_mul_overflow(elements, size, &elements))) {
            return false;
        }
        out->dims[out->rank++] = size;
        text = end;
    }
}

/* "<M8[ns]": how many of its units a second has; 0: months and years have no fixed length. */
static double moment_ticks(const char *unit) {
    static const struct {
        const char *unit;
        double ticks;
    } units[] = {{"[s]", 1},        {"[ms]", 1e3},       {"[us]", 1e6},        {"[ns]", 1e9},
                 {"[m]", 1.0 / 60}, {"[h]", 1.0 / 3600}, {"[D]", 1.0 / 86400}, {"[W]", 1.0 / 604800}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strncmp(unit, units[i].unit, strlen(units[i].unit)) == 0) {
            return units[i].ticks;
        }
    }
    return 0;
}

/* '<f4', '|u1', '<U7', '<M8[ns]' */
static bool parse_type(const char *text, Array *out) {
    static const struct {
        char letter;
        ElementKind kind;
        const char *sizes;
    } kinds[] = {{'b', ELEMENT_BOOL, "1"},     {'?', ELEMENT_BOOL, "1"},    {'i', ELEMENT_INT, "1248"},
                 {'u', ELEMENT_UINT, "1248"},  {'f', ELEMENT_FLOAT, "248"}, {'S', ELEMENT_BYTES, NULL},
                 {'U', ELEMENT_UNICODE, NULL}, {'M', ELEMENT_MOMENT, "8"}};
    if (*text++ != '\'' || !*text) {
        return false;
    }
    out->is_big_endian = *text == '>';
    text += *text == '<' || *text == '>' || *text == '|' || *text == '=';
    char letter = *text ? *text++ : '\0', *end;
    errno = 0;
    int64_t size = strtoll(text, &end, 10);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].letter != letter) {
            continue;
        }
        out->kind = kinds[i].kind;
        out->size = letter == 'U' ? 4 * size : size;
        out->ticks = letter == 'M' ? moment_ticks(end) : 1;
        bool size_fits = kinds[i].sizes ? size < 10 && size > 0 && strchr(kinds[i].sizes, '0' + (char)size) != NULL
                                        : size > 0 && size < 1 << 20;
        return errno == 0 && size_fits && out->ticks > 0 && (letter == 'M' || *end == '\'');
    }
    return false;
}

static bool refuse_type(TableReader *reader, const char *shown, const char *type) {
    char text[80], what[160];
    shown_text(text, sizeof text, type, strcspn(type, ",}"));
    bool is_structured = *type == '[';
    snprintf(what, sizeof what, is_structured ? "holds records of several fields" : "holds elements of the type %s",
             text);
    return refuse(reader, shown, what,
                  is_structured ? "save each field as an array of its own: numpy.savez(path, a=x[\"a\"], b=x[\"b\"])"
                  : strchr(type, 'O') ? "objects are no numbers: numpy.save(path, x.astype(float)) or x.astype(str)"
                                      : "save it as numbers or texts: numpy.save(path, x.astype(numpy.float32))");
}

/* Reads the three keys of the header. */
static bool parse_header(TableReader *reader, const char *header, const char *shown, Array *out) {
    const char *type = find_value(header, "'descr'"), *order = find_value(header, "'fortran_order'");
    const char *shape = find_value(header, "'shape'");
    if (!type || !order || !shape) {
        return refuse(reader, shown, "is no whole .npy file: its header lacks descr, fortran_order or shape", NULL);
    }
    if (!parse_type(type, out)) {
        return refuse_type(reader, shown, type);
    }
    out->is_fortran = strncmp(order, "True", 4) == 0;
    return parse_shape(shape, out) ||
           refuse(reader, shown, "is no whole .npy file: its shape is no tuple of sizes", NULL);
}

bool npy_parse(TableReader *reader, const char *bytes, size_t length, const char *shown, Array *out) {
    const unsigned char *start = (const unsigned char *)bytes;
    *out = (Array){0};
    if (length < MAGIC_BYTES + 2 || memcmp(bytes, "\x93NUMPY", 6) != 0) {
        return refuse(reader, shown, "is no .npy file: it does not begin with the magic of one", "numpy.save(path, x)");
    }
    if (start[6] < 1 || start[6] > 3) {
        return refuse(reader, shown, "is of a version of .npy that is none of 1, 2 and 3", NULL);
    }
    size_t begin = MAGIC_BYTES + (start[6] == 1 ? 2 : 4), header = (size_t)start[8] | (size_t)start[9] << 8;
    if (start[6] > 1 && length >= begin) {
        header |= (size_t)start[10] << 16 | (size_t)start[11] << 24;
    }
    if (header >= HEADER_MAX || length < begin || length - begin < header) {
        return refuse(reader, shown, "is no whole .npy file: it ends within its header", NULL);
    }
    char *text = malloc(header + 1);
    if (!text) {
        return table_no_memory(reader);
    }
    memcpy(text, bytes + begin, header);
    text[header] = '\0';
    bool good = parse_header(reader, text, shown, out);
    free(text);
    int64_t needed = good ? out->size : 0;
    bool fits = true;
    for (int32_t i = 0; good && i < out->rank; i++) {
        fits &= !__builtin_mul_overflow(needed, out->dims[i], &needed);
    }
    size_t have = length - begin - header;
    if (good && (!fits || (size_t)needed != have)) {
        char what[160];
        snprintf(what, sizeof what, "is torn: its shape needs %s%" PRId64 " bytes, and %zu follow its header",
                 fits ? "" : "more than ", fits ? needed : INT64_MAX, have);
        return refuse(reader, shown, what, "write the file anew");
    }
    out->data = start + begin + header;
    return good;
}
