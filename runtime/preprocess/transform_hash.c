/* hash: the bucket of a level, as a level of its own; no level is unseen, and different ones may share a bucket. All
 * buckets are levels, whatever the rows at hand hold. A missing cell stays missing. */
#include "preprocess/transform.h"
#include "preprocess/text_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char **name_buckets(Frame *frame, int64_t buckets) {
    enum { ROOM = 24 };
    const char **levels = REGION_ARRAY(frame->region, const char *, buckets, frame->error);
    char *text = levels ? REGION_ARRAY(frame->region, char, buckets * ROOM, frame->error) : NULL;
    for (int64_t k = 0; text && k < buckets; k++) {
        snprintf(text + k * ROOM, ROOM, "%" PRId64, k);
        levels[k] = text + k * ROOM;
    }
    return text ? levels : NULL;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    int64_t buckets = (int64_t)step->number[0];
    (void)fit, (void)last_use;
    int32_t *map = REGION_ARRAY(frame->region, int32_t, input->level_count, frame->error);
    int32_t *code = map ? REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error) : NULL;
    const char **levels = code ? name_buckets(frame, buckets) : NULL;
    if (!levels) {
        return false;
    }
    for (int64_t k = 0; k < input->level_count; k++) {
        map[k] = (int32_t)text_bucket(input->levels[k], strlen(input->levels[k]), buckets);
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        code[i] = input->code[i] < 0 ? -1 : map[input->code[i]];
    }
    frame->slots[step->output] = (SlotValues){.code = code,
                                              .width = 1,
                                              .levels = levels,
                                              .level_count = buckets,
                                              .closed = true,
                                              .may_miss = input->may_miss};
    return true;
}

const TransformEntry transform_hash = {.word = "hash", .apply = apply};
