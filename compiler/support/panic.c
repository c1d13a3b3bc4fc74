/* The two ways to end at once: a mistake of ours, and a system that is out of memory. */
#include "support/panic.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void panic_bug(const char *file, int line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "lspec: internal error at %s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fputs("\nlspec: this is a mistake in lspec, not in your spec; please report it with the spec that shows it\n", stderr);
    va_end(arguments);
    abort();
}

_Noreturn void panic_system(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("lspec: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    exit(3);
}
