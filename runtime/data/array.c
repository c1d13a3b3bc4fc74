/* One element at a time, from any of the types that NumPy and IDX have. */
#include "data/array.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8_check.h"
#include "lrt/json.h"

/* The bytes of an element as an unsigned number. */
static uint64_t element_bits(const Array *array, int64_t place) {
    const unsigned char *at = array->data + place * array->size;
    uint64_t bits = 0;
    for (int64_t i = 0; i < array->size; i++) {
        bits = bits << 8 | at[array->is_big_endian ? i : array->size - 1 - i];
    }
    return bits;
}

static int64_t sign_extended(uint64_t bits, int64_t size) {
    uint64_t sign = UINT64_C(1) << (8 * size - 1);
    return (int64_t)((bits ^ sign) - sign);
}

/* IEEE 754 binary16. */
static double half_value(uint64_t bits) {
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023), sign = bits >> 15 ? -1 : 1;
    if (exponent == 31) {
        return fraction > 0 ? NAN : sign * INFINITY;
    }
    return sign * (exponent == 0 ? ldexp(fraction, -24) : ldexp(fraction + 1024, exponent - 25));
}

static double float_value(uint64_t bits, int64_t size) {
    if (size == 2) {
        return half_value(bits);
    }
    if (size == 4) {
        uint32_t word = (uint32_t)bits;
        float value;
        memcpy(&value, &word, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double array_number(const Array *array, int64_t place) {
    uint64_t bits = array->kind == ELEMENT_BYTES || array->kind == ELEMENT_UNICODE ? 0 : element_bits(array, place);
    switch (array->kind) {
    case ELEMENT_BOOL: return bits != 0;
    case ELEMENT_UINT: return (double)bits;
    case ELEMENT_INT: return (double)sign_extended(bits, array->size);
    case ELEMENT_FLOAT: return float_value(bits, array->size);
    case ELEMENT_MOMENT:
        return bits == UINT64_C(1) << 63 ? NAN : (double)sign_extended(bits, array->size) / array->ticks;
    case ELEMENT_BYTES:
    case ELEMENT_UNICODE: break;
    }
    return NAN;
}

static size_t unicode_text(const Array *array, int64_t place, char out[ARRAY_TEXT]) {
    Array characters = *array;
    size_t length = 0;
    characters.data += place * array->size;
    characters.size = 4;
    for (int64_t i = 0; i < array->size / 4 && length + 4 < ARRAY_TEXT; i++) {
        uint64_t character = element_bits(&characters, i);
        if (character == 0 || character > 0x10ffff) {
            break;
        }
        length += utf8_put((uint32_t)character, out + length);
    }
    return length;
}

static size_t trimmed(char *text, size_t length) {
    size_t start = 0;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        length--;
    }
    while (start < length && (text[start] == ' ' || text[start] == '\t')) {
        start++;
    }
    memmove(text, text + start, length - start);
    text[length - start] = '\0';
    return length - start;
}

size_t array_text(const Array *array, int64_t place, char out[ARRAY_TEXT]) {
    out[0] = '\0';
    if (array->kind == ELEMENT_UNICODE) {
        return trimmed(out, unicode_text(array, place, out));
    }
    if (array->kind == ELEMENT_BYTES) {
        const char *at = (const char *)array->data + place * array->size;
        size_t length = strnlen(at, (size_t)(array->size < ARRAY_TEXT - 1 ? array->size : ARRAY_TEXT - 1));
        memcpy(out, at, length);
        return trimmed(out, length);
    }
    if (array->kind == ELEMENT_BOOL || array->kind == ELEMENT_INT) {
        return (size_t)snprintf(out, ARRAY_TEXT, "%" PRId64, sign_extended(element_bits(array, place), array->size));
    }
    if (array->kind == ELEMENT_UINT) {
        return (size_t)snprintf(out, ARRAY_TEXT, "%" PRIu64, element_bits(array, place));
    }
    double value = array_number(array, place);
    if (isnan(value)) {
        return 0;
    }
    lrt_format_number(value, out);
    return strlen(out);
}

int64_t array_width(const Array *array) {
    int64_t width = 1;
    for (int32_t i = 1; i < array->rank; i++) {
        width *= array->dims[i];
    }
    return width;
}

void array_shape_text(const Array *array, char *out, size_t size) {
    size_t length = (size_t)snprintf(out, size, "(");
    for (int32_t i = 0; i < array->rank && length < size; i++) {
        length += (size_t)snprintf(out + length, size - length, "%s%" PRId64, i ? ", " : "", array->dims[i]);
    }
    if (length < size) {
        snprintf(out + length, size - length, array->rank == 1 ? ",)" : ")");
    }
}
