/* What a reader of the profile should look at, by the rules that the inspection of a spec's data applies to what
 * reaches the network. Here the columns are as they stand in the file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "profile/column_rules.h"
#include "profile/profile.h"
#include "support/str.h"

static const double mostly_missing = 0.5, strong_skew = 3, few_texts = 0.05, given_away = 0.995, others_fail = 0.9;
enum { LEAST_ROWS = 20, FINE_COLUMNS = 3, FINE_VALUES = 100 };

static void find(Profile *profile, const char *name, int64_t column, const char *text) {
    ProfileFinding finding = {name, column, text};
    vec_push(profile->arena, &profile->findings, finding);
}

static const char *number_text(const Profile *profile, double value) {
    return arena_printf(profile->arena, "%.6g", value);
}

/* ---- one column ------------------------------------------------------------------------------------------------- */

static bool find_sentinel(Profile *profile, int64_t c, const Extreme *list, int count, double other) {
    const ProfileColumn *column = &profile->columns[c];
    if (count < 2 || !rule_is_customary(list[0].value)) return false;
    bool low = list[0].value < list[1].value;
    if ((low ? list[0].value > 0 : list[0].value < 0) ||
        !rule_is_sentinel(list[0].value, list[0].count, column->filled, list[1].value, other))
        return false;
    find(profile, "sentinel-value", c,
         arena_printf(
             profile->arena, "%lld cells are %s, apart from all others: a missing one? then `missing: [\"%s\"]`",
             (long long)list[0].count, number_text(profile, list[0].value), number_text(profile, list[0].value)));
    return true;
}

typedef struct Far {
    int64_t count;
    double nearest, farthest, inner;
    bool whole; /* no more far values than the extremes kept */
} Far;

static void count_far(Far *far, const Extreme *list, int count, double center, double spread) {
    bool ended = count < EXTREMES_KEPT;
    for (int i = 0; i < count; i++) {
        double away = fabs(list[i].value - center) / spread;
        if (away <= RULE_OUTLIER_FAR) {
            far->inner = fmax(far->inner, away);
            ended = true;
            break;
        }
        far->count += list[i].count;
        far->nearest = fmin(far->nearest, away);
        far->farthest = fmax(far->farthest, away);
    }
    far->whole = far->whole && ended;
}

static bool find_outliers(Profile *profile, int64_t c) {
    const ProfileColumn *column = &profile->columns[c];
    const ProfileQuantiles *q = &column->quantiles;
    double spread = q->mad > 0 ? RULE_NORMAL_MAD * q->mad : (q->q75 - q->q25) / RULE_NORMAL_IQR;
    if (!(spread > 0) || column->filled < LEAST_ROWS) return false;
    Far far = {.nearest = INFINITY, .whole = true};
    count_far(&far, column->extremes.low, column->extremes.low_count, q->q50, spread);
    count_far(&far, column->extremes.high, column->extremes.high_count, q->q50, spread);
    if (!far.whole || !rule_stands_apart(far.count, column->filled, far.nearest, far.farthest, far.inner)) return false;
    find(profile, "outlier-rows", c,
         arena_printf(profile->arena,
                      "%lld cell%s lie%s %.3g or more robust deviations from the median, no other more than %.3g",
                      (long long)far.count, far.count == 1 ? "" : "s", far.count == 1 ? "s" : "", far.nearest,
                      far.inner));
    return true;
}

static void check_numbers(Profile *profile, int64_t c) {
    const ProfileColumn *column = &profile->columns[c];
    const Extremes *extremes = &column->extremes;
    if (column->type != PROFILE_REAL && column->type != PROFILE_INT) return;
    if (find_sentinel(profile, c, extremes->low, extremes->low_count, column->sums.moments.high) ||
        find_sentinel(profile, c, extremes->high, extremes->high_count, column->sums.moments.low))
        return;
    double skew = moments_skewness(&column->sums.moments);
    if (!find_outliers(profile, c) && fabs(skew) > strong_skew)
        find(profile, "heavy-tail", c, arena_printf(profile->arena, "skewness %.3g", skew));
}

/* Mostly numbers, with a few cells that are none. */
static void check_mixture(Profile *profile, int64_t c) {
    const ProfileColumn *column = &profile->columns[c];
    const ColumnSums *sums = &column->sums;
    if (column->is_number || sums->numbers == 0 || (double)sums->texts > few_texts * (double)sums->numbers) return;
    const char *text = "";
    for (int64_t i = 0; i < column->level_count && text[0] == '\0'; i++)
        if (isnan(column->levels[i].number)) text = column->levels[i].text;
    find(profile, "cell-type", c,
         arena_printf(profile->arena, "%lld cells of %lld are no number, such as `%s`", (long long)sums->texts,
                      (long long)column->filled, text));
}

static void check_column(Profile *profile, int64_t c) {
    const ProfileColumn *column = &profile->columns[c];
    double missing = (double)column->missing / (double)profile->row_count;
    if (column->type == PROFILE_IGNORE)
        find(profile, "constant-feature", c, column->reason);
    else if (missing > mostly_missing)
        find(profile, "missing-unhandled", c,
             arena_printf(profile->arena, "%.3g %% of the cells are missing", 100 * missing));
    if (column->sums.not_finite > 0)
        find(profile, "cell-type", c,
             arena_printf(profile->arena, "%lld cells are beyond what a number of 32 bits holds",
                          (long long)column->sums.not_finite));
    if (column->is_number && column->sums.padded > 0 && column->type == PROFILE_CATEGORY)
        find(profile, "zip-as-number", c, "digits with a 0 in front: a code");
    if (column->type == PROFILE_TEXT && strncmp(column->reason, "numbers", strlen("numbers")) == 0)
        find(profile, "text-number", c, "numbers with signs or separators around them");
    check_mixture(profile, c);
    check_numbers(profile, c);
}

/* ---- over the sample -------------------------------------------------------------------------------------------- */

static int compare_floats(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

/* Greatest distance between the distributions of the first and the last third of the file. */
static double drift_distance(const Profile *profile, const ProfileColumn *column) {
    int64_t third = profile->sample_count / 3, counts[2] = {0};
    if (third < RULE_DRIFT_ROWS) return 0;
    float *values[2] = {malloc((size_t)third * sizeof **values), malloc((size_t)third * sizeof **values)};
    double greatest = 0;
    for (int part = 0; part < 2 && values[0] != NULL && values[1] != NULL; part++) {
        const float *from = column->sample_number + (part == 0 ? 0 : profile->sample_count - third);
        for (int64_t i = 0; i < third; i++)
            if (!isnan(from[i])) values[part][counts[part]++] = from[i];
        qsort(values[part], (size_t)counts[part], sizeof **values, compare_floats);
    }
    if (counts[0] >= RULE_DRIFT_ROWS && counts[1] >= RULE_DRIFT_ROWS)
        for (int64_t i = 0, k = 0; i < counts[0] && k < counts[1];) {
            float value = values[0][i] < values[1][k] ? values[0][i] : values[1][k];
            while (i < counts[0] && values[0][i] <= value) i++;
            while (k < counts[1] && values[1][k] <= value) k++;
            greatest = fmax(greatest, fabs((double)i / (double)counts[0] - (double)k / (double)counts[1]));
        }
    free(values[0]);
    free(values[1]);
    return greatest;
}

static void check_drift(Profile *profile) {
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileColumn *column = &profile->columns[c];
        if (column->type != PROFILE_REAL && column->type != PROFILE_INT) continue;
        double distance = drift_distance(profile, column);
        if (distance > RULE_DRIFT)
            find(profile, "order-dependence", c,
                 arena_printf(profile->arena,
                              "the last third of the file is distributed unlike the first (distance %.2f)", distance));
    }
}

static int compare_hashes(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Rows of few or coarse columns equal one another by chance. */
static bool may_tell_rows_apart(const Profile *profile) {
    int64_t fine = 0;
    for (int64_t c = 0; c < profile->column_count; c++)
        fine += profile->columns[c].is_number && profile->columns[c].type != PROFILE_KEY &&
                profile->columns[c].distinct > FINE_VALUES;
    return fine >= FINE_COLUMNS;
}

/* Rows of the sample that have another with the same features, keys and times left out. */
static void check_duplicates(Profile *profile) {
    if (!may_tell_rows_apart(profile)) return;
    int64_t count = profile->sample_count, equal = 0;
    uint64_t *hashes = calloc((size_t)count + 1, sizeof *hashes);
    for (int64_t i = 0; hashes != NULL && i < count; i++)
        for (int64_t c = 0; c < profile->column_count; c++)
            if (profile->columns[c].type != PROFILE_KEY && profile->columns[c].type != PROFILE_TIMESTAMP)
                hashes[i] = hash_mix(hashes[i] + profile->columns[c].sample_code[i]);
    if (hashes != NULL && count > 0) qsort(hashes, (size_t)count, sizeof *hashes, compare_hashes);
    for (int64_t i = 1; hashes != NULL && i < count; i++) equal += hashes[i] == hashes[i - 1];
    free(hashes);
    if (equal > 0)
        find(profile, "duplicate-across-split", -1,
             arena_printf(profile->arena, "%lld of %s%lld rows equal another, keys and times left out",
                          (long long)equal, profile->sample_stride > 1 ? "a sample of " : "", (long long)count));
}

static void check_target(Profile *profile) {
    const ProfileColumn *target = &profile->columns[profile->target];
    int64_t best = -1, second = -1;
    double score[2] = {0, 0};
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileType type = profile->columns[c].type;
        if (c == profile->target || type == PROFILE_KEY || type == PROFILE_IGNORE || type == PROFILE_TEXT) continue;
        double found = profile_relation(profile, c, profile->target);
        if (best < 0 || found > score[0]) {
            second = best, score[1] = score[0];
            best = c, score[0] = found;
        } else if (second < 0 || found > score[1]) {
            second = c, score[1] = found;
        }
    }
    if (best >= 0 && score[0] >= given_away && score[1] < others_fail)
        find(profile, "leaky-feature", best,
             arena_printf(profile->arena,
                          "tells the target alone (%.4g of what there is to tell, the next column %.2g)", score[0],
                          score[1]));
    bool classes = target->type == PROFILE_CATEGORY || target->type == PROFILE_BOOL;
    if (!classes || target->level_count < 2 || !target->distinct_exact) return;
    const ValueEntry *least = &target->levels[target->level_count - 1], *most = &target->levels[0];
    if ((double)least->count < RULE_IMBALANCE * (double)most->count)
        find(profile, "class-imbalance", profile->target,
             arena_printf(profile->arena, "`%s` is %.3g times as frequent as `%s`", most->text,
                          (double)most->count / (double)least->count, least->text));
}

void profile_find(Profile *profile) {
    for (int64_t c = 0; c < profile->column_count; c++) check_column(profile, c);
    check_drift(profile);
    check_duplicates(profile);
    if (profile->target >= 0) check_target(profile);
}
