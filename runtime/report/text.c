/* How figures are printed where people read them; files have the shortest exact text instead. */
#include "report/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void text_number(double value, char out[TEXT_NUMBER]) {
    double size = fabs(value);
    if (!isfinite(value)) {
        snprintf(out, TEXT_NUMBER, "%s", isnan(value) ? "-" : value < 0 ? "-inf" : "inf");
    } else if (size >= 1e12 || (size > 0 && size < 1e-3)) {
        snprintf(out, TEXT_NUMBER, "%.3e", value);
    } else {
        int decimals = 4;
        for (double limit = 10; decimals > 0 && size >= limit; limit *= 10) {
            decimals--;
        }
        snprintf(out, TEXT_NUMBER, "%.*f", decimals, value);
    }
}

void text_count(int64_t value, char out[TEXT_NUMBER]) {
    char digits[TEXT_NUMBER];
    int length = snprintf(digits, sizeof digits, "%" PRId64, value);
    int written = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0) {
            out[written++] = ',';
        }
        out[written++] = digits[i];
    }
    out[written] = '\0';
}

void text_bytes(int64_t bytes, char out[TEXT_NUMBER]) {
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double size = (double)bytes;
    size_t unit = 0;
    while (size >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        size /= 1024;
        unit++;
    }
    snprintf(out, TEXT_NUMBER, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}
