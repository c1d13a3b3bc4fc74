/* Check, fix, check again. */
#include "harness/check_any.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sema/model.h"

/* Of the session: expansions of definitions are bounded by a number of nodes, not by the size of the text. */
static const size_t most_memory = (size_t)512 << 20;

static void render(Session *session) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    diag_render_text(session, out, true, true);
    diag_render_json(session, out, true);
    fclose(out);
    free(text);
}

static const char *inspect_messages(const Session *session) {
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *d = session->diagnostics.items[i];
        if (d->message == NULL || d->message[0] == '\0') return "a message without a text";
        if (span_is_none(d->span)) return "a message without a place";
        const Source *source = &session->sources.sources.items[d->span.source];
        if (d->span.begin > d->span.end || d->span.end > source->length) return "a message with a place outside the text";
        for (int64_t k = 0; k < d->fixes.count; k++)
            for (int64_t e = 0; e < d->fixes.items[k].edits.count; e++) {
                Span at = d->fixes.items[k].edits.items[e].span;
                if (at.begin > at.end || at.end > session->sources.sources.items[at.source].length)
                    return "an edit outside the text";
            }
    }
    return NULL;
}

static const char *check_once(Session *session, const char *text, size_t size, int32_t *out_source) {
    const CheckOptions options = {.no_data = true};
    *out_source = source_add(&session->sources, "nowhere/fuzz.lspec", text, size);
    const AstFile *file = syntax_parse(session, *out_source);
    sema_check(session, file, &options);
    diag_finish(session);
    const char *problem = inspect_messages(session);
    if (problem == NULL && arena_size(session->arena) > most_memory) problem = "the checker takes too much memory";
    return problem;
}

const char *check_any(const uint8_t *bytes, size_t size) {
    Session *session = session_new(), *again = session_new();
    int32_t source = 0;
    int64_t count = 0;
    size_t length = 0;
    const char *text = arena_strndup(session->arena, (const char *)bytes, size);
    const char *problem = check_once(session, text, size, &source);
    render(session);
    if (problem == NULL) {
        const char *fixed = diag_apply_fixes(session, source, &length, &count);
        if (count > 0) problem = check_once(again, fixed, length, &source);
    }
    session_free(session);
    session_free(again);
    return problem;
}
