/* What samplers share: counts of classes, room for new rows, and the walk over the samplers of a spec. */
#include "sample/sampler.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "data/share.h"

int64_t sampling_lack(const Sampling *sampling, int64_t level) {
    return sampling->after[level] - sampling->before[level];
}

int64_t sampling_lack_in_all(const Sampling *sampling) {
    int64_t lack = 0;
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        lack += sampling_lack(sampling, k);
    }
    return lack;
}

int32_t sampling_label(const Sampling *sampling, int64_t row) {
    return sampling->dataset->labels[row * sampling->dataset->label_width + sampling->target->offset];
}

int64_t *sampling_class_rows(const Sampling *sampling, int64_t level) {
    const LrtDataset *dataset = sampling->dataset;
    int64_t *rows = REGION_ARRAY(sampling->scratch, int64_t, sampling->before[level], sampling->error);
    int64_t count = 0;
    for (int64_t i = 0; rows && i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        if (sampling_label(sampling, row) == level) {
            rows[count++] = row;
        }
    }
    return rows;
}

/* A longer array with the old items at its front; the old one is freed. NULL with the error set where there is no
 * memory. */
static void *grown(Sampling *sampling, void *array, int64_t old_items, int64_t new_items, size_t size) {
    void *longer = region_alloc(sampling->dataset->memory, new_items, size, sampling->error);
    if (longer && old_items > 0) {
        memcpy(longer, array, (size_t)old_items * size);
    }
    region_release(sampling->dataset->memory, array);
    return longer;
}

bool sampling_grow(Sampling *sampling, int64_t extra) {
    LrtDataset *d = sampling->dataset;
    int64_t old = d->row_count, rows = old + extra, training = d->part_count[LRT_PART_TRAIN];
    int64_t f = d->feature_width, i = d->index_width, t = d->target_width, l = d->label_width;
    d->source_row = grown(sampling, d->source_row, old, rows, sizeof *d->source_row);
    d->features = grown(sampling, d->features, old * f, rows * f, sizeof *d->features);
    d->indices = grown(sampling, d->indices, old * i, rows * i, sizeof *d->indices);
    d->targets = grown(sampling, d->targets, old * t, rows * t, sizeof *d->targets);
    d->labels = grown(sampling, d->labels, old * l, rows * l, sizeof *d->labels);
    int64_t **training_rows = &d->part_rows[LRT_PART_TRAIN];
    *training_rows = grown(sampling, *training_rows, training, training + extra, sizeof **training_rows);
    bool good = d->source_row && d->features && d->indices && d->targets && d->labels && *training_rows;
    if (d->weights) {
        d->weights = grown(sampling, d->weights, old, rows, sizeof *d->weights);
        good = good && d->weights;
    }
    return good;
}

int64_t sampling_append(Sampling *sampling, int64_t from) {
    LrtDataset *d = sampling->dataset;
    int64_t row = d->row_count++;
    d->source_row[row] = d->source_row[from];
    memcpy(d->features + row * d->feature_width, d->features + from * d->feature_width,
           (size_t)d->feature_width * sizeof(float));
    memcpy(d->indices + row * d->index_width, d->indices + from * d->index_width,
           (size_t)d->index_width * sizeof(int32_t));
    memcpy(d->targets + row * d->target_width, d->targets + from * d->target_width,
           (size_t)d->target_width * sizeof(float));
    memcpy(d->labels + row * d->label_width, d->labels + from * d->label_width,
           (size_t)d->label_width * sizeof(int32_t));
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
        int32_t label = sampling_label(sampling, dataset->part_rows[LRT_PART_TRAIN][i]);
        if (label >= 0) {
            counts[label]++;
        }
    }
    return counts;
}

void sampling_drop(Sampling *sampling, const unsigned char *dropped) {
    LrtDataset *dataset = sampling->dataset;
    int64_t *training = dataset->part_rows[LRT_PART_TRAIN], kept = 0;
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        if (!dropped[training[i]]) {
            training[kept++] = training[i];
        }
    }
    dataset->part_count[LRT_PART_TRAIN] = kept;
}

int64_t sampling_smallest_class(const Sampling *sampling) {
    int64_t smallest = 0;
    for (int64_t k = 1; k < sampling->target->level_count; k++) {
        smallest = sampling->before[k] < sampling->before[smallest] ? k : smallest;
    }
    return smallest;
}

/* ---- what is known of each sampler ------------------------------------------------------------------------------- */

enum { HAS_RATIO = 1, HAS_NEIGHBORS = 2, HAS_SEED = 4, REMOVES = 8, COUNTS_ARE_PLANNED = 16, SYNTHESIZES = HAS_RATIO | HAS_NEIGHBORS | HAS_SEED };

static const struct {
    const char *word;
    unsigned traits;
} samplers[] = {
#define TRAITS_OVERSAMPLE (HAS_RATIO | HAS_SEED | COUNTS_ARE_PLANNED)
#define TRAITS_UNDERSAMPLE (HAS_RATIO | HAS_SEED | REMOVES | COUNTS_ARE_PLANNED)
#define TRAITS_SMOTE (SYNTHESIZES | COUNTS_ARE_PLANNED)
#define TRAITS_SMOTE_NC TRAITS_SMOTE
#define TRAITS_BORDERLINE_SMOTE SYNTHESIZES
#define TRAITS_SVM_SMOTE SYNTHESIZES
#define TRAITS_ADASYN SYNTHESIZES
#define TRAITS_TOMEK_LINKS 0
#define TRAITS_EDITED_NEIGHBORS 0
#define TRAITS_NEAR_MISS (HAS_RATIO | REMOVES)
#define TRAITS_SMOTE_TOMEK SYNTHESIZES
#define TRAITS_SMOTE_ENN SYNTHESIZES
#define TRAITS_BALANCED_BATCHES COUNTS_ARE_PLANNED
#define SAMPLER(id, name, built, doc) [LRT_SAMPLER_##id] = {name, TRAITS_##id},
#include "lrt/samplers.def"
#undef SAMPLER
};

const char *sampler_word(LrtSamplerKind kind) { return samplers[kind].word; }
bool sampler_has_ratio(LrtSamplerKind kind) { return samplers[kind].traits & HAS_RATIO; }
bool sampler_has_neighbors(LrtSamplerKind kind) { return samplers[kind].traits & HAS_NEIGHBORS; }
bool sampler_has_seed(LrtSamplerKind kind) { return samplers[kind].traits & HAS_SEED; }

static bool run_by_kind(Sampling *sampling, int64_t *after) {
    switch (sampling->sampler->kind) {
    case LRT_SAMPLER_OVERSAMPLE: return sampler_oversample(sampling);
    case LRT_SAMPLER_UNDERSAMPLE: return sampler_undersample(sampling);
    case LRT_SAMPLER_SMOTE:
    case LRT_SAMPLER_SMOTE_NC: return sampler_smote(sampling);
    case LRT_SAMPLER_BORDERLINE_SMOTE: return sampler_borderline_smote(sampling, after);
    case LRT_SAMPLER_SVM_SMOTE: return sampler_svm_smote(sampling);
    case LRT_SAMPLER_ADASYN: return sampler_adasyn(sampling, after);
    case LRT_SAMPLER_NEAR_MISS: return sampler_near_miss(sampling, after);
    case LRT_SAMPLER_TOMEK_LINKS:
    case LRT_SAMPLER_EDITED_NEIGHBORS: return sampler_clean(sampling, after);
    case LRT_SAMPLER_SMOTE_TOMEK:
    case LRT_SAMPLER_SMOTE_ENN: return sampler_smote(sampling) && sampler_clean(sampling, after);
    case LRT_SAMPLER_BALANCED_BATCHES: return true; /* the batches draw: train/batches.c */
    }
    assert(false);
    return false;
}

/* ---- the plan: how many rows of each class there shall be -------------------------------------------------------- */

/* A class without a training row: nothing can be repeated, and to undersample to it would leave nothing. */
static bool refuse_empty(const Sampling *sampling, int64_t level) {
    const LrtTarget *target = sampling->target;
    bool under = samplers[sampling->sampler->kind].traits & REMOVES;
    lrt_error_set(sampling->error, LRT_EXIT_DATA, under ? "sampler-empties-class" : "class-too-small",
                  "class `%s` of target `%s` has no row in the training part%s", target->levels[level], target->name,
                  under ? ", so undersampling to it would empty every class" : " to make others of");
    lrt_error_fix(sampling->error, "`split: stratified`, more rows of the class, or leave the class out");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

static bool refuse_neighbors(const Sampling *sampling, int64_t level) {
    int64_t count = sampling->before[level];
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "`%s` draws from %" PRId64 " neighbors, but class `%s` of target `%s` has %" PRId64
                  " row%s in the training part",
                  sampler_word(sampling->sampler->kind), sampling->sampler->neighbors, sampling->target->levels[level],
                  sampling->target->name, count, count == 1 ? "" : "s");
    lrt_error_why(sampling->error, "a row is no neighbor of itself, so the class needs one row more than neighbors");
    if (count > 1) {
        lrt_error_fix(sampling->error, "%s(neighbors: %" PRId64 ")", sampler_word(sampling->sampler->kind), count - 1);
    } else {
        lrt_error_fix(sampling->error, "`oversample`, which repeats rows, or more rows of the class");
    }
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

/* Smaller classes are brought up to `ratio` times the greatest, or greater ones down until the smallest is `ratio`
 * times each; a class that is there already stays as it is. */
static bool plan_counts(const Sampling *sampling, int64_t *out_after) {
    int64_t levels = sampling->target->level_count, greatest = 0, smallest = INT64_MAX;
    bool changes_counts = sampler_has_ratio(sampling->sampler->kind);
    for (int64_t k = 0; k < levels; k++) {
        int64_t count = sampling->before[k];
        if (count == 0 && changes_counts) {
            return refuse_empty(sampling, k);
        }
        greatest = count > greatest ? count : greatest;
        smallest = count < smallest ? count : smallest;
    }
    bool under = samplers[sampling->sampler->kind].traits & REMOVES;
    int64_t wanted = under ? share_divide_floor(smallest, sampling->sampler->ratio)
                           : share_floor(greatest, sampling->sampler->ratio);
    for (int64_t k = 0; k < levels; k++) {
        int64_t count = sampling->before[k];
        bool changes = changes_counts && (under ? count > wanted : count < wanted);
        if (sampler_has_neighbors(sampling->sampler->kind) && count <= sampling->sampler->neighbors) {
            return refuse_neighbors(sampling, k);
        }
        out_after[k] = changes ? wanted : count;
    }
    return true;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static bool run_sampler(Sampling *sampling, bool counts_alone, const LrtSampled *last, LrtSampled *out) {
    const LrtTarget *target = sampling->target;
    *out = (LrtSampled){.level_count = target->level_count, .target = (int32_t)(target - sampling->spec->targets)};
    out->before = last ? last->after : count_levels(sampling);
    out->after = REGION_ARRAY(sampling->dataset->memory, int64_t, target->level_count, sampling->error);
    if (!out->before || !out->after) {
        return false;
    }
    sampling->before = out->before;
    sampling->after = out->after;
    return plan_counts(sampling, out->after) && (counts_alone || run_by_kind(sampling, out->after));
}

static bool run_all(const LrtDataSpec *spec, LrtDataset *dataset, const LrtTarget *target, bool counts_alone, LrtError *error) {
    bool good = true;
    for (int64_t i = 0; good && i < spec->sampler_count; i++) {
        Region scratch = {0};
        Sampling sampling = {.spec = spec,
                             .sampler = &spec->samplers[i],
                             .dataset = dataset,
                             .target = target,
                             .scratch = &scratch,
                             .error = error};
        good = run_sampler(&sampling, counts_alone, i > 0 ? &dataset->sampled[i - 1] : NULL, &dataset->sampled[i]);
        dataset->sampled_count += good;
        region_free(&scratch);
    }
    return good;
}

/* Where rows decide how many there are in the end, the samplers run, and the data set is put back. */
static bool plan_by_running(const LrtDataSpec *spec, LrtDataset *dataset, const LrtTarget *target, LrtError *error) {
    Region kept = {0};
    int64_t rows = dataset->row_count, count = dataset->part_count[LRT_PART_TRAIN];
    int64_t *training = REGION_ARRAY(&kept, int64_t, count, error);
    bool good = training != NULL;
    if (good) {
        memcpy(training, dataset->part_rows[LRT_PART_TRAIN], (size_t)count * sizeof *training);
        good = run_all(spec, dataset, target, false, error);
        memcpy(dataset->part_rows[LRT_PART_TRAIN], training, (size_t)count * sizeof *training);
        dataset->part_count[LRT_PART_TRAIN] = count;
        dataset->row_count = rows;
    }
    region_free(&kept);
    return good;
}

bool samplers_run(const LrtDataSpec *spec, LrtDataset *dataset, bool counts_alone, LrtError *error) {
    const LrtTarget *target = NULL;
    bool planned = true;
    for (int64_t k = spec->target_count; k-- > 0;) {
        target = spec->targets[k].is_class && spec->targets[k].level_count > 0 ? &spec->targets[k] : target;
    }
    if (spec->sampler_count > 0 && !target) {
        lrt_error_set(error, LRT_EXIT_DATA, "sampler-needs-classes",
                      "a sampler balances classes, and no target has any");
        lrt_error_fix(error, "leave `sampling` out");
        error->spec_line = spec->samplers[0].spec_line;
        return false;
    }
    for (int64_t i = 0; i < spec->sampler_count; i++) {
        planned = planned && samplers[spec->samplers[i].kind].traits & COUNTS_ARE_PLANNED;
    }
    dataset->sampled = REGION_ARRAY(dataset->memory, LrtSampled, spec->sampler_count, error);
    if (!dataset->sampled) {
        return false;
    }
    return counts_alone && !planned ? plan_by_running(spec, dataset, target, error)
                                    : run_all(spec, dataset, target, counts_alone, error);
}
