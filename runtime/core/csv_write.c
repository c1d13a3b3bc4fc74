/* RFC 4180, with \n as the end of a line. */
#include "core/csv_write.h"

#include <math.h>
#include <string.h>

void csv_write_text(FILE *file, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"') {
            fputc('"', file);
        }
        fputc(*text, file);
    }
    fputc('"', file);
}

void csv_write_number(FILE *file, double value) {
    if (!isnan(value)) {
        fprintf(file, "%.9g", value);
    }
}
