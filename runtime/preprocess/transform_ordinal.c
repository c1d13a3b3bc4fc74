/* ordinal: the position of the level as a number, from 0. An unseen level comes behind all others; a missing cell stays
 * missing unless it is refused. Fit: see vocabulary.h. */
#include <math.h>

#include "preprocess/vocabulary.h"

static bool fit_positions(Frame *frame, int32_t number, LrtFit *out) {
    bool good = vocabulary_fit(frame, number, (VocabularyOptions){0}, out);
    out->width = 1;
    return good;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    (void)last_use;
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    Vocabulary vocabulary;
    double *real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    if (!real || !vocabulary_open(frame, number, fit, &vocabulary)) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        bool missing = input->code[i] < 0;
        int32_t position = missing ? vocabulary.missing : vocabulary.positions[input->code[i]];
        bool refused = missing ? step->option[1] == LRT_MISSING_ERROR : position == POSITION_REFUSED;
        if (refused) {
            return vocabulary_refuse(frame, number, i);
        }
        real[i] = missing ? NAN : position >= 0 ? (double)position : (double)vocabulary.level_count;
    }
    frame->slots[step->output] = (SlotValues){.real = real, .width = 1};
    return true;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    return fit->width == 1 && vocabulary_check(spec, step, fit);
}

const TransformEntry transform_ordinal = {.word = "ordinal", .fit = fit_positions, .apply = apply, .check = check};
