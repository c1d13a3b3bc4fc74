/* Syntax errors in the head of a section: `loss mse`, `columns (`, `let width: 64`. */
#include <string.h>

#include "parser.h"
#include "support/fuzzy.h"
#include "support/str.h"
#include "syntax/syntax_error.h"

static const char *const section_names[] = {
#define KEYWORD(id, word, starts_section)
#define SECTION(word, form) word,
#include "../grammar/keywords.def"
#undef KEYWORD
#undef SECTION
};

/* The section that `word` is or nearly is, or NULL. */
static const char *nearest_section(const char *word) {
    return fuzzy_nearest(word, section_names, sizeof section_names / sizeof *section_names);
}

static bool is_at_section_level(const SyntaxError *error) {
    return !error->parse->in_block && error->parse->open_count == 0;
}

/* The first token of a section is no name. */
static bool rule_section_begins(const SyntaxError *error) {
    Parse *parse = error->parse;
    int found = error->found.kind;
    if (!is_at_section_level(error) || parse->statement_tokens != 1 || found == ')' || found == ']' || found == '}')
        return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                                         "%s cannot begin a section", token_text(parse, &error->found));
    diag_caret(diagnostic, "the name of a section is wanted here");
    diag_advice(diagnostic, "`NAME: value` or `NAME { … }`");
    return true;
}

/* `lspec`, `use`, `param`, `let`, `def` with something else behind them than they want. */
static bool rule_keyword(const SyntaxError *error) {
    Parse *parse = error->parse;
    int keyword = parse->section.kind;
    if (!is_at_section_level(error) || keyword == GRAMMAR_NAME || !begins_value(keyword)) return false;
    Span place =
        error->found.begin < error->found.end ? token_span(parse, &error->found) : token_span(parse, &error->previous);
    bool binds = keyword == GRAMMAR_PARAM || keyword == GRAMMAR_LET;
    if (binds && error_expects(error, "'='")) {
        bool is_colon = error->found.kind == ':';
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, place, "%s has no `=` before its value",
                                             token_text(parse, &error->previous));
        diag_caret(diagnostic, is_colon ? "wants `=` here" : "wants `=` before it");
        if (is_colon)
            diag_fix(diagnostic, true, (Span){parse->source, error->previous.end, error->found.end}, " =",
                     arena_printf(parse->arena, "%s = %s", token_bare(parse, &error->previous),
                                  text_from(parse, filter_peek(parse, 0)->begin)));
        else if (begins_value(error->found.kind))
            diag_fix(diagnostic, true, (Span){parse->source, error->previous.end, error->found.begin}, " = ",
                     arena_printf(parse->arena, "%s = %s", token_bare(parse, &error->previous),
                                  text_from(parse, error->found.begin)));
        else
            diag_advice(diagnostic, "%s NAME = value", token_bare(parse, &parse->section));
        return true;
    }
    if (parse->statement_tokens > 2 && (keyword != GRAMMAR_DEF || parse->statement_tokens > 3)) return false;
    static const char *const forms[] = {"lspec 1", "use \"file.lspec\"", "param NAME = value in low..high",
                                        "let NAME = value", "def NAME(arguments) { … }"};
    int form = keyword == GRAMMAR_LSPEC   ? 0
               : keyword == GRAMMAR_USE   ? 1
               : keyword == GRAMMAR_PARAM ? 2
               : keyword == GRAMMAR_LET   ? 3
                                          : 4;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, place, "`%s` does not go on like this",
                                         token_bare(parse, &parse->section));
    diag_advice(diagnostic, "`%s`", forms[form]);
    return true;
}

static void report_lost_brace(const SyntaxError *error) {
    Parse *parse = error->parse;
    bool at_end = error->found.begin == error->found.end;
    Span place = token_span(parse, at_end ? &error->previous : &error->found);
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, place, "the block of `%s` has no `{`",
                                         token_bare(parse, &parse->section));
    diag_caret(diagnostic, at_end ? "wants `{` behind it" : "wants `{` %s",
               error->found.kind == '(' ? "here" : "before it");
    if (error->found.kind == '(' || error->found.kind == '[')
        diag_fix(diagnostic, true, place, "{", arena_printf(parse->arena, "%s {", token_bare(parse, &parse->section)));
    else
        diag_fix(diagnostic, true, behind(parse, &error->previous), " {",
                 arena_printf(parse->arena, "%s {", token_bare(parse, &parse->section)));
}

/* Whether what follows a section's name is a block without its `{`. */
static bool looks_like_block(const SyntaxError *error) {
    if (error->found.kind == GRAMMAR_TERM) {
        const Token *next = filter_peek(error->parse, 0);
        return error->found.begin == error->found.end && next->kind != GRAMMAR_END &&
               next->indent > error->parse->section.indent;
    }
    if ((error->found.kind == '(' || error->found.kind == '[') && error->rest.is_empty) return true;
    return begins_value(error->found.kind) && error->rest.closes_block;
}

/* `parm lr = 1e-3`: the keyword is misspelt. */
static bool rule_binder(const SyntaxError *error) {
    static const char *const binders[] = {"param", "let"};
    Parse *parse = error->parse;
    if (!is_at_section_level(error) || parse->statement_tokens != 2 || parse->section.kind != GRAMMAR_NAME ||
        error->found.kind != GRAMMAR_NAME || filter_peek(parse, 0)->kind != '=')
        return false;
    const char *word = parse->section.value.text;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_UNKNOWN_SECTION, token_span(parse, &parse->section),
                                         "no section begins with `%s`", word);
    const char *near = fuzzy_nearest(word, binders, sizeof binders / sizeof *binders);
    if (near != NULL)
        diag_fix(diagnostic, true, token_span(parse, &parse->section), near,
                 arena_printf(parse->arena, "did you mean `%s`?", near));
    else
        diag_advice(diagnostic, "a constant begins with `let` or `param`");
    return true;
}

/* The section's name is followed by neither `:` nor `{`. */
static bool rule_section_head(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!is_at_section_level(error) || parse->statement_tokens != 2 || parse->section.kind != GRAMMAR_NAME)
        return false;
    if (looks_like_block(error)) {
        report_lost_brace(error);
        return true;
    }
    const char *name = parse->section.value.text;
    const Token *found = &error->found;
    const char *near = nearest_section(name);
    if (found->kind == '=' && near == NULL) {
        Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &parse->section),
                                             "`%s` is bound outside of a block", name);
        diag_fix(diagnostic, false, in_front(parse, &parse->section), "let ",
                 arena_printf(parse->arena, "let %s = %s", name, text_from(parse, filter_peek(parse, 0)->begin)));
        return true;
    }
    if (found->kind == GRAMMAR_ARROW || found->kind == ',' || is_operator(found->kind)) {
        if (found->kind != '=' && found->kind != '.') {
            Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, found),
                                                 "%s stands outside of a block", token_text(parse, found));
            diag_caret(diagnostic, "a section goes on with `:` or `{`");
            diag_advice(diagnostic, "a flow stands in the block of its section: `network { … }`");
            return true;
        }
    }
    bool at_end = found->begin == found->end;
    bool replaces = found->kind == '=' || found->kind == ';' || found->kind == '.' || found->kind == GRAMMAR_TERM;
    Span place = token_span(parse, at_end ? &error->previous : found);
    Diagnostic *diagnostic;
    if (replaces && !at_end) {
        diagnostic = diag_report(parse->session, DIAG_MISSING_COLON, place, "%s stands where `%s` wants `:`",
                                 token_text(parse, found), name);
        diag_fix(diagnostic, near != NULL, (Span){parse->source, error->previous.end, found->end}, ":",
                 arena_printf(parse->arena, "%s: %s", name, text_from(parse, filter_peek(parse, 0)->begin)));
        return true;
    }
    diagnostic = diag_report(parse->session, DIAG_MISSING_COLON, place,
                             at_end ? "`%s` has neither a `:` nor a `{`" : "`%s` has no `:` before its value", name);
    if (at_end) {
        diag_caret(diagnostic, "wants `: value` or a block behind it");
        return true;
    }
    diag_caret(diagnostic, "wants `:` before it");
    diag_fix(diagnostic, near != NULL, behind(parse, &error->previous), ":",
             arena_printf(parse->arena, "%s: %s", name, text_from(parse, found->begin)));
    return true;
}

/* `columns:` and the lines of a block below. */
bool rule_colon_for_brace(const SyntaxError *error) {
    Parse *parse = error->parse;
    bool is_block = error->form == FORM_BLOCK || error->form == FORM_FLOWS;
    bool in_value = parse->statement_tokens >= 3 && is_block;
    /* The first statement has been read as the value, and this is another one, or the `}`. */
    bool at_brace = parse->statement_tokens == 0 && error->found.kind == '}';
    if (!is_at_section_level(error) || parse->section_colon.kind == 0 || (!in_value && !at_brace && !parse->is_deeper))
        return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &parse->section_colon),
                                         "a block begins with `:`");
    diag_caret(diagnostic, "wants `{` here");
    /* What was read as the value is no value. */
    if (!in_value && parse->sections.count > 0 && parse->sections.items[parse->sections.count - 1].kind == AST_FIELD)
        parse->sections.items[parse->sections.count - 1].value->kind = AST_ERROR;
    if (at_brace) diag_label(diagnostic, token_span(parse, &error->found), "it ends here");
    diag_fix(diagnostic, true, token_span(parse, &parse->section_colon), " {", "begin the block with `{`");
    return true;
}

/* `columns: {`. */
static bool rule_colon_and_brace(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!is_at_section_level(error) || error->found.kind != '{' || error->previous.kind != ':' ||
        parse->statement_tokens != 3)
        return false;
    Diagnostic *diagnostic = diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->previous),
                                         "`:` stands before the block of `%s`", token_bare(parse, &parse->section));
    diag_fix(diagnostic, true, token_span(parse, &error->previous), "",
             arena_printf(parse->arena, "%s {", token_bare(parse, &parse->section)));
    return true;
}

/* `metrics: accuracy, f1(yes)`. */
static bool rule_list_without_brackets(const SyntaxError *error) {
    Parse *parse = error->parse;
    if (!is_at_section_level(error) || error->found.kind != ',' || parse->section.kind != GRAMMAR_NAME) return false;
    Diagnostic *diagnostic =
        diag_report(parse->session, DIAG_SYNTAX_ERROR, token_span(parse, &error->found),
                    "`%s` takes one value; several are a list", token_bare(parse, &parse->section));
    diag_advice(diagnostic, "`%s: [a, b]`", token_bare(parse, &parse->section));
    return true;
}

SyntaxRule *const section_rules[] = {rule_section_begins,        rule_keyword, rule_binder, rule_section_head, rule_colon_and_brace,
                                     rule_list_without_brackets, NULL};
