/* Tokens as the scanner makes them. A newline is no token: each token knows whether it is the first on its line. */
#ifndef LSPEC_SYNTAX_TOKEN_H
#define LSPEC_SYNTAX_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "source/source.h"

/* What is wrong with a token by itself. */
typedef enum TokenProblem {
    PROBLEM_NONE,
    PROBLEM_GLUED_NUMBER, /* 10min, 1.5.2: still a number to the grammar */
    PROBLEM_LARGE_NUMBER, /* beyond a double, or a size beyond 64 bits: still one to the grammar */
    PROBLEM_BAD_ESCAPE,   /* "\q": still a string to the grammar */
    PROBLEM_UNCLOSED_STRING,
    PROBLEM_FOREIGN,       /* => and the like: no token of the language */
    PROBLEM_LEADING_POINT, /* .5 */
    PROBLEM_NON_ASCII_NAME,
    PROBLEM_LEADING_MINUS, /* a statement begins with `-` */
    PROBLEM_WRONG_CLOSER,  /* `}` inside ( ) or [ ] */
    PROBLEM_NESTING        /* one bracket too deep */
} TokenProblem;

/* The value of a terminal in the grammar. */
typedef struct TokenValue {
    const char *text; /* name; string, unescaped; number or size as written */
    double number;
    int64_t rows, columns; /* of a size */
    bool poisoned;
} TokenValue;

typedef struct Token {
    int kind; /* of the grammar: NAME, ARROW, … */
    TokenProblem problem;
    uint32_t begin, end; /* bytes in the source */
    uint32_t line_begin; /* of its line, in bytes */
    uint32_t indent;     /* characters before the first token of its line */
    bool first;          /* on its line */
    TokenValue value;
} Token;

#endif
