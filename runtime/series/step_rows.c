/* How far each step reads back and ahead in its series: the one table that the compiler's checks of leakage, the rows left
 * out at the ends of a series and the purge between parts rest on. */
#include "lrt/dataset.h"
#include "preprocess/transform.h"

LrtStepRows lrt_step_rows(const LrtStep *step) {
    int64_t k = (int64_t)step->number[0];
    switch (step->transform) {
    case LRT_TRANSFORM_LAG: return (LrtStepRows){-k, -k, true, false};
    case LRT_TRANSFORM_DIFF: return (LrtStepRows){-k, 0, true, false};
    case LRT_TRANSFORM_RETURNS:
    case LRT_TRANSFORM_LOG_RETURNS: return (LrtStepRows){-1, 0, true, false};
    case LRT_TRANSFORM_ROLLING_MEAN:
    case LRT_TRANSFORM_ROLLING_STANDARDIZE:
    case LRT_TRANSFORM_ROLLING_MAD: return (LrtStepRows){1 - k, 0, false, false};
    case LRT_TRANSFORM_AHEAD: return (LrtStepRows){k, k, true, false};
    case LRT_TRANSFORM_EWM: return (LrtStepRows){0, 0, true, true};
    case LRT_TRANSFORM_IMPUTE: return (LrtStepRows){0, 0, true, step->option[0] == LRT_IMPUTE_FORWARD};
    case LRT_TRANSFORM_WINSORIZE:
    case LRT_TRANSFORM_CLIP:
    case LRT_TRANSFORM_SCALE:
    case LRT_TRANSFORM_LOG1P:
    case LRT_TRANSFORM_LOG:
    case LRT_TRANSFORM_SQRT:
    case LRT_TRANSFORM_ABS:
    case LRT_TRANSFORM_RESCALE:
    case LRT_TRANSFORM_JOIN:
    case LRT_TRANSFORM_ARITHMETIC:
    case LRT_TRANSFORM_CONSTANT_ARITHMETIC:
    case LRT_TRANSFORM_SCALE_QUANTILE:
    case LRT_TRANSFORM_SCALE_POWER:
    case LRT_TRANSFORM_BINS:
    case LRT_TRANSFORM_DROP_OUTLIERS:
    case LRT_TRANSFORM_LEVELS:
    case LRT_TRANSFORM_DATE_PART:
    case LRT_TRANSFORM_CYCLIC:
    case LRT_TRANSFORM_CROSS:
    case LRT_TRANSFORM_HASH:
    case LRT_TRANSFORM_HASH_WORDS:
    case LRT_TRANSFORM_BAG_OF_WORDS:
    case LRT_TRANSFORM_PCA:
    case LRT_TRANSFORM_COMPONENT:
    case LRT_TRANSFORM_SELECT:
    case LRT_TRANSFORM_TARGET_ENCODE:
    case LRT_TRANSFORM_DROP_CONSTANT:
    case LRT_TRANSFORM_ONE_HOT:
    case LRT_TRANSFORM_ORDINAL:
    case LRT_TRANSFORM_INDEX: break;
    }
    return (LrtStepRows){0, 0, true, false};
}

/* The newest row that a slot reads, counted from its own. */
static int64_t newest_row(const LrtDataSpec *spec, int32_t slot) {
    int32_t number = transform_step_of(spec, slot);
    if (number < 0) {
        return 0;
    }
    const LrtStep *step = &spec->steps[number];
    int64_t newest = newest_row(spec, step->input);
    for (int64_t k = 0; k < step->other_count; k++) {
        int64_t other = newest_row(spec, step->others[k]);
        newest = other > newest ? other : newest;
    }
    return newest + lrt_step_rows(step).last;
}

int64_t lrt_target_reach(const LrtDataSpec *spec) {
    int64_t reach = 0;
    for (int64_t k = 0; k < spec->target_count; k++) {
        int64_t newest = newest_row(spec, spec->targets[k].slot);
        reach = newest > reach ? newest : reach;
    }
    return reach;
}
