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

/* Whether an edit of the diagnostic's last fix ends there already: several columns may share a flow. */
static bool ends_there(const Diagnostic *d, uint32_t end) {
    const DiagFix *fix = d->fixes.count > 0 ? &d->fixes.items[d->fixes.count - 1] : NULL;
    for (int64_t i = 0; fix != NULL && i < fix->edits.count; i++)
        if (fix->edits.items[i].span.begin == end) return true;
    return false;
}

/* What the flows of the marked inputs without a step begin with: `a, b`, `rest`; empty where each has a step. */
static const char *names_without_flow(const Inspection *in, const bool *marked) {
    Arena *arena = in->session->arena;
    Str names;
    str_init(&names, arena);
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *input = &in->inputs[i];
        if (!marked[i] || input->step >= 0) continue;
        Span declared = in->model->column_spans[input->column];
        bool is_new = true;
        for (int64_t k = 0; k < i; k++)
            is_new &= !(marked[k] && in->inputs[k].step < 0 && in->inputs[k].family == input->family && input->family_size > 1);
        if (!is_new) continue;
        bool shared = input->family_size > 1 && declared.source >= 0;
        if (names.length > 0) str_append(&names, ", ");
        str_append(&names, shared ? source_text(&in->session->sources, arena, declared) : quoted(arena, input->name));
    }
    return names.data;
}

void inspect_fix_flows(const Inspection *in, Diagnostic *d, const bool *marked, const char *text) {
    static const char *const behind[] = {"sampling", "augment", "network", NULL};
    Arena *arena = in->session->arena;
    const char *names = names_without_flow(in, marked);
    int64_t fixes = d->fixes.count;
    if (names[0] != '\0') {
        const char *statement = arena_printf(arena, "%s -> %s", names, text);
        if (!add_statement(in, d, "preprocess", behind, statement)) diag_advice(d, "%s", statement);
    }
    for (int64_t i = 0; i < in->input_count; i++) {
        const InspectedInput *input = &in->inputs[i];
        if (!marked[i] || input->step < 0 || input->span.source != in->model->source) continue;
        const char *step = arena_printf(arena, " -> %s", text);
        if (d->fixes.count == fixes)
            diag_fix(d, false, insertion(in, input->span.end), step, step + 1);
        else if (!ends_there(d, input->span.end))
            diag_fix_also(d, insertion(in, input->span.end), step);
    }
}

void inspect_fix_target(const Inspection *in, Diagnostic *d, const char *name, const char *text) {
    Arena *arena = in->session->arena;
    const char *block = arena_printf(arena, "target { %s -> %s }", quoted(arena, name), text);
    int64_t at = find_section(in, "target");
    const char *begin = text_of(in)->text + (at >= 0 ? at : 0);
    const char *colon = begin + strlen("target") + strspn(begin + strlen("target"), " \t");
    size_t gap = at >= 0 && *colon == ':' ? strspn(colon + 1, " \t") : 0, length = strlen(quoted(arena, name));
    const char *value = colon + 1 + gap, *rest = value + length;
    bool alone = at >= 0 && *colon == ':' && strncmp(value, quoted(arena, name), length) == 0 &&
                 strchr("\r\n#", rest[strspn(rest, " \t")]) != NULL;
    if (alone)
        diag_fix(d, false, (Span){in->model->source, (uint32_t)at, (uint32_t)(at + (rest - begin))}, block,
                 arena_printf(arena, "%s; predictions and metrics are turned back", block));
    else
        diag_advice(d, "%s; predictions and metrics are turned back", block);
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
