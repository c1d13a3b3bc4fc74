/* Syntax tree of a .lspec file: sentences without meaning. Names are not resolved, units not normalised. */
#ifndef LSPEC_SYNTAX_AST_H
#define LSPEC_SYNTAX_AST_H

#include <stdbool.h>

#include "diag/diag.h"

typedef struct AstExpr AstExpr;

typedef enum AstExprKind {
    AST_FLOW,     /* left -> right */
    AST_BINARY,   /* left op right; op one of + - * / < > L (<=) G (>=) */
    AST_RANGE,    /* left..right; right may be NULL */
    AST_NEGATE,   /* -left */
    AST_OPTIONAL, /* left? */
    AST_INDEX,    /* left[args] */
    AST_NAME,     /* text: a path such as validation.loss */
    AST_CALL,     /* text(args) */
    AST_NUMBER,   /* number; text as written */
    AST_PERCENT,  /* number% (number is 30 for 30%) */
    AST_UNIT,     /* number, text is the unit: 5 epochs */
    AST_SIZE,     /* 3x3: rows, columns */
    AST_STRING,   /* text, unescaped */
    AST_LIST,     /* [args] */
    AST_PAREN,    /* (left) */
    AST_ERROR     /* poisoned: a diagnostic has been reported */
} AstExprKind;

typedef enum AstKeyKind { AST_KEY_NONE, AST_KEY_WORD, AST_KEY_STRING, AST_KEY_NUMBER } AstKeyKind;

typedef struct AstArg {
    AstKeyKind key_kind;
    const char *key; /* word, unescaped string, or the number as written with its sign */
    double key_number;
    const char *key_unit; /* AST_KEY_NUMBER: `epochs` in `10 epochs: …`, or NULL */
    Span key_span;
    AstExpr *value;
} AstArg;

struct AstExpr {
    AstExprKind kind;
    Span span;
    Span name_span; /* AST_CALL: of the path alone */
    char op;        /* AST_BINARY */
    const char *text;
    double number;
    int64_t rows, columns; /* AST_SIZE */
    AstExpr *left;
    AstExpr *right;
    AstArg *args;
    int64_t arg_count;
    int32_t depth; /* of the tree, from 1; bounded, so that it may be walked by recursion */
};

/* One of `a, "b c", d` on the left of `:` or `->`. */
typedef struct AstName {
    const char *text;
    bool quoted;
    Span span;
} AstName;

typedef enum AstStmtKind {
    AST_ENTRY, /* names : value */
    AST_FLOWS, /* names (two or more) -> value */
    AST_BIND,  /* name = value */
    AST_LET,   /* let name = value */
    AST_VALUE, /* value */
    AST_BAD    /* poisoned; names: what it would have declared, as far as they can be read */
} AstStmtKind;

typedef struct AstStmt {
    AstStmtKind kind;
    Span span;
    bool disabled; /* /- */
    AstName *names;
    int64_t name_count;
    AstExpr *value;
} AstStmt;

typedef enum AstSectionKind {
    AST_VERSION,    /* lspec NUMBER: value */
    AST_USE,        /* use STRING: value */
    AST_FIELD,      /* name: value */
    AST_BLOCK,      /* name { stmts } */
    AST_PARAM,      /* param name = value [in range] */
    AST_TOP_LET,    /* let name = value */
    AST_DEF,        /* def name(formals) { stmts } */
    AST_BAD_SECTION /* poisoned; name: its first word, or an empty text. A damaged section whose name and kind are known
                     * is one of AST_FIELD, AST_PARAM or AST_TOP_LET with an AST_ERROR as its value instead */
} AstSectionKind;

typedef struct AstSection {
    AstSectionKind kind;
    Span span;
    bool disabled;
    AstName name; /* of the section, the param, the let or the def; the keyword itself for lspec and use */
    AstExpr *value;
    AstExpr *range; /* AST_PARAM: behind `in`, or NULL */
    AstName *formals;
    int64_t formal_count;
    AstStmt *stmts;
    int64_t stmt_count;
    Span open, close; /* the braces */
} AstSection;

typedef struct AstComment {
    Span span;     /* from # to the end of the line, without the newline */
    bool own_line; /* nothing but blanks before it */
} AstComment;

typedef struct AstFile {
    int32_t source;
    AstSection *sections;
    int64_t section_count;
    AstComment *comments; /* in the order of the text */
    int64_t comment_count;
} AstFile;

/* Parses one source. Never NULL; errors are in the session, damaged parts are poisoned. */
AstFile *syntax_parse(Session *session, int32_t source);

/* The canonical layout, comments kept: printing what was printed gives the same bytes. Only for files without errors.
 */
const char *syntax_print(Session *session, const AstFile *file);

/* One expression on one line, as it would be printed. */
const char *syntax_print_expr(Arena *arena, const AstExpr *expr);

/* For `lspec dump`. */
void syntax_dump_tokens(Session *session, int32_t source, FILE *out);
void syntax_dump_ast(const AstFile *file, FILE *out);

#endif
