/* Comments `# allow(name): reason`, which silence a warning of the statement below them. */
#ifndef LSPEC_SYNTAX_ALLOW_H
#define LSPEC_SYNTAX_ALLOW_H

#include "syntax/ast.h"

/* Tells the session which text each `allow` of the file stands for. */
void allow_register(Session *session, const AstFile *file);

#endif
