/* JSON, both ways: a streaming writer with exact numbers, and a reader into a tree. */
#ifndef LRT_JSON_H
#define LRT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { LRT_JSON_MAX_DEPTH = 64 };

typedef struct LrtJsonWriter {
    FILE *out;
    bool pretty;                   /* two-space indentation; else one line */
    int depth;
    bool has_item[LRT_JSON_MAX_DEPTH];
    bool has_line[LRT_JSON_MAX_DEPTH]; /* an item that began its own line: the closing bracket will, too */
    bool after_key;
} LrtJsonWriter;

void lrt_json_init(LrtJsonWriter *writer, FILE *out, bool pretty);
void lrt_json_object_begin(LrtJsonWriter *writer);
void lrt_json_object_end(LrtJsonWriter *writer);
void lrt_json_array_begin(LrtJsonWriter *writer);
void lrt_json_array_end(LrtJsonWriter *writer);
void lrt_json_key(LrtJsonWriter *writer, const char *key);
void lrt_json_string(LrtJsonWriter *writer, const char *text); /* NULL writes null; bytes that are not UTF-8 become U+FFFD */
void lrt_json_number(LrtJsonWriter *writer, double value);     /* shortest text that reads back the same; NaN, ±inf: null */
void lrt_json_float(LrtJsonWriter *writer, float value);
void lrt_json_integer(LrtJsonWriter *writer, int64_t value);
void lrt_json_bool(LrtJsonWriter *writer, bool value);
void lrt_json_null(LrtJsonWriter *writer);

/* Shortest decimal text of a double that reads back the same; `out` of at least 32 bytes. */
void lrt_format_number(double value, char out[32]);

typedef enum LrtJsonKind { LRT_JSON_NULL, LRT_JSON_BOOL, LRT_JSON_NUMBER, LRT_JSON_STRING, LRT_JSON_ARRAY, LRT_JSON_OBJECT } LrtJsonKind;

typedef struct LrtJson {
    LrtJsonKind kind;
    bool boolean;
    double number;
    char *string;                  /* unescaped, NUL-terminated */
    char *key;                     /* of this member in its object */
    struct LrtJson *items;         /* elements or members */
    int64_t count;
} LrtJson;

/* Parses UTF-8 text; NULL with `*error_offset` at the offending byte where it is not JSON. */
LrtJson *lrt_json_parse(const char *text, size_t length, size_t *error_offset);
void lrt_json_free(LrtJson *json);
const LrtJson *lrt_json_member(const LrtJson *object, const char *key); /* NULL where absent */

#endif
