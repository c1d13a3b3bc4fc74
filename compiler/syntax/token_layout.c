/* Recovery by layout. Used only once a first pass has met an error: indentation says where sections and statements
 * begin. */
#include <string.h>

#include "parser.h"
#include "support/str.h"
#include "syntax/parse.h"

SectionForm section_form(const char *name) {
#define KEYWORD(id, word, starts_section)
#define SECTION(word, form)                                                                                            \
    if (strcmp(name, word) == 0) return FORM_##form;
#include "../grammar/keywords.def"
#undef KEYWORD
#undef SECTION
    return FORM_UNKNOWN;
}

bool layout_reads_as_section(Parse *parse, int distance, bool any_name) {
    Token token = *filter_peek(parse, distance);
    if (token.kind == GRAMMAR_DISABLE) token = *filter_peek(parse, ++distance);
    int next = filter_peek(parse, distance + 1)->kind;
    switch (token.kind) {
    case GRAMMAR_NAME:
        return next == '{' || (next == ':' && (any_name || section_form(token.value.text) != FORM_UNKNOWN));
    case GRAMMAR_LSPEC: return next == GRAMMAR_NUMBER;
    case GRAMMAR_USE: return next == GRAMMAR_STRING;
    case GRAMMAR_PARAM:
    case GRAMMAR_LET:
    case GRAMMAR_DEF: return next == GRAMMAR_NAME;
    default: return false;
    }
}

bool layout_begins_section(Parse *parse, int distance) {
    Token token = *filter_peek(parse, distance);
    return token.first && token.indent <= parse->section.indent && layout_reads_as_section(parse, distance, false);
}

/* Whether the line of `token` goes on behind what is ahead. */
static bool is_last_on_line(Parse *parse) {
    const Token *next = filter_peek(parse, 0);
    return next->first || next->kind == GRAMMAR_END;
}

bool layout_closes_block(Parse *parse, const Token *brace) {
    if (parse->open_count == 0) return true;
    if (brace->first) return brace->indent <= parse->section.indent;
    if (!is_last_on_line(parse)) return false;
    if (brace->line_begin == parse->brace.line_begin) return true;
    const Token *next = filter_peek(parse, 0);
    return next->kind == GRAMMAR_END || (next->indent <= parse->section.indent && next->kind != '}');
}

bool layout_stands_for_brace(Parse *parse) {
    Token token = *filter_peek(parse, 0);
    if (parse->open_count > 0 || !token.first || token.indent > parse->section.indent) return false;
    if (strchr("()[]{", token.kind) == NULL || token.kind == 0) return false;
    return filter_peek(parse, 1)->kind == GRAMMAR_END || layout_begins_section(parse, 1);
}

RestOfLine layout_rest_of_line(Parse *parse, const Token *found) {
    RestOfLine rest = {.is_empty = filter_peek(parse, 0)->first || filter_peek(parse, 0)->kind == GRAMMAR_END};
    enum { LOOKED_AHEAD = SYNTAX_AHEAD - 8 };
    int depth = 0;
    Token token = *found;
    for (int i = 0; i < LOOKED_AHEAD; i++) {
        if (token.kind == '(' || token.kind == '[') depth++;
        if (token.kind == ')' || token.kind == ']') depth--;
        if (-depth > rest.closers) rest.closers = -depth;
        if (token.kind == '}') rest.closes_block = true;
        if (token.problem == PROBLEM_UNCLOSED_STRING) rest.unclosed_string = token;
        token = *filter_peek(parse, i);
        if (token.first || token.kind == GRAMMAR_END) break;
    }
    return rest;
}

bool layout_is_inside(Parse *parse) {
    if (parse->open_count == 0) return false;
    return parse->last.indent > parse->statement.indent || layout_rest_of_line(parse, &parse->last).closers > 0;
}

bool layout_belongs_above(const Parse *parse) {
    int kind = parse->last.kind;
    return parse->is_deeper && parse->open_count == 0 && (kind == ',' || kind == ')' || kind == ']' || kind == ':');
}

/* Behind `epochs;`: whether what follows is the value that the `;` cut off, and no statement of its own. */
static bool is_value_ahead(Parse *parse) {
    bool only_names = parse->names.tokens > 0 && parse->names.tokens == parse->statement_tokens - 1;
    int kind = filter_peek(parse, 0)->kind, next = filter_peek(parse, 1)->kind;
    bool is_entry = (kind == GRAMMAR_NAME || kind == GRAMMAR_STRING) &&
                    (next == ':' || next == ',' || next == '=' || next == GRAMMAR_ARROW);
    return only_names && !is_entry && !filter_peek(parse, 0)->first;
}

void layout_skip(Parse *parse) {
    bool ended = parse->last.kind == GRAMMAR_TERM;
    bool at_semicolon = ended && parse->last.begin < parse->last.end;
    /* What stands behind a `;` of a block is the next statement, unless the `;` stands in brackets that are closed
     * there. */
    bool is_inside = layout_is_inside(parse);
    if (at_semicolon && parse->in_block && !is_inside && !is_value_ahead(parse)) return;
    uint32_t indent = parse->statement_tokens > 0 ? parse->statement.indent : parse->last.indent;
    if (layout_belongs_above(parse)) indent = parse->base.indent;
    for (;; filter_take(parse)) {
        const Token *next = filter_peek(parse, 0);
        if (next->kind == GRAMMAR_END || layout_begins_section(parse, 0)) return;
        if (parse->in_block && next->kind == ';' && !is_inside) return;
        if (parse->in_block && next->kind == '}') {
            Token brace = filter_take(parse);
            bool closes = layout_closes_block(parse, &brace);
            filter_untake(parse, &brace);
            if (closes) return;
            continue;
        }
        if (next->first && next->indent <= indent && next->kind != '}' && token_may_begin(next->kind)) return;
    }
}
