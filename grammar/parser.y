/* The grammar of LANGUAGE.md: sentences, no vocabulary. Each action is one call of compiler/syntax/ast_build.c.
 * TERM ends a statement: `;`, or a newline where the filter behind the scanner finds that one ends there. */
%require "3.8"
%define api.pure full
%define api.prefix {grammar_}
%define api.token.prefix {GRAMMAR_}
%define api.location.type {Span}
%define parse.lac full
%define parse.error custom
%locations
%expect 0
%param {Parse *parse}

%code requires {
#include "syntax/ast_build.h"
}

%code top {
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wconversion" /* of the generated code */
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#if defined(__clang__)
#pragma GCC diagnostic ignored "-Wunused-but-set-variable" /* the count of errors */
#endif
#endif
}

%code {
#include <stdlib.h>

#include "syntax/parse.h"

#define YYSTACK_USE_ALLOCA 0
#define YYMALLOC malloc
#define YYFREE free
#define YYLLOC_DEFAULT(current, rhs, n) \
    (current) = (n) ? span_join(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, n)) : span_behind(YYRHSLOC(rhs, 0))

/* An empty rule stands behind what is before it; joining it to anything changes nothing. */
static Span span_behind(Span before) {
    (void)before;
    return SPAN_NONE;
}

static int grammar_lex(GRAMMAR_STYPE *value, GRAMMAR_LTYPE *location, Parse *parse) {
    Token token = filter_next(parse);
    value->token = token.value;
    *location = (Span){parse->source, token.begin, token.end};
    return token.kind;
}

static void grammar_error(GRAMMAR_LTYPE *location, Parse *parse, const char *message) {
    (void)location;
    (void)message;
    syntax_report_exhausted(parse);
}
}

%union {
    TokenValue token;
    AstExpr *expr;
    AstArg arg;
    ArgList *args;
    AstName name;
    NameList *names;
    AstStmt stmt;
    StmtList *stmts;
    AstSection *section;
}

%token <token> NAME "a name" NUMBER "a number" SIZE "a size" STRING "a string"
%token <token> LSPEC "`lspec`" USE "`use`" PARAM "`param`" LET "`let`" DEF "`def`"
%token IN "`in`" ARROW "`->`" RANGE "`..`" LESS_EQUAL "`<=`" GREATER_EQUAL "`>=`" DISABLE "`/-`"
%token TERM "the end of the statement"
%token BAD "text that is no token"
%token END 0 "the end of the file"

%type <section> section
%type <names> formals formal several names
%type <name> name
%type <stmts> block stmts
%type <stmt> stmt
%type <token> word
%type <expr> flow expr range sum term unary postfix atom
%type <token> path
%type <args> args arglist
%type <arg> arg key

%%

file: sections;

sections: %empty
    | sections TERM
    | sections section TERM                     { ast_add_section(parse, $2); }
    | sections error TERM                       { ast_add_bad_section(parse, @2); yyerrok; }
    ;

section: LSPEC NUMBER                           { $$ = ast_version(parse, @$, @1, ast_number(parse, @2, $2)); }
    | USE STRING                                { $$ = ast_use(parse, @$, @1, ast_string(parse, @2, $2)); }
    | NAME ':' flow                             { $$ = ast_field(parse, @$, ast_word(@1, $1), $3); }
    | NAME '{' block '}'                        { $$ = ast_block(parse, @$, ast_word(@1, $1), @2, $3, @4); }
    | PARAM word '=' flow                       { $$ = ast_param(parse, @$, ast_word(@2, $2), $4, NULL); }
    | PARAM word '=' flow IN flow               { $$ = ast_param(parse, @$, ast_word(@2, $2), $4, $6); }
    | LET word '=' flow                         { $$ = ast_top_let(parse, @$, ast_word(@2, $2), $4); }
    | DEF word '(' formals ')' '{' block '}'    { $$ = ast_def(parse, @$, ast_word(@2, $2), $4, @6, $7, @8); }
    | DISABLE section                           { $$ = ast_disable_section(@$, $2); }
    ;

formals: %empty                                 { $$ = ast_names(parse); }
    | formal
    | formal ','
    ;

formal: word                                    { $$ = ast_name_add(parse, ast_names(parse), ast_word(@1, $1)); }
    | formal ',' word                           { $$ = ast_name_add(parse, $1, ast_word(@3, $3)); }
    ;

block: stmts
    | stmts stmt                                { $$ = ast_stmt_add(parse, $1, &$2); }
    | stmts error                               { $$ = ast_stmt_add_bad(parse, $1, @2); yyerrok; }
    ;

stmts: %empty                                   { $$ = ast_stmts(parse); }
    | stmts TERM
    | stmts stmt TERM                           { $$ = ast_stmt_add(parse, $1, &$2); }
    | stmts error TERM                          { $$ = ast_stmt_add_bad(parse, $1, @2); yyerrok; }
    ;

stmt: names ':' flow                            { $$ = ast_stmt(@$, AST_ENTRY, $1, $3); }
    | several ARROW flow                        { $$ = ast_stmt(@$, AST_FLOWS, $1, $3); }
    | word '=' flow                             { $$ = ast_stmt_named(parse, @$, AST_BIND, ast_word(@1, $1), $3); }
    | LET word '=' flow                         { $$ = ast_stmt_named(parse, @$, AST_LET, ast_word(@2, $2), $4); }
    | flow                                      { $$ = ast_stmt(@$, AST_VALUE, NULL, $1); }
    | DISABLE stmt                              { $$ = ast_disable_stmt(@$, &$2); }
    ;

names: name                                     { $$ = ast_name_add(parse, ast_names(parse), $1); }
    | several
    ;

several: name ',' name                          { $$ = ast_name_two(parse, $1, $3); }
    | several ',' name                          { $$ = ast_name_add(parse, $1, $3); }
    ;

name: word                                      { $$ = ast_word(@1, $1); }
    | STRING                                    { $$ = ast_quoted(@1, $1); }
    ;

word: NAME | LSPEC | USE | PARAM | LET | DEF;

flow: expr
    | flow ARROW expr                           { $$ = ast_flow(parse, @$, $1, $3); }
    ;

expr: range
    | expr '<' range                            { $$ = ast_binary(parse, @$, '<', $1, $3); }
    | expr '>' range                            { $$ = ast_binary(parse, @$, '>', $1, $3); }
    | expr LESS_EQUAL range                     { $$ = ast_binary(parse, @$, 'L', $1, $3); }
    | expr GREATER_EQUAL range                  { $$ = ast_binary(parse, @$, 'G', $1, $3); }
    ;

range: sum
    | sum RANGE                                 { $$ = ast_range(parse, @$, $1, NULL); }
    | sum RANGE sum                             { $$ = ast_range(parse, @$, $1, $3); }
    ;

sum: term
    | sum '+' term                              { $$ = ast_binary(parse, @$, '+', $1, $3); }
    | sum '-' term                              { $$ = ast_binary(parse, @$, '-', $1, $3); }
    ;

term: unary
    | term '*' unary                            { $$ = ast_binary(parse, @$, '*', $1, $3); }
    | term '/' unary                            { $$ = ast_binary(parse, @$, '/', $1, $3); }
    ;

unary: postfix
    | '-' unary                                 { $$ = ast_negate(parse, @$, $2); }
    ;

postfix: atom
    | postfix '?'                               { $$ = ast_optional(parse, @$, $1); }
    | postfix '[' args ']'                      { $$ = ast_index(parse, @$, $1, $3); }
    ;

atom: path                                      { $$ = ast_path(parse, @$, $1); }
    | path '(' ')'                              { $$ = ast_call(parse, @$, @1, $1, NULL); }
    | path '(' args ')'                         { $$ = ast_call(parse, @$, @1, $1, $3); }
    | NUMBER                                    { $$ = ast_number(parse, @$, $1); }
    | NUMBER '%'                                { $$ = ast_percent(parse, @$, $1); }
    | NUMBER NAME                               { $$ = ast_unit(parse, @$, $1, $2); }
    | SIZE                                      { $$ = ast_size(parse, @$, $1); }
    | STRING                                    { $$ = ast_string(parse, @$, $1); }
    | '[' ']'                                   { $$ = ast_list(parse, @$, NULL); }
    | '[' args ']'                              { $$ = ast_list(parse, @$, $2); }
    | '(' flow ')'                              { $$ = ast_paren(parse, @$, $2); }
    ;

path: word
    | path '.' word                             { $$ = ast_join_path(parse, @$, $1, $3); }
    ;

args: arglist
    | arglist ','
    ;

arglist: arg                                    { $$ = ast_arg_add(parse, ast_args(parse), &$1); }
    | arglist ',' arg                           { $$ = ast_arg_add(parse, $1, &$3); }
    ;

arg: flow                                       { $$ = ast_arg($1); }
    | key ':' flow                              { $$ = ast_keyed($1, $3); }
    ;

key: word                                       { $$ = ast_key_word(@1, $1); }
    | STRING                                    { $$ = ast_key_string(@1, $1); }
    | NUMBER                                    { $$ = ast_key_number(@1, $1); }
    | '-' NUMBER                                { $$ = ast_key_negative(parse, @$, $2); }
    | NUMBER NAME                               { $$ = ast_key_unit(@$, $1, $2); }
    ;

%%

static int yyreport_syntax_error(const yypcontext_t *context, Parse *parse) {
    enum { LARGEST = 64 };
    yysymbol_kind_t symbols[LARGEST];
    const char *expected[LARGEST];
    int count = yypcontext_expected_tokens(context, symbols, LARGEST);
    for (int i = 0; i < count; i++) expected[i] = yysymbol_name(symbols[i]);
    syntax_report_error(parse, expected, count > 0 ? count : 0);
    return 0;
}

const char *grammar_token_name(int kind) { return yysymbol_name(YYTRANSLATE(kind)); }
