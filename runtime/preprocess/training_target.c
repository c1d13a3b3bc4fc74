/* Labels are numbered as the network's are. */
#include "preprocess/training_target.h"

#include "data/assemble.h"

bool training_target_read(Frame *frame, int32_t number, Region *region, TrainingTarget *out) {
    const LrtTarget *target = &frame->spec->targets[number];
    const SlotValues *values = &frame->slots[target->slot];
    int64_t rows = frame->training_count;
    *out = (TrainingTarget){0};
    if (!target->is_class) {
        double *value = REGION_ARRAY(region, double, rows, frame->error);
        for (int64_t i = 0; value && i < rows; i++) {
            value[i] = values->real[frame->training[i]];
        }
        out->value = value;
        return value != NULL;
    }
    int32_t *all = REGION_ARRAY(region, int32_t, frame->row_count, frame->error);
    int32_t *label = all ? REGION_ARRAY(region, int32_t, rows, frame->error) : NULL;
    if (!label || !assemble_labels(frame, target, false, all, 1)) {
        return false;
    }
    for (int64_t i = 0; i < rows; i++) {
        label[i] = all[frame->training[i]];
    }
    out->label = label;
    out->classes = target->levels ? target->level_count : values->level_count;
    return true;
}
