/* error[name]: the fact, then the places, then why and the way out. */
#include "report/error_report.h"

#include <inttypes.h>

static const char *paint(bool color, const char *code) { return color ? code : ""; }

static void print_place(const LrtError *error, FILE *out) {
    if (!error->file[0]) {
        return;
    }
    fprintf(out, "  --> %s", error->file);
    if (error->line > 0) {
        fprintf(out, ":%" PRId64, error->line);
    }
    if (error->row > 0) {
        fprintf(out, " (row %" PRId64 "%s%s%s)", error->row, error->column[0] ? ", column `" : "", error->column,
                error->column[0] ? "`" : "");
    } else if (error->column[0]) {
        fprintf(out, " (column `%s`)", error->column);
    }
    if (error->text[0]) {
        fprintf(out, ": `%s`", error->text);
    }
    fputc('\n', out);
}

void error_print(const LrtError *error, const char *spec_file, bool color, FILE *out) {
    fprintf(out, "%serror[%s]%s: %s\n", paint(color, "\033[1;31m"), error->name, paint(color, "\033[0m"), error->message);
    print_place(error, out);
    if (error->spec_line > 0 && spec_file) {
        fprintf(out, "  --> %s:%d\n", spec_file, error->spec_line);
    }
    if (error->why[0]) {
        fprintf(out, "   = why: %s\n", error->why);
    }
    if (error->fix[0]) {
        fprintf(out, "   = fix: %s\n", error->fix);
    }
}

void warning_print(const char *name, const char *message, bool color, FILE *out) {
    fprintf(out, "%swarning[%s]%s: %s\n", paint(color, "\033[1;33m"), name, paint(color, "\033[0m"), message);
}
