/* one_hot: one column a level, 1 where the row has it. Levels rarer than `rare` are pooled in `other`, a missing cell
 * may be a level of its own; what has no column is a row of zeros. Fit: see vocabulary.h. */
#include "preprocess/vocabulary.h"

static bool fit_columns(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    VocabularyOptions options = {.rare = (int64_t)step->number[0],
                                 .other = step->option[0] == LRT_UNSEEN_OTHER,
                                 .missing = step->option[1] == LRT_MISSING_LEVEL};
    return vocabulary_fit(frame, number, options, out);
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    (void)last_use;
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    Vocabulary vocabulary;
    float *matrix = REGION_ARRAY(frame->region, float, frame->row_count * fit->width, frame->error);
    if (!matrix || !vocabulary_open(frame, number, fit, &vocabulary)) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        int32_t position = input->code[i] < 0 ? vocabulary.missing : vocabulary.positions[input->code[i]];
        if (position == POSITION_REFUSED) {
            return vocabulary_refuse(frame, number, i);
        }
        if (position >= 0) {
            matrix[i * fit->width + position] = 1;
        }
    }
    frame->slots[step->output] = 
        (SlotValues){.matrix = matrix, .width = fit->width, .names = (const char *const *)fit->names};
    return true;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    return fit->width <= fit->name_count && vocabulary_check(spec, step, fit);
}

const TransformEntry transform_one_hot = {.word = "one_hot", .fit = fit_columns, .apply = apply, .check = check};
