/* Classes lie one behind the other in one array; each is a queue that is shuffled anew when it runs out. */
#include "train/balanced.h"

#include <stdlib.h>
#include <string.h>

#include "lrt/random.h"

static bool wants_balance(const LrtDataSpec *spec) {
    for (int64_t i = 0; i < spec->sampler_count; i++) {
        if (spec->samplers[i].kind == LRT_SAMPLER_BALANCED_BATCHES) {
            return true;
        }
    }
    return false;
}

static const LrtTarget *class_target(const LrtDataSpec *spec) {
    for (int64_t i = 0; i < spec->target_count; i++) {
        if (spec->targets[i].is_class) {
            return &spec->targets[i];
        }
    }
    return NULL;
}

/* Rows class after class, in their order; classes without rows leave no trace. */
static void sort_rows(Balanced *balanced, const LrtDataset *dataset, const LrtTarget *target) {
    int64_t filled = 0;
    for (int64_t level = 0; level < target->level_count; level++) {
        balanced->begins[balanced->classes] = filled;
        for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
            int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
            if (dataset->labels[row * dataset->label_width + target->offset] == level) {
                balanced->sorted[filled++] = row;
            }
        }
        balanced->classes += filled > balanced->begins[balanced->classes];
    }
    balanced->begins[balanced->classes] = filled;
}

bool balanced_init(Balanced *balanced, const LrtProgram *program, const LrtDataset *dataset, LrtError *error) {
    *balanced = (Balanced){0};
    const LrtTarget *target = wants_balance(&program->data) ? class_target(&program->data) : NULL;
    if (!target) {
        return true;
    }
    balanced->rows = malloc(((size_t)dataset->part_count[LRT_PART_TRAIN] + 1) * sizeof *balanced->rows);
    balanced->sorted = malloc(((size_t)dataset->part_count[LRT_PART_TRAIN] + 1) * sizeof *balanced->sorted);
    balanced->begins = malloc(((size_t)target->level_count + 1) * sizeof *balanced->begins);
    balanced->drawn = malloc(((size_t)target->level_count + 1) * sizeof *balanced->drawn);
    if (!balanced->rows || !balanced->sorted || !balanced->begins || !balanced->drawn) {
        balanced_free(balanced);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the order of the rows");
    }
    sort_rows(balanced, dataset, target);
    return true;
}

void balanced_free(Balanced *balanced) {
    free(balanced->rows);
    free(balanced->sorted);
    free(balanced->begins);
    free(balanced->drawn);
    *balanced = (Balanced){0};
}

static int64_t draw_row(Balanced *balanced, LrtRandom *random, int64_t class) {
    int64_t begin = balanced->begins[class], count = balanced->begins[class + 1] - begin;
    if (balanced->drawn[class] == count) {
        lrt_random_shuffle(random, balanced->rows + begin, count);
        balanced->drawn[class] = 0;
    }
    return balanced->rows[begin + balanced->drawn[class]++];
}

void balanced_draw_epoch(Balanced *balanced, uint64_t seed, int64_t epoch, int64_t batch, int64_t count, int64_t *out) {
    LrtRandom random = lrt_random_stream(seed, "balanced", (uint64_t)epoch);
    int64_t classes = balanced->classes, turn = 0;
    memcpy(balanced->rows, balanced->sorted, (size_t)balanced->begins[classes] * sizeof *balanced->rows);
    for (int64_t class = 0; class < classes; class++) {
        balanced->drawn[class] = balanced->begins[class + 1] - balanced->begins[class];
    }
    for (int64_t first = 0; first < count; first += batch) {
        int64_t rows = count - first < batch ? count - first : batch;
        for (int64_t i = 0; i < rows; i++) {
            out[first + i] = draw_row(balanced, &random, (turn + i) % classes);
        }
        turn = (turn + rows) % classes;
    }
}
