/* JSON (RFC 8259) read strictly into a tree: whatever a writer would not write is refused, and nesting is limited, so
 * that a file made by anyone is read in bounded stack and in memory that grows with its length. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8_check.h"
#include "lrt/json.h"
#include "lrt/number.h"

typedef struct Parser {
    const char *at, *end; /* `at` stays at the offending byte where something is refused */
    int depth;
} Parser;

static bool parse_value(Parser *parser, LrtJson *out);

static void skip_space(Parser *parser) {
    while (parser->at < parser->end && strchr(" \t\n\r", *parser->at) && *parser->at) {
        parser->at++;
    }
}

static bool take(Parser *parser, char expected) {
    if (parser->at < parser->end && *parser->at == expected) {
        parser->at++;
        return true;
    }
    return false;
}

static bool take_word(Parser *parser, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(parser->end - parser->at) < length || memcmp(parser->at, word, length) != 0) {
        return false;
    }
    parser->at += length;
    return true;
}

static bool take_digits(Parser *parser) {
    const char *start = parser->at;
    while (parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9') {
        parser->at++;
    }
    return parser->at > start;
}

/* JSON's numbers are a subset of ours: no leading zeros, no plus, digits on both sides of the point. */
static bool parse_number(Parser *parser, double *out) {
    const char *start = parser->at;
    take(parser, '-');
    if (!take(parser, '0') && !take_digits(parser)) {
        return false;
    }
    if (take(parser, '.') && !take_digits(parser)) {
        return false;
    }
    if (take(parser, 'e') || take(parser, 'E')) {
        if (!take(parser, '-')) {
            take(parser, '+');
        }
        if (!take_digits(parser)) {
            return false;
        }
    }
    lrt_number_scan(start, parser->at, '.', out);
    if (isinf(*out)) {
        parser->at = start;
        return false;
    }
    return true;
}

static bool parse_hex(Parser *parser, unsigned *out) {
    *out = 0;
    for (int i = 0; i < 4; i++, parser->at++) {
        char digit = parser->at < parser->end ? *parser->at : '\0';
        char lower = (char)(digit | 0x20);
        if (digit >= '0' && digit <= '9') {
            *out = *out * 16 + (unsigned)(digit - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            *out = *out * 16 + (unsigned)(lower - 'a') + 10;
        } else {
            return false;
        }
    }
    return true;
}

/* Behind the backslash. A NUL cannot stand in our strings, half a surrogate pair in no text. */
static bool parse_escape(Parser *parser, char **out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *escape = parser->at < parser->end && *parser->at ? strchr(letters, *parser->at) : NULL;
    if (escape) {
        *(*out)++ = meanings[escape - letters];
        parser->at++;
        return true;
    }
    unsigned code, second;
    if (!take(parser, 'u') || !parse_hex(parser, &code)) {
        return false;
    }
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(parser, '\\') || !take(parser, 'u') || !parse_hex(parser, &second) || second < 0xdc00 ||
            second > 0xdfff) {
            return false;
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
    } else if (code == 0 || (code >= 0xdc00 && code < 0xe000)) {
        return false;
    }
    *out += utf8_put(code, *out);
    return true;
}

/* `*out` is allocated also where the string is refused. Unescaped text is never longer than escaped. */
static bool parse_string(Parser *parser, char **out) {
    if (!take(parser, '"')) {
        return false;
    }
    size_t longest = 0, left = (size_t)(parser->end - parser->at);
    while (longest < left && parser->at[longest] != '"') {
        longest += parser->at[longest] == '\\' ? 2 : 1;
    }
    char *text = *out = longest < left ? malloc(longest + 1) : NULL;
    if (!text) {
        parser->at = longest < left ? parser->at : parser->end;
        return false;
    }
    *text = '\0';
    while (!take(parser, '"')) {
        if (take(parser, '\\')) {
            if (!parse_escape(parser, &text)) {
                *text = '\0';
                return false;
            }
            continue;
        }
        size_t character =
            (unsigned char)*parser->at < ' ' ? 0 : utf8_character(parser->at, (size_t)(parser->end - parser->at));
        if (character == 0) {
            *text = '\0';
            return false;
        }
        memcpy(text, parser->at, character);
        text += character;
        parser->at += character;
    }
    *text = '\0';
    return true;
}

static LrtJson *add_item(LrtJson *container) {
    bool is_full = (container->count & (container->count - 1)) == 0; /* capacities are powers of two */
    if (is_full) {
        size_t capacity = container->count > 0 ? 2 * (size_t)container->count : 1;
        LrtJson *items = realloc(container->items, capacity * sizeof *items);
        if (!items) {
            return NULL;
        }
        container->items = items;
    }
    LrtJson *item = &container->items[container->count++];
    *item = (LrtJson){.kind = LRT_JSON_NULL};
    return item;
}

static bool parse_member(Parser *parser, LrtJson *item) {
    if (!parse_string(parser, &item->key)) {
        return false;
    }
    skip_space(parser);
    return take(parser, ':');
}

static bool parse_container(Parser *parser, LrtJson *out, char closing) {
    if (parser->depth == LRT_JSON_MAX_DEPTH) {
        return false;
    }
    parser->depth++;
    parser->at++;
    skip_space(parser);
    for (bool first = true; !take(parser, closing); first = false) {
        if (!first) {
            if (!take(parser, ',')) {
                return false;
            }
            skip_space(parser);
        }
        LrtJson *item = add_item(out);
        if (!item || (closing == '}' && !parse_member(parser, item)) || !parse_value(parser, item)) {
            return false;
        }
        skip_space(parser);
    }
    parser->depth--;
    return true;
}

static bool parse_value(Parser *parser, LrtJson *out) {
    skip_space(parser);
    switch (parser->at < parser->end ? *parser->at : '\0') {
    case '{': out->kind = LRT_JSON_OBJECT; return parse_container(parser, out, '}');
    case '[': out->kind = LRT_JSON_ARRAY; return parse_container(parser, out, ']');
    case '"': out->kind = LRT_JSON_STRING; return parse_string(parser, &out->string);
    case 't':
        out->kind = LRT_JSON_BOOL;
        out->boolean = true;
        return take_word(parser, "true");
    case 'f': out->kind = LRT_JSON_BOOL; return take_word(parser, "false");
    case 'n': return take_word(parser, "null");
    default: out->kind = LRT_JSON_NUMBER; return parse_number(parser, &out->number);
    }
}

static void free_content(LrtJson *json) {
    for (int64_t i = 0; i < json->count; i++) {
        free_content(&json->items[i]);
    }
    free(json->items);
    free(json->string);
    free(json->key);
}

LrtJson *lrt_json_parse(const char *text, size_t length, size_t *error_offset) {
    Parser parser = {.at = text, .end = text + length};
    LrtJson *json = calloc(1, sizeof *json);
    if (json && parse_value(&parser, json)) {
        skip_space(&parser);
        if (parser.at == parser.end) {
            return json;
        }
    }
    lrt_json_free(json);
    *error_offset = (size_t)(parser.at - text);
    return NULL;
}

void lrt_json_free(LrtJson *json) {
    if (json) {
        free_content(json);
        free(json);
    }
}

const LrtJson *lrt_json_member(const LrtJson *object, const char *key) {
    for (int64_t i = 0; object->kind == LRT_JSON_OBJECT && i < object->count; i++) {
        if (strcmp(object->items[i].key, key) == 0) {
            return &object->items[i];
        }
    }
    return NULL;
}
