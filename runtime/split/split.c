/* The choice among the kinds of split, and what all of them must fulfil. */
#include "split/split.h"

#include <inttypes.h>
#include <string.h>

const char *split_part_word(LrtPart part) {
    static const char *const words[LRT_PART_COUNT] = {"train", "validation", "test"};
    return part < LRT_PART_COUNT ? words[part] : "none";
}

static bool split_by_kind(const SplitRows *rows, SplitResult *out, LrtError *error) {
    switch (rows->spec->split.kind) {
    case LRT_SPLIT_RANDOM: return split_random(rows, out, error);
    case LRT_SPLIT_STRATIFIED: return split_stratified(rows, out, error);
    case LRT_SPLIT_CHRONOLOGICAL: return split_chronological(rows, out, error);
    case LRT_SPLIT_PREDEFINED: return split_predefined(rows, out, error);
    case LRT_SPLIT_GROUPED:
    case LRT_SPLIT_HASHED:
    case LRT_SPLIT_KFOLD:
    case LRT_SPLIT_WALK_FORWARD:
    case LRT_SPLIT_GROUP_TIME: break;
    }
    return lrt_error_set(error, LRT_EXIT_DATA, "unsupported-feature", "this version does not build that split");
}

static bool check_parts(const SplitRows *rows, const SplitResult *result, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    int64_t counts[LRT_PART_COUNT] = {0};
    for (int64_t i = 0; i < rows->count; i++) {
        if (result->part[i] < LRT_PART_COUNT) {
            counts[result->part[i]]++;
        }
    }
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        bool wanted = part == LRT_PART_TRAIN || (split->kind != LRT_SPLIT_PREDEFINED && split->share[part] > 0);
        if (!wanted || counts[part] > 0) {
            continue;
        }
        lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "the %s part has no rows of the %" PRId64 " that have a target",
                      split_part_word((LrtPart)part), rows->count);
        if (part == LRT_PART_TRAIN && split->kind == LRT_SPLIT_PREDEFINED) {
            lrt_error_fix(error, "mark rows as `train` in the column of type fold");
        } else if (result->purged > 0) {
            lrt_error_fix(error, "a smaller purge or embargo: they left out %" PRId64 " rows", result->purged);
        } else if (part == LRT_PART_TRAIN) {
            lrt_error_fix(error, "a greater share for `train`, or more rows");
        } else {
            lrt_error_fix(error, "`%s: 0%%`, a greater share for it, or more rows", split_part_word((LrtPart)part));
        }
        error->spec_line = split->spec_line;
        return false;
    }
    return true;
}

bool split_rows(const SplitRows *rows, SplitResult *out, LrtError *error) {
    *out = (SplitResult){.part = REGION_ARRAY(rows->region, unsigned char, rows->count, error)};
    if (!out->part) {
        return false;
    }
    memset(out->part, LRT_PART_NONE, (size_t)rows->count);
    return split_by_kind(rows, out, error) && check_parts(rows, out, error);
}
