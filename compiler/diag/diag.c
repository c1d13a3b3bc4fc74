/* Building diagnostics. One of the same name at the same place is dropped, so that callers never ask; so are those
 * beyond a sane number, so that a file of rubbish costs bounded memory. */
#include "diag/diag.h"

#include <stdarg.h>
#include <string.h>

#include "support/panic.h"

enum { KEPT_DIAGNOSTICS = 1000 };

typedef struct DiagRow {
    const char *name;
    Severity severity;
    const char *summary;
} DiagRow;

static const DiagRow diag_table[DIAG_COUNT] = {
#define DIAG(id, name, severity, summary) [DIAG_##id] = {name, SEVERITY_##severity, summary},
#include "diag/diag.def"
#undef DIAG
};

const char *diag_name(DiagId id) { return diag_table[id].name; }
const char *diag_summary(DiagId id) { return diag_table[id].summary; }
Severity diag_default_severity(DiagId id) { return diag_table[id].severity; }

bool diag_find(const char *name, DiagId *out) {
    for (int id = 0; id < DIAG_COUNT; id++)
        if (strcmp(diag_table[id].name, name) == 0) {
            *out = (DiagId)id;
            return true;
        }
    return false;
}

/* Whether one of this name at this place was reported before; remembers it. */
static bool is_repeated(Session *session, DiagId id, Span span) {
    char key[64];
    snprintf(key, sizeof key, "%d:%d:%u:%u", (int)id, (int)span.source, (unsigned)span.begin, (unsigned)span.end);
    if (map_find(&session->reported, key, NULL)) return true;
    if (session->diagnostics.count < KEPT_DIAGNOSTICS)
        map_set(&session->reported, arena_strdup(session->arena, key), 1);
    return false;
}

/* ---- symptoms ---------------------------------------------------------------------------------------------------- */

static bool is_syntax(DiagId id) {
    switch (id) {
    case DIAG_SYNTAX_ERROR:
    case DIAG_MISSING_COLON:
    case DIAG_MISSING_COMMA:
    case DIAG_UNCLOSED_BRACE:
    case DIAG_UNCLOSED_BRACKET:
    case DIAG_UNCLOSED_STRING:
    case DIAG_GLUED_NUMBER:
    case DIAG_RESERVED_WORD: return true;
    default: return false;
    }
}

/* The number of broken spans that begin before the end of this one. They are kept in order and never overlap, since what
 * overlaps one is dropped: the last of these is the only one that can. */
static int64_t broken_before(const Session *session, Span span) {
    int64_t low = 0, high = session->broken.count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        Span at = session->broken.items[middle];
        if (at.source < span.source || (at.source == span.source && at.begin < span.end))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool diag_is_broken(const Session *session, Span span) {
    if (session->broken.count == 0 || span_is_none(span)) return false;
    int64_t next = broken_before(session, span);
    if (next == 0) return false;
    Span before = session->broken.items[next - 1];
    return before.source == span.source && before.end > span.begin;
}

static bool is_on_line_of(const Session *session, Span broken, Span span) {
    if (broken.source != span.source) return false;
    uint32_t line = source_line_number(&session->sources, span.source, span.begin);
    return line == source_line_number(&session->sources, broken.source, broken.begin);
}

bool diag_line_is_broken(const Session *session, Span span) {
    int64_t next = broken_before(session, span);
    return (next > 0 && is_on_line_of(session, session->broken.items[next - 1], span)) ||
           (next < session->broken.count && is_on_line_of(session, session->broken.items[next], span));
}

static void add_broken(Session *session, Span span) {
    int64_t at = broken_before(session, span);
    vec_push(session->arena, &session->broken, span);
    for (int64_t i = session->broken.count - 1; i > at; i--) session->broken.items[i] = session->broken.items[i - 1];
    session->broken.items[at] = span;
}

bool diag_is_told(Session *session, DiagId id, const char *word) {
    const char *key = arena_printf(session->arena, "%d=%s", (int)id, word);
    if (map_find(&session->reported, key, NULL)) return true;
    map_set(&session->reported, key, 1);
    return false;
}

Diagnostic *diag_report(Session *session, DiagId id, Span span, const char *format, ...) {
    bool repeated = diag_is_broken(session, span) || is_repeated(session, id, span);
    Severity severity = diag_table[id].severity;
    if (repeated || session->diagnostics.count >= KEPT_DIAGNOSTICS) {
        if (!repeated && severity == SEVERITY_ERROR) {
            session->error_count++;
            session->overflow_count++;
        }
        session->discarded = (Diagnostic){.id = id, .severity = severity, .span = SPAN_NONE, .message = ""};
        return &session->discarded;
    }
    Diagnostic *diagnostic = ARENA_NEW(session->arena, Diagnostic);
    *diagnostic = (Diagnostic){.session = session, .id = id, .severity = severity, .span = span};
    va_list arguments;
    va_start(arguments, format);
    diagnostic->message = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    vec_push(session->arena, &session->diagnostics, diagnostic);
    if (is_syntax(id) && !span_is_none(span)) add_broken(session, span);
    if (severity == SEVERITY_ERROR) session->error_count++;
    return diagnostic;
}

void diag_set_severity(Diagnostic *diagnostic, Severity severity) {
    if (diagnostic->session != NULL)
        diagnostic->session->error_count += (severity == SEVERITY_ERROR) - (diagnostic->severity == SEVERITY_ERROR);
    diagnostic->severity = severity;
}

/* `format` with its arguments in the session's arena; only for one that is kept. */
#define FORMAT_INTO(target, diagnostic, format)                                                                        \
    do {                                                                                                               \
        va_list arguments;                                                                                             \
        va_start(arguments, format);                                                                                   \
        (target) = arena_vprintf((diagnostic)->session->arena, (format), arguments);                                   \
        va_end(arguments);                                                                                             \
    } while (0)

void diag_caret(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->session != NULL) FORMAT_INTO(diagnostic->caret, diagnostic, format);
}

void diag_why(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->session != NULL) FORMAT_INTO(diagnostic->why, diagnostic, format);
}

void diag_label(Diagnostic *diagnostic, Span span, const char *format, ...) {
    if (diagnostic->session == NULL) return;
    DiagLabel label = {.span = span};
    FORMAT_INTO(label.text, diagnostic, format);
    vec_push(diagnostic->session->arena, &diagnostic->labels, label);
}

void diag_evidence(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->session == NULL) return;
    const char *text = NULL;
    FORMAT_INTO(text, diagnostic, format);
    vec_push(diagnostic->session->arena, &diagnostic->evidence, text);
}

void diag_advice(Diagnostic *diagnostic, const char *format, ...) {
    if (diagnostic->session == NULL) return;
    DiagFix fix = {.certain = false};
    FORMAT_INTO(fix.title, diagnostic, format);
    vec_push(diagnostic->session->arena, &diagnostic->fixes, fix);
}

void diag_fix(Diagnostic *diagnostic, bool certain, Span span, const char *text, const char *title) {
    if (diagnostic->session == NULL) return;
    Arena *arena = diagnostic->session->arena;
    const char *copy = arena_strdup(arena, text);
    DiagFix fix = {.title = title != NULL ? arena_strdup(arena, title) : copy, .certain = certain};
    vec_push(arena, &fix.edits, (DiagEdit){.span = span, .text = copy});
    vec_push(arena, &diagnostic->fixes, fix);
}

void diag_fix_also(Diagnostic *diagnostic, Span span, const char *text) {
    if (diagnostic->session == NULL) return;
    if (diagnostic->fixes.count == 0) BUG("diag_fix_also without a fix before it");
    Arena *arena = diagnostic->session->arena;
    DiagFix *fix = &diagnostic->fixes.items[diagnostic->fixes.count - 1];
    vec_push(arena, &fix->edits, (DiagEdit){.span = span, .text = arena_strdup(arena, text)});
}

void diag_fix_stage_out(Diagnostic *diagnostic, bool certain, Span stage, const char *title) {
    if (diagnostic->session == NULL) return;
    const char *text = diagnostic->session->sources.sources.items[stage.source].text;
    uint32_t begin = stage.begin;
    while (begin > 0 && strchr(" \t\r\n", text[begin - 1])) begin--;
    if (begin < 2 || text[begin - 1] != '>' || text[begin - 2] != '-') {
        diag_advice(diagnostic, "%s", title);
        return;
    }
    begin -= 2;
    while (begin > 0 && strchr(" \t", text[begin - 1])) begin--;
    diag_fix(diagnostic, certain, (Span){stage.source, begin, stage.end}, "", title);
}

void diag_cell(Diagnostic *diagnostic, DiagCell cell) {
    if (diagnostic->session == NULL) return;
    Arena *arena = diagnostic->session->arena;
    diagnostic->cell = ARENA_NEW(arena, DiagCell);
    *diagnostic->cell = cell;
    diagnostic->cell->file = cell.file != NULL ? arena_strdup(arena, cell.file) : NULL;
    diagnostic->cell->column = cell.column != NULL ? arena_strdup(arena, cell.column) : NULL;
    diagnostic->cell->text = cell.text != NULL ? arena_strdup(arena, cell.text) : NULL;
}
