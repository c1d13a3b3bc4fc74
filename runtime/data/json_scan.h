/* One JSON value after the other (RFC 8259), cut out of a line without copying it. */
#ifndef DATA_JSON_SCAN_H
#define DATA_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct JsonScan {
    const char *at, *end; /* of the line */
    char *unescaped;      /* memory of a string with escapes */
    size_t unescaped_capacity;
} JsonScan;

typedef enum JsonValue {
    JSON_TEXT,   /* a string, without its quotes and escapes */
    JSON_NUMBER, /* as written */
    JSON_WORD,   /* true or false */
    JSON_NULL,
    JSON_ARRAY,
    JSON_OBJECT, /* `at` is behind the bracket */
    JSON_BROKEN, /* no JSON; `at` is where it breaks */
    JSON_NO_MEMORY
} JsonValue;

typedef struct JsonText {
    const char *text;
    size_t length;
} JsonText;

void json_scan_free(JsonScan *scan);
static inline void json_skip_blanks(JsonScan *scan) {
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r')) {
        scan->at++;
    }
}
/* Takes the character if it comes next. */
static inline bool json_take(JsonScan *scan, char character) {
    json_skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != character) {
        return false;
    }
    scan->at++;
    return true;
}
/* The string at `at`, which begins with a quote. Its text is valid until the next call. */
JsonValue json_string(JsonScan *scan, JsonText *out);
/* The value at `at`. */
JsonValue json_value(JsonScan *scan, JsonText *out);
/* Passes over the rest of an array or object whose bracket has been taken, or over a whole value. */
JsonValue json_skip(JsonScan *scan, JsonValue opened);

#endif
