/* Walks the augmentations of a spec over the rows of a step; rows are independent but for mixup, so threads share them out. */
#include "augment/augment.h"

#include <stdlib.h>

enum { CHUNK_ROWS = 16 };

static AugmentImageFunction *const functions[] = {
    [LRT_AUGMENT_SHIFT] = augment_shift,           [LRT_AUGMENT_FLIP] = augment_flip,
    [LRT_AUGMENT_ROTATE] = augment_rotate,         [LRT_AUGMENT_ZOOM] = augment_zoom,
    [LRT_AUGMENT_CUTOUT] = augment_cutout,         [LRT_AUGMENT_NOISE] = augment_noise,
    [LRT_AUGMENT_MIXUP] = NULL, /* of two rows */  [LRT_AUGMENT_BRIGHTNESS] = augment_brightness,
    [LRT_AUGMENT_CONTRAST] = augment_contrast,
};

static const LrtColumn *column_of(const LrtDataSpec *data, const LrtAugment *augment) {
    return &data->columns[data->slots[data->inputs[augment->input].slot].column];
}

bool augmenter_init(Augmenter *augmenter, const Machine *machine, uint64_t seed, LrtError *error) {
    const LrtProgram *program = machine->program;
    *augmenter = (Augmenter){.machine = machine, .seed = seed};
    for (int64_t i = 0; i < program->augment_count; i++) {
        int64_t width = program->data.inputs[program->augments[i].input].width;
        augmenter->image = width > augmenter->image ? width : augmenter->image;
    }
    if (augmenter->image == 0) {
        return true;
    }
    augmenter->scratch = malloc((size_t)(augmenter->image * program->step.capacity) * sizeof *augmenter->scratch);
    augmenter->order = malloc((size_t)program->step.capacity * sizeof *augmenter->order);
    return (augmenter->scratch && augmenter->order) || lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to augment a batch");
}

void augmenter_free(Augmenter *augmenter) {
    free(augmenter->scratch);
    free(augmenter->order);
    *augmenter = (Augmenter){0};
}

typedef struct Work {
    const Augmenter *augmenter;
    const LrtAugment *augment;
    int64_t step, number, count;
} Work;

/* What is no image is a row of one pixel of so many channels. */
static void change_row(const Work *work, int64_t row) {
    const Augmenter *augmenter = work->augmenter;
    const LrtProgram *program = augmenter->machine->program;
    const LrtInput *input = &program->data.inputs[work->augment->input];
    const LrtColumn *column = column_of(&program->data, work->augment);
    bool is_image = column->rank == 3;
    float *features = (float *)(void *)(augmenter->machine->arena + program->step.features);
    AugmentImage image = {.pixels = features + row * program->step.feature_stride + input->offset,
                          .scratch = augmenter->scratch + row * augmenter->image,
                          .height = is_image ? column->dims[0] : 1,
                          .width = is_image ? column->dims[1] : 1,
                          .channels = is_image ? column->dims[2] : input->width};
    uint64_t place = (uint64_t)(work->step * program->step.capacity + row);
    LrtRandom random = lrt_random_stream(augmenter->seed + (uint64_t)work->number, "augment", place);
    functions[work->augment->kind](work->augment, &image, &random);
}

static void change_chunk(void *context, int64_t index) {
    const Work *work = context;
    for (int64_t row = index * CHUNK_ROWS; row < (index + 1) * CHUNK_ROWS && row < work->count; row++) {
        change_row(work, row);
    }
}

void augment_rows(const Augmenter *augmenter, int64_t step, int64_t count) {
    const LrtProgram *program = augmenter->machine->program;
    for (int64_t i = 0; i < program->augment_count; i++) {
        const LrtAugment *augment = &program->augments[i];
        const LrtInput *input = &program->data.inputs[augment->input];
        if (augment->kind == LRT_AUGMENT_MIXUP) {
            LrtRandom random = lrt_random_stream(augmenter->seed + (uint64_t)i, "mixup", (uint64_t)step);
            augment_mixup(augmenter, augment, input->offset, input->width, count, &random);
            continue;
        }
        Work work = {augmenter, augment, step, i, count};
        lrt_pool_run(augmenter->machine->pool, change_chunk, &work, (count + CHUNK_ROWS - 1) / CHUNK_ROWS);
    }
}
