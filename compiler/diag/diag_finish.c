/* Between reporting and rendering: warnings that the author allows are dropped, the rest is sorted by place. */
#include <stdlib.h>
#include <string.h>

#include "diag/diag.h"

static bool span_holds(Span outer, Span inner) {
    return outer.source == inner.source && outer.begin <= inner.begin && inner.begin <= outer.end;
}

/* Whether an `# allow` with a reason stands above the statement. One without is named in the message. */
static bool is_allowed(const Session *session, Diagnostic *diagnostic) {
    if (diagnostic->severity == SEVERITY_ERROR || span_is_none(diagnostic->span)) return false;
    bool lacks_reason = false;
    for (int64_t i = 0; i < session->allows.count; i++) {
        const DiagAllow *allow = &session->allows.items[i];
        if (strcmp(allow->name, diag_name(diagnostic->id)) != 0 || !span_holds(allow->span, diagnostic->span)) continue;
        if (allow->has_reason) return true;
        lacks_reason = true;
    }
    if (lacks_reason)
        diag_evidence(diagnostic,
                      "the `# allow(%s)` above gives no reason and does not count; write `# allow(%s): reason`",
                      diag_name(diagnostic->id), diag_name(diagnostic->id));
    return false;
}

typedef struct Ranked {
    Diagnostic *diagnostic;
    int64_t rank; /* order of the report, for a stable sort */
} Ranked;

static int compare_ranked(const void *left, const void *right) {
    const Ranked *a = left, *b = right;
    Span x = a->diagnostic->span, y = b->diagnostic->span;
    if (x.source != y.source) return x.source < y.source ? -1 : 1;
    if (x.begin != y.begin) return x.begin < y.begin ? -1 : 1;
    return a->rank < b->rank ? -1 : a->rank > b->rank;
}

void diag_finish(Session *session) {
    int64_t count = 0;
    Ranked *ranked = ARENA_ARRAY(session->arena, Ranked, session->diagnostics.count);
    for (int64_t i = 0; i < session->diagnostics.count; i++)
        if (!is_allowed(session, session->diagnostics.items[i])) {
            ranked[count] = (Ranked){session->diagnostics.items[i], count};
            count++;
        }
    if (count > 0) qsort(ranked, (size_t)count, sizeof *ranked, compare_ranked);
    for (int64_t i = 0; i < count; i++) session->diagnostics.items[i] = ranked[i].diagnostic;
    session->diagnostics.count = count;
}
