/* Resampling of the training part. It happens behind split and fits, so no other part can leak into it. A file a
 * sampler. */
#ifndef SAMPLE_SAMPLER_H
#define SAMPLE_SAMPLER_H

#include "data/region.h"
#include "lrt/dataset.h"

/* One sampler at work. */
typedef struct Sampling {
    const LrtDataSpec *spec;
    const LrtSampler *sampler;
    LrtDataset *dataset;
    const LrtTarget *target; /* the first one with classes */
    const int64_t *before;   /* [target->level_count] training rows of each class */
    const int64_t *after;    /* and as many as there shall be */
    Region *scratch;
    LrtError *error;
} Sampling;

/* Runs every sampler of the spec in order. dataset->sampled then holds the counts of each. `counts_alone`: what the
 * samplers would refuse is refused and the counts are set, but no row is made or left out. */
bool samplers_run(const LrtDataSpec *spec, LrtDataset *dataset, bool counts_alone, LrtError *error);

/* Each brings the training rows of every class from `before` to `after`; the ones with an argument change the plan where rows decide
 * how many there are in the end. */
bool sampler_oversample(Sampling *sampling);
bool sampler_undersample(Sampling *sampling);
bool sampler_smote(Sampling *sampling); /* and smote_nc */
bool sampler_svm_smote(Sampling *sampling);
bool sampler_borderline_smote(Sampling *sampling, int64_t *after);
bool sampler_adasyn(Sampling *sampling, int64_t *after);
bool sampler_near_miss(Sampling *sampling, int64_t *after);
/* tomek_links, edited_neighbors, and what follows the SMOTE of smote_tomek and smote_enn. */
bool sampler_clean(Sampling *sampling, int64_t *after);

const char *sampler_word(LrtSamplerKind kind);
/* What a sampler takes besides its target. */
bool sampler_has_ratio(LrtSamplerKind kind);
bool sampler_has_neighbors(LrtSamplerKind kind);
bool sampler_has_seed(LrtSamplerKind kind);

/* The class of a row, and the class with the fewest training rows, the first of equals. */
int32_t sampling_label(const Sampling *sampling, int64_t row);
int64_t sampling_smallest_class(const Sampling *sampling);
/* Rows that are to be made of class `level`, and of all classes. */
int64_t sampling_lack(const Sampling *sampling, int64_t level);
int64_t sampling_lack_in_all(const Sampling *sampling);
/* The training rows of class `level`, ascending. */
int64_t *sampling_class_rows(const Sampling *sampling, int64_t level);
/* Room for `extra` more rows in every matrix and in the training part. */
bool sampling_grow(Sampling *sampling, int64_t extra);
/* Leaves the rows that are marked (by their number) out of the training part; the others stay in order. */
void sampling_drop(Sampling *sampling, const unsigned char *dropped);
/* Appends a copy of row `from` to the training part; there must be room. Returns the new row. */
int64_t sampling_append(Sampling *sampling, int64_t from);

#endif
