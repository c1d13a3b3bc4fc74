/* index: the position of the level as the row of an embedding's table. Open columns have a row `other` for unseen
 * levels; declared levels are all there are, so they need one only for missing cells that training did not show. Fit:
 * see vocabulary.h. */
#include "preprocess/vocabulary.h"

static bool wants_other(const Frame *frame, int32_t number) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *values = &frame->slots[step->input];
    bool unseen = step->option[0] != LRT_UNSEEN_ERROR;
    bool missing_level = step->option[1] == LRT_MISSING_LEVEL && vocabulary_has_missing(frame, number);
    return (unseen && !values->closed) ||
           (values->may_miss && !missing_level && step->option[1] != LRT_MISSING_ERROR);
}

static bool fit_rows(Frame *frame, int32_t number, LrtFit *out) {
    VocabularyOptions options = {.other = wants_other(frame, number),
                                 .missing = frame->spec->steps[number].option[1] == LRT_MISSING_LEVEL};
    return vocabulary_fit(frame, number, options, out);
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    (void)last_use;
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    Vocabulary vocabulary;
    int32_t *index = REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error);
    if (!index || !vocabulary_open(frame, number, fit, &vocabulary)) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        int32_t position = input->code[i] < 0 ? vocabulary.missing : vocabulary.positions[input->code[i]];
        position = position == POSITION_ZERO ? vocabulary.other : position;
        if (position < 0) {
            return vocabulary_refuse(frame, number, i);
        }
        index[i] = position;
    }
    frame->slots[step->output] = (SlotValues){.index = index, .width = fit->width};
    return true;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    return fit->width == fit->name_count && vocabulary_check(spec, step, fit);
}

const TransformEntry transform_index = {.word = "index", .fit = fit_rows, .apply = apply, .check = check};
