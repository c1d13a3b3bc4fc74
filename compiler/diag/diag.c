/* Building diagnostics. One of the same name at the same place is built and dropped, so that callers never ask. */
#include "diag/diag.h"

#include <stdarg.h>
#include <string.h>

#include "support/panic.h"

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

static bool is_repeated(const Session *session, DiagId id, Span span) {
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *other = session->diagnostics.items[i];
        if (other->id == id && other->span.source == span.source && other->span.begin == span.begin &&
            other->span.end == span.end)
            return true;
    }
    return false;
}

Diagnostic *diag_report(Session *session, DiagId id, Span span, const char *format, ...) {
    Diagnostic *diagnostic = ARENA_NEW(session->arena, Diagnostic);
    va_list arguments;
    va_start(arguments, format);
    *diagnostic = (Diagnostic){.session = session, .id = id, .severity = diag_table[id].severity, .span = span,
                               .message = arena_vprintf(session->arena, format, arguments)};
    va_end(arguments);
    if (is_repeated(session, id, span)) {
        diagnostic->session = NULL;
        /* The builder still needs an arena: a dropped diagnostic keeps the session through `labels` never read. */
        diagnostic->session = session;
        return diagnostic;
    }
    vec_push(session->arena, &session->diagnostics, diagnostic);
    if (diagnostic->severity == SEVERITY_ERROR) session->error_count++;
    return diagnostic;
}
