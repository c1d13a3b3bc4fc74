/* Syntax errors in statements and values: a lost `:`, `->` or operator between two of them, or a value that is not
 * there. */
#include <string.h>

#include "parser.h"
#include "support/str.h"
#include "syntax/syntax_error.h"

/* `: real`, `{`: the name before it was lost, and the line was read as part of the one above. */
static bool rule_line_begins(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (!error->found.first || (found != ':' && found != '=' && found != '{')) return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "a line begins with %s", token_text(parse, &error->found));
    diag_caret(diagnostic, found == '{' ? "wants the name of a section before it" : "wants a name before it");
    return true;
}

/* `network {` or `{` where a block is open already: the block above was never closed. */
static bool rule_block_in_block(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!parse->in_block || error->found.kind != '{') return false;
    Diagnostic *diagnostic;
    if (parse->statement_tokens > 1 && error->previous.kind == GRAMMAR_NAME && error->previous.first) {
        diagnostic = diag_report(parse->session, DIAG_UNCLOSED_BRACE, token_span(parse, &parse->brace),
                                 "the `{` of `%s` has no `}` before the next block", section_text(parse));
        diag_label(diagnostic, token_span(parse, &error->previous), "the next block begins here");
        diag_advice(diagnostic, "close it with `}`");
        return true;
    }
    diagnostic =
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found), "`{` stands inside a block");
    diag_caret(diagnostic, "only sections have blocks");
    return true;
}

/* `hours-per-week : int`. */
static bool rule_hyphenated_name(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (!parse->in_block || (found != ':' && found != '=' && found != ',' && found != GRAMMAR_ARROW)) return false;
    const char *text = parse->scanner.text;
    uint32_t begin = parse->statement.begin, end = error->previous.end;
    size_t length = strspn(text + begin, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./");
    if (end <= begin || length != end - begin || memchr(text + begin, '.', length) == text + begin) return false;
    const char *name = arena_strndup(parse->arena, text + begin, length);
    Span span = {parse->source, begin, end};
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "`%s` is no name", name);
    diag_caret(diagnostic, "names have letters, digits and `_`");
    diag_fix(diagnostic, strchr(name, '-') != NULL, span, arena_printf(parse->arena, "\"%s\"", name), NULL);
    return true;
}

/* Whether everything before the error is `a` or `a, "b", c`. */
static bool only_names_before(const SyntaxError *error) {
    Parse *parse = error->parse;
    return parse->in_block && parse->open_count == 0 && parse->names.list.count > 0 && !parse->names.wants_name &&
           parse->statement_tokens - 1 == parse->names.tokens;
}

static void report_lost_arrow(const SyntaxError *error, bool certain) {
    Parse *parse = error->parse;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "nothing joins %s to what is before it", token_text(parse, &error->found));
    diag_caret(diagnostic, "wants `->` before it");
    diag_fix(diagnostic, certain, (Span){parse->source, error->previous.end, error->found.begin}, " -> ",
             arena_printf(parse->arena, "-> %s", text_from(parse, error->found.begin)));
}

/* `income balance : real`: a comma is lost, not the colon. */
static bool is_lost_comma(const SyntaxError *error) {
    int found = error->found.kind, next = filter_peek(error->parse, 0)->kind;
    bool is_name = found == GRAMMAR_NAME || found == GRAMMAR_STRING;
    if (!is_name) return false;
    return next == ':' || next == ',' ||
           (next == GRAMMAR_ARROW && strcmp(section_text(error->parse), "preprocess") == 0);
}

/* The statement is a list of names and something that is neither `:`, `->` nor `=`. */
static bool rule_after_names(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!only_names_before(error)) return false;
    const Token *found = &error->found;
    bool value = begins_value(found->kind);
    if (value && is_lost_comma(error)) {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_MISSING_COMMA, token_span(parse, &error->previous),
                                             "two names stand without a `,` between them");
        diag_caret(diagnostic, "wants a `,` behind it");
        diag_fix(diagnostic, true, behind(parse, &error->previous), ",",
                 arena_printf(parse->arena, "%s, %s", token_bare(parse, &error->previous), token_bare(parse, found)));
        return true;
    }
    if (error->form == FORM_FLOWS && value) {
        report_lost_arrow(error, false);
        return true;
    }
    if (!value && found->kind != GRAMMAR_TERM && found->kind != '}') return false;
    bool at_end = !value && found->begin == found->end;
    const Token *below = filter_peek(parse, 0);
    if (error->form == FORM_FLOWS && at_end && below->first && below->indent > parse->statement.indent) {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, below),
                                             "nothing joins %s to what is before it", token_text(parse, below));
        diag_caret(diagnostic, "wants `->` before it");
        return true;
    }
    Diagnostic *diagnostic = diag_report(
        parse->session, DIAG_MISSING_COLON, token_span(parse, at_end ? &error->previous : found),
        "%s has no `%s` before its value", token_text(parse, &error->previous), error->form == FORM_FLOWS ? "->" : ":");
    if (!value) {
        diag_caret(diagnostic, "wants `%s` and a value %s", error->form == FORM_FLOWS ? "->" : ":",
                   at_end ? "behind it" : "here");
        return true;
    }
    diag_caret(diagnostic, "wants `:` before it");
    diag_fix(diagnostic, true, behind(parse, &error->previous), ":",
             arena_printf(parse->arena, "%s: %s", token_bare(parse, &error->previous), text_from(parse, found->begin)));
    return true;
}

/* ---- `dropout 30%`, `adam lr: 1e-3` ------------------------------------------------------------------------------- */

/* Whether the text before the error says `let NAME` or `param NAME`. */
static bool is_constant_before(const SyntaxError *error, const Token *name) {
    const char *text = error->parse->scanner.text, *word = text + name->begin;
    size_t length = name->end - name->begin;
    for (const char *at = text; (at = strstr(at, "\n")) != NULL;) {
        at++;
        const char *begin = str_starts_with(at, "let ") ? at + 4 : str_starts_with(at, "param ") ? at + 6 : NULL;
        if (begin == NULL) continue;
        begin += strspn(begin, " \t");
        size_t found = strspn(begin, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
        if (found == length && memcmp(begin, word, length) == 0) return true;
    }
    return false;
}

/* Where the arguments of a call without parentheses end: the line, the next arrow, or what closes what is around it. */
static uint32_t arguments_end(const SyntaxError *error) {
    const char *text = error->parse->scanner.text;
    uint32_t end = error->found.begin;
    for (int depth = 0; text[end] != '\0' && strchr("\n#;}", text[end]) == NULL; end++) {
        if (depth == 0 && ((text[end] == '-' && text[end + 1] == '>') || (text[end] == '+' && text[end + 1] == ' ')))
            break;
        if (depth == 0 && text[end] == ',' && error->parse->open_count > 0) break;
        depth += strchr("([", text[end]) != NULL;
        depth -= strchr(")]", text[end]) != NULL;
        if (depth < 0) break;
    }
    while (end > error->found.begin && strchr(" \t\r", text[end - 1]) != NULL) end--;
    return end;
}

/* A word that stands where a call may, and behind it what only an argument can be: a number, a key, a constant. */
static bool rule_lost_parentheses(const SyntaxError *error) {
    Parse *parse = error->parse;
    const Token *found = &error->found, *word = &error->previous;
    int before = error->before_previous.kind;
    bool begins = parse->in_block && word->begin == parse->statement.begin;
    bool holds_calls = str_equal(section_text(parse), "stop") || str_equal(section_text(parse), "sampling") ||
                       str_equal(section_text(parse), "augment");
    bool is_stage = begins ? holds_calls : before == GRAMMAR_ARROW || before == ':' || before == '+';
    if (word->kind != GRAMMAR_NAME || found->first || !is_stage) return false;
    bool keyed = found->kind == GRAMMAR_NAME && filter_peek(parse, 0)->kind == ':';
    bool path = begins && found->kind == GRAMMAR_NAME && filter_peek(parse, 0)->kind == '.';
    bool constant = found->kind == GRAMMAR_NAME && is_constant_before(error, found);
    bool text = found->kind == GRAMMAR_STRING && before == ':';
    bool level = found->kind == GRAMMAR_NAME && before == ':' && str_equal(section_text(parse), "columns");
    if (found->kind != GRAMMAR_NUMBER && found->kind != GRAMMAR_SIZE && !keyed && !path && !constant && !text && !level)
        return false;
    uint32_t end = arguments_end(error);
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, found),
                                         "%s has no `(` before its arguments", token_text(parse, word));
    diag_caret(diagnostic, "wants `(` before it");
    diag_fix(diagnostic, false, (Span){parse->source, word->end, found->begin}, "(",
             arena_printf(parse->arena, "%s(%.*s)", token_bare(parse, word), (int)(end - found->begin),
                          parse->scanner.text + found->begin));
    diag_fix_also(diagnostic, (Span){parse->source, end, end}, ")");
    return true;
}

/* Two values touch inside a flow. */
static bool rule_values_touch(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!begins_value(error->found.kind) || !ends_value(error->previous.kind)) return false;
    if (error->form == FORM_FLOWS || strcmp(section_text(parse), "optimizer") == 0 || parse->open_count > 0) {
        report_lost_arrow(error, false);
        return true;
    }
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "nothing joins %s to what is before it", token_text(parse, &error->found));
    if (strcmp(section_text(parse), "loss") == 0)
        diag_fix(diagnostic, false, (Span){parse->source, error->previous.end, error->found.begin}, " + ",
                 arena_printf(parse->arena, "+ %s", text_from(parse, error->found.begin)));
    else
        diag_caret(diagnostic, "an operator or the end of the statement is wanted before it");
    return true;
}

/* `x ->`, `loss:`, `a + )`. */
static bool rule_missing_value(const SyntaxError *error) {
    Parse *parse = error->parse;
    bool begins = parse->statement_tokens == 1 && is_operator(error->found.kind);
    if (!begins && (!is_operator(error->previous.kind) || begins_value(error->found.kind))) return false;
    if (begins || (error->found.first && error->previous.kind == ',')) {
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found), "nothing stands before %s",
                    token_text(parse, &error->found));
        return true;
    }
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->previous),
                                         "nothing stands behind %s", token_text(parse, &error->previous));
    bool at_end = error->found.begin == error->found.end || error->found.kind == '}';
    if (at_end)
        diag_caret(diagnostic, "wants a value behind it");
    else
        diag_caret(diagnostic, "wants a value before %s", token_text(parse, &error->found));
    return true;
}

SyntaxRule *const statement_rules[] = {rule_line_begins,
                                       rule_block_in_block,
                                       rule_hyphenated_name,
                                       rule_lost_parentheses,
                                       rule_after_names,
                                       rule_values_touch,
                                       rule_missing_value,
                                       NULL};
