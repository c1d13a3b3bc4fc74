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

/* Each brings the training rows of every class from `before` to `after`. */
bool sampler_oversample(Sampling *sampling);
bool sampler_undersample(Sampling *sampling);
bool sampler_smote(Sampling *sampling);
/* tomek_links and edited_neighbors, which decide row by row how many stay: sets the counts of every class.
 * `counts_alone`: no row is left out. */
bool sampler_clean(Sampling *sampling, bool counts_alone, int64_t *out_after);
/* Whether a sampler's counts follow from its neighbours alone. */
bool sampler_is_cleaner(LrtSamplerKind kind);

/* Rows that are to be made of class `level`, and of all classes. */
int64_t sampling_lack(const Sampling *sampling, int64_t level);
int64_t sampling_lack_in_all(const Sampling *sampling);
/* The training rows of class `level`, ascending. */
int64_t *sampling_class_rows(const Sampling *sampling, int64_t level);
/* Room for `extra` more rows in every matrix and in the training part. */
bool sampling_grow(Sampling *sampling, int64_t extra);
/* Appends a copy of row `from` to the training part; there must be room. Returns the new row. */
int64_t sampling_append(Sampling *sampling, int64_t from);

#endif
