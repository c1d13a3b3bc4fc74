/* Lines of a source with carets and labels under them, as messages show them. */
#ifndef LSPEC_DIAG_EXCERPT_H
#define LSPEC_DIAG_EXCERPT_H

#include "diag/diag.h"

/* ANSI escapes, all empty where there is no colour. */
typedef struct Palette {
    const char *bold, *gutter, *reset;
    const char *severity[3];
} Palette;

/* Digits of the largest line number that the excerpt of the diagnostic shows: the width of its gutter. */
int excerpt_gutter(const SourceSet *sources, const Diagnostic *diagnostic);

/* Prints `--> file:line:column` and the lines of the diagnostic, those of other files behind `::: `. */
void excerpt_print(const SourceSet *sources, const Diagnostic *diagnostic, const Palette *palette, int gutter,
                   FILE *out);

/* Prints `text` with control characters and broken UTF-8 replaced by U+FFFD, newlines by blanks: nothing in a spec can
 * steer the terminal. */
void excerpt_print_clean(FILE *out, const char *text, size_t length);

#endif
