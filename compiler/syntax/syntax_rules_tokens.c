/* Messages about tokens that are wrong by themselves. */
#include <string.h>

#include "parser.h"
#include "support/str.h"
#include "syntax/syntax_error.h"

typedef struct ForeignRow {
    const char *text, *replacement;
    bool certain;
    const char *fact;
} ForeignRow;

static const ForeignRow foreign_table[] = {
#define FOREIGN(text, replacement, certain, fact) {text, replacement, certain, fact},
#include "../grammar/syntax_help.def"
#undef FOREIGN
};

/* Units that a number is glued to often enough for a certain fix: `10min`. */
static bool is_unit(const char *word) {
    static const char *const units[] = {"epoch", "epochs", "step", "steps", "s",   "min", "h",   "day", "days",
                                        "week",  "weeks",  "deg",  "bp",    "MiB", "GiB", "KiB", "ms"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(word, units[i]) == 0) return true;
    return false;
}

static void report_glued(Parse *parse, const Token *token, Span span) {
    const char *text = token_bare(parse, token);
    size_t digits = strspn(text, "0123456789._");
    const char *letters = text + digits;
    if (*letters == '\0') {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_GLUED_NUMBER, span, "`%s` is no number", text);
        diag_caret(diagnostic, "has more than one point");
        return;
    }
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_GLUED_NUMBER, span, "the number in `%s` is glued to `%s`", text, letters);
    const char *apart = arena_printf(parse->arena, "%.*s %s", (int)digits, text, letters);
    if (is_unit(letters)) {
        diag_fix(diagnostic, true, span, apart, NULL);
    } else if (strcmp(letters, "k") == 0 || strcmp(letters, "K") == 0) {
        diag_fix(diagnostic, false, span, arena_printf(parse->arena, "%.*se3", (int)digits, text), NULL);
    } else if (strcmp(letters, "pct") == 0 || strcmp(letters, "percent") == 0) {
        diag_fix(diagnostic, true, span, arena_printf(parse->arena, "%.*s%%", (int)digits, text), NULL);
    } else {
        diag_advice(diagnostic,
                    "a unit stands apart: `10 min`; thousands are written out: `1_000`; a name begins with a letter");
    }
}

static void report_foreign(Parse *parse, const Token *token, Span span) {
    const char *text = source_text(&parse->session->sources, parse->arena, span);
    for (size_t i = 0; i < sizeof foreign_table / sizeof *foreign_table; i++) {
        const ForeignRow *row = &foreign_table[i];
        if (strcmp(text, row->text) != 0) continue;
        Diagnostic *diagnostic =
            diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "`%s` is no token of the language", text);
        diag_caret(diagnostic, "%s", row->fact);
        if (row->replacement != NULL)
            diag_fix(diagnostic, row->certain, span, row->replacement,
                     strcmp(row->replacement, " ") == 0 ? "put an ordinary space in its place" : NULL);
        return;
    }
    size_t length = strlen(text);
    if (length >= 2 && text[0] == '\'') {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "%s stands between single quotes",
                                             token_text(parse, token));
        diag_caret(diagnostic, "a string is written between double quotes");
        diag_fix(diagnostic, strchr(text, '"') == NULL, span,
                 arena_printf(parse->arena, "\"%.*s\"", (int)length - 2, text + 1), NULL);
        return;
    }
    diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "%s does not belong to the language",
                token_text(parse, token));
}

static void report_unclosed_string(Parse *parse, const Token *token, Span span) {
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_UNCLOSED_STRING, span,
                                         "the string that begins here has no closing `\"` on its line");
    diag_why(diagnostic, "a string ends on the line it begins on");
    diag_advice(diagnostic, "end it with `\"`; a line break inside a string is written `\\n`");
    (void)token;
}

void syntax_report_token(Parse *parse, const Token *token) {
    parse->statement_reported = true;
    Span span = token_span(parse, token);
    Diagnostic *diagnostic;
    switch (token->problem) {
    case PROBLEM_GLUED_NUMBER: report_glued(parse, token, span); return;
    case PROBLEM_LARGE_NUMBER:
        diagnostic = diag_report(parse->session, DIAG_ARGUMENT_RANGE, span, "the number %s is too large",
                                 token_text(parse, token));
        diag_caret(diagnostic, "beyond what a double holds");
        return;
    case PROBLEM_BAD_ESCAPE:
        diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "the string has a `\\` that escapes nothing");
        diag_caret(diagnostic, "`\\\"`, `\\\\`, `\\n` and `\\t` are the escapes");
        diag_advice(diagnostic, "a backslash itself is written `\\\\`");
        return;
    case PROBLEM_UNCLOSED_STRING: report_unclosed_string(parse, token, span); return;
    case PROBLEM_FOREIGN: report_foreign(parse, token, span); return;
    case PROBLEM_LEADING_POINT:
        diagnostic = diag_report(parse->session, DIAG_GLUED_NUMBER, span, "%s has no digit before its point",
                                 token_text(parse, token));
        diag_fix(diagnostic, true, span, arena_printf(parse->arena, "0%s", token_bare(parse, token)), NULL);
        return;
    case PROBLEM_NON_ASCII_NAME:
        diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span,
                                 "%s is no name: names have letters a to z, digits and `_`", token_text(parse, token));
        diag_fix(diagnostic, false, span, arena_printf(parse->arena, "\"%s\"", token_bare(parse, token)),
                 arena_printf(parse->arena, "a column is quoted: \"%s\"", token_bare(parse, token)));
        return;
    case PROBLEM_LEADING_MINUS:
        diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, span, "a statement begins with `-`");
        diag_why(diagnostic, "a line that begins with `-` does not continue the one above");
        diag_advice(diagnostic, "end the line above with the `-`");
        return;
    case PROBLEM_WRONG_CLOSER:
        diagnostic = diag_report(parse->session, DIAG_UNCLOSED_BRACKET,
                                 token_span(parse, &parse->open[parse->open_count - 1]), "%s is closed by %s",
                                 token_text(parse, &parse->open[parse->open_count - 1]), token_text(parse, token));
        diag_label(diagnostic, span, "closes a block, not a bracket");
        diag_fix(diagnostic, false, span, parse->open[parse->open_count - 1].kind == '(' ? ")" : "]", NULL);
        return;
    case PROBLEM_NESTING:
        diagnostic = diag_report(parse->session, DIAG_NESTING_TOO_DEEP, span, "this is nested more than %d deep",
                                 (int)SYNTAX_MAX_BRACKETS);
        diag_advice(diagnostic, "give parts of it names, with `let` or bindings");
        return;
    case PROBLEM_NONE: break;
    }
}
