/* What a damaged statement or section would have declared: it is kept in the tree, so that nothing that refers to it is
 * reported as unknown. Names are read off the text, since the tokens may have gone astray. */
#include <string.h>

#include "parser.h"
#include "syntax/parse.h"

enum { LONGEST_RUN = 4096 }; /* bytes of text that are looked at */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

/* Where the word or the string at `at` ends; `at` itself where there is none. */
static uint32_t name_end(const char *text, uint32_t at) {
    uint32_t end = at;
    if (text[at] == '"') {
        end++;
        while (text[end] != '"' && text[end] != '\\' && text[end] != '\n' && text[end] != '\0') end++;
        return text[end] == '"' ? end + 1 : at;
    }
    if (is_letter(text[at]))
        while (is_letter_or_digit(text[end])) end++;
    return end;
}

/* The names from `begin` to the last `:` of the line that stands outside of brackets, whatever parts them; after a
 * comma the line goes on. Without a `:` there are none. */
static void read_names(Parse *parse, uint32_t begin, NameList *out) {
    const char *text = parse->scanner.text;
    int64_t before_colon = 0;
    char last = ',';
    out->count = 0;
    for (uint32_t at = begin; at - begin < LONGEST_RUN && text[at] != '\0' && strchr("([{=>;#", text[at]) == NULL;) {
        uint32_t end = name_end(text, at);
        if (end > at) {
            bool quoted = text[at] == '"';
            const char *name = quoted ? arena_strndup(parse->arena, text + at + 1, end - at - 2)
                                      : arena_strndup(parse->arena, text + at, end - at);
            if (strcmp(name, "in") != 0) vec_push(parse->arena, out, (AstName){name, quoted, {parse->source, at, end}});
            last = 'a';
            at = end;
            continue;
        }
        if (text[at] == '\n' && last != ',') break;
        if (text[at] == ':') before_colon = out->count;
        if (strchr(" \t\r\n", text[at]) == NULL) last = text[at];
        at++;
    }
    out->count = before_colon;
}

/* Appends the names of the lines below the statement's first one, up to that of the error, which are indented as
 * statements and have been read as part of it. False where one of them hides what it declares. */
static bool read_swallowed_lines(Parse *parse, NameList *names) {
    const char *text = parse->scanner.text;
    uint32_t at = parse->statement.begin;
    while (at < parse->last.line_begin) {
        const char *newline = strchr(text + at, '\n');
        if (newline == NULL) return true;
        at = (uint32_t)(newline - text) + 1;
        size_t indent = strspn(text + at, " \t");
        if (at > parse->last.line_begin || strchr("#\r\n", text[at + indent]) != NULL) continue;
        bool is_start = indent <= parse->statement.indent || text[at + indent] == ':';
        NameList read = {0};
        if (is_start) read_names(parse, at, &read);
        if (is_start && read.count == 0) return false;
        for (int64_t i = 0; i < read.count; i++) vec_push(parse->arena, names, read.items[i]);
    }
    return true;
}

/* Whether the error stands where a name is lost: `in : real`, `a, , b : real`. */
static bool is_name_lost(const Parse *parse) {
    int found = parse->last.kind;
    if (parse->last.first && (found == ',' || found == ':')) return true;
    return found == GRAMMAR_IN || (parse->before_last.kind == ',' && found != GRAMMAR_NAME && found != GRAMMAR_STRING);
}

void damage_note_names(Parse *parse) {
    if (!parse->in_block) return;
    NameList *names = &parse->names.list;
    NameList read = {0};
    read_names(parse, parse->statement.begin, &read);
    if (read.count > names->count) {
        names->count = 0;
        for (int64_t i = 0; i < read.count; i++) vec_push(parse->arena, names, read.items[i]);
    }
    /* Without any name the statement may have declared anything. */
    if (!read_swallowed_lines(parse, names) || is_name_lost(parse)) names->count = 0;
}

/* What the section would have been, so that what refers to it is not reported, too. */
void damage_note_section(Parse *parse) {
    const Token *first = &parse->section;
    parse->damaged_kind = AST_BAD_SECTION;
    parse->damaged_name = (AstName){.text = "", .span = token_span(parse, &parse->last)};
    if (parse->statement_tokens == 0) return; /* a stray `}` */
    parse->damaged_name =
        (AstName){.text = first->value.text != NULL ? first->value.text : "", .span = token_span(parse, first)};
    bool binds = first->kind == GRAMMAR_PARAM || first->kind == GRAMMAR_LET;
    if (binds && parse->section_second.value.text != NULL && parse->statement_tokens > 2) {
        parse->damaged_kind = first->kind == GRAMMAR_PARAM ? AST_PARAM : AST_TOP_LET;
        parse->damaged_name =
            (AstName){.text = parse->section_second.value.text, .span = token_span(parse, &parse->section_second)};
    } else if (first->kind == GRAMMAR_NAME && section_form(first->value.text) != FORM_UNKNOWN) {
        parse->damaged_kind = AST_FIELD;
    } else if (first->kind == GRAMMAR_NAME && parse->section_second.kind == '=') {
        parse->damaged_kind = AST_TOP_LET;
    } else if (first->kind == GRAMMAR_NAME && parse->section_second.kind == GRAMMAR_NAME &&
               filter_peek(parse, 0)->kind == '=') { /* `parm lr = 1e-3` */
        parse->damaged_kind = AST_TOP_LET;
        parse->damaged_name = (AstName){.text = parse->section_second.value.text,
                                        .span = token_span(parse, &parse->section_second)};
    }
}
