/* What each column becomes: its type with careful bounds, and the steps that bring it to the network. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "profile/column_rules.h"
#include "starter/starter.h"

static const double skewed = 2, tailed = 3, nearly_constant = 0.998, given_indicator = 0.01, far_tail = 8,
                    hardly_varies = 0.02;
enum {
    RARE_LEVEL = 20,
    MOST_ONE_HOT = 30,
    BOUNDED_ROWS = 50,
    LARGE_FAMILY = 16,
    WIDEST_EMBEDDING = 16,
    CLOCK_ROWS = 100
};

/* ---- texts of the language -------------------------------------------------------------------------------------- */

static const char *quote(Arena *arena, const char *text) {
    Str out;
    str_init(&out, arena);
    str_append_char(&out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\n')
            str_append(&out, "\\n");
        else if (*at == '\t')
            str_append(&out, "\\t");
        else if (*at == '"' || *at == '\\')
            str_printf(&out, "\\%c", *at);
        else
            str_append_char(&out, *at);
    }
    str_append_char(&out, '"');
    return out.data;
}

static bool is_name(const char *text) {
    if (!isalpha((unsigned char)text[0]) && text[0] != '_') return false;
    for (const char *at = text; *at != '\0'; at++)
        if ((!isalnum((unsigned char)*at) && *at != '_') || (unsigned char)*at >= 0x80) return false;
    return true;
}

/* Words that mean something by themselves where a column may stand. */
static bool is_taken(const char *text) {
    static const char *const words[] = {
        "in",      "lspec",    "use",   "param",  "let",      "def",      "model",    "data",       "columns",
        "target",  "split",    "train", "stop",   "sampling", "augment",  "network",  "loss",       "optimizer",
        "metrics", "diagnose", "tune",  "report", "rest",     "features", "constant", "input",      "output",
        "true",    "false",    "none",  "auto",   "concat",   "repeat",   "all",      "preprocess", NULL};
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0) return true;
    return false;
}

const char *starter_name(Arena *arena, const char *name) {
    return is_name(name) && !is_taken(name) ? name : quote(arena, name);
}

const char *starter_level(Arena *arena, const ValueEntry *level) {
    if (!isnan(level->number) && level->number >= 0) return level->text;
    return starter_name(arena, level->text);
}

const char *starter_type(Arena *arena, const ProfileColumn *column, const char *type, bool optional) {
    bool bounded = column->is_number && column->sums.negative == 0 && column->filled >= BOUNDED_ROWS;
    return arena_printf(arena, "%s%s%s", type, bounded ? "(0..)" : "", optional ? "?" : "");
}

static const char *range_note(Arena *arena, const ProfileColumn *column) {
    return arena_printf(arena, "%.6g to %.6g, median %.6g", column->sums.moments.low, column->sums.moments.high,
                        column->quantiles.q50);
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

/* Numbers such as -999 that stand for missing cells go into `missing:`, unless another column has them as a value. A -1
 * is too often a value. */
static bool is_value_elsewhere(const Starter *starter, double value) {
    for (int64_t c = 0; c < starter->profile->column_count; c++) {
        const ProfileColumn *column = &starter->profile->columns[c];
        if (!column->is_number || column->type == PROFILE_KEY) continue;
        double low = column->sums.moments.low, high = column->sums.moments.high;
        if (low < value && value < high) return true;
        if (c == starter->profile->target && low <= value && value <= high) return true;
    }
    return false;
}

static bool holds_listed(const Starter *starter, const ProfileColumn *column) {
    for (int64_t i = 0; i < starter->missing_number_count; i++) {
        double low = column->extremes.low_count > 0 ? column->extremes.low[0].value : NAN;
        double high = column->extremes.high_count > 0 ? column->extremes.high[0].value : NAN;
        const char *text = starter->missing_numbers[i];
        if (strcmp(text, str_number(starter->arena, low)) == 0 || strcmp(text, str_number(starter->arena, high)) == 0)
            return true;
    }
    return false;
}

static void list_sentinels(Starter *starter) {
    enum { MOST = sizeof starter->missing_numbers / sizeof *starter->missing_numbers };
    for (int64_t i = 0; i < starter->profile->findings.count; i++) {
        const ProfileFinding *finding = &starter->profile->findings.items[i];
        if (strcmp(finding->name, "sentinel-value") != 0) continue;
        const ProfileColumn *column = &starter->profile->columns[finding->column];
        const Extreme *low = &column->extremes.low[0], *high = &column->extremes.high[0];
        bool is_low = rule_is_customary(low->value) && low->value < 0;
        double value = is_low ? low->value : high->value;
        if (fabs(value) < 99 || is_value_elsewhere(starter, value)) continue;
        const char *text = str_number(starter->arena, value);
        bool known = false;
        for (int64_t k = 0; k < starter->missing_number_count; k++)
            known = known || strcmp(starter->missing_numbers[k], text) == 0;
        if (!known && starter->missing_number_count < MOST)
            starter->missing_numbers[starter->missing_number_count++] = text;
    }
}

/* The least and greatest value without those that stand for a missing one. */
static double real_low(const Starter *starter, const ProfileColumn *column) {
    const Extreme *list = column->extremes.low;
    for (int64_t k = 0; k < starter->missing_number_count; k++)
        if (column->extremes.low_count > 1 &&
            strcmp(str_number(starter->arena, list[0].value), starter->missing_numbers[k]) == 0)
            return list[1].value;
    return column->sums.moments.low;
}

/* Counts or grey values of many columns alike, such as pixels: one factor serves all, so that a column that hardly
 * varies is not blown up. */
static double family_high(const Starter *starter, const ProfileColumn *column) {
    double high = 0;
    int64_t members = 0;
    for (int64_t c = 0; c < starter->profile->column_count; c++) {
        const ProfileColumn *other = &starter->profile->columns[c];
        if (c == starter->profile->target || !other->is_number || !column->is_number) continue;
        if (other->sums.integers != other->sums.numbers || other->sums.moments.low != 0 || other->missing > 0) continue;
        members++;
        high = fmax(high, other->sums.moments.high);
    }
    bool member =
        column->sums.moments.low == 0 && column->sums.integers == column->sums.numbers && column->missing == 0;
    int64_t half = 2 * members, all = starter->profile->column_count;
    return member && members >= LARGE_FAMILY && half > all && high > 1 && high <= 255 ? high : 0;
}

static bool is_told(const Starter *starter, const ProfileColumn *column, const char *name) {
    for (int64_t i = 0; i < starter->profile->findings.count; i++) {
        const ProfileFinding *finding = &starter->profile->findings.items[i];
        if (finding->column >= 0 && &starter->profile->columns[finding->column] == column &&
            strcmp(finding->name, name) == 0)
            return true;
    }
    return false;
}

/* The steps of a number. Amounts that are never negative and have a long tail are seen on a scale of factors; other
 * tails are cut off at the outermost half percent. */
static const char *number_flow(const Starter *starter, const ProfileColumn *column, bool missing) {
    Arena *arena = starter->arena;
    Str flow;
    str_init(&flow, arena);
    double share = (double)column->missing / (double)starter->profile->row_count;
    if (missing)
        str_append(&flow, share > given_indicator ? "impute(median, indicator: true) -> " : "impute(median) -> ");
    double family = family_high(starter, column);
    if (family > 0) {
        str_printf(&flow, "rescale(1 / %s)", str_number(arena, family));
        return flow.data;
    }
    const ProfileQuantiles *q = &column->quantiles;
    double skew = moments_skewness(&column->sums.moments), low = real_low(starter, column);
    double spread = q->mad > 0 ? RULE_NORMAL_MAD * q->mad : (q->q75 - q->q25) / RULE_NORMAL_IQR;
    bool outliers = is_told(starter, column, "outlier-rows");
    bool far = spread > 0 && fmax(q->q999 - q->q50, q->q50 - q->q001) > far_tail * spread;
    bool survives = q->q01 < q->q99; /* what winsorize leaves of a column that is almost always the same is constant */
    if (low >= 0 && skew > skewed && (q->q99 >= 10 || !survives) && !(outliers && survives))
        str_append(&flow, "log1p -> ");
    else if ((outliers || fabs(skew) > tailed || far) && survives)
        str_append(&flow, "winsorize(0.5%..99.5%) -> ");
    str_append(&flow, "scale(standard)");
    return flow.data;
}

static void plan_number(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    bool listed = holds_listed(starter, column), missing = column->missing > 0 || listed;
    out->treatment = TREAT_NUMBER;
    const char *type = column->type == PROFILE_INT ? "int" : "real";
    bool bounded = real_low(starter, column) >= 0 && column->filled >= BOUNDED_ROWS;
    out->type = arena_printf(starter->arena, "%s%s%s", type, bounded ? "(0..)" : "", missing ? "?" : "");
    out->note = range_note(starter->arena, column);
    out->flow = number_flow(starter, column, missing);
}

/* ---- categories ------------------------------------------------------------------------------------------------- */

static const char *levels_note(Arena *arena, const ProfileColumn *column) {
    enum { SHOWN = 4, LONGEST = 40 };
    Str note;
    str_init(&note, arena);
    if (column->distinct > SHOWN) str_printf(&note, "%lld levels: ", (long long)column->distinct);
    for (int64_t i = 0; i < column->level_count && i < SHOWN; i++) {
        if (strlen(column->levels[i].text) > LONGEST) continue;
        str_printf(&note, "%s%s %.2g %%", i > 0 ? ", " : "", column->levels[i].text,
                   100 * (double)column->levels[i].count / (double)column->filled);
    }
    if (column->distinct > SHOWN) str_append(&note, ", …");
    for (char *at = note.data; *at != '\0'; at++)
        if ((unsigned char)*at < ' ') *at = ' ';
    return note.data;
}

/* Levels with fewer training rows than this are pooled. */
static int64_t rare_level(const Starter *starter) {
    int64_t rare = starter->training_rows / 100;
    return rare > RARE_LEVEL ? RARE_LEVEL : rare < 3 ? 3 : rare;
}

static void plan_category(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    int64_t frequent = 0, rare = rare_level(starter);
    for (int64_t i = 0; i < column->level_count; i++)
        frequent += column->levels[i].count * starter->training_rows >= rare * starter->profile->row_count;
    out->type = arena_printf(starter->arena, "category%s", column->missing > 0 ? "?" : "");
    out->note = levels_note(starter->arena, column);
    if (frequent == 0) {
        out->treatment = TREAT_APART;
        out->type = "ignore";
        out->note = arena_printf(starter->arena, "%s%lld levels, none of them frequent",
                                 column->distinct_exact ? "" : "about ", (long long)column->distinct);
    } else if (frequent <= MOST_ONE_HOT) {
        out->treatment = TREAT_ONE_HOT;
        out->flow = arena_printf(starter->arena, "one_hot(rare: %lld, unseen: other)", (long long)rare);
    } else {
        out->treatment = TREAT_EMBED;
        int64_t width = (int64_t)(sqrt((double)frequent) + 0.5);
        out->width = width > WIDEST_EMBEDDING ? WIDEST_EMBEDDING : width;
        starter->has_embedding = true;
    }
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

static bool is_split_words(const ProfileColumn *column) {
    static const char *const words[] = {"train", "validation", "test"};
    bool train = false;
    if (!column->distinct_exact || column->distinct < 2 || column->distinct > 3) return false;
    for (int64_t i = 0; i < column->level_count; i++) {
        bool known = false;
        for (int k = 0; k < 3; k++) known = known || strcmp(column->levels[i].text, words[k]) == 0;
        if (!known) return false;
        train = train || strcmp(column->levels[i].text, "train") == 0;
    }
    return train;
}

static void set_apart(StarterColumn *out, const char *type, const char *note) {
    out->treatment = TREAT_APART;
    out->type = type;
    out->note = note;
}

static bool is_nearly_constant(const Starter *starter, const ProfileColumn *column) {
    if (column->level_count == 0 || !column->distinct_exact || family_high(starter, column) > 0) return false;
    return (double)column->levels[0].count > nearly_constant * (double)starter->profile->row_count;
}

static bool named_as_time(const char *name) {
    static const char *const words[] = {"t",   "ts",    "time", "date",    "datetime",   "timestamp", "year",
                                        "day", "month", "when", "created", "created_at", NULL};
    for (int i = 0; words[i] != NULL; i++)
        if (strcasecmp(name, words[i]) == 0) return true;
    return false;
}

/* Rows in the order of one column of times, or times under the name of one: that is the time of the row. Others are
 * birthdays and the like. */
static void plan_time(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    bool is_row_time =
        column->missing == 0 && !starter->has_time &&
        (column->ascending || (named_as_time(column->name) && 2 * column->distinct > starter->profile->row_count));
    if (!is_row_time) {
        set_apart(out, "ignore", arena_printf(starter->arena, "times as %s", column->format));
        return;
    }
    starter->has_time = true;
    out->treatment = TREAT_TIME;
    out->type = arena_printf(starter->arena, "timestamp(\"%s\")", column->format);
    out->note = column->reason;
}

/* Numbers that only say where in time a row is, in a file in that order. */
static bool is_clock(const ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    return column->is_number && column->missing == 0 && !sums->falls && !sums->repeats &&
           column->filled >= CLOCK_ROWS && named_as_time(column->name);
}

static const char *left_out(const Starter *starter, const char *column) {
    for (int64_t i = 0; i < starter->request->left_out.count; i++)
        if (str_equal(starter->request->left_out.items[i].column, column))
            return starter->request->left_out.items[i].reason;
    return NULL;
}

static void plan_column(Starter *starter, StarterColumn *out) {
    const ProfileColumn *column = out->profile;
    Arena *arena = starter->arena;
    double family = family_high(starter, column);
    const char *told = left_out(starter, column->name);
    if (told != NULL) {
        set_apart(out, "ignore", told);
    } else if (is_clock(column)) {
        starter->in_order = !starter->request->out_of_order;
        set_apart(out, "ignore", "the order of the rows");
    } else if (is_split_words(column) && !starter->has_fold && column->missing == 0) {
        starter->has_fold = true;
        set_apart(out, "fold", "says to which part a row belongs");
    } else if (is_told(starter, column, "leaky-feature")) {
        set_apart(out, "ignore", "tells the target alone: is it known when a prediction is wanted?");
    } else if (column->sums.not_finite > 0) {
        set_apart(out, "ignore", "has numbers beyond 32 bits");
    } else if (column->type != PROFILE_IGNORE && is_nearly_constant(starter, column)) {
        set_apart(out, "ignore", "one value in almost every row");
    } else if (family > 0 && moments_deviation(&column->sums.moments) < hardly_varies * family) {
        set_apart(out, "ignore", "hardly varies");
    } else if (family > 0 && column->type == PROFILE_BOOL) {
        plan_number(starter, out);
    } else {
        switch (column->type) {
        case PROFILE_REAL:
        case PROFILE_INT: plan_number(starter, out); break;
        case PROFILE_BOOL:
            out->treatment = TREAT_BOOL;
            out->type = column->missing > 0 ? "bool?" : "bool";
            out->note = levels_note(arena, column);
            if (column->missing > 0) out->flow = "impute(mode)";
            break;
        case PROFILE_CATEGORY: plan_category(starter, out); break;
        case PROFILE_TIMESTAMP: plan_time(starter, out); break;
        case PROFILE_KEY: set_apart(out, column->missing > 0 ? "ignore" : "key", column->reason); break;
        case PROFILE_TEXT:
        case PROFILE_IGNORE: set_apart(out, "ignore", column->reason); break;
        }
    }
}

void starter_plan_columns(Starter *starter) {
    list_sentinels(starter);
    for (int64_t c = 0; c < starter->profile->column_count; c++) {
        StarterColumn *column = &starter->columns[c];
        *column = (StarterColumn){.profile = &starter->profile->columns[c], .note = "", .flow = ""};
        column->name = starter_name(starter->arena, column->profile->name);
        if (c != starter->profile->target) plan_column(starter, column);
    }
}
