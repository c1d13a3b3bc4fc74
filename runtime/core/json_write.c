/* JSON as it is written: the state is where in which container we are; numbers have their shortest exact text. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/utf8_check.h"
#include "lrt/json.h"
#include "lrt/number.h"

void lrt_json_init(LrtJsonWriter *writer, FILE *out, bool pretty) {
    *writer = (LrtJsonWriter){.out = out, .pretty = pretty};
}

static void new_line(LrtJsonWriter *writer) {
    if (writer->pretty) {
        fprintf(writer->out, "\n%*s", 2 * writer->depth, "");
    }
}

/* What must stand before a value or a key. The numbers of a list share its line, all else begins its own. */
static void separate(LrtJsonWriter *writer, bool own_line) {
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->depth == 0) {
        return;
    }
    if (writer->has_item[writer->depth - 1]) {
        fputs(own_line || !writer->pretty ? "," : ", ", writer->out);
    }
    writer->has_item[writer->depth - 1] = true;
    if (own_line) {
        writer->has_line[writer->depth - 1] = true;
        new_line(writer);
    }
}

static void begin(LrtJsonWriter *writer, char bracket) {
    assert(writer->depth < LRT_JSON_MAX_DEPTH);
    separate(writer, true);
    fputc(bracket, writer->out);
    writer->has_item[writer->depth] = writer->has_line[writer->depth] = false;
    writer->depth++;
}

static void end(LrtJsonWriter *writer, char bracket) {
    assert(writer->depth > 0);
    writer->depth--;
    if (writer->has_line[writer->depth]) {
        new_line(writer);
    }
    fputc(bracket, writer->out);
}

void lrt_json_object_begin(LrtJsonWriter *writer) { begin(writer, '{'); }
void lrt_json_object_end(LrtJsonWriter *writer) { end(writer, '}'); }
void lrt_json_array_begin(LrtJsonWriter *writer) { begin(writer, '['); }
void lrt_json_array_end(LrtJsonWriter *writer) { end(writer, ']'); }

/* The letter behind the backslash where a character has one, else 0. */
static char short_escape(char character) {
    switch (character) {
    case '"':
    case '\\': return character;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return '\0';
    }
}

static void write_string(FILE *out, const char *text) {
    size_t length = strlen(text);
    fputc('"', out);
    for (size_t i = 0; i < length;) {
        size_t character = utf8_character(text + i, length - i);
        if (character == 0) {
            fputs("\xef\xbf\xbd", out); /* U+FFFD */
            i++;
            continue;
        }
        if (short_escape(text[i])) {
            fprintf(out, "\\%c", short_escape(text[i]));
        } else if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
            fprintf(out, "\\u%04x", (unsigned)text[i]);
        } else {
            fwrite(text + i, 1, character, out);
        }
        i += character;
    }
    fputc('"', out);
}

void lrt_json_key(LrtJsonWriter *writer, const char *key) {
    separate(writer, true);
    write_string(writer->out, key);
    fputs(writer->pretty ? ": " : ":", writer->out);
    writer->after_key = true;
}

static void write_text(LrtJsonWriter *writer, const char *text) {
    separate(writer, false);
    fputs(text, writer->out);
}

void lrt_json_string(LrtJsonWriter *writer, const char *text) {
    if (!text) {
        write_text(writer, "null");
        return;
    }
    separate(writer, false);
    write_string(writer->out, text);
}

void lrt_json_number(LrtJsonWriter *writer, double value) {
    char text[LRT_NUMBER_TEXT] = "null";
    if (isfinite(value)) {
        lrt_format_double(value, text);
    }
    write_text(writer, text);
}

void lrt_json_float(LrtJsonWriter *writer, float value) {
    char text[LRT_NUMBER_TEXT] = "null";
    if (isfinite(value)) {
        lrt_format_float(value, text);
    }
    write_text(writer, text);
}

void lrt_json_integer(LrtJsonWriter *writer, int64_t value) {
    char text[LRT_NUMBER_TEXT];
    snprintf(text, sizeof text, "%" PRId64, value);
    write_text(writer, text);
}

void lrt_json_bool(LrtJsonWriter *writer, bool value) { write_text(writer, value ? "true" : "false"); }
void lrt_json_null(LrtJsonWriter *writer) { write_text(writer, "null"); }
