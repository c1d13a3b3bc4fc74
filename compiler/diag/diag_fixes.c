/* Applying certain fixes to the text. A fix goes in whole or not at all; of two that touch, the first in the text. */
#include <stdlib.h>

#include "diag/diag.h"
#include "support/str.h"

typedef VEC(DiagEdit) EditList;

static bool edits_touch(const DiagEdit *left, const DiagEdit *right) {
    return left->span.begin <= right->span.end && right->span.begin <= left->span.end;
}

/* Whether every edit lies in `source` and apart from all that were chosen before. */
static bool fits(const DiagFix *fix, int32_t source, const EditList *chosen) {
    if (fix->edits.count == 0) return false;
    for (int64_t i = 0; i < fix->edits.count; i++) {
        const DiagEdit *edit = &fix->edits.items[i];
        if (edit->span.source != source) return false;
        for (int64_t k = 0; k < chosen->count; k++)
            if (edits_touch(edit, &chosen->items[k])) return false;
    }
    return true;
}

static const DiagFix *certain_fix(const Diagnostic *diagnostic) {
    for (int64_t i = 0; i < diagnostic->fixes.count; i++)
        if (diagnostic->fixes.items[i].certain) return &diagnostic->fixes.items[i];
    return NULL;
}

static int compare_edits(const void *left, const void *right) {
    const DiagEdit *a = left, *b = right;
    return a->span.begin < b->span.begin ? -1 : a->span.begin > b->span.begin;
}

const char *diag_apply_fixes(Session *session, int32_t source, size_t *out_length, int64_t *out_count) {
    const Source *file = &session->sources.sources.items[source];
    EditList chosen = {0};
    *out_count = 0;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const DiagFix *fix = certain_fix(session->diagnostics.items[i]);
        if (fix == NULL || !fits(fix, source, &chosen)) continue;
        for (int64_t k = 0; k < fix->edits.count; k++) vec_push(session->arena, &chosen, fix->edits.items[k]);
        ++*out_count;
    }
    if (chosen.count > 0) qsort(chosen.items, (size_t)chosen.count, sizeof *chosen.items, compare_edits);
    Str text;
    str_init(&text, session->arena);
    uint32_t at = 0;
    for (int64_t i = 0; i < chosen.count; i++) {
        const DiagEdit *edit = &chosen.items[i];
        str_append_n(&text, file->text + at, edit->span.begin - at);
        str_append(&text, edit->text);
        at = edit->span.end;
    }
    str_append_n(&text, file->text + at, file->length - at);
    *out_length = text.length;
    return text.data;
}
