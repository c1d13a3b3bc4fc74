/* Between scanner and parser: ends statements at newlines, with one token of look-ahead, and keeps what the messages
 * need to know (the statement at hand, the brackets that are open). Everything that depends on layout is in
 * token_layout.c. */
#include <string.h>

#include "parser.h"
#include "syntax/parse.h"

const Token *filter_peek(Parse *parse, int distance) {
    while (parse->ahead_count <= distance) {
        int at = (parse->ahead_first + parse->ahead_count) % SYNTAX_AHEAD;
        parse->ahead[at] = scanner_next(&parse->scanner);
        parse->ahead_count++;
    }
    return &parse->ahead[(parse->ahead_first + distance) % SYNTAX_AHEAD];
}

Token filter_take(Parse *parse) {
    Token token = *filter_peek(parse, 0);
    parse->ahead_first = (parse->ahead_first + 1) % SYNTAX_AHEAD;
    parse->ahead_count--;
    return token;
}

void filter_untake(Parse *parse, const Token *token) {
    parse->ahead_first = (parse->ahead_first + SYNTAX_AHEAD - 1) % SYNTAX_AHEAD;
    parse->ahead[parse->ahead_first] = *token;
    parse->ahead_count++;
}

bool token_may_end(int kind) {
    switch (kind) {
    case GRAMMAR_NAME:
    case GRAMMAR_LSPEC:
    case GRAMMAR_USE:
    case GRAMMAR_PARAM:
    case GRAMMAR_LET:
    case GRAMMAR_DEF:
    case GRAMMAR_NUMBER:
    case GRAMMAR_SIZE:
    case GRAMMAR_STRING:
    case GRAMMAR_RANGE:
    case GRAMMAR_BAD:
    case '%':
    case '?':
    case ')':
    case ']':
    case '}': return true;
    default: return false;
    }
}

bool token_may_begin(int kind) {
    switch (kind) {
    case GRAMMAR_NAME:
    case GRAMMAR_LSPEC:
    case GRAMMAR_USE:
    case GRAMMAR_PARAM:
    case GRAMMAR_LET:
    case GRAMMAR_DEF:
    case GRAMMAR_NUMBER:
    case GRAMMAR_SIZE:
    case GRAMMAR_STRING:
    case GRAMMAR_DISABLE:
    case GRAMMAR_BAD:
    case GRAMMAR_END:
    case '(':
    case '[':
    case '-':
    case '}': return true;
    default: return false;
    }
}

static bool is_word(int kind) {
    return kind == GRAMMAR_NAME || kind == GRAMMAR_LSPEC || kind == GRAMMAR_USE || kind == GRAMMAR_PARAM ||
           kind == GRAMMAR_LET || kind == GRAMMAR_DEF;
}

/* ---- what was delivered ---- */

static void end_statement(Parse *parse) {
    if (!parse->is_deeper && parse->statement_tokens > 0) parse->base_tail = parse->before_last;
    parse->statement_tokens = 0;
    parse->statement_reported = false;
    parse->open_count = 0;
    parse->minus_run = 0;
}

/* The parser asks for a token, so it has taken the one before: brackets and blocks that it opened or closed count now.
 */
static void accept_last(Parse *parse) {
    const Token *last = &parse->last;
    switch (last->kind) {
    case '(':
    case '[':
        parse->open_is_call[parse->open_count] =
            last->kind == '(' ? is_word(parse->before_last.kind) : token_may_end(parse->before_last.kind);
        parse->open[parse->open_count++] = *last;
        break;
    case ')':
    case ']':
        if (parse->open_count > 0) parse->open_count--;
        break;
    case '{':
        parse->in_block = true;
        parse->brace = *last;
        end_statement(parse);
        parse->has_base = false;
        break;
    case '}':
        parse->in_block = false;
        end_statement(parse);
        parse->base = parse->section;
        parse->is_deeper = false;
        break;
    case GRAMMAR_TERM: end_statement(parse); break;
    default: break;
    }
}

static void names_begin(NameRun *run) {
    run->list.count = 0; /* its memory is used again */
    run->tokens = 0;
    run->goes_on = run->wants_name = true;
}

static void names_add(Parse *parse, NameRun *run, const Token *token) {
    bool is_name = is_word(token->kind) || token->kind == GRAMMAR_STRING;
    run->goes_on = run->goes_on && (run->wants_name ? is_name : token->kind == ',');
    if (!run->goes_on) return;
    run->tokens++;
    run->wants_name = !run->wants_name;
    if (is_name)
        vec_push(parse->arena, &run->list,
                 (AstName){token->value.text, token->kind == GRAMMAR_STRING, token_span(parse, token)});
}

/* Notes the first token of a statement and of a section, and the names that a statement begins with. */
static void note_statement(Parse *parse, const Token *token) {
    if (parse->statement_tokens == 0) {
        if (token->kind == GRAMMAR_TERM || token->kind == '}' || token->kind == GRAMMAR_END) return;
        parse->statement = *token;
        names_begin(&parse->names);
        parse->is_deeper = parse->has_base && token->first && token->indent > parse->base.indent;
        if (!parse->is_deeper) parse->base = *token;
        parse->has_base = true;
        if (!parse->in_block) {
            parse->section = *token;
            parse->section_second = (Token){.kind = 0};
        }
    } else if (token->first) {
        parse->line_tail = parse->last;
        parse->line_head = *token;
    }
    names_add(parse, &parse->names, token);
    parse->statement_tokens++;
    if (!parse->in_block && parse->statement_tokens == 2) parse->section_second = *token;
    if (!parse->in_block && parse->statement_tokens == 3)
        parse->section_colon = token->first && parse->last.kind == ':' ? parse->last : (Token){.kind = 0};
}

static Token deliver(Parse *parse, Token token) {
    note_statement(parse, &token);
    parse->third_last = parse->before_last;
    parse->before_last = parse->last;
    parse->last = token;
    return token;
}

/* ---- which token comes next ---- */

static Token empty_token(int kind, const Token *place, uint32_t at) {
    return (Token){.kind = kind, .begin = at, .end = at, .line_begin = place->line_begin, .indent = place->indent};
}

/* Whether a statement ends between the last token and `next`. */
static bool ends_statement(Parse *parse, const Token *next) {
    int last = parse->last.kind;
    if (last == GRAMMAR_TERM || last == GRAMMAR_END || last == '{')
        return false; /* GRAMMAR_END: nothing was delivered yet */
    if (next->kind == GRAMMAR_END) return true;
    if (next->first && token_may_end(last) && token_may_begin(next->kind)) return true;
    if (parse->strict) return false;
    if (last == '}' && next->kind != ';') {
        if (!next->first && layout_reads_as_section(parse, 0, true)) syntax_report_joined_sections(parse, next);
        return true;
    }
    return layout_begins_section(parse, 0);
}

/* Changes a token that cannot stand where it is into one that the grammar does not know. */
static void mark_problem(Parse *parse, Token *token) {
    bool opens = token->kind == '(' || token->kind == '[';
    bool is_minus = token->kind == '-' || token->kind == GRAMMAR_DISABLE;
    parse->minus_run = is_minus ? parse->minus_run + 1 : 0;
    if (token->kind == '-' && parse->statement_tokens == 0) token->problem = PROBLEM_LEADING_MINUS;
    if ((opens && parse->open_count == SYNTAX_MAX_BRACKETS) || parse->minus_run > SYNTAX_MAX_BRACKETS)
        token->problem = PROBLEM_NESTING;
    if (token->problem == PROBLEM_LEADING_MINUS || token->problem == PROBLEM_NESTING) token->kind = GRAMMAR_BAD;
}

/* A number or a string that is damaged in itself goes to the parser as one: the statement around it is still read. */
static void report_damaged_value(Parse *parse, const Token *token) {
    if (token->problem == PROBLEM_NONE || token->kind == GRAMMAR_BAD) return;
    parse->failed = true;
    if (!parse->strict) syntax_report_token(parse, token);
}

/* The `}` that a block lacks, where layout shows that it ends: `next` is what stands there instead. */
static Token close_block(Parse *parse, const Token *next, bool take) {
    Token brace = empty_token('}', next, next->begin);
    syntax_report_open_brace(parse, next);
    if (take) filter_take(parse);
    return brace;
}

Token filter_next(Parse *parse) {
    bool gives_up = parse->error_count > SYNTAX_MAX_ERRORS;
    if ((parse->strict && parse->failed) || gives_up)
        return deliver(parse, empty_token(GRAMMAR_END, &parse->last, parse->last.end));
    if (parse->recovering) {
        parse->recovering = false;
        bool delivered = parse->last.kind == GRAMMAR_TERM || (parse->last.kind == '}' && parse->in_block);
        if (!delivered || parse->last.kind == GRAMMAR_TERM) layout_skip(parse);
        if (!delivered) {
            const Token *next = filter_peek(parse, 0);
            return deliver(parse, empty_token(GRAMMAR_TERM, next, next->begin));
        }
    }
    accept_last(parse);

    const Token *next = filter_peek(parse, 0);
    if (!parse->strict && parse->in_block) {
        if (next->kind == GRAMMAR_END || layout_begins_section(parse, 0))
            return deliver(parse, close_block(parse, next, false));
        if (layout_stands_for_brace(parse)) return deliver(parse, close_block(parse, next, true));
    }
    if (ends_statement(parse, next)) return deliver(parse, empty_token(GRAMMAR_TERM, &parse->last, parse->last.end));

    Token token = filter_take(parse);
    if (token.kind == ';') token.kind = GRAMMAR_TERM;
    mark_problem(parse, &token);
    if (!parse->strict && token.kind == '}' && parse->open_count > 0 && parse->in_block &&
        !layout_closes_block(parse, &token)) {
        token.kind = GRAMMAR_BAD;
        token.problem = PROBLEM_WRONG_CLOSER;
    }
    report_damaged_value(parse, &token);
    return deliver(parse, token);
}
