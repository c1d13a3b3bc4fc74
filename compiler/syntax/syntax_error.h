/* A syntax error as its rules see it: the token that cannot stand where it does, and what is around it. */
#ifndef LSPEC_SYNTAX_SYNTAX_ERROR_H
#define LSPEC_SYNTAX_SYNTAX_ERROR_H

#include "syntax/parse.h"

typedef struct SyntaxError {
    Parse *parse;
    Token found, previous, before_previous;
    const char *const *expected; /* names of tokens, as the grammar spells them */
    int expected_count;
    SectionForm form; /* of the section at hand */
    RestOfLine rest;
} SyntaxError;

/* Reports the error and returns true, or finds that it is of another kind. */
typedef bool SyntaxRule(const SyntaxError *error);

/* syntax_rules_brackets.c, syntax_rules_sections.c, syntax_rules_statements.c: in the order they are tried. */
extern SyntaxRule *const bracket_rules[];
extern SyntaxRule *const section_rules[];
extern SyntaxRule *const statement_rules[];

/* Of syntax_rules_sections.c, but tried among the first. */
bool rule_colon_for_brace(const SyntaxError *error);

/* ---- syntax_error.c: what the rules share ---- */

/* Whether the grammar would take that token where the error is: "':'". */
bool error_expects(const SyntaxError *error, const char *token);
/* Whether a value may begin or end with a token of that kind. */
bool begins_value(int kind);
bool ends_value(int kind);
bool is_operator(int kind);
/* The token's text between backquotes, or "the end of the line". Long ones are cut. */
const char *token_text(Parse *parse, const Token *token);
/* The same without backquotes. */
const char *token_bare(Parse *parse, const Token *token);
/* The empty span behind or before a token. */
Span behind(const Parse *parse, const Token *token);
Span in_front(const Parse *parse, const Token *token);
/* The text of one token and what follows on its line, cut at 40 characters: for titles of fixes. */
const char *text_from(Parse *parse, uint32_t begin);
/* The word of the section at hand, or "the spec". */
const char *section_text(const Parse *parse);

#endif
