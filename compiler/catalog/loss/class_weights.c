/* none, balanced, a list in the order of the levels, or weights by name with 1 for levels not named. */
#include "catalog/loss/class_weights.h"

#include <stdlib.h>
#include <string.h>

#include "support/fuzzy.h"
#include "support/panic.h"
#include "support/str.h"

/* Levels are compared as text, numbers as numbers: 1 is 1.0. */
static bool same_level(const char *left, const char *right) {
    if (strcmp(left, right) == 0) return true;
    char *left_end, *right_end;
    double left_number = strtod(left, &left_end), right_number = strtod(right, &right_end);
    return left_end != left && right_end != right && *left_end == '\0' && *right_end == '\0' &&
           left_number == right_number;
}

static int64_t find_level(const BuildTarget *target, const char *name) {
    for (int64_t i = 0; i < target->level_count; i++)
        if (same_level(target->levels[i], name)) return i;
    return -1;
}

static bool check_names(Session *session, const Argument *weights, const BuildTarget *target) {
    for (int64_t i = 0; i < weights->count; i++) {
        if (find_level(target, weights->words[i]) >= 0) continue;
        Diagnostic *diagnostic = diag_report(session, DIAG_UNKNOWN_LEVEL, weights->span,
                                             "target `%s` has no class `%s`", target->name, weights->words[i]);
        diag_label(diagnostic, target->span, "its classes are declared here");
        const char *nearest = fuzzy_nearest(weights->words[i], target->levels, (size_t)target->level_count);
        if (nearest != NULL) diag_advice(diagnostic, "`%s`", nearest);
        return false;
    }
    return true;
}

bool class_weights_check(Session *session, const Call *call, const BuildTarget *target) {
    const Argument *weights = call_argument(call, "class_weights");
    if (weights->numbers == NULL || target->level_count == 0) return true;
    if (weights->words != NULL && !check_names(session, weights, target)) return false;
    if (weights->words == NULL && weights->count != target->level_count) {
        Diagnostic *diagnostic = diag_report(session, DIAG_ARGUMENT_TYPE, weights->span,
                                             "`class_weights` has %lld weights for the %lld classes of `%s`",
                                             (long long)weights->count, (long long)target->level_count, target->name);
        diag_label(diagnostic, target->span, "its classes are declared here");
        diag_advice(diagnostic, "a weight for each class, or weights by name: [%s: 2]", target->levels[0]);
        return false;
    }
    double sum = weights->count < target->level_count ? 1 : 0;
    for (int64_t i = 0; i < weights->count; i++) sum += weights->numbers[i];
    if (sum > 0) return true;
    diag_report(session, DIAG_ARGUMENT_RANGE, weights->span, "all weights of `class_weights` are 0");
    return false;
}

const double *class_weights_of(Arena *arena, const Call *call, const BuildTarget *target) {
    const Argument *weights = call_argument(call, "class_weights");
    if (weights->numbers == NULL) {
        if (!str_equal(weights->word, "balanced")) return NULL;
        if (target->level_weights == NULL) BUG("the classes of %s have not been counted", target->name);
        return target->level_weights;
    }
    if (weights->words == NULL) return weights->numbers;
    double *by_level = ARENA_ARRAY(arena, double, target->level_count);
    for (int64_t i = 0; i < target->level_count; i++) by_level[i] = 1;
    for (int64_t i = 0; i < weights->count; i++) by_level[find_level(target, weights->words[i])] = weights->numbers[i];
    return by_level;
}
