/* Which message a syntax error gets: rules are tried from the most telling to the plainest. */
#include "syntax/syntax_error.h"

#include <string.h>

#include "parser.h"
#include "support/str.h"
#include "support/utf8.h"

enum { SHOWN_BYTES = 40 };

bool begins_value(int kind) {
    switch (kind) {
    case GRAMMAR_NAME:
    case GRAMMAR_LSPEC:
    case GRAMMAR_USE:
    case GRAMMAR_PARAM:
    case GRAMMAR_LET:
    case GRAMMAR_DEF:
    case GRAMMAR_NUMBER:
    case GRAMMAR_SIZE:
    case GRAMMAR_STRING:
    case '(':
    case '[': return true;
    default: return false;
    }
}

bool ends_value(int kind) { return token_may_end(kind) && kind != '}' && kind != GRAMMAR_BAD; }

bool is_operator(int kind) {
    switch (kind) {
    case GRAMMAR_ARROW:
    case GRAMMAR_LESS_EQUAL:
    case GRAMMAR_GREATER_EQUAL:
    case '+':
    case '-':
    case '*':
    case '/':
    case '<':
    case '>':
    case ':':
    case '=':
    case '.':
    case ',': return true;
    default: return false;
    }
}

bool error_expects(const SyntaxError *error, const char *token) {
    for (int i = 0; i < error->expected_count; i++)
        if (strcmp(error->expected[i], token) == 0) return true;
    return false;
}

/* Bytes [begin, end) of the source, cut where they are many. */
static const char *clip(Parse *parse, uint32_t begin, uint32_t end) {
    const char *text = parse->scanner.text;
    if (end - begin <= SHOWN_BYTES) return arena_strndup(parse->arena, text + begin, end - begin);
    uint32_t cut = begin + SHOWN_BYTES;
    while (cut > begin && ((unsigned char)text[cut] & 0xC0) == 0x80) cut--;
    return arena_printf(parse->arena, "%.*s…", (int)(cut - begin), text + begin);
}

const char *token_bare(Parse *parse, const Token *token) { return clip(parse, token->begin, token->end); }

const char *token_text(Parse *parse, const Token *token) {
    if (token->begin == token->end)
        return filter_peek(parse, 0)->kind == GRAMMAR_END ? "the end of the file" : "the end of the line";
    return arena_printf(parse->arena, "`%s`", clip(parse, token->begin, token->end));
}

const char *text_from(Parse *parse, uint32_t begin) {
    const char *text = parse->scanner.text;
    uint32_t end = begin;
    for (int depth = 0; text[end] != '\0' && strchr("\n#;", text[end]) == NULL && end - begin <= SHOWN_BYTES; end++) {
        depth += strchr("([{", text[end]) != NULL;
        depth -= strchr(")]}", text[end]) != NULL;
        if (depth < 0) break;
    }
    while (end > begin && strchr(" \t\r", text[end - 1]) != NULL) end--;
    return clip(parse, begin, end);
}

Span behind(const Parse *parse, const Token *token) { return (Span){parse->source, token->end, token->end}; }
Span in_front(const Parse *parse, const Token *token) { return (Span){parse->source, token->begin, token->begin}; }

const char *section_text(const Parse *parse) {
    return parse->section.kind == GRAMMAR_NAME ? parse->section.value.text : "the spec";
}

/* ---- the error at hand ---- */

static bool try_rules(SyntaxRule *const *rules, const SyntaxError *error) {
    for (; *rules != NULL; rules++)
        if ((*rules)(error)) return true;
    return false;
}

/* ": a value, `,` or `)` is wanted", where few things are. */
static const char *expected_text(const SyntaxError *error) {
    enum { MOST = 4 };
    const char *words[MOST];
    int count = 0;
    bool value = error_expects(error, "a number") && error_expects(error, "'['");
    if (value) words[count++] = "a value";
    for (int i = 0; i < error->expected_count; i++) {
        const char *name = error->expected[i];
        bool is_word = strcmp(name, "a name") == 0 || (name[0] == '`' && name[1] >= 'a' && name[1] <= 'z');
        if (is_word && strcmp(name, "a name") != 0) continue; /* keywords are names here */
        if (value &&
            (name[0] == 'a' || strcmp(name, "'('") == 0 || strcmp(name, "'['") == 0 || strcmp(name, "'-'") == 0))
            continue;
        if (count == MOST) return NULL;
        words[count++] = name[0] == '\'' ? arena_printf(error->parse->arena, "`%c`", name[1]) : name;
    }
    if (count == 0) return NULL;
    Str text;
    str_init(&text, error->parse->arena);
    for (int i = 0; i < count; i++) str_printf(&text, "%s%s", i == 0 ? "" : i == count - 1 ? " or " : ", ", words[i]);
    return text.data;
}

static void report_plain(const SyntaxError *error) {
    Parse *parse = error->parse;
    const Token *found = &error->found;
    bool at_end = found->begin == found->end;
    Span span =
        at_end && error->previous.kind != GRAMMAR_END ? token_span(parse, &error->previous) : token_span(parse, found);
    Diagnostic *diagnostic;
    if (at_end)
        diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "%s cannot stand behind %s",
                                 token_text(parse, found), token_text(parse, &error->previous));
    else
        diagnostic =
            diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "%s cannot stand here", token_text(parse, found));
    const char *expected = expected_text(error);
    if (expected != NULL) diag_caret(diagnostic, "%s is wanted %s", expected, at_end ? "behind it" : "here");
    if (found->kind == ',' && error->rest.is_empty)
        diag_fix(diagnostic, true, token_span(parse, found), "", "leave it out: the line's end ends the statement");
}

void syntax_report_error(Parse *parse, const char *const *expected, int expected_count) {
    parse->failed = true;
    if (parse->strict) return;
    parse->recovering = true;
    damage_note_names(parse);
    if (!parse->in_block) damage_note_section(parse);
    if (parse->statement_reported || parse->error_count > SYNTAX_MAX_ERRORS) return;
    parse->statement_reported = true;
    SyntaxError error = {.parse = parse,
                         .found = parse->last,
                         .previous = parse->before_last,
                         .before_previous = parse->third_last,
                         .expected = expected,
                         .expected_count = expected_count};
    error.form = parse->section.kind == GRAMMAR_NAME  ? section_form(parse->section.value.text)
                 : parse->section.kind == GRAMMAR_DEF ? FORM_FLOWS
                                                      : FORM_UNKNOWN;
    error.rest = layout_rest_of_line(parse, &error.found);
    if (++parse->error_count > SYNTAX_MAX_ERRORS)
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error.found),
                    "there are more than %d syntax errors; the rest of the file was not read", (int)SYNTAX_MAX_ERRORS);
    else if (!try_rules(bracket_rules, &error) && !try_rules(section_rules, &error) &&
             !try_rules(statement_rules, &error))
        report_plain(&error);
}

/* ---- errors that are no unexpected token ---- */

void syntax_report_open_brace(Parse *parse, const Token *found) {
    parse->failed = true;
    parse->error_count++;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_UNCLOSED_BRACE, token_span(parse, &parse->brace),
                                         "the `{` of `%s` has no `}`", section_text(parse));
    diag_caret(diagnostic, "opened here");
    Span place = token_span(parse, found);
    uint32_t end = parse->last.end; /* of the block's last line, comment and all */
    while (parse->scanner.text[end] != '\n' && parse->scanner.text[end] != '\0') end++;
    Span line_end = {parse->source, end, end};
    bool is_bracket = found->kind != 0 && strchr("()[]{", found->kind) != NULL;
    if (found->kind == GRAMMAR_END) {
        diag_fix(diagnostic, true, line_end, "\n}", "close it with `}`");
    } else if (is_bracket) {
        diag_label(diagnostic, place, "a `}` belongs here");
        diag_fix(diagnostic, true, place, "}", "close it with `}`");
    } else {
        diag_label(diagnostic, place, "the next section begins here");
        diag_fix(diagnostic, true, line_end, "\n}", "close it with `}`");
    }
}

void syntax_report_joined_sections(Parse *parse, const Token *next) {
    parse->failed = true;
    parse->error_count++;
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, next),
                    "%s begins on the line where the section before ends", token_text(parse, next));
    diag_caret(diagnostic, "wants a line of its own");
    diag_fix(diagnostic, true, in_front(parse, next), "\n", "begin a new line");
}

static void report_nesting(Parse *parse, Span span, const char *what, int limit) {
    parse->failed = true;
    if (parse->strict || parse->statement_reported) return;
    parse->statement_reported = true;
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_NESTING_TOO_DEEP, span, "%s more than %d deep", what, limit);
    diag_advice(diagnostic, "give parts of it names, with `let` or bindings");
}

void syntax_report_too_deep(Parse *parse, Span span) {
    report_nesting(parse, (Span){span.source, span.begin, span.begin + 1}, "this is nested", SYNTAX_MAX_DEPTH);
}

/* The stack of the parser is full, which the limit on brackets makes all but impossible. */
void syntax_report_exhausted(Parse *parse) {
    report_nesting(parse, token_span(parse, &parse->last), "this is nested", SYNTAX_MAX_BRACKETS);
}
