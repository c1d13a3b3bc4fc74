/* Diagnostics as SARIF 2.1.0 (OASIS), for code hosts and editors: one log over all files of a `lspec check --sarif`. */
#include "diag/diag_sarif.h"

#include <string.h>

#include "support/str.h"
#include "support/version.h"

static const char *const levels[] = {
    [SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};

static void member_string(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void member_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void object_begin(LrtJsonWriter *json, const char *key) {
    lrt_json_key(json, key);
    lrt_json_object_begin(json);
}

static void array_begin(LrtJsonWriter *json, const char *key) {
    lrt_json_key(json, key);
    lrt_json_array_begin(json);
}

/* "message": {"text": …} */
static void member_message(LrtJsonWriter *json, const char *key, const char *text) {
    object_begin(json, key);
    member_string(json, "text", text);
    lrt_json_object_end(json);
}

/* A path as a reference of RFC 3986: what is neither unreserved nor a slash is escaped byte by byte. */
static const char *path_uri(Arena *arena, const char *path) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    Str uri;
    str_init(&uri, arena);
    if (path[0] == '/') str_append(&uri, "file://");
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL)
            str_append_char(&uri, *at);
        else
            str_printf(&uri, "%%%02X", (unsigned char)*at);
    }
    return uri.data;
}

static void write_artifact(LrtJsonWriter *json, Arena *arena, const char *path) {
    object_begin(json, "artifactLocation");
    member_string(json, "uri", path_uri(arena, path));
    lrt_json_object_end(json);
}

/* Columns count characters, as `columnKind` of the run says; the end is behind the last one. */
static void write_region(LrtJsonWriter *json, const char *key, const SourceSet *sources, Span span) {
    Position begin = source_position(sources, span.source, span.begin);
    Position end = source_position(sources, span.source, span.end);
    object_begin(json, key);
    member_integer(json, "startLine", begin.line);
    member_integer(json, "startColumn", begin.column);
    member_integer(json, "endLine", end.line);
    member_integer(json, "endColumn", end.column);
    lrt_json_object_end(json);
}

static void write_physical(LrtJsonWriter *json, const Session *session, Span span) {
    object_begin(json, "physicalLocation");
    write_artifact(json, session->arena, session->sources.sources.items[span.source].path);
    write_region(json, "region", &session->sources, span);
    lrt_json_object_end(json);
}

/* ---- one result ------------------------------------------------------------------------------------------------- */

/* The message with what the text form prints below it; a fix without an edit can only be told here. */
static const char *message_text(Arena *arena, const Diagnostic *diagnostic) {
    Str text;
    str_init(&text, arena);
    str_append(&text, diagnostic->message);
    for (int64_t i = 0; i < diagnostic->evidence.count; i++) str_printf(&text, "\n%s", diagnostic->evidence.items[i]);
    if (diagnostic->why != NULL) str_printf(&text, "\nwhy: %s", diagnostic->why);
    for (int64_t i = 0; i < diagnostic->fixes.count; i++)
        str_printf(&text, "\nfix: %s", diagnostic->fixes.items[i].title);
    return text.data;
}

/* The other places of the spec that are involved, and the cell of the data. */
static void write_related(LrtJsonWriter *json, const Session *session, const Diagnostic *diagnostic) {
    if (diagnostic->labels.count == 0 && diagnostic->cell == NULL) return;
    array_begin(json, "relatedLocations");
    for (int64_t i = 0; i < diagnostic->labels.count; i++) {
        const DiagLabel *label = &diagnostic->labels.items[i];
        if (span_is_none(label->span)) continue;
        lrt_json_object_begin(json);
        write_physical(json, session, label->span);
        member_message(json, "message", label->text);
        lrt_json_object_end(json);
    }
    if (diagnostic->cell != NULL && diagnostic->cell->file != NULL) {
        const DiagCell *cell = diagnostic->cell;
        lrt_json_object_begin(json);
        object_begin(json, "physicalLocation");
        write_artifact(json, session->arena, cell->file);
        if (cell->line > 0) {
            object_begin(json, "region");
            member_integer(json, "startLine", cell->line);
            lrt_json_object_end(json);
        }
        lrt_json_object_end(json);
        member_message(json, "message",
                       arena_printf(session->arena, "column `%s`: `%s`", cell->column != NULL ? cell->column : "",
                                    cell->text != NULL ? cell->text : ""));
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

/* The edits of one fix in one file. */
static void write_changes(LrtJsonWriter *json, const Session *session, const DiagFix *fix, int32_t source) {
    lrt_json_object_begin(json);
    write_artifact(json, session->arena, session->sources.sources.items[source].path);
    array_begin(json, "replacements");
    for (int64_t i = 0; i < fix->edits.count; i++) {
        const DiagEdit *edit = &fix->edits.items[i];
        if (edit->span.source != source) continue;
        lrt_json_object_begin(json);
        write_region(json, "deletedRegion", &session->sources, edit->span);
        member_message(json, "insertedContent", edit->text);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
    lrt_json_object_end(json);
}

static void write_fix(LrtJsonWriter *json, const Session *session, const DiagFix *fix) {
    lrt_json_object_begin(json);
    member_message(json, "description", fix->title);
    array_begin(json, "artifactChanges");
    for (int32_t source = 0; source < session->sources.sources.count; source++)
        for (int64_t i = 0; i < fix->edits.count; i++)
            if (fix->edits.items[i].span.source == source) {
                write_changes(json, session, fix, source);
                break;
            }
    lrt_json_array_end(json);
    object_begin(json, "properties");
    lrt_json_key(json, "certain");
    lrt_json_bool(json, fix->certain);
    lrt_json_object_end(json);
    lrt_json_object_end(json);
}

static void write_fixes(LrtJsonWriter *json, const Session *session, const Diagnostic *diagnostic) {
    bool opened = false;
    for (int64_t i = 0; i < diagnostic->fixes.count; i++) {
        const DiagFix *fix = &diagnostic->fixes.items[i];
        if (fix->edits.count == 0) continue;
        if (!opened) array_begin(json, "fixes");
        opened = true;
        write_fix(json, session, fix);
    }
    if (opened) lrt_json_array_end(json);
}

static void write_result(SarifLog *log, const Session *session, const Diagnostic *diagnostic) {
    LrtJsonWriter *json = &log->json;
    if (log->rule_number[diagnostic->id] == 0) {
        log->rules[log->rule_count++] = diagnostic->id;
        log->rule_number[diagnostic->id] = log->rule_count;
    }
    lrt_json_object_begin(json);
    member_string(json, "ruleId", diag_name(diagnostic->id));
    member_integer(json, "ruleIndex", log->rule_number[diagnostic->id] - 1);
    member_string(json, "level", levels[diagnostic->severity]);
    member_message(json, "message", message_text(session->arena, diagnostic));
    if (!span_is_none(diagnostic->span)) {
        array_begin(json, "locations");
        lrt_json_object_begin(json);
        write_physical(json, session, diagnostic->span);
        lrt_json_object_end(json);
        lrt_json_array_end(json);
    }
    write_related(json, session, diagnostic);
    write_fixes(json, session, diagnostic);
    lrt_json_object_end(json);
}

/* ---- the log ---------------------------------------------------------------------------------------------------- */

void sarif_begin(SarifLog *log, FILE *out) {
    *log = (SarifLog){0};
    lrt_json_init(&log->json, out, true);
    lrt_json_object_begin(&log->json);
    member_string(&log->json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    member_string(&log->json, "version", "2.1.0");
    array_begin(&log->json, "runs");
    lrt_json_object_begin(&log->json);
    member_string(&log->json, "columnKind", "unicodeCodePoints");
    array_begin(&log->json, "results");
}

void sarif_add(SarifLog *log, const Session *session, bool verbose) {
    for (int64_t i = 0; i < session->diagnostics.count; i++)
        if (verbose || session->diagnostics.items[i]->severity != SEVERITY_NOTE)
            write_result(log, session, session->diagnostics.items[i]);
}

static void write_rule(LrtJsonWriter *json, DiagId id) {
    lrt_json_object_begin(json);
    member_string(json, "id", diag_name(id));
    member_message(json, "shortDescription", diag_summary(id));
    char help[128];
    snprintf(help, sizeof help, "lspec explain %s", diag_name(id));
    member_message(json, "help", help);
    object_begin(json, "defaultConfiguration");
    member_string(json, "level", levels[diag_default_severity(id)]);
    lrt_json_object_end(json);
    lrt_json_object_end(json);
}

/* Rules stand behind the results, since those decide which there are. */
void sarif_end(SarifLog *log) {
    LrtJsonWriter *json = &log->json;
    lrt_json_array_end(json);
    object_begin(json, "tool");
    object_begin(json, "driver");
    member_string(json, "name", "lspec");
    member_string(json, "version", LSPEC_VERSION);
    array_begin(json, "rules");
    for (int32_t i = 0; i < log->rule_count; i++) write_rule(json, log->rules[i]);
    lrt_json_array_end(json);
    lrt_json_object_end(json);
    lrt_json_object_end(json);
    lrt_json_object_end(json);
    lrt_json_array_end(json);
    lrt_json_object_end(json);
    fputc('\n', json->out);
}
