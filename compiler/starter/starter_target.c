/* What the target is: two classes, several, a number, a positive number with a long tail, or a count. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "profile/column_rules.h"
#include "starter/starter.h"

static const double even_classes = 0.4, long_tail = 1.2, unique = 0.5;
enum { FEW_CLASSES = 3, MANY_CLASSES = 12, MOST_CLASSES = 1000, CLOSED_LEVELS = 30, COUNT_HIGH = 60 };

/* ---- classes ---------------------------------------------------------------------------------------------------- */

static bool is_class_name(const char *name) {
    static const char *const words[] = {"class", "label", "target",   "digit",    "species",
                                        "type",  "kind",  "category", "cultivar", NULL};
    for (int i = 0; words[i] != NULL; i++) {
        size_t length = strlen(words[i]), whole = strlen(name);
        if (whole >= length && strcasecmp(name + whole - length, words[i]) == 0) return true;
    }
    return false;
}

/* Whole numbers that mean classes: two or three of them, or a few evenly filled or named so. Uneven ones are grades and
 * counts. */
static bool are_classes(const ProfileColumn *column) {
    if (!column->is_number) return column->type != PROFILE_TEXT && column->type != PROFILE_KEY;
    if (!column->distinct_exact || column->sums.integers != column->sums.numbers) return false;
    if (column->type == PROFILE_BOOL || column->type == PROFILE_CATEGORY || column->distinct <= 2) return true;
    int64_t most = column->levels[0].count, least = column->levels[column->level_count - 1].count;
    bool even = (double)least >= even_classes * (double)most;
    if (column->distinct <= FEW_CLASSES) return true;
    return column->distinct <= MANY_CLASSES && (even || is_class_name(column->name));
}

/* Words of the class that nobody looks for. The other of two is the positive one, whose rows f1 and auc speak of. */
static bool is_negative(const char *text) {
    static const char *const words[] = {"no",  "false", "0",      "n",      "f",       "neg",   "negative",
                                        "-1",  "good",  "benign", "normal", "healthy", "alive", "none",
                                        "off", "ham",   "stay",   "paid",   NULL};
    for (int i = 0; words[i] != NULL; i++)
        if (strcasecmp(text, words[i]) == 0) return true;
    return false;
}

static int compare_levels(const void *left, const void *right) {
    const ValueEntry *a = left, *b = right;
    if (!isnan(a->number) && !isnan(b->number)) return (a->number > b->number) - (a->number < b->number);
    return strcmp(a->text, b->text);
}

static void order_levels(Starter *starter, const ProfileColumn *column) {
    ValueEntry *levels = ARENA_ARRAY(starter->arena, ValueEntry, column->level_count);
    const char **names = ARENA_ARRAY(starter->arena, const char *, column->level_count);
    memcpy(levels, column->levels, (size_t)column->level_count * sizeof *levels);
    if (column->level_count == 2) {
        /* by falling count: the rarer one is behind, unless the words say otherwise */
        if (is_negative(levels[1].text) && !is_negative(levels[0].text)) {
            ValueEntry first = levels[0];
            levels[0] = levels[1];
            levels[1] = first;
        }
    } else {
        qsort(levels, (size_t)column->level_count, sizeof *levels, compare_levels);
    }
    for (int64_t i = 0; i < column->level_count; i++) names[i] = starter_level(starter->arena, &levels[i]);
    starter->levels = names;
    starter->level_count = column->level_count;
}

static const char *class_type(const Starter *starter, bool optional) {
    Str type;
    str_init(&type, starter->arena);
    str_append(&type, "category");
    for (int64_t i = 0; i < starter->level_count && starter->level_count <= CLOSED_LEVELS; i++)
        str_printf(&type, "%s%s", i == 0 ? "(" : ", ", starter->levels[i]);
    if (starter->level_count <= CLOSED_LEVELS) str_append(&type, ")");
    if (optional) str_append(&type, "?");
    return type.data;
}

static void plan_classes(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    order_levels(starter, column);
    starter->kind = column->level_count == 2 ? TARGET_BINARY : TARGET_CLASSES;
    int64_t most = column->levels[0].count, least = column->levels[column->level_count - 1].count;
    starter->imbalanced = (double)least < 3 * RULE_IMBALANCE * (double)most;
    out->type = class_type(starter, column->missing > 0);
    out->note = arena_printf(starter->arena, "the rarest class has %.3g %% of the rows",
                             100 * (double)least / (double)column->filled);
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static bool is_count(const ProfileColumn *column) {
    const Moments *m = &column->sums.moments;
    return column->type == PROFILE_INT && m->low == 0 && m->high <= (double)COUNT_HIGH && m->mean < 10 &&
           column->sums.zero > 0 && moments_skewness(m) > 0.5;
}

static void plan_number(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    const Moments *m = &column->sums.moments;
    bool optional = column->missing > 0;
    starter->kind = TARGET_NUMBER;
    if (is_count(column))
        starter->kind = TARGET_COUNT;
    else if (m->low > 0 && moments_skewness(m) > long_tail && m->high > 4 * column->quantiles.q50)
        starter->kind = TARGET_POSITIVE;
    out->type = starter_type(starter->arena, column, column->type == PROFILE_INT ? "int" : "real", optional);
    out->note = arena_printf(starter->arena, "%.6g to %.6g, mean %.6g", m->low, m->high, m->mean);
}

bool starter_plan_target(Starter *starter, const char **why) {
    StarterColumn *out = &starter->columns[starter->profile->target];
    const ProfileColumn *column = out->profile;
    out->treatment = TREAT_TARGET;
    out->flow = "";
    *why = NULL;
    if (column->filled == 0)
        *why = "none of its cells is filled";
    else if (column->distinct < 2)
        *why = "it is the same in all rows";
    else if (column->type == PROFILE_TIMESTAMP)
        *why = "it holds times; a duration in numbers can be predicted";
    else if (column->sums.not_finite > 0)
        *why = "some of its numbers are beyond 32 bits";
    else if (are_classes(column) && (!column->distinct_exact || column->distinct > MOST_CLASSES))
        *why = "it has too many levels to be classes";
    else if (!column->is_number && (double)column->distinct > unique * (double)column->filled)
        *why = "its texts hardly recur";
    if (*why != NULL) return false;
    if (are_classes(column))
        plan_classes(starter, out);
    else if (column->is_number)
        plan_number(starter, out);
    else
        *why = "its texts are neither classes nor numbers";
    return *why == NULL;
}
