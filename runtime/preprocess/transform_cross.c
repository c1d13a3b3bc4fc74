/* cross: the combination of the levels of two columns as one level, "north & basic"; missing where one of them is. Only
 * the combinations that the rows at hand have become levels. */
#include "preprocess/transform.h"

#include <stdio.h>
#include <string.h>

typedef struct Pairs {
    int64_t left, right; /* levels of both */
    int32_t *numbers;    /* [left · right] the combination's code, -1: not seen */
} Pairs;

/* In the order of the levels of the left column, then of the right one. */
static int64_t number_pairs(const Frame *frame, const SlotValues *left, const SlotValues *right, Pairs *pairs) {
    int64_t count = 0;
    for (int64_t i = 0; i < frame->row_count; i++) {
        if (left->code[i] >= 0 && right->code[i] >= 0) {
            pairs->numbers[left->code[i] * pairs->right + right->code[i]] = 1;
        }
    }
    for (int64_t k = 0; k < pairs->left * pairs->right; k++) {
        pairs->numbers[k] = pairs->numbers[k] ? (int32_t)count++ : -1;
    }
    return count;
}

static bool name_pairs(Frame *frame, const SlotValues *left, const SlotValues *right, const Pairs *pairs,
                       const char **out) {
    static const char between[] = " & ";
    for (int64_t k = 0; k < pairs->left * pairs->right; k++) {
        if (pairs->numbers[k] < 0) {
            continue;
        }
        const char *a = left->levels[k / pairs->right], *b = right->levels[k % pairs->right];
        size_t room = strlen(a) + strlen(b) + sizeof between;
        char *name = region_alloc(frame->region, (int64_t)room, 1, frame->error);
        if (!name) {
            return false;
        }
        snprintf(name, room, "%s%s%s", a, between, b);
        out[pairs->numbers[k]] = name;
    }
    return true;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *left = &frame->slots[step->input], *right = &frame->slots[step->others[0]];
    Pairs pairs = {.left = left->level_count, .right = right->level_count};
    (void)fit, (void)last_use;
    pairs.numbers = REGION_ARRAY(frame->region, int32_t, pairs.left * pairs.right, frame->error);
    int64_t count = pairs.numbers ? number_pairs(frame, left, right, &pairs) : 0;
    const char **levels = pairs.numbers ? REGION_ARRAY(frame->region, const char *, count, frame->error) : NULL;
    int32_t *code = levels ? REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error) : NULL;
    if (!code || !name_pairs(frame, left, right, &pairs, levels)) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        bool missing = left->code[i] < 0 || right->code[i] < 0;
        code[i] = missing ? -1 : pairs.numbers[left->code[i] * pairs.right + right->code[i]];
    }
    frame->slots[step->output] = (SlotValues){.code = code,
                                              .width = 1,
                                              .levels = levels,
                                              .level_count = count,
                                              .may_miss = left->may_miss || right->may_miss};
    return true;
}

const TransformEntry transform_cross = {.word = "cross", .apply = apply};
