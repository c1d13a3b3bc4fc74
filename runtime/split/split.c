/* The choice among the kinds of split, and what all of them must fulfil. */
#include "split/split.h"

#include <inttypes.h>
#include <string.h>

#include "data/table_place.h"

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
    case LRT_SPLIT_GROUPED: return split_grouped(rows, out, error);
    case LRT_SPLIT_HASHED: return split_hashed(rows, out, error);
    case LRT_SPLIT_GROUP_TIME: return split_group_time(rows, out, error);
    case LRT_SPLIT_KFOLD:
    case LRT_SPLIT_WALK_FORWARD: break;
    }
    return lrt_error_set(error, LRT_EXIT_DATA, "unsupported-feature", "this version does not build that split");
}

/* Rows of a part's own file are that part's; those of the training part's are divided among the parts without a file,
 * in the proportion of their shares. */
static bool split_given(const SplitRows *rows, SplitResult *out, LrtError *error) {
    LrtDataSpec spec = *rows->spec;
    SplitRows inner = {.spec = &spec, .table = rows->table, .region = rows->region};
    int64_t *own = REGION_ARRAY(rows->region, int64_t, rows->count, error);
    int64_t *place = own ? REGION_ARRAY(rows->region, int64_t, rows->count, error) : NULL;
    bool has_file[LRT_PART_COUNT] = {false};
    double left = 1;
    for (int64_t i = 1; place && i < rows->table->file_count; i++) {
        LrtPart part = rows->table->files[i].part;
        left -= has_file[part] ? 0 : spec.split.share[part];
        has_file[part] = true;
    }
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        spec.split.share[part] = has_file[part] || !(left > 0) ? 0 : spec.split.share[part] / left;
    }
    for (int64_t i = 0; place && i < rows->count; i++) {
        LrtPart part = table_row_part(rows->table, rows->rows[i]);
        out->part[i] = (unsigned char)part;
        if (part == LRT_PART_TRAIN) {
            own[inner.count] = rows->rows[i];
            place[inner.count++] = i;
        }
    }
    SplitResult result = {.part = place ? REGION_ARRAY(rows->region, unsigned char, inner.count, error) : NULL};
    inner.rows = own;
    if (!result.part) {
        return false;
    }
    memset(result.part, LRT_PART_NONE, (size_t)inner.count);
    if (!split_by_kind(&inner, &result, error)) {
        return false;
    }
    for (int64_t i = 0; i < inner.count; i++) {
        out->part[place[i]] = result.part[i];
    }
    out->purged = result.purged;
    out->without_fold = result.without_fold;
    return true;
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
    const LrtTable *table = rows->table;
    if (table->parts_given) {
        for (int64_t i = 0; i < rows->count; i++) {
            out->part[i] = table->parts[rows->rows[i]];
        }
        return true;
    }
    bool given = table->file_count > 1;
    if (!(given ? split_given : split_by_kind)(rows, out, error) || !split_leave_gaps(rows, out, error) ||
        !check_parts(rows, out, error)) {
        return false;
    }
    for (int64_t i = 0; table->parts && i < rows->count; i++) {
        table->parts[rows->rows[i]] = out->part[i];
    }
    return true;
}
