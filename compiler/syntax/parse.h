/* State of parsing one source: the scanner, the filter that ends statements, and the recovery by layout.
 *
 * A source is parsed strictly first; that pass stops at the first error and says nothing. Only then is it parsed again
 * with layout taken into account: a section's name in its column closes an open block, and after an error everything is
 * skipped up to the next line that is indented no deeper than the statement. So layout never changes what a correct
 * file means. */
#ifndef LSPEC_SYNTAX_PARSE_H
#define LSPEC_SYNTAX_PARSE_H

#include "syntax/ast_build.h"
#include "syntax/scanner.h"

enum {
    SYNTAX_MAX_BRACKETS = 200, /* open at a time; also `-` and `/-` in a row */
    SYNTAX_MAX_DEPTH = 400,    /* of an expression's tree: chains of `->` and `+` count, too */
    SYNTAX_AHEAD = 64,         /* tokens that the recovery may look ahead */
    SYNTAX_MAX_ERRORS = 500    /* then the rest of the file is not read */
};

/* Names and commas that something begins with. */
typedef struct NameRun {
    NameList list;
    int64_t tokens;  /* of the run */
    bool goes_on;    /* nothing else has come yet */
    bool wants_name; /* at the start, and behind a comma */
} NameRun;

typedef enum SectionForm { FORM_UNKNOWN, FORM_FIELD, FORM_BLOCK, FORM_FLOWS } SectionForm;

typedef struct Parse {
    Session *session;
    Arena *arena;
    int32_t source;
    bool strict; /* the first pass */
    bool failed; /* an error was met */
    Scanner scanner;
    AstFile *file;
    VEC(AstSection) sections;

    Token ahead[SYNTAX_AHEAD]; /* ring of tokens that were scanned and not delivered */
    int ahead_first, ahead_count;

    Token last, before_last, third_last; /* delivered to the parser; `last` is the one an error is about */
    Token statement;                     /* first token of the statement at hand */
    int64_t statement_tokens;            /* delivered of it */
    NameRun names;                       /* what it begins with, and would have declared if it is damaged */
    Token line_tail, line_head; /* where the statement goes over several lines: last token of the line above, first of
                                 * the one at hand */
    Token base, base_tail; /* first and last token of the last statement that is not indented deeper than its level */
    bool has_base, is_deeper;        /* the statement at hand is, which may mean that it belongs to that one */
    Token section;                   /* first token of the section at hand */
    Token section_second;            /* the one behind it */
    Token section_colon;             /* the `:` behind its name, where it is the last token of its line */
    Token open[SYNTAX_MAX_BRACKETS]; /* `(` and `[` without their closers */
    int open_count;
    bool open_is_call[SYNTAX_MAX_BRACKETS];
    Token brace; /* of the block at hand */
    bool in_block;
    int minus_run;

    bool recovering;             /* an error was reported: skip before the next token */
    bool statement_reported;     /* one error a statement */
    AstSectionKind damaged_kind; /* what the damaged section at hand would have been, as far as that is known */
    AstName damaged_name;
    int error_count;
} Parse;

/* ---- token_filter.c ---- */

/* The next token for the parser. */
Token filter_next(Parse *parse);
/* The token `distance` behind the ones delivered, at most SYNTAX_AHEAD - 1 away. */
const Token *filter_peek(Parse *parse, int distance);
/* Takes the token at the head of what is ahead, and puts one back. */
Token filter_take(Parse *parse);
void filter_untake(Parse *parse, const Token *token);
/* Whether a statement may end with, or begin with, a token of that kind. */
bool token_may_end(int kind);
bool token_may_begin(int kind);

/* ---- token_layout.c ---- */

/* What follows an error on its line. */
typedef struct RestOfLine {
    int closers;           /* `)` and `]` there that have no opener there */
    bool closes_block;     /* a `}` */
    bool is_empty;         /* the error is the last token of its line */
    Token unclosed_string; /* kind 0 where there is none */
} RestOfLine;

RestOfLine layout_rest_of_line(Parse *parse, const Token *found);

/* Whether the tokens from `distance` ahead on are how a section begins: of any name, or of one that the language has.
 */
bool layout_reads_as_section(Parse *parse, int distance, bool any_name);
/* Whether the token `distance` ahead begins a section in the column of sections, as far as layout tells. */
bool layout_begins_section(Parse *parse, int distance);
/* Whether `}`, just taken, closes the block, rather than stands for `)` or `]`. */
bool layout_closes_block(Parse *parse, const Token *brace);
/* Whether another bracket at the head of what is ahead stands where the block's `}` belongs. */
bool layout_stands_for_brace(Parse *parse);
/* Whether `;` (the last token) stands in brackets that close behind it, or in a list broken over lines. */
bool layout_is_inside(Parse *parse);
/* Whether the statement at hand, indented deeper than the one above and damaged, is what that one's lost bracket holds.
 */
bool layout_belongs_above(const Parse *parse);
/* Drops tokens up to where parsing goes on after an error. */
void layout_skip(Parse *parse);

/* ---- syntax_damage.c ---- */

/* Notes what the statement or section with the error at `parse->last` would have declared. */
void damage_note_names(Parse *parse);
void damage_note_section(Parse *parse);

/* ---- syntax_error.c ---- */

/* Reports the error at `parse->last`; `expected`: what the grammar would take there. */
void syntax_report_error(Parse *parse, const char *const *expected, int expected_count);
/* A token that is wrong by itself. */
void syntax_report_token(Parse *parse, const Token *token);
/* A block without its `}` where `found` shows that it ends. */
void syntax_report_open_brace(Parse *parse, const Token *found);
/* A section on the line where the one before ended. */
void syntax_report_joined_sections(Parse *parse, const Token *next);
void syntax_report_too_deep(Parse *parse, Span span);
void syntax_report_exhausted(Parse *parse);

SectionForm section_form(const char *name);

/* parser.y: a kind of token as messages and dumps call it. */
const char *grammar_token_name(int kind);

static inline Span token_span(const Parse *parse, const Token *token) {
    return (Span){parse->source, token->begin, token->end};
}

#endif
