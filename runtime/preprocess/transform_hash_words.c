/* hash of a text: how many of its words fall into each bucket. A missing text has no words. Fit: the buckets' names. */
#include "preprocess/transform.h"
#include "preprocess/text_words.h"

#include <inttypes.h>
#include <stdio.h>

static bool fit_names(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    const char *name = frame->spec->slots[step->output].name;
    out->width = (int64_t)step->number[0];
    for (int64_t k = 0; k < out->width; k++) {
        char bucket[24];
        snprintf(bucket, sizeof bucket, "%" PRId64, k);
        if (!fit_add_name(out, name, "=", bucket, frame->error)) {
            return false;
        }
    }
    return true;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    float *matrix = REGION_ARRAY(frame->region, float, frame->row_count * fit->width, frame->error);
    (void)last_use;
    for (int64_t i = 0; matrix && i < frame->row_count; i++) {
        char word[WORD_ROOM];
        const char *at = input->code[i] < 0 ? "" : input->levels[input->code[i]];
        for (size_t length = word_next(&at, word); length > 0; length = word_next(&at, word)) {
            matrix[i * fit->width + text_bucket(word, length, fit->width)] += 1;
        }
    }
    frame->slots[step->output] = 
        (SlotValues){.matrix = matrix, .width = fit->width, .names = (const char *const *)fit->names};
    return matrix != NULL;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec;
    return fit->width == (int64_t)step->number[0] && fit->name_count == fit->width;
}

const TransformEntry transform_hash_words = {.word = "hash", .fit = fit_names, .apply = apply, .check = check};
