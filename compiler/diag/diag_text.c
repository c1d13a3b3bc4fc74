/* Diagnostics for people: headline, excerpt, and the lines of advice below it. */
#include <inttypes.h>
#include <string.h>

#include "diag/excerpt.h"

enum { PRINTED_DIAGNOSTICS = 100 };

static const char *const severity_words[] = {
    [SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

static const Palette plain = {"", "", "", {"", "", ""}};
static const Palette colored = {
    .bold = "\033[1m",
    .gutter = "\033[1;34m",
    .reset = "\033[0m",
    .severity = {[SEVERITY_NOTE] = "\033[1;36m", [SEVERITY_WARNING] = "\033[1;33m", [SEVERITY_ERROR] = "\033[1;31m"}};

static void print_clean(FILE *out, const char *text) { excerpt_print_clean(out, text, strlen(text)); }

static void print_advice(FILE *out, const Palette *palette, int gutter, const char *kind, const char *text) {
    fprintf(out, "%*s%s=%s %s%s:%s ", gutter + 1, "", palette->gutter, palette->reset, palette->bold, kind,
            palette->reset);
    print_clean(out, text);
    fputc('\n', out);
}

/* `= data: credit.csv, row 17 (line 18), column `age`: `abc`` */
static void print_cell(FILE *out, const Palette *palette, int gutter, const DiagCell *cell) {
    fprintf(out, "%*s%s=%s %sdata:%s ", gutter + 1, "", palette->gutter, palette->reset, palette->bold, palette->reset);
    print_clean(out, cell->file != NULL ? cell->file : "the data");
    if (cell->row > 0) fprintf(out, ", row %" PRId64, cell->row);
    if (cell->line > 0) fprintf(out, cell->row > 0 ? " (line %" PRId64 ")" : ", line %" PRId64, cell->line);
    if (cell->column != NULL) {
        fputs(", column `", out);
        print_clean(out, cell->column);
        fputc('`', out);
    }
    if (cell->text != NULL && cell->text[0] == '\0') {
        fputs(": an empty cell", out);
    } else if (cell->text != NULL) {
        fputs(": `", out);
        print_clean(out, cell->text);
        fputc('`', out);
    }
    fputc('\n', out);
}

static void print_diagnostic(const Session *session, const Diagnostic *diagnostic, const Palette *palette, FILE *out) {
    const char *name = diag_name(diagnostic->id);
    fprintf(out, "%s%s[%s]%s%s: ", palette->severity[diagnostic->severity], severity_words[diagnostic->severity], name,
            palette->reset, palette->bold);
    print_clean(out, diagnostic->message);
    fprintf(out, "%s\n", palette->reset);
    int gutter = excerpt_gutter(&session->sources, diagnostic);
    excerpt_print(&session->sources, diagnostic, palette, gutter, out);
    if (diagnostic->why != NULL) print_advice(out, palette, gutter, "why", diagnostic->why);
    for (int64_t i = 0; i < diagnostic->evidence.count; i++)
        print_advice(out, palette, gutter, "note", diagnostic->evidence.items[i]);
    if (diagnostic->cell != NULL) print_cell(out, palette, gutter, diagnostic->cell);
    for (int64_t i = 0; i < diagnostic->fixes.count; i++)
        print_advice(out, palette, gutter, "fix", diagnostic->fixes.items[i].title);
    fprintf(out, "%*s%s=%s %ssee:%s lspec explain %s\n", gutter + 1, "", palette->gutter, palette->reset, palette->bold,
            palette->reset, name);
}

static void print_count(FILE *out, const char **separator, int64_t count, const char *word) {
    if (count == 0) return;
    fprintf(out, "%s%" PRId64 " %s%s", *separator, count, word, count == 1 ? "" : "s");
    *separator = ", ";
}

void diag_render_text(const Session *session, FILE *out, bool color, bool verbose) {
    const Palette *palette = color ? &colored : &plain;
    int64_t counts[3] = {0};
    int64_t printed = 0, left_out = session->overflow_count;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *diagnostic = session->diagnostics.items[i];
        if (diagnostic->severity == SEVERITY_NOTE && !verbose) continue;
        counts[diagnostic->severity]++;
        if (printed == PRINTED_DIAGNOSTICS) {
            left_out++;
            continue;
        }
        if (printed++ > 0) fputc('\n', out);
        print_diagnostic(session, diagnostic, palette, out);
    }
    counts[SEVERITY_ERROR] += session->overflow_count;
    if (printed == 0) return;
    fputc('\n', out);
    const char *separator = "";
    print_count(out, &separator, counts[SEVERITY_ERROR], "error");
    print_count(out, &separator, counts[SEVERITY_WARNING], "warning");
    print_count(out, &separator, counts[SEVERITY_NOTE], "note");
    if (left_out > 0) fprintf(out, "; %" PRId64 " of them are not shown", left_out);
    fputc('\n', out);
}
