/* Arrays as files hold them: numbers or texts of one type in some order, row by row or column by column, looked at
 * where they lie. */
#ifndef DATA_ARRAY_H
#define DATA_ARRAY_H

#include "data/table_reader.h"

enum { ARRAY_MAX_RANK = 8, ARRAY_TEXT = 512 };

typedef enum ElementKind {
    ELEMENT_BOOL,
    ELEMENT_INT,
    ELEMENT_UINT,
    ELEMENT_FLOAT,
    ELEMENT_BYTES,   /* text, filled up with zeros */
    ELEMENT_UNICODE, /* the same of 32-bit characters */
    ELEMENT_MOMENT   /* a count of `ticks` since 1970, the smallest integer: none */
} ElementKind;

typedef struct Array {
    const unsigned char *data;
    ElementKind kind;
    int64_t size; /* bytes of an element */
    bool is_big_endian;
    double ticks;    /* ELEMENT_MOMENT: a second has so many */
    bool is_fortran; /* the first index runs fastest */
    int32_t rank;    /* 0: one number */
    int64_t dims[ARRAY_MAX_RANK];
} Array;

/* The element that lies `place` elements behind the first. NaN: missing. */
double array_number(const Array *array, int64_t place);
/* Its text, trimmed; "" where it is missing or not a number. */
size_t array_text(const Array *array, int64_t place, char out[ARRAY_TEXT]);
/* Elements of one row, the product of all dimensions but the first. */
int64_t array_width(const Array *array);
/* "(1797, 64)" */
void array_shape_text(const Array *array, char *out, size_t size);

/* array_table.c: appends the arrays' rows to the table; array i is field i. */
bool table_read_arrays(TableReader *reader, const Array *arrays);

/* npy_parse.c: the header of a .npy file in memory, versions 1 to 3; `out->data` points behind it. `shown` is what the
 * messages call the array. */
bool npy_parse(TableReader *reader, const char *bytes, size_t length, const char *shown, Array *out);

#endif
