/* Diagnostics as one JSON object a line, for editors and scripts: the fields of `lspec check --json`. */
#include "diag/diag.h"
#include "lrt/json.h"

static const char *const severity_words[] = {
    [SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

static void member_string(LrtJsonWriter *writer, const char *key, const char *text) {
    lrt_json_key(writer, key);
    lrt_json_string(writer, text);
}

static void member_integer(LrtJsonWriter *writer, const char *key, int64_t value) {
    lrt_json_key(writer, key);
    lrt_json_integer(writer, value);
}

/* file, line, column, end_line, end_column of the object that is open. */
static void write_place(LrtJsonWriter *writer, const SourceSet *sources, Span span) {
    if (span_is_none(span)) {
        member_string(writer, "file", NULL);
        return;
    }
    Position begin = source_position(sources, span.source, span.begin);
    Position end = source_position(sources, span.source, span.end);
    member_string(writer, "file", sources->sources.items[span.source].path);
    member_integer(writer, "line", begin.line);
    member_integer(writer, "column", begin.column);
    member_integer(writer, "end_line", end.line);
    member_integer(writer, "end_column", end.column);
}

/* [{file, line, …, text}]: labels, and the edits of a fix. */
static void write_place_and_text(LrtJsonWriter *writer, const SourceSet *sources, Span span, const char *text) {
    lrt_json_object_begin(writer);
    write_place(writer, sources, span);
    member_string(writer, "text", text);
    lrt_json_object_end(writer);
}

static void write_fixes(LrtJsonWriter *writer, const SourceSet *sources, const Diagnostic *diagnostic) {
    lrt_json_key(writer, "fixes");
    lrt_json_array_begin(writer);
    for (int64_t i = 0; i < diagnostic->fixes.count; i++) {
        const DiagFix *fix = &diagnostic->fixes.items[i];
        lrt_json_object_begin(writer);
        member_string(writer, "title", fix->title);
        lrt_json_key(writer, "certain");
        lrt_json_bool(writer, fix->certain);
        lrt_json_key(writer, "edits");
        lrt_json_array_begin(writer);
        for (int64_t k = 0; k < fix->edits.count; k++)
            write_place_and_text(writer, sources, fix->edits.items[k].span, fix->edits.items[k].text);
        lrt_json_array_end(writer);
        lrt_json_object_end(writer);
    }
    lrt_json_array_end(writer);
}

static void write_cell(LrtJsonWriter *writer, const DiagCell *cell) {
    lrt_json_key(writer, "data");
    lrt_json_object_begin(writer);
    member_string(writer, "file", cell->file);
    member_integer(writer, "row", cell->row);
    member_integer(writer, "line", cell->line);
    member_string(writer, "column", cell->column);
    member_string(writer, "text", cell->text);
    lrt_json_object_end(writer);
}

static void write_diagnostic(const Session *session, FILE *out, const Diagnostic *diagnostic) {
    LrtJsonWriter writer;
    lrt_json_init(&writer, out, false);
    lrt_json_object_begin(&writer);
    member_string(&writer, "severity", severity_words[diagnostic->severity]);
    member_string(&writer, "name", diag_name(diagnostic->id));
    write_place(&writer, &session->sources, diagnostic->span);
    member_string(&writer, "message", diagnostic->message);
    member_string(&writer, "caret", diagnostic->caret);
    member_string(&writer, "why", diagnostic->why);
    lrt_json_key(&writer, "evidence");
    lrt_json_array_begin(&writer);
    for (int64_t i = 0; i < diagnostic->evidence.count; i++) lrt_json_string(&writer, diagnostic->evidence.items[i]);
    lrt_json_array_end(&writer);
    if (diagnostic->cell != NULL) write_cell(&writer, diagnostic->cell);
    lrt_json_key(&writer, "labels");
    lrt_json_array_begin(&writer);
    for (int64_t i = 0; i < diagnostic->labels.count; i++)
        write_place_and_text(&writer, &session->sources, diagnostic->labels.items[i].span,
                             diagnostic->labels.items[i].text);
    lrt_json_array_end(&writer);
    write_fixes(&writer, &session->sources, diagnostic);
    lrt_json_object_end(&writer);
    fputc('\n', out);
}

void diag_render_json(const Session *session, FILE *out, bool verbose) {
    for (int64_t i = 0; i < session->diagnostics.count; i++)
        if (verbose || session->diagnostics.items[i]->severity != SEVERITY_NOTE)
            write_diagnostic(session, out, session->diagnostics.items[i]);
}
