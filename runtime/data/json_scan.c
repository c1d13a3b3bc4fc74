/* Strings are searched for their end eight bytes at a time; only those with escapes are copied. */
#include "data/json_scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/utf8_check.h"

enum { DEEPEST = 64 };

void json_scan_free(JsonScan *scan) {
    free(scan->unescaped);
    *scan = (JsonScan){0};
}

static int hex_digit(char character) {
    return character >= '0' && character <= '9'   ? character - '0'
           : character >= 'a' && character <= 'f' ? character - 'a' + 10
           : character >= 'A' && character <= 'F' ? character - 'A' + 10
                                                  : -1;
}

/* The four digits behind \u; -1 where they are none. */
static int32_t hex_code(const char *at, const char *end) {
    int32_t code = 0;
    for (int i = 0; i < 4; i++) {
        int digit = at + i < end ? hex_digit(at[i]) : -1;
        if (digit < 0) {
            return -1;
        }
        code = code * 16 + digit;
    }
    return code;
}

/* What follows a backslash; moves both on. False: no escape of JSON. A surrogate without its pair becomes U+FFFD. */
static bool put_escape(const char **at, const char *end, char **out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char letter = *at < end ? *(*at)++ : '\0';
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (found) {
        *(*out)++ = meanings[found - letters];
        return true;
    }
    int32_t code = letter == 'u' ? hex_code(*at, end) : -1;
    if (code <= 0) {
        return false; /* a NUL cannot stand in our texts */
    }
    *at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        bool pair = code < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u';
        int32_t low = pair ? hex_code(*at + 2, end) : -1;
        pair = low >= 0xdc00 && low < 0xe000;
        code = pair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
        *at += pair ? 6 : 0;
    }
    *out += utf8_put((uint32_t)code, *out);
    return true;
}

/* The text from `start` to the closing quote, its first escape at `escape`. */
static JsonValue unescape(JsonScan *scan, const char *start, const char *escape, JsonText *out) {
    size_t most = (size_t)(scan->end - start);
    if (most > scan->unescaped_capacity) {
        char *grown = realloc(scan->unescaped, 2 * most);
        if (!grown) {
            return JSON_NO_MEMORY;
        }
        scan->unescaped = grown;
        scan->unescaped_capacity = 2 * most;
    }
    char *written = scan->unescaped + (escape - start);
    memcpy(scan->unescaped, start, (size_t)(escape - start));
    for (const char *at = escape; at < scan->end;) {
        char character = *at++;
        if (character == '"') {
            scan->at = at;
            *out = (JsonText){scan->unescaped, (size_t)(written - scan->unescaped)};
            return JSON_TEXT;
        }
        if (character != '\\') {
            *written++ = character;
        } else if (!put_escape(&at, scan->end, &written)) {
            scan->at = at;
            return JSON_BROKEN;
        }
    }
    return JSON_BROKEN;
}

JsonValue json_string(JsonScan *scan, JsonText *out) {
    const char *start = scan->at + 1;
    for (const char *at = start; at < scan->end; at++) {
        if (*at == '"') {
            *out = (JsonText){start, (size_t)(at - start)};
            scan->at = at + 1;
            return JSON_TEXT;
        }
        if (*at == '\\') {
            return unescape(scan, start, at, out);
        }
    }
    return JSON_BROKEN;
}

static bool take_word(JsonScan *scan, const char *word, JsonText *out) {
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0) {
        return false;
    }
    *out = (JsonText){scan->at, length};
    scan->at += length;
    return true;
}

JsonValue json_value(JsonScan *scan, JsonText *out) {
    json_skip_blanks(scan);
    char first = scan->at < scan->end ? *scan->at : '\0';
    if (first == '"') {
        return json_string(scan, out);
    }
    if (first == '[' || first == '{') {
        scan->at++;
        return first == '[' ? JSON_ARRAY : JSON_OBJECT;
    }
    if (take_word(scan, "null", out)) {
        return JSON_NULL;
    }
    if (take_word(scan, "true", out) || take_word(scan, "false", out)) {
        return JSON_WORD;
    }
    const char *start = scan->at;
    while (scan->at < scan->end && ((*scan->at >= '0' && *scan->at <= '9') || *scan->at == '-' || *scan->at == '+' ||
                                    *scan->at == '.' || *scan->at == 'e' || *scan->at == 'E')) {
        scan->at++;
    }
    *out = (JsonText){start, (size_t)(scan->at - start)};
    return scan->at > start ? JSON_NUMBER : JSON_BROKEN;
}

/* Depth in bits: 1 an object, 0 an array. */
JsonValue json_skip(JsonScan *scan, JsonValue opened) {
    uint64_t objects = opened == JSON_OBJECT;
    int depth = opened == JSON_OBJECT || opened == JSON_ARRAY;
    bool first = depth > 0;
    JsonText text;
    do {
        bool is_object = depth > 0 && (objects & 1);
        if (depth > 0 && json_take(scan, is_object ? '}' : ']')) {
            depth--;
            objects >>= 1;
            first = false;
            continue;
        }
        if (depth > 0 && !first && !json_take(scan, ',')) {
            return JSON_BROKEN;
        }
        first = false;
        json_skip_blanks(scan);
        if (is_object && (scan->at == scan->end || *scan->at != '"' || json_string(scan, &text) != JSON_TEXT ||
                          !json_take(scan, ':'))) {
            return JSON_BROKEN;
        }
        JsonValue value = json_value(scan, &text);
        if (value == JSON_BROKEN || value == JSON_NO_MEMORY) {
            return value;
        }
        if (value == JSON_ARRAY || value == JSON_OBJECT) {
            if (depth == DEEPEST) {
                return JSON_BROKEN;
            }
            depth++;
            objects = objects << 1 | (value == JSON_OBJECT);
            first = true;
        }
    } while (depth > 0);
    return opened;
}
