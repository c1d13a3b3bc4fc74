/* The scanner: bytes of one source to tokens, comments aside. The patterns stand in grammar/lexer.l. */
#ifndef LSPEC_SYNTAX_SCANNER_H
#define LSPEC_SYNTAX_SCANNER_H

#include "syntax/ast.h"
#include "syntax/token.h"

typedef VEC(AstComment) CommentList;

typedef struct Scanner {
    Arena *arena;
    int32_t source;
    const char *text;
    void *state;          /* of the generated scanner */
    uint32_t begin, end;  /* of the lexeme at hand */
    uint32_t line_begin;  /* of the line at hand */
    uint32_t line_indent; /* of its first token */
    bool line_is_blank;   /* no token on it yet */
    int last_kind;        /* of the token before, 0 at the start */
    CommentList comments;
} Scanner;

void scanner_init(Scanner *scanner, Arena *arena, int32_t source, const Source *text);
void scanner_free(Scanner *scanner);
/* The next token; kind 0 at the end of the file, and for ever after. */
Token scanner_next(Scanner *scanner);

/* What the patterns of lexer.l call; each fills `*out` and returns its kind. */
int scan_token(Scanner *scanner, Token *out, int kind);
int scan_name(Scanner *scanner, Token *out);
int scan_number(Scanner *scanner, Token *out);
int scan_size(Scanner *scanner, Token *out);
int scan_string(Scanner *scanner, Token *out);
int scan_problem(Scanner *scanner, Token *out, int kind, TokenProblem problem);
void scan_newline(Scanner *scanner);
void scan_comment(Scanner *scanner);
/* Whether `/-` here disables what follows, rather than divides by a negative. */
bool scan_may_disable(const Scanner *scanner);

#endif
