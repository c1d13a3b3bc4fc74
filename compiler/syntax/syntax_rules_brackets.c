/* Syntax errors inside or about ( ) and [ ], and those that no place changes. */
#include <string.h>

#include "parser.h"
#include "support/str.h"
#include "syntax/syntax_error.h"

static bool rule_bad_token(const SyntaxError *error) {
    if (error->found.kind != GRAMMAR_BAD) return false;
    syntax_report_token(error->parse, &error->found);
    return true;
}

/* A lost `"` turns the text behind it upside down: what is wrong is the string without an end, further right. */
static bool rule_unclosed_string(const SyntaxError *error) {
    if (error->rest.unclosed_string.kind == 0) return false;
    syntax_report_token(error->parse, &error->rest.unclosed_string);
    return true;
}

static bool rule_reserved(const SyntaxError *error) {
    if (error->found.kind != GRAMMAR_IN) return false;
    Parse *parse = error->parse;
    Span span = token_span(parse, &error->found);
    if (parse->section.kind == GRAMMAR_LET && !parse->in_block &&
        parse->statement_tokens > 4) { /* let NAME = value in */
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "a `let` has no range");
        diag_label(diagnostic, token_span(parse, &parse->section), "only a `param` has one");
        diag_fix(diagnostic, false, token_span(parse, &parse->section), "param", NULL);
        return true;
    }
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_RESERVED_WORD, span, "`in` is a reserved word, not a name");
    diag_caret(diagnostic, "it parts a param from its range");
    bool is_column = parse->in_block || parse->open_count > 0;
    if (is_column)
        diag_fix(diagnostic, false, span, "\"in\"", "a column of that name is quoted: \"in\"");
    else
        diag_advice(diagnostic, "give it another name");
    return true;
}

static bool rule_doubled(const SyntaxError *error) {
    const Token *found = &error->found, *previous = &error->previous;
    const char *text = error->parse->scanner.text;
    uint32_t length = found->end - found->begin;
    if (length == 0 || found->kind != previous->kind || previous->end - previous->begin != length || found->first ||
        memcmp(text + found->begin, text + previous->begin, length) != 0)
        return false;
    Parse *parse = error->parse;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, found), "%s stands twice",
                                         token_text(parse, found));
    bool certain = strchr(":,=%", found->kind) != NULL || found->kind == GRAMMAR_ARROW;
    Span gap = {parse->source, previous->end, found->end};
    diag_fix(diagnostic, certain, gap, "", "leave the second one out");
    return true;
}

/* `( ]`, or a block's end with a bracket open. */
static bool rule_other_closer(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (parse->open_count == 0 || (found != ')' && found != ']' && found != '}')) return false;
    const Token *open = &parse->open[parse->open_count - 1];
    const char *closer = open->kind == '(' ? ")" : "]";
    if (found == closer[0]) return false; /* the right one, at a wrong place */
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_UNCLOSED_BRACKET, token_span(parse, open),
                                         found == '}' ? "the `%s` is not closed before the end of the block"
                                                      : "the `%s` is closed by the other kind of bracket",
                                         token_bare(parse, open));
    diag_label(diagnostic, token_span(parse, &error->found), "`%s` belongs here", closer);
    if (found == '}')
        diag_fix(diagnostic, false, behind(parse, &error->previous), closer,
                 arena_printf(parse->arena, "close it with `%s`", closer));
    else
        diag_fix(diagnostic, error->rest.closers <= parse->open_count, token_span(parse, &error->found), closer,
                 arena_printf(parse->arena, "close it with `%s`", closer));
    return true;
}

/* What the innermost bracket holds. */
static const char *elements(const Parse *parse) {
    return parse->open[parse->open_count - 1].kind == '(' ? "arguments" : "elements of a list";
}

static void report_missing_comma(const SyntaxError *error, bool certain) {
    Parse *parse = error->parse;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_MISSING_COMMA, token_span(parse, &error->previous),
                                         "two %s have no `,` between them", elements(parse));
    diag_caret(diagnostic, "wants a `,` behind it");
    const Token *next = error->found.kind == GRAMMAR_TERM ? filter_peek(parse, 0) : &error->found;
    diag_label(diagnostic, token_span(parse, next), "the next element");
    diag_fix(diagnostic, certain, behind(parse, &error->previous), ",", "end the element with a `,`");
}

static void report_unclosed(const SyntaxError *error, uint32_t line_end) {
    Parse *parse = error->parse;
    const Token *open = &parse->open[parse->open_count - 1];
    const char *closer = open->kind == '(' ? ")" : "]";
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_UNCLOSED_BRACKET, token_span(parse, open),
                                         "the `%s` has no `%s`", token_bare(parse, open), closer);
    diag_caret(diagnostic, "opened here");
    diag_fix(diagnostic, false, (Span){parse->source, line_end, line_end}, closer,
             arena_printf(parse->arena, "close it with `%s`", closer));
}

/* The statement ends while a bracket is open: a lost comma where what follows is indented deeper, else a lost bracket.
 */
static bool rule_open_at_end(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (parse->open_count == 0 || (found != GRAMMAR_TERM && found != '{' && found != GRAMMAR_END)) return false;
    const Token *next = filter_peek(parse, 0);
    bool is_semicolon = found == GRAMMAR_TERM && error->found.begin < error->found.end;
    if (is_semicolon && layout_is_inside(parse)) {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_MISSING_COMMA, token_span(parse, &error->found),
                                             "`;` stands between two %s", elements(parse));
        diag_caret(diagnostic, "ends a statement; `,` is wanted here");
        diag_fix(diagnostic, true, token_span(parse, &error->found), ",", "write `,`");
        return true;
    }
    if (found == GRAMMAR_TERM && !is_semicolon && next->indent > parse->statement.indent && next->kind != '}' &&
        !layout_begins_section(parse, 0)) {
        report_missing_comma(error, parse->open_is_call[parse->open_count - 1] ||
                                        parse->open[parse->open_count - 1].kind == '[');
        return true;
    }
    report_unclosed(error, error->previous.end);
    return true;
}

/* Whether layout says that a new statement begins on the line of the error. */
static bool is_on_next_statement(const SyntaxError *error) {
    const Parse *parse = error->parse;
    return error->found.begin < error->found.end && parse->statement_tokens > 1 &&
           error->found.line_begin != parse->statement.line_begin && error->found.indent <= parse->statement.indent;
}

/* A line that ends with an operator has swallowed the one below. */
static bool rule_swallowed_line(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!is_on_next_statement(error) || !is_operator(parse->line_tail.kind) || !begins_value(parse->line_head.kind))
        return false;
    if (parse->line_tail.kind == ',' && parse->open_count == 0) return false; /* names go over several lines */
    if (parse->open_count > 0) {
        report_unclosed(error, parse->line_tail.end);
        return true;
    }
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &parse->line_tail),
                                         "nothing stands behind %s", token_text(parse, &parse->line_tail));
    diag_caret(diagnostic, "wants a value behind it");
    return true;
}

/* `(a, b)`, `(a: 1)`: brackets of a group hold one value, so the word before them was lost. */
static bool rule_nameless_call(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (parse->open_count == 0 || (found != ',' && found != ':') || parse->open_is_call[parse->open_count - 1])
        return false;
    const Token *open = &parse->open[parse->open_count - 1];
    if (open->kind != '(') return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, open),
                                         "the `(` holds several values, but has no name before it");
    diag_label(diagnostic, token_span(parse, &error->found), "brackets of a group hold one value");
    diag_advice(diagnostic, "a call is `name(a, b)`, a list `[a, b]`");
    return true;
}

/* Lines that are indented as the arguments of the one above, which does not open a bracket for them. */
static bool rule_lost_opener_above(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!layout_belongs_above(parse)) return false;
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &parse->base_tail),
                    "%s opens no bracket for the lines below it", token_text(parse, &parse->base_tail));
    diag_caret(diagnostic, "wants `(` behind it");
    diag_label(diagnostic, token_span(parse, &parse->statement), "indented deeper");
    diag_fix(diagnostic, false, behind(parse, &parse->base_tail), "(",
             arena_printf(parse->arena, "%s(", token_bare(parse, &parse->base_tail)));
    return true;
}

static bool is_name_kind(int kind) {
    return begins_value(kind) && kind != GRAMMAR_NUMBER && kind != GRAMMAR_SIZE && kind != '(' && kind != '[';
}

/* More closers follow than brackets are open: an opener was lost where two values touch. */
static bool rule_lost_opener(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    bool touches = ends_value(error->previous.kind) && (begins_value(found) || found == '-');
    if (!touches || error->rest.closers <= parse->open_count || !is_name_kind(error->previous.kind)) return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "%s has no `(` before its arguments", token_text(parse, &error->previous));
    diag_caret(diagnostic, "wants `(` before it");
    diag_fix(
        diagnostic, false, (Span){parse->source, error->previous.end, error->found.begin}, "(",
        arena_printf(parse->arena, "%s(%s", token_bare(parse, &error->previous), text_from(parse, error->found.begin)));
    return true;
}

/* `[a b]`, `f(a b: 1)`. */
static bool rule_list_item(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (parse->open_count == 0 || !begins_value(error->found.kind) || !ends_value(error->previous.kind)) return false;
    const Token *open = &parse->open[parse->open_count - 1];
    if (open->kind == '(' && !parse->open_is_call[parse->open_count - 1]) return false;
    int next = filter_peek(parse, 0)->kind;
    report_missing_comma(error, next == ',' || next == ':' || next == ')' || next == ']');
    return true;
}

/* `train: 70 validation: 15%`: the parser took `validation` for a unit. */
static bool rule_key_as_unit(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (parse->open_count == 0 || error->found.kind != ':' || error->previous.kind != GRAMMAR_NAME ||
        error->before_previous.kind != GRAMMAR_NUMBER)
        return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_MISSING_COMMA, token_span(parse, &error->before_previous),
                                         "two %s have no `,` between them", elements(parse));
    diag_caret(diagnostic, "wants a `,` behind it");
    diag_label(diagnostic, token_span(parse, &error->previous), "the next element");
    diag_fix(diagnostic, true, behind(parse, &error->before_previous), ",", "end the element with a `,`");
    return true;
}

/* `f(a = 1)`. */
static bool rule_equals_in_call(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (parse->open_count == 0 || error->found.kind != '=' || !error_expects(error, "':'")) return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_MISSING_COLON, token_span(parse, &error->found),
                                         "`=` stands where an argument wants `:`");
    diag_fix(diagnostic, true, (Span){parse->source, error->previous.end, filter_peek(parse, 0)->begin}, ": ",
             arena_printf(parse->arena, "%s: %s", token_bare(parse, &error->previous),
                          token_bare(parse, filter_peek(parse, 0))));
    return true;
}

static bool rule_stray_closer(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if ((found != ')' && found != ']' && found != '}') || parse->open_count > 0) return false;
    if (found == '}' ? parse->in_block : is_operator(error->previous.kind)) return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "%s closes nothing", token_text(parse, &error->found));
    diag_fix(diagnostic, false, token_span(parse, &error->found), "", "leave it out");
    return true;
}

SyntaxRule *const bracket_rules[] = {
    rule_bad_token,      rule_unclosed_string,   rule_reserved,     rule_colon_for_brace,
    rule_swallowed_line, rule_lost_opener_above, rule_doubled,      rule_nameless_call,
    rule_other_closer,   rule_open_at_end,       rule_lost_opener,  rule_list_item,
    rule_key_as_unit,    rule_equals_in_call,    rule_stray_closer, NULL};
