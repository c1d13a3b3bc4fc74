/* An error is filled once, where the mistake is seen; callers only pass it on. Texts are cut between characters. */
#include "lrt/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/shown_text.h"
#include "core/utf8_check.h"

/* Takes off the part of a character that a cut has left at the end. */
static void trim_cut_character(char *text) {
    size_t length = strlen(text), start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) {
        start--;
    }
    if (start > 0 && (unsigned char)text[start - 1] >= 0xc0 &&
        utf8_character(text + start - 1, length - start + 1) == 0) {
        text[start - 1] = '\0';
    }
}

static void format_text(char *out, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
static void format_text(char *out, size_t size, const char *format, va_list arguments) {
    if (vsnprintf(out, size, format, arguments) >= (int)size) {
        trim_cut_character(out);
    }
}

static void copy_text(char *out, size_t size, const char *text) {
    if (snprintf(out, size, "%s", text ? text : "") >= (int)size) {
        trim_cut_character(out);
    }
}

bool lrt_error_set(LrtError *error, int status, const char *name, const char *format, ...) {
    if (error->status != 0) {
        return false;
    }
    memset(error, 0, sizeof *error);
    error->status = status;
    error->column_index = -1;
    copy_text(error->name, sizeof error->name, name);
    va_list arguments;
    va_start(arguments, format);
    format_text(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}

void lrt_error_fix(LrtError *error, const char *format, ...) {
    if (error->fix[0]) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    format_text(error->fix, sizeof error->fix, format, arguments);
    va_end(arguments);
}

void lrt_error_why(LrtError *error, const char *format, ...) {
    if (error->why[0]) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    format_text(error->why, sizeof error->why, format, arguments);
    va_end(arguments);
}

void lrt_error_cell(LrtError *error, const char *file, int64_t row, int64_t line, const char *column,
                    const char *text) {
    copy_text(error->file, sizeof error->file, file);
    copy_text(error->column, sizeof error->column, column);
    shown_text(error->text, sizeof error->text, text ? text : "", text ? strlen(text) : 0);
    error->row = row;
    error->line = line;
}
