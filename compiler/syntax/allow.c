/* An `allow` stands on a line of its own; it counts for every statement that begins on the next line that is no
 * comment. */
#include "syntax/allow.h"

#include <string.h>

#include "support/str.h"

typedef struct Allow {
    const char *name;
    bool has_reason;
    uint32_t line; /* of the comment */
} Allow;

typedef VEC(Allow) AllowList;

static bool is_blank(char character) { return character == ' ' || character == '\t'; }

/* Reads `# allow(name): reason`; false where the comment is another one. */
static bool read_allow(Arena *arena, const char *text, Allow *out) {
    text++;
    while (is_blank(*text)) text++;
    if (!str_starts_with(text, "allow")) return false;
    text += strlen("allow");
    while (is_blank(*text)) text++;
    const char *close = strchr(text, ')');
    if (*text != '(' || close == NULL) return false;
    text++;
    while (is_blank(*text)) text++;
    const char *end = close;
    while (end > text && is_blank(end[-1])) end--;
    out->name = arena_strndup(arena, text, (size_t)(end - text));
    const char *reason = close + 1;
    while (is_blank(*reason)) reason++;
    if (*reason == ':') reason++;
    while (is_blank(*reason)) reason++;
    out->has_reason = *reason != '\0';
    return true;
}

/* Where the walk over the file is: comments up to the next statement, and those that count for its line. */
typedef struct AllowWalk {
    Session *session;
    const AstFile *file;
    int64_t next_comment;
    AllowList pending;
    uint32_t line; /* that `pending` counts for; 0: the line of the next statement */
} AllowWalk;

static uint32_t line_of(const AllowWalk *walk, uint32_t offset) {
    return source_line_number(&walk->session->sources, walk->file->source, offset);
}

static void visit(AllowWalk *walk, Span statement, Span counted) {
    Arena *arena = walk->session->arena;
    uint32_t line = line_of(walk, statement.begin);
    if (walk->line != line) {
        walk->pending.count = 0;
        walk->line = line;
    }
    uint32_t last_comment_line = 0;
    for (; walk->next_comment < walk->file->comment_count; walk->next_comment++) {
        const AstComment *comment = &walk->file->comments[walk->next_comment];
        if (comment->span.begin >= statement.begin) break;
        if (!comment->own_line) continue;
        uint32_t comment_line = line_of(walk, comment->span.begin);
        /* A blank line between parts a comment from what is below. */
        if (last_comment_line != 0 && comment_line != last_comment_line + 1) walk->pending.count = 0;
        last_comment_line = comment_line;
        Allow allow = {.line = comment_line};
        if (read_allow(arena, source_text(&walk->session->sources, arena, comment->span), &allow))
            vec_push(arena, &walk->pending, allow);
    }
    if (last_comment_line != 0 && last_comment_line + 1 != line) walk->pending.count = 0;
    for (int64_t i = 0; i < walk->pending.count; i++)
        vec_push(arena, &walk->session->allows,
                 (DiagAllow){walk->pending.items[i].name, counted, walk->pending.items[i].has_reason});
}

void allow_register(Session *session, const AstFile *file) {
    if (file->comment_count == 0) return;
    AllowWalk walk = {.session = session, .file = file};
    for (int64_t i = 0; i < file->section_count; i++) {
        const AstSection *section = &file->sections[i];
        Span head = section->span;
        if (!span_is_none(section->open)) head.end = section->open.end;
        visit(&walk, section->span, head);
        for (int64_t k = 0; k < section->stmt_count; k++) visit(&walk, section->stmts[k].span, section->stmts[k].span);
    }
}
