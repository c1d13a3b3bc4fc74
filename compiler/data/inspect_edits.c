/* Prescriptions as edits. The text of a spec that has been checked is well-formed: sections are found by their names at
 * the start of a line. */
#include <ctype.h>
#include <string.h>

#include "data/inspect.h"
#include "support/str.h"

static const Source *text_of(const Inspection *in) { return &in->session->sources.sources.items[in->model->source]; }

/* Offset of the line on which a section of that name begins, or -1. */
static int64_t find_section(const Inspection *in, const char *name) {
    const Source *source = text_of(in);
    size_t length = strlen(name);
    for (uint32_t i = 0; i < source->line_count; i++) {
        const char *line = source->text + source->lines[i];
        if (strncmp(line, name, length) != 0 || isalnum((unsigned char)line[length]) || line[length] == '_') continue;
        const char *behind = line + length + strspn(line + length, " \t");
        if (*behind == '{' || *behind == ':') return (int64_t)source->lines[i];
    }
    return -1;
}

/* Offset of the brace that closes the block of a section, or -1 where it is no block. */
static int64_t find_block_end(const Inspection *in, int64_t section) {
    const char *text = text_of(in)->text;
    int depth = 0;
    for (int64_t at = section; text[at] != '\0'; at++) {
        if (text[at] == '#') {
            at += (int64_t)strcspn(text + at, "\n") - 1;
        } else if (text[at] == '"') {
            for (at++; text[at] != '"' && text[at] != '\n' && text[at] != '\0'; at++) at += text[at] == '\\';
        } else if (text[at] == '{') {
            depth++;
        } else if (text[at] == '}' && --depth == 0) {
            return at;
        } else if (text[at] == ':' && depth == 0) {
            return -1;
        }
    }
    return -1;
}

static Span insertion(const Inspection *in, int64_t offset) {
    return (Span){in->model->source, (uint32_t)offset, (uint32_t)offset};
}

static const char *quoted(Arena *arena, const char *name) {
    bool plain = isalpha((unsigned char)name[0]) || name[0] == '_';
    for (const char *at = name; *at; at++) plain &= isalnum((unsigned char)*at) || *at == '_';
    return plain ? name : arena_printf(arena, "\"%s\"", name);
}

/* Puts a statement into a block, before its closing brace; where the section is absent, makes it before `next`. */
static bool add_statement(const Inspection *in, Diagnostic *d, const char *section, const char *const *next,
                          const char *statement) {
    Arena *arena = in->session->arena;
    int64_t begin = find_section(in, section), end = begin >= 0 ? find_block_end(in, begin) : -1;
    if (begin >= 0 && end < 0) return false;
    if (end >= 0) {
        const char *text = text_of(in)->text;
        int64_t line = end;
        while (line > begin && text[line - 1] != '\n') line--;
        bool own_line = line > begin && strspn(text + line, " \t") == (size_t)(end - line);
        diag_fix(d, false, insertion(in, own_line ? line : end),
                 own_line ? arena_printf(arena, "    %s\n", statement) : arena_printf(arena, "; %s ", statement), statement);
        return true;
    }
    for (; *next != NULL; next++) {
        int64_t at = find_section(in, *next);
        if (at < 0) continue;
        diag_fix(d, false, insertion(in, at), arena_printf(arena, "%s {\n    %s\n}\n\n", section, statement), statement);
        return true;
    }
    return false;
}

void inspect_fix_flow(const Inspection *in, Diagnostic *d, const InspectedInput *input, const char *text) {
    static const char *const behind[] = {"sampling", "augment", "network", NULL};
    Arena *arena = in->session->arena;
    if (input->step >= 0 && input->span.source == in->model->source) {
        diag_fix(d, false, insertion(in, input->span.end), arena_printf(arena, " -> %s", text),
                 arena_printf(arena, "-> %s", text));
        return;
    }
    const char *statement = arena_printf(arena, "%s -> %s", quoted(arena, input->name), text);
    if (!add_statement(in, d, "preprocess", behind, statement)) diag_advice(d, "%s", statement);
}

void inspect_fix_ignore(const Inspection *in, Diagnostic *d, const InspectedInput *input) {
    const char *name = quoted(in->session->arena, in->data->columns[input->column].name);
    diag_advice(d, "leave it out: `%s : ignore`", name);
}

void inspect_fix_split(const Inspection *in, Diagnostic *d, const char *word) {
    const Source *source = text_of(in);
    int64_t at = find_section(in, "split");
    if (at >= 0 && source->text[in->model->split_span.begin] == 's') {
        const char *begin = source->text + at + strlen("split");
        begin += strspn(begin, " \t");
        if (*begin == ':') {
            begin += 1 + strspn(begin + 1, " \t");
            size_t length = 0;
            while (isalnum((unsigned char)begin[length]) || begin[length] == '_') length++;
            uint32_t offset = (uint32_t)(begin - source->text);
            diag_fix(d, false, (Span){in->model->source, offset, offset + (uint32_t)length}, word,
                     arena_printf(in->session->arena, "split: %s(…)", word));
            return;
        }
    }
    diag_advice(d, "`split: %s(train: 70%%, validation: 15%%, test: 15%%)`", word);
}
