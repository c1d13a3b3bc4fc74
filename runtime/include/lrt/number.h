/* Decimal text to binary numbers and back, exactly rounded and the same on every machine and C library. */
#ifndef LRT_NUMBER_H
#define LRT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { LRT_NUMBER_TEXT = 32 };

/* Reads a decimal or scientific number ("-12.5", ".5", "5.", "1e-3") at the start of `text`, `decimal` being its point.
 * Returns the byte behind it, or NULL where none begins here. Too large: an infinity; too small: 0. */
const char *lrt_number_scan(const char *text, const char *end, char decimal, double *out);

/* mantissa * 10^exponent, rounded to the nearest double, ties to even; mantissa < 10^19. */
double lrt_number_from_decimal(uint64_t mantissa, int64_t exponent);

/* Shortest decimal text that reads back the same, NUL-terminated; returns its length. "nan", "inf" and "-inf" have
 * their names. lrt_format_number (lrt/json.h) is the one for doubles. */
size_t lrt_format_double(double value, char out[LRT_NUMBER_TEXT]);
size_t lrt_format_float(float value, char out[LRT_NUMBER_TEXT]);

#endif
