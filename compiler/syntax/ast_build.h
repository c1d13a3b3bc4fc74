/* What the actions of the grammar call: one function a kind of node. A node beyond the depth limit is poisoned. */
#ifndef LSPEC_SYNTAX_AST_BUILD_H
#define LSPEC_SYNTAX_AST_BUILD_H

#include "syntax/ast.h"
#include "syntax/token.h"

typedef struct Parse Parse;
typedef VEC(AstArg) ArgList;
typedef VEC(AstName) NameList;
typedef VEC(AstStmt) StmtList;

/* Sections. `keyword`: where `lspec` or `use` stands. */
AstSection *ast_version(Parse *parse, Span span, Span keyword, AstExpr *number);
AstSection *ast_use(Parse *parse, Span span, Span keyword, AstExpr *path);
AstSection *ast_field(Parse *parse, Span span, AstName name, AstExpr *value);
AstSection *ast_block(Parse *parse, Span span, AstName name, Span open, const StmtList *stmts, Span close);
AstSection *ast_param(Parse *parse, Span span, AstName name, AstExpr *value, AstExpr *range);
AstSection *ast_top_let(Parse *parse, Span span, AstName name, AstExpr *value);
AstSection *ast_def(Parse *parse, Span span, AstName name, const NameList *formals, Span open, const StmtList *stmts,
                    Span close);
AstSection *ast_disable_section(Span span, AstSection *section);
void ast_add_section(Parse *parse, const AstSection *section);
void ast_add_bad_section(Parse *parse, Span span);

/* Names. */
AstName ast_word(Span span, TokenValue word);
AstName ast_quoted(Span span, TokenValue string);
NameList *ast_names(Parse *parse);
NameList *ast_name_add(Parse *parse, NameList *names, AstName name);
NameList *ast_name_two(Parse *parse, AstName first, AstName second);
TokenValue ast_join_path(Parse *parse, Span span, TokenValue path, TokenValue word);

/* Statements. */
StmtList *ast_stmts(Parse *parse);
StmtList *ast_stmt_add(Parse *parse, StmtList *stmts, const AstStmt *stmt);
StmtList *ast_stmt_add_bad(Parse *parse, StmtList *stmts, Span span);
AstStmt ast_stmt(Span span, AstStmtKind kind, const NameList *names, AstExpr *value);
AstStmt ast_stmt_named(Parse *parse, Span span, AstStmtKind kind, AstName name, AstExpr *value);
AstStmt ast_disable_stmt(Span span, const AstStmt *stmt);

/* Expressions. */
AstExpr *ast_flow(Parse *parse, Span span, AstExpr *left, AstExpr *right);
AstExpr *ast_binary(Parse *parse, Span span, char op, AstExpr *left, AstExpr *right);
AstExpr *ast_range(Parse *parse, Span span, AstExpr *left, AstExpr *right);
AstExpr *ast_negate(Parse *parse, Span span, AstExpr *operand);
AstExpr *ast_optional(Parse *parse, Span span, AstExpr *operand);
AstExpr *ast_index(Parse *parse, Span span, AstExpr *left, const ArgList *args);
AstExpr *ast_path(Parse *parse, Span span, TokenValue path);
AstExpr *ast_call(Parse *parse, Span span, Span path_span, TokenValue path, const ArgList *args);
AstExpr *ast_number(Parse *parse, Span span, TokenValue number);
AstExpr *ast_percent(Parse *parse, Span span, TokenValue number);
AstExpr *ast_unit(Parse *parse, Span span, TokenValue number, TokenValue unit);
AstExpr *ast_size(Parse *parse, Span span, TokenValue size);
AstExpr *ast_string(Parse *parse, Span span, TokenValue string);
AstExpr *ast_list(Parse *parse, Span span, const ArgList *args);
AstExpr *ast_paren(Parse *parse, Span span, AstExpr *inner);

/* Arguments. A key is an argument without its value. */
ArgList *ast_args(Parse *parse);
ArgList *ast_arg_add(Parse *parse, ArgList *args, const AstArg *arg);
AstArg ast_arg(AstExpr *value);
AstArg ast_keyed(AstArg key, AstExpr *value);
AstArg ast_key_word(Span span, TokenValue word);
AstArg ast_key_string(Span span, TokenValue string);
AstArg ast_key_number(Span span, TokenValue number);
AstArg ast_key_unit(Span span, TokenValue number, TokenValue unit);
AstArg ast_key_negative(Parse *parse, Span span, TokenValue number);

#endif
