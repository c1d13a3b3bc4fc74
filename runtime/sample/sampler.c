/* What samplers share: counts of classes, room for new rows, and the walk over the samplers of a spec. */
#include "sample/sampler.h"

#include <inttypes.h>
#include <string.h>

#include "data/share.h"

int64_t sampling_lack(const Sampling *sampling, int64_t level) {
    int64_t wanted = share_floor(sampling->greatest, sampling->sampler->ratio);
    int64_t count = sampling->counts[level];
    return wanted > count ? wanted - count : 0;
}

static int32_t label_of(const Sampling *sampling, int64_t row) {
    return sampling->dataset->labels[row * sampling->dataset->label_width + sampling->target->offset];
}

int64_t *sampling_class_rows(const Sampling *sampling, int64_t level) {
    const LrtDataset *dataset = sampling->dataset;
    int64_t *rows = REGION_ARRAY(sampling->scratch, int64_t, sampling->counts[level], sampling->error);
    int64_t count = 0;
    for (int64_t i = 0; rows && i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        if (label_of(sampling, row) == level) {
            rows[count++] = row;
        }
    }
    return rows;
}

/* A longer array with the old items at its front; the old one is freed. */
static bool grow_array(Sampling *sampling, void **array, int64_t old_items, int64_t new_items, size_t size) {
    void *grown = region_alloc(sampling->dataset->memory, new_items, size, sampling->error);
    if (!grown) {
        return false;
    }
    if (old_items > 0) {
        memcpy(grown, *array, (size_t)old_items * size);
    }
    region_release(sampling->dataset->memory, *array);
    *array = grown;
    return true;
}

bool sampling_grow(Sampling *sampling, int64_t extra) {
    LrtDataset *d = sampling->dataset;
    int64_t old_rows = d->row_count, rows = old_rows + extra, training = d->part_count[LRT_PART_TRAIN];
    return grow_array(sampling, (void **)&d->source_row, old_rows, rows, sizeof *d->source_row) &&
           grow_array(sampling, (void **)&d->features, old_rows * d->feature_width, rows * d->feature_width, sizeof *d->features) &&
           grow_array(sampling, (void **)&d->indices, old_rows * d->index_width, rows * d->index_width, sizeof *d->indices) &&
           grow_array(sampling, (void **)&d->targets, old_rows * d->target_width, rows * d->target_width, sizeof *d->targets) &&
           grow_array(sampling, (void **)&d->labels, old_rows * d->label_width, rows * d->label_width, sizeof *d->labels) &&
           (!d->weights || grow_array(sampling, (void **)&d->weights, old_rows, rows, sizeof *d->weights)) &&
           grow_array(sampling, (void **)&d->part_rows[LRT_PART_TRAIN], training, training + extra, sizeof(int64_t));
}

int64_t sampling_append(Sampling *sampling, int64_t from) {
    LrtDataset *d = sampling->dataset;
    int64_t row = d->row_count++;
    d->source_row[row] = d->source_row[from];
    memcpy(d->features + row * d->feature_width, d->features + from * d->feature_width, (size_t)d->feature_width * sizeof(float));
    memcpy(d->indices + row * d->index_width, d->indices + from * d->index_width, (size_t)d->index_width * sizeof(int32_t));
    memcpy(d->targets + row * d->target_width, d->targets + from * d->target_width, (size_t)d->target_width * sizeof(float));
    memcpy(d->labels + row * d->label_width, d->labels + from * d->label_width, (size_t)d->label_width * sizeof(int32_t));
    if (d->weights) {
        d->weights[row] = d->weights[from];
    }
    d->part_rows[LRT_PART_TRAIN][d->part_count[LRT_PART_TRAIN]++] = row;
    return row;
}

/* Training rows of each level, in the region of the data set. */
static int64_t *count_levels(Sampling *sampling) {
    const LrtDataset *dataset = sampling->dataset;
    int64_t *counts = REGION_ARRAY(dataset->memory, int64_t, sampling->target->level_count, sampling->error);
    for (int64_t i = 0; counts && i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        int32_t label = label_of(sampling, dataset->part_rows[LRT_PART_TRAIN][i]);
        if (label >= 0) {
            counts[label]++;
        }
    }
    return counts;
}

static bool run_by_kind(Sampling *sampling) {
    switch (sampling->sampler->kind) {
    case LRT_SAMPLER_OVERSAMPLE:
        return sampler_oversample(sampling);
    case LRT_SAMPLER_UNDERSAMPLE:
        return sampler_undersample(sampling);
    case LRT_SAMPLER_SMOTE:
        return sampler_smote(sampling);
    case LRT_SAMPLER_SMOTE_NC:
    case LRT_SAMPLER_BORDERLINE_SMOTE:
    case LRT_SAMPLER_SVM_SMOTE:
    case LRT_SAMPLER_ADASYN:
    case LRT_SAMPLER_TOMEK_LINKS:
    case LRT_SAMPLER_EDITED_NEIGHBORS:
    case LRT_SAMPLER_NEAR_MISS:
    case LRT_SAMPLER_SMOTE_TOMEK:
    case LRT_SAMPLER_SMOTE_ENN:
    case LRT_SAMPLER_BALANCED_BATCHES:
        break;
    }
    return lrt_error_set(sampling->error, LRT_EXIT_DATA, "unsupported-feature", "this version does not build that sampler");
}

/* A class without a training row: nothing can be repeated, and to undersample to it would leave nothing. */
static bool check_classes(Sampling *sampling) {
    const LrtTarget *target = sampling->target;
    for (int64_t k = 0; k < target->level_count; k++) {
        if (sampling->counts[k] > 0) {
            continue;
        }
        bool under = sampling->sampler->kind == LRT_SAMPLER_UNDERSAMPLE;
        lrt_error_set(sampling->error, LRT_EXIT_DATA, under ? "sampler-empties-class" : "class-too-small",
                      "class `%s` of target `%s` has no row in the training part%s", target->levels[k], target->name,
                      under ? ", so undersampling to it would empty every class" : " to make others of");
        lrt_error_fix(sampling->error, "`split: stratified`, more rows of the class, or leave the class out");
        sampling->error->spec_line = sampling->sampler->spec_line;
        return false;
    }
    return true;
}

static bool run_sampler(Sampling *sampling, LrtSampled *out) {
    const LrtTarget *target = sampling->target;
    out->before = count_levels(sampling);
    if (!out->before) {
        return false;
    }
    sampling->counts = out->before;
    sampling->greatest = sampling->smallest = out->before[0];
    for (int64_t k = 1; k < target->level_count; k++) {
        sampling->greatest = out->before[k] > sampling->greatest ? out->before[k] : sampling->greatest;
        sampling->smallest = out->before[k] < sampling->smallest ? out->before[k] : sampling->smallest;
    }
    if (!check_classes(sampling) || !run_by_kind(sampling)) {
        return false;
    }
    out->after = count_levels(sampling);
    out->level_count = target->level_count;
    out->target = (int32_t)(target - sampling->spec->targets);
    return out->after != NULL;
}

bool samplers_run(const LrtDataSpec *spec, LrtDataset *dataset, LrtError *error) {
    const LrtTarget *target = NULL;
    for (int64_t k = spec->target_count; k-- > 0;) {
        target = spec->targets[k].is_class && spec->targets[k].level_count > 0 ? &spec->targets[k] : target;
    }
    if (spec->sampler_count > 0 && !target) {
        lrt_error_set(error, LRT_EXIT_DATA, "sampler-needs-classes", "a sampler balances classes, and no target has any");
        lrt_error_fix(error, "leave `sampling` out");
        error->spec_line = spec->samplers[0].spec_line;
        return false;
    }
    dataset->sampled = REGION_ARRAY(dataset->memory, LrtSampled, spec->sampler_count, error);
    bool good = dataset->sampled != NULL;
    for (int64_t i = 0; good && i < spec->sampler_count; i++) {
        Region scratch = {0};
        Sampling sampling = {.spec = spec, .sampler = &spec->samplers[i], .dataset = dataset, .target = target,
                             .scratch = &scratch, .error = error};
        good = run_sampler(&sampling, &dataset->sampled[i]);
        dataset->sampled_count += good;
        region_free(&scratch);
    }
    return good;
}
