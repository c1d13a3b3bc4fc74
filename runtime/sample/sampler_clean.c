/* tomek_links and edited_neighbors: rows that their neighbours contradict are left out, as imbalanced-learn does it.
 * Of a Tomek link, two rows of different classes that are each other's nearest neighbour, goes the one that is not of the smallest
 * class. edited_neighbors leaves out a row unless its 3 nearest neighbours, of whatever class, are all of its own. The smallest class is
 * not touched, but behind the SMOTE of smote_tomek and smote_enn: there no class is spared (Batista, Prati and Monard 2004). */
#include "core/unfused.h"

#include "sample/surroundings.h"

enum { EDITED_NEIGHBORS = 3 };

static bool is_linked(const Surroundings *surroundings, int64_t point) {
    int32_t nearest = neighbors_of(surroundings->tree, point)[0]; /* read before the next search: its memory may be shared */
    return surroundings_label(surroundings, nearest) != surroundings_label(surroundings, point) &&
           neighbors_of(surroundings->tree, nearest)[0] == point;
}

static bool refuse_emptied(const Sampling *sampling, int64_t level) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-empties-class",
                  "`%s` would leave class `%s` of target `%s` without a row in the training part",
                  sampler_word(sampling->sampler->kind), sampling->target->levels[level], sampling->target->name);
    lrt_error_why(sampling->error, "each of its rows has a neighbor of another class");
    lrt_error_fix(sampling->error, "leave the sampler out, or `smote`, which adds rows");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

bool sampler_clean(Sampling *sampling, int64_t *after) {
    LrtDataset *dataset = sampling->dataset;
    LrtSamplerKind kind = sampling->sampler->kind;
    bool links = kind == LRT_SAMPLER_TOMEK_LINKS || kind == LRT_SAMPLER_SMOTE_TOMEK;
    bool spares = kind == LRT_SAMPLER_TOMEK_LINKS || kind == LRT_SAMPLER_EDITED_NEIGHBORS;
    int64_t spared = spares ? sampling_smallest_class(sampling) : -1;
    Surroundings surroundings;
    unsigned char *dropped = REGION_ARRAY(sampling->scratch, unsigned char, dataset->row_count, sampling->error);
    if (!dropped || !surroundings_init(&surroundings, sampling, links ? 1 : EDITED_NEIGHBORS)) {
        return false;
    }
    for (int64_t i = 0; i < surroundings.count; i++) {
        int32_t label = surroundings_label(&surroundings, i);
        if (label != spared && (links ? is_linked(&surroundings, i) : surroundings_foreign(&surroundings, i) > 0)) {
            dropped[dataset->part_rows[LRT_PART_TRAIN][i]] = 1;
            after[label]--;
        }
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        if (after[k] == 0 && sampling->before[k] > 0) {
            return refuse_emptied(sampling, k);
        }
    }
    sampling_drop(sampling, dropped);
    return true;
}
