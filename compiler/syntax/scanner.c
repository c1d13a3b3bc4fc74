/* What the patterns of grammar/lexer.l mean: values of tokens, the place of each on its line, comments kept aside. */
#include "syntax/scanner.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"
#include "support/str.h"

static const char *lexeme(const Scanner *scanner) {
    return arena_strndup(scanner->arena, scanner->text + scanner->begin, scanner->end - scanner->begin);
}

/* Characters between the beginning of the line and the lexeme. */
static uint32_t column_of(const Scanner *scanner) {
    uint32_t column = 0;
    for (uint32_t at = scanner->line_begin; at < scanner->begin; at++)
        column += ((unsigned char)scanner->text[at] & 0xC0) != 0x80;
    return column;
}

int scan_token(Scanner *scanner, Token *out, int kind) {
    bool first = scanner->line_is_blank;
    if (first) scanner->line_indent = column_of(scanner);
    scanner->line_is_blank = false;
    scanner->last_kind = kind;
    *out = (Token){.kind = kind,
                   .begin = scanner->begin,
                   .end = scanner->end,
                   .line_begin = scanner->line_begin,
                   .indent = scanner->line_indent,
                   .first = first};
    return kind;
}

int scan_problem(Scanner *scanner, Token *out, int kind, TokenProblem problem) {
    /* A carriage return belongs to the end of the line, not to the string that it cuts off. */
    while (problem == PROBLEM_UNCLOSED_STRING && scanner->text[scanner->end - 1] == '\r') scanner->end--;
    scan_token(scanner, out, kind);
    out->problem = problem;
    if (kind == GRAMMAR_NUMBER) out->value = (TokenValue){.text = lexeme(scanner), .number = 1, .poisoned = true};
    return kind;
}

int scan_name(Scanner *scanner, Token *out) {
    const char *text = lexeme(scanner);
    int kind = GRAMMAR_NAME;
#define KEYWORD(id, word, starts_section)                                                                              \
    if (strcmp(text, word) == 0) kind = GRAMMAR_##id;
#define SECTION(word, form)
#include "../grammar/keywords.def"
#undef KEYWORD
#undef SECTION
    scan_token(scanner, out, kind);
    out->value.text = text;
    return kind;
}

/* The digits of `text` without their `_`. */
static const char *plain_digits(Arena *arena, const char *text) {
    if (strchr(text, '_') == NULL) return text;
    char *plain = arena_strdup(arena, text);
    char *to = plain;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != '_') *to++ = *from;
    *to = '\0';
    return plain;
}

int scan_number(Scanner *scanner, Token *out) {
    scan_token(scanner, out, GRAMMAR_NUMBER);
    out->value.text = lexeme(scanner);
    out->value.number = strtod(plain_digits(scanner->arena, out->value.text), NULL);
    if (!isfinite(out->value.number)) {
        out->problem = PROBLEM_LARGE_NUMBER;
        out->value.poisoned = true;
    }
    return GRAMMAR_NUMBER;
}

int scan_size(Scanner *scanner, Token *out) {
    scan_token(scanner, out, GRAMMAR_SIZE);
    out->value.text = lexeme(scanner);
    const char *digits = plain_digits(scanner->arena, out->value.text);
    char *rest;
    errno = 0;
    out->value.rows = strtoll(digits, &rest, 10);
    out->value.columns = strtoll(rest + 1, NULL, 10);
    if (errno != 0) {
        out->problem = PROBLEM_LARGE_NUMBER;
        out->value.poisoned = true;
    }
    return GRAMMAR_SIZE;
}

int scan_string(Scanner *scanner, Token *out) {
    scan_token(scanner, out, GRAMMAR_STRING);
    const char *from = scanner->text + scanner->begin + 1, *end = scanner->text + scanner->end - 1;
    char *text = arena_alloc(scanner->arena, (size_t)(end - from) + 1, 1);
    char *to = text;
    for (; from < end; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'n')
            *to++ = '\n';
        else if (*from == 't')
            *to++ = '\t';
        else if (*from == '"' || *from == '\\')
            *to++ = *from;
        else
            out->problem = PROBLEM_BAD_ESCAPE;
    }
    *to = '\0';
    out->value.text = text;
    out->value.poisoned = out->problem != PROBLEM_NONE;
    return GRAMMAR_STRING;
}

void scan_newline(Scanner *scanner) {
    scanner->line_begin = scanner->end;
    scanner->line_is_blank = true;
}

void scan_comment(Scanner *scanner) {
    uint32_t end = scanner->end;
    while (end > scanner->begin && strchr(" \t\r", scanner->text[end - 1]) != NULL) end--;
    AstComment comment = {.span = {scanner->source, scanner->begin, end}, .own_line = scanner->line_is_blank};
    vec_push(scanner->arena, &scanner->comments, comment);
}

bool scan_may_disable(const Scanner *scanner) {
    int last = scanner->last_kind;
    return scanner->line_is_blank || last == '{' || last == ';' || last == GRAMMAR_DISABLE;
}
