/* Which type a column would be declared with, and why. Guesses serve `lspec new` and people; a spec's own declaration
 * wins over all of them. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "profile/profile.h"
#include "support/str.h"

enum { KEY_ROWS = 20, TEXT_LENGTH = 30, TEXT_LEVELS = 20, WORDS_OF_TEXT = 3, CODE_LEVELS = 20 };
static const double unique_share = 0.95, key_share = 0.99, level_share = 0.5, many_level_share = 0.1,
                    readable_share = 0.5;

const char *profile_type_name(ProfileType type) {
    static const char *const names[] = {[PROFILE_REAL] = "real",           [PROFILE_INT] = "int",
                                        [PROFILE_BOOL] = "bool",           [PROFILE_CATEGORY] = "category",
                                        [PROFILE_TIMESTAMP] = "timestamp", [PROFILE_KEY] = "key",
                                        [PROFILE_TEXT] = "text",           [PROFILE_IGNORE] = "ignore"};
    return names[type];
}

static void settle(ProfileColumn *column, ProfileType type, const char *reason) {
    column->type = type;
    column->reason = reason;
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

/* Whether a part of the name, divided by other characters or by capitals, is one of the words. */
static bool name_has(const char *name, const char *const *words) {
    for (int i = 0; words[i] != NULL; i++) {
        size_t length = strlen(words[i]);
        for (const char *at = name; *at != '\0'; at++) {
            bool begins = at == name || !isalnum((unsigned char)at[-1]) ||
                          (isupper((unsigned char)at[0]) && islower((unsigned char)at[-1]));
            if (!begins || strncasecmp(at, words[i], length) != 0) continue;
            char behind = at[length];
            if (!isalpha((unsigned char)behind) ||
                (isupper((unsigned char)behind) && islower((unsigned char)at[length - 1])))
                return true;
        }
    }
    return false;
}

static bool named_as_key(const char *name) {
    static const char *const words[] = {"id",  "ids",      "key",     "uuid", "guid",   "index",
                                        "idx", "rownames", "unnamed", "pid",  "serial", NULL};
    return name[0] == '\0' || name_has(name, words);
}

static bool named_as_code(const char *name) {
    static const char *const words[] = {"code",  "zip",  "zipcode", "postal",   "postcode", "fips",
                                        "class", "type", "kind",    "category", NULL};
    return name_has(name, words);
}

static bool is_unique(const ProfileColumn *column, double share) {
    return column->filled >= KEY_ROWS && (double)column->distinct >= share * (double)column->filled;
}

/* A count of the rows, from any start; or unlike numbers under the name of a key. An estimate of how many differ may be
 * 5 % low. */
static bool is_whole_key(const ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    if (!column->is_whole || column->missing > 0 || column->filled < KEY_ROWS) return false;
    bool counts = !sums->falls && !sums->repeats;
    if (counts && sums->moments.high - sums->moments.low == (double)(column->filled - 1)) return true;
    return named_as_key(column->name) && is_unique(column, column->distinct_exact ? key_share : unique_share);
}

static bool is_zero_one(const ProfileColumn *column) {
    return column->distinct == 2 && column->sums.moments.low == 0 && column->sums.moments.high == 1;
}

static void guess_number(Arena *arena, ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    column->is_number = true;
    column->is_whole = sums->integers == sums->numbers;
    column->ascending = !sums->falls;
    if (is_whole_key(column))
        settle(column, PROFILE_KEY, "whole numbers that differ in every row");
    else if (sums->packed_dates && column->is_whole) {
        settle(column, PROFILE_TIMESTAMP, "whole numbers that read as year, month and day");
        column->format = profile_packed_format;
    } else if (sums->padded > 0 && column->is_whole)
        settle(column, PROFILE_CATEGORY, "digits with a 0 in front are a code, no amount");
    else if (column->is_whole && is_zero_one(column))
        settle(column, PROFILE_BOOL, "0 and 1 alone");
    else if (column->is_whole && named_as_code(column->name) && column->distinct_exact &&
             column->distinct <= CODE_LEVELS && column->distinct > 2)
        settle(column, PROFILE_CATEGORY, "few whole numbers under the name of a code");
    else if (column->is_whole)
        settle(column, PROFILE_INT, "every cell is a whole number");
    else
        settle(column, PROFILE_REAL,
               column->sums.unsure_words + column->sums.words > 0
                   ? arena_printf(arena, "every cell is a number or a word for a missing one")
                   : "every cell is a number");
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static bool is_yes_no(const ProfileColumn *column) {
    static const char *const pairs[][2] = {{"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}};
    if (!column->distinct_exact || column->distinct != 2) return false;
    const char *a = column->levels[0].text, *b = column->levels[1].text;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if ((strcasecmp(a, pairs[i][0]) == 0 && strcasecmp(b, pairs[i][1]) == 0) ||
            (strcasecmp(b, pairs[i][0]) == 0 && strcasecmp(a, pairs[i][1]) == 0))
            return true;
    return false;
}

/* "1,234.5", "$12", "45 %": numbers to a reader, texts to the language. */
static bool reads_as_number(const char *text) {
    bool digit = false, sign = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9')
            digit = true;
        else if (strchr(",.$%+- ", *at) != NULL)
            sign = true;
        else if (strncmp(at, "€", strlen("€")) == 0 || strncmp(at, "£", strlen("£")) == 0)
            at += strncmp(at, "€", strlen("€")) == 0 ? strlen("€") - 1 : strlen("£") - 1;
        else
            return false;
    }
    return digit && sign;
}

/* Over the levels that are known. */
static double share_as_number(const ProfileColumn *column) {
    int64_t readable = 0, all = 0;
    for (int64_t i = 0; i < column->level_count; i++) {
        all += column->levels[i].count;
        if (reads_as_number(column->levels[i].text)) readable += column->levels[i].count;
    }
    return all > 0 ? (double)readable / (double)all : 0;
}

static void guess_text(Arena *arena, ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    double length = (double)sums->characters / (double)sums->texts,
           words = 1 + (double)sums->blanks / (double)sums->texts;
    uint32_t formats = sums->numbers == 0 && sums->unsure_words == 0 ? sums->formats : 0;
    if (formats != 0) {
        int first = __builtin_ctz(formats);
        column->format = profile_time_format(first);
        column->ascending = !sums->time_falls;
        bool ambiguous = (formats & (formats - 1)) != 0 && strncmp(column->format, "%m/%d", 5) == 0;
        settle(column, PROFILE_TIMESTAMP,
               ambiguous ? arena_printf(arena, "every cell reads as %s, and as day before month too", column->format)
                         : arena_printf(arena, "every cell reads as %s", column->format));
    } else if (is_yes_no(column)) {
        settle(column, PROFILE_BOOL, "two words for yes and no");
    } else if (share_as_number(column) > readable_share) {
        settle(column, PROFILE_TEXT, "numbers with signs or separators around them; take those out of the file");
    } else if (words > (double)WORDS_OF_TEXT && length > (double)TEXT_LENGTH && column->distinct > TEXT_LEVELS) {
        settle(column, PROFILE_TEXT, arena_printf(arena, "%.0f words a cell", words));
    } else if (is_unique(column, unique_share)) {
        settle(column, PROFILE_KEY, "a text of its own in (almost) every row");
    } else if ((double)column->distinct <=
               (column->distinct_exact ? level_share : many_level_share) * (double)column->filled) {
        settle(column, PROFILE_CATEGORY,
               arena_printf(arena, "%s%lld texts that recur", column->distinct_exact ? "" : "about ",
                            (long long)column->distinct));
    } else if (named_as_key(column->name)) {
        settle(column, PROFILE_KEY, "many texts under the name of a key");
    } else {
        settle(column, PROFILE_TEXT,
               arena_printf(arena, "%s%lld different texts in %lld cells", column->distinct_exact ? "" : "about ",
                            (long long)column->distinct, (long long)column->filled));
    }
}

/* ---- columns ---------------------------------------------------------------------------------------------------- */

/* Words that stand for a missing cell in a column of numbers are no levels of it. */
static void drop_words(Arena *arena, ProfileColumn *column) {
    ValueEntry *kept = ARENA_ARRAY(arena, ValueEntry, column->level_count + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < column->level_count; i++)
        if (!isnan(column->levels[i].number)) kept[count++] = column->levels[i];
    column->distinct -= column->level_count - count;
    column->levels = kept;
    column->level_count = count;
}

static void guess_column(Arena *arena, ProfileColumn *column) {
    const ColumnSums *sums = &column->sums;
    bool numbers = sums->numbers > 0 && sums->texts == sums->unsure_words;
    column->missing = sums->empty + sums->words + (numbers ? sums->unsure_words : 0);
    column->filled = sums->numbers + sums->texts - (numbers ? sums->unsure_words : 0);
    if (numbers && sums->unsure_words > 0) drop_words(arena, column);
    if (column->filled == 0) {
        settle(column, PROFILE_IGNORE, "no cell is filled");
    } else if (column->distinct == 1 && column->missing == 0) {
        column->is_number = numbers;
        settle(column, PROFILE_IGNORE, "one value in all rows");
    } else if (numbers) {
        guess_number(arena, column);
    } else {
        guess_text(arena, column);
    }
}

/* The words that a `missing:` has to list. A word that is a level somewhere counts only if a number needs it. */
static void list_missing(Profile *profile) {
    uint32_t sure = 0, unsure = 0;
    for (int64_t c = 0; c < profile->column_count; c++) {
        const ProfileColumn *column = &profile->columns[c];
        sure |= column->sums.words_seen;
        if (column->is_number) unsure |= column->sums.unsure_seen;
    }
    const char **words = ARENA_ARRAY(profile->arena, const char *, 64);
    for (int bit = 0; bit < 32; bit++) {
        if (sure >> bit & 1) words[profile->missing_count++] = profile_missing_word(true, bit);
        if (unsure >> bit & 1) words[profile->missing_count++] = profile_missing_word(false, bit);
    }
    profile->missing = words;
}

/* A word that a column of numbers has made a word for "missing" is missing in every column, since `missing:` is the
 * file's. */
static void take_levels_as_missing(Profile *profile, ProfileColumn *column) {
    if (column->is_number || (column->type != PROFILE_CATEGORY && column->type != PROFILE_BOOL)) return;
    ValueEntry *kept = ARENA_ARRAY(profile->arena, ValueEntry, column->level_count + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < column->level_count; i++) {
        bool missing = false;
        for (int64_t k = 0; k < profile->missing_count; k++)
            missing = missing || str_equal(column->levels[i].text, profile->missing[k]);
        if (missing) {
            column->missing += column->levels[i].count;
            column->filled -= column->levels[i].count;
            column->distinct--;
        } else {
            kept[count++] = column->levels[i];
        }
    }
    column->levels = kept;
    column->level_count = count;
}

void profile_guess(Profile *profile) {
    for (int64_t c = 0; c < profile->column_count; c++) guess_column(profile->arena, &profile->columns[c]);
    list_missing(profile);
    for (int64_t c = 0; c < profile->column_count; c++) take_levels_as_missing(profile, &profile->columns[c]);
}
