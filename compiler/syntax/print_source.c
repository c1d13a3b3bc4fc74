/* What the printer keeps of the author's layout: where lines were broken, blank lines, comments. */
#include <string.h>

#include "syntax/printer.h"

uint32_t print_line_of(const Printer *printer, uint32_t offset) {
    return source_line_number(&printer->session->sources, printer->file->source, offset);
}

bool print_has_newline(const Printer *printer, uint32_t begin, uint32_t end) {
    return begin < end && memchr(printer->source->text + begin, '\n', end - begin) != NULL;
}

bool print_has_comment(const Printer *printer, uint32_t begin, uint32_t end) {
    int64_t low = 0, high = printer->file->comment_count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (printer->file->comments[middle].span.begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < printer->file->comment_count && printer->file->comments[low].span.begin < end;
}

bool print_has_blank_line(const Printer *printer, uint32_t begin, uint32_t end) {
    uint32_t last = print_line_of(printer, end);
    for (uint32_t line = print_line_of(printer, begin) + 1; line < last; line++) {
        size_t length;
        const char *text = source_line(&printer->session->sources, printer->file->source, line, &length);
        if (strspn(text, " \t\r\f\v;") >= length) return true;
    }
    return false;
}
