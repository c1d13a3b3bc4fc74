/* bag_of_words: how often each of the most frequent words of the training part stands in a text. Of words that are
 * equally frequent the first in the alphabet are taken; columns are in its order. A missing text has no words. Fit: names
 * "review=good". */
#include "preprocess/vocabulary.h"
#include "preprocess/text_words.h"

#include <stdlib.h>
#include <string.h>

#include "data/level_set.h"

typedef struct CountedWord {
    const char *word;
    int64_t count;
} CountedWord;

static int by_count(const void *left, const void *right) {
    const CountedWord *a = left, *b = right;
    return a->count != b->count ? (a->count < b->count ? 1 : -1) : strcmp(a->word, b->word);
}

static int by_word(const void *left, const void *right) {
    return strcmp(((const CountedWord *)left)->word, ((const CountedWord *)right)->word);
}

typedef struct Counting {
    LevelSet words;
    int64_t *counts;
    int64_t room;
} Counting;

static bool count_word(Counting *counting, const char *word, size_t length, int64_t times) {
    int32_t code = level_set_find(&counting->words, word, length);
    if (code < 0) {
        return false;
    }
    if (code >= counting->room) {
        int64_t room = 2 * counting->room + 1024;
        int64_t *counts = realloc(counting->counts, (size_t)room * sizeof *counts);
        if (!counts) {
            return false;
        }
        memset(counts + counting->room, 0, (size_t)(room - counting->room) * sizeof *counts);
        counting->counts = counts;
        counting->room = room;
    }
    counting->counts[code] += times;
    return true;
}

/* Each text once, times the training rows that hold it. */
static bool count_words(const Frame *frame, const SlotValues *input, const int64_t *rows_of, Counting *counting) {
    (void)frame;
    for (int64_t k = 0; k < input->level_count; k++) {
        char word[WORD_ROOM];
        const char *at = input->levels[k];
        for (size_t length = rows_of[k] ? word_next(&at, word) : 0; length > 0; length = word_next(&at, word)) {
            if (!count_word(counting, word, length, rows_of[k])) {
                return false;
            }
        }
    }
    return true;
}

static bool keep_words(Frame *frame, int32_t number, const Counting *counting, Region *scratch, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    int64_t count = counting->words.count, kept = (int64_t)step->number[0];
    CountedWord *words = REGION_ARRAY(scratch, CountedWord, count, frame->error);
    if (!words) {
        return false;
    }
    for (int64_t k = 0; k < count; k++) {
        words[k] = (CountedWord){counting->words.names[k], counting->counts[k]};
    }
    kept = kept < count ? kept : count;
    qsort(words, (size_t)count, sizeof *words, by_count);
    qsort(words, (size_t)kept, sizeof *words, by_word);
    for (int64_t k = 0; k < kept; k++) {
        if (!fit_add_name(out, frame->spec->slots[step->output].name, "=", words[k].word, frame->error)) {
            return false;
        }
    }
    out->width = kept;
    return true;
}

static bool fit_words(Frame *frame, int32_t number, LrtFit *out) {
    const SlotValues *input = &frame->slots[frame->spec->steps[number].input];
    Region scratch = {0};
    TableMemory memory = {0};
    Counting counting = {0};
    level_set_init(&counting.words, &memory, NULL, 0, false, '.');
    int64_t *rows_of = REGION_ARRAY(&scratch, int64_t, input->level_count, frame->error);
    for (int64_t i = 0; rows_of && i < frame->training_count; i++) {
        int32_t code = input->code[frame->training[i]];
        if (code >= 0) {
            rows_of[code]++;
        }
    }
    bool good = rows_of != NULL;
    if (good && !count_words(frame, input, rows_of, &counting)) {
        good = lrt_error_set(frame->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the words of a column");
    }
    good = good && keep_words(frame, number, &counting, &scratch, out);
    free(counting.counts);
    level_set_free(&counting.words);
    table_memory_free(&memory);
    region_free(&scratch);
    return good;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    size_t prefix = strlen(frame->spec->slots[step->output].name) + 1;
    TableMemory memory = {0};
    LevelSet words;
    (void)last_use;
    const char **names = REGION_ARRAY(frame->region, const char *, fit->width, frame->error);
    float *matrix = names ? REGION_ARRAY(frame->region, float, frame->row_count * fit->width, frame->error) : NULL;
    for (int64_t k = 0; matrix && k < fit->width; k++) {
        names[k] = fit->names[k] + prefix;
    }
    level_set_init(&words, &memory, names, matrix ? fit->width : 0, false, '.');
    for (int64_t i = 0; matrix && fit->width > 0 && i < frame->row_count; i++) {
        char word[WORD_ROOM];
        const char *at = input->code[i] < 0 ? "" : input->levels[input->code[i]];
        for (size_t length = word_next(&at, word); length > 0; length = word_next(&at, word)) {
            int32_t code = level_set_find(&words, word, length);
            if (code >= 0) {
                matrix[i * fit->width + code] += 1;
            }
        }
    }
    level_set_free(&words);
    table_memory_free(&memory);
    frame->slots[step->output] = 
        (SlotValues){.matrix = matrix, .width = fit->width, .names = (const char *const *)fit->names};
    return matrix != NULL;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    return fit->width == fit->name_count && vocabulary_check(spec, step, fit);
}

const TransformEntry transform_bag_of_words = {
    .word = "bag_of_words", .fit = fit_words, .apply = apply, .check = check};
