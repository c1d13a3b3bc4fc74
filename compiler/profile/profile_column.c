/* The cells of one column, a block at a time: what each is (missing, a number, a moment in time, text), and the sums
 * and sketches that it goes into. This is the inner loop of the profile. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/number.h"
#include "profile/profile.h"
#include "support/panic.h"

/* Words that nobody means as a value, and words that stand for one in a column of texts. */
typedef struct Word {
    const char *text;
    size_t length;
} Word;
#define WORD(text) {text, sizeof(text) - 1}
static const Word sure_words[] = {WORD("NA"),   WORD("N/A"),  WORD("n/a"),  WORD("NaN"),  WORD("nan"),
                                  WORD("NAN"),  WORD("null"), WORD("NULL"), WORD("Null"), WORD("#N/A"),
                                  WORD("<NA>"), WORD("#NA"),  WORD("?"),    {0}};
static const Word unsure_words[] = {WORD("None"), WORD("none"), WORD("NONE"),    WORD("-"),       WORD("--"), WORD("."),
                                    WORD("na"),   WORD("*"),    WORD("missing"), WORD("unknown"), {0}};
enum { LONGEST_SURE = 4, LONGEST_UNSURE = 7 };

const char *profile_missing_word(bool sure, int bit) { return sure ? sure_words[bit].text : unsure_words[bit].text; }

static const char *const time_formats[] = {"%Y-%m-%d",
                                           "%Y-%m-%d %H:%M:%S",
                                           "%Y-%m-%dT%H:%M:%S",
                                           "%Y-%m-%d %H:%M",
                                           "%Y-%m-%dT%H:%M",
                                           "%Y-%m-%dT%H:%M:%S%z",
                                           "%Y-%m-%d %H:%M:%S%z",
                                           "%Y-%m-%d %H:%M:%S.%f",
                                           "%Y-%m-%dT%H:%M:%S.%f",
                                           "%Y-%m-%dT%H:%M:%S.%f%z",
                                           "%Y/%m/%d",
                                           "%Y/%m/%d %H:%M",
                                           "%Y/%m/%d %H:%M:%S",
                                           "%Y.%m.%d",
                                           "%d.%m.%Y",
                                           "%d.%m.%Y %H:%M",
                                           "%d.%m.%Y %H:%M:%S",
                                           "%m/%d/%Y",
                                           "%d/%m/%Y",
                                           "%m/%d/%Y %H:%M",
                                           "%d/%m/%Y %H:%M",
                                           "%m/%d/%Y %H:%M:%S",
                                           "%d/%m/%Y %H:%M:%S",
                                           "%d-%m-%Y",
                                           "%d-%b-%Y",
                                           "%d %b %Y",
                                           "%b %d, %Y",
                                           "%m/%d/%y",
                                           "%Y-%m"};
enum { FORMAT_COUNT = sizeof time_formats / sizeof *time_formats };
const char profile_packed_format[] = "%Y%m%d";

const char *profile_time_format(int bit) { return bit < FORMAT_COUNT ? time_formats[bit] : NULL; }

/* The bit of the word, 0 where it is none of the list. */
static uint32_t find_word(const Word *words, const LrtCell *cell) {
    for (int i = 0; words[i].text != NULL; i++)
        if (words[i].length == cell->length && memcmp(words[i].text, cell->text, cell->length) == 0) return 1u << i;
    return 0;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

/* More values differ than are counted one by one: the counts so far go into the sketches. */
static void begin_sketches(ColumnSums *sums) {
    sums->overflowed = true;
    distinct_count_begin(&sums->distinct);
    frequent_values_begin(&sums->frequent, &sums->values);
    ValueEntry *sorted = malloc((size_t)sums->values.used * sizeof *sorted);
    if (sorted == NULL) panic_system("no memory for the profile");
    value_table_sorted(&sums->values, sorted);
    for (int64_t i = 0; i < sums->values.used; i++) {
        distinct_count_add(&sums->distinct, sorted[i].hash);
        if (isnan(sorted[i].number)) continue;
        quantile_sketch_add(&sums->quantiles, sorted[i].number, sorted[i].count);
        extremes_add(&sums->extremes, sorted[i].number, sorted[i].row, sorted[i].count);
    }
    free(sorted);
    value_table_free(&sums->values);
}

static void count_value(ColumnSums *sums, uint64_t hash, double number, const LrtCell *cell, int64_t row) {
    if (!sums->overflowed) {
        ValueEntry *entry = value_table_find(&sums->values, hash, number, cell->text, cell->length);
        if (entry != NULL) {
            if (entry->count++ == 0) entry->row = row;
            return;
        }
        begin_sketches(sums);
    }
    distinct_count_add(&sums->distinct, hash);
    if (isnan(number)) {
        frequent_values_add(&sums->frequent, hash, cell->text, cell->length);
    } else {
        quantile_sketch_add(&sums->quantiles, number, 1);
        extremes_add(&sums->extremes, number, row, 1);
    }
}

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static uint64_t add_number(ColumnSums *sums, double value, const LrtCell *cell, int64_t row) {
    const char *text = cell->text;
    bool first = sums->numbers++ == 0;
    value = value == 0 ? 0 : value; /* -0 is 0 */
    sums->integers += value == trunc(value);
    sums->negative += value < 0;
    sums->zero += value == 0;
    sums->padded += text[0] == '0' && cell->length > 1 && text[1] >= '0' && text[1] <= '9';
    sums->falls = sums->falls || (!first && value < sums->last_number);
    sums->repeats = sums->repeats || (!first && value == sums->last_number);
    sums->last_number = value;
    double seconds;
    if (sums->packed_dates)
        sums->packed_dates = cell->length == 8 && value >= 19000101 && value <= 21001231 &&
                             lrt_timestamp_parse(profile_packed_format, text, cell->length, &seconds);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t hash = hash_mix(bits + UINT64_C(0x9e3779b97f4a7c15));
    count_value(sums, hash, value, cell, row);
    return hash;
}

/* Formats that do not read the text are out; the first that is left tells the time. */
static void check_formats(ColumnSums *sums, const LrtCell *cell) {
    double seconds, time = NAN;
    for (int bit = 0; bit < FORMAT_COUNT && sums->formats >> bit != 0; bit++) {
        if ((sums->formats >> bit & 1) == 0) continue;
        if (!lrt_timestamp_parse(time_formats[bit], cell->text, cell->length, &seconds))
            sums->formats &= ~(1u << bit);
        else if (isnan(time))
            time = seconds;
    }
    if (isnan(time)) return;
    if (sums->texts == 0) sums->first_time = time;
    sums->time_falls = sums->time_falls || (sums->texts > 0 && time < sums->last_time);
    sums->last_time = time;
}

static uint64_t add_text(ColumnSums *sums, const LrtCell *cell, int64_t row) {
    uint32_t word = cell->length <= LONGEST_SURE ? find_word(sure_words, cell) : 0;
    if (word != 0) {
        sums->words++;
        sums->words_seen |= word;
        return 0;
    }
    word = cell->length <= LONGEST_UNSURE ? find_word(unsure_words, cell) : 0;
    sums->unsure_words += word != 0;
    sums->unsure_seen |= word;
    if (word == 0 && sums->formats != 0) check_formats(sums, cell);
    sums->texts++;
    sums->characters += (int64_t)cell->length;
    if ((int64_t)cell->length > sums->longest) sums->longest = (int64_t)cell->length;
    for (size_t i = 0; i < cell->length; i++) sums->blanks += cell->text[i] == ' ';
    uint64_t hash = hash_text(cell->text, cell->length);
    count_value(sums, hash, NAN, cell, row);
    return hash;
}

void profile_column_begin(ColumnSums *sums) {
    *sums = (ColumnSums){
        .formats = UINT32_MAX >> (32 - FORMAT_COUNT), .packed_dates = true, .values = {.limit = VALUES_EXACT}};
}

/* A text that the source lists as missing. */
static bool is_listed(const LrtSource *source, const LrtCell *cell) {
    for (int64_t i = 0; i < source->missing_count; i++)
        if (strlen(source->missing[i]) == cell->length && memcmp(source->missing[i], cell->text, cell->length) == 0)
            return true;
    return false;
}

void profile_column_add(ColumnSums *sums, const LrtSource *source, const LrtCell *cells, int64_t count,
                        int64_t first_row, double *numbers, uint64_t *hashes) {
    double finite[PROFILE_BLOCK];
    int64_t finite_count = 0;
    for (int64_t i = 0; i < count; i++) {
        const LrtCell *cell = &cells[i];
        double value;
        numbers[i] = NAN;
        hashes[i] = 0;
        if (cell->length == 0 || (source->missing_count > 0 && is_listed(source, cell))) {
            sums->empty++;
            continue;
        }
        const char *end = cell->text + cell->length;
        if (lrt_number_scan(cell->text, end, source->decimal, &value) != end) {
            hashes[i] = add_text(sums, cell, first_row + i);
            continue;
        }
        if (!(fabs(value) <= (double)FLT_MAX)) {
            sums->not_finite++; /* beyond what a network can take: no table of the language has such a cell */
            continue;
        }
        hashes[i] = add_number(sums, value, cell, first_row + i);
        numbers[i] = value;
        finite[finite_count++] = value;
    }
    moments_add(&sums->moments, finite, finite_count);
}

void profile_column_free(ColumnSums *sums) {
    value_table_free(&sums->values);
    value_table_free(&sums->frequent.table);
    distinct_count_free(&sums->distinct);
    quantile_sketch_free(&sums->quantiles);
}
