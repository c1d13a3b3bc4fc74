/* Classes that metrics name, matched with the levels of the target: those of closed categories by the checker, those of
 * open ones once the data is known. */
#include <stdlib.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static const char *trimmed(const char *text, size_t *out_length) {
    while (*text == ' ' || *text == '\t') text++;
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
    *out_length = length;
    return text;
}

static bool as_number(const char *text, size_t length, double *out) {
    char buffer[64];
    if (length == 0 || length >= sizeof buffer) return false;
    memcpy(buffer, text, length);
    buffer[length] = '\0';
    char *end;
    *out = strtod(buffer, &end);
    return *end == '\0' && strspn(buffer, "+-.0123456789eE") == length;
}

int32_t level_find(const LrtTarget *target, const char *word) {
    size_t length, other_length;
    double number, other_number;
    word = trimmed(word, &length);
    bool numeric = as_number(word, length, &number);
    for (int64_t i = 0; i < target->level_count; i++) {
        const char *level = trimmed(target->levels[i], &other_length);
        if (other_length == length && memcmp(level, word, length) == 0) return (int32_t)i;
        if (numeric && as_number(level, other_length, &other_number) && number == other_number) return (int32_t)i;
    }
    return -1;
}

Diagnostic *report_unknown_level(Session *session, const LrtTarget *target, const char *word, Span span) {
    const char *told = arena_printf(session->arena, "%s:%s", target->name, word);
    if (diag_is_told(session, DIAG_UNKNOWN_LEVEL, told)) return NULL;
    Diagnostic *d = diag_report(session, DIAG_UNKNOWN_LEVEL, span, "target `%s` has no class `%s`", target->name, word);
    WordList words = {0};
    for (int64_t i = 0; i < target->level_count; i++) vec_push(session->arena, &words, target->levels[i]);
    suggest_fix(d, session->arena, span, word, &words);
    return d;
}

bool model_bind_levels(Session *session, Model *model) {
    bool fine = true;
    for (int64_t i = 0; i < model->metric_levels.count; i++) {
        const ModelLevel *named = &model->metric_levels.items[i];
        LrtMetric *metric = &model->metrics.items[named->metric];
        const LrtTarget *target = &model->data.targets[metric->target];
        if (!target->levels) continue;
        metric->level = level_find(target, named->word);
        if (metric->level >= 0) continue;
        report_unknown_level(session, target, named->word, named->span);
        fine = false;
    }
    return fine;
}
