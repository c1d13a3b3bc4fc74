/* What can be reached on this data: each row predicted by its five nearest neighbours among the others. A model that is far below
 * them on rows it was trained on cannot hold what is there; where shuffled targets do as well, there is nothing to hold. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/probe.h"
#include "lrt/random.h"

enum { MOST_ROWS = 400, NEIGHBORS = 5, SHUFFLES = 199 };

typedef struct Level {
    int64_t rows, width;
    double *features;              /* [rows, width], standardised */
    int32_t *nearest;              /* [rows, NEIGHBORS] */
    double *targets;               /* of real targets */
    int32_t *labels;               /* of classes */
    int64_t *order;                /* targets of the rows, shuffled */
    int64_t levels;
} Level;

static bool allocate(Level *level, int64_t rows, int64_t width) {
    *level = (Level){.rows = rows, .width = width};
    level->features = calloc((size_t)(rows * width) + 1, sizeof *level->features);
    level->nearest = calloc((size_t)(rows * NEIGHBORS) + 1, sizeof *level->nearest);
    level->targets = calloc((size_t)rows + 1, sizeof *level->targets);
    level->labels = calloc((size_t)rows + 1, sizeof *level->labels);
    level->order = calloc((size_t)rows + 1, sizeof *level->order);
    return level->features && level->nearest && level->targets && level->labels && level->order;
}

static void release(Level *level) {
    free(level->features);
    free(level->nearest);
    free(level->targets);
    free(level->labels);
    free(level->order);
}

static void fill_features(Level *level, const LrtDataset *dataset, const int64_t *rows) {
    for (int64_t c = 0; c < level->width; c++) {
        double mean = 0, squares = 0;
        for (int64_t r = 0; r < level->rows; r++) {
            mean += (double)dataset->features[rows[r] * dataset->feature_width + c] / (double)level->rows;
        }
        for (int64_t r = 0; r < level->rows; r++) {
            double off = (double)dataset->features[rows[r] * dataset->feature_width + c] - mean;
            level->features[r * level->width + c] = off;
            squares += off * off / (double)level->rows;
        }
        for (int64_t r = 0; r < level->rows && squares > 0; r++) {
            level->features[r * level->width + c] /= sqrt(squares);
        }
    }
}

static double distance(const Level *level, const LrtDataset *dataset, const int64_t *rows, int64_t a, int64_t b) {
    const double *x = level->features + a * level->width, *y = level->features + b * level->width;
    double sum = 0;
    for (int64_t c = 0; c < level->width; c++) {
        sum += (x[c] - y[c]) * (x[c] - y[c]);
    }
    for (int64_t c = 0; c < dataset->index_width; c++) { /* another level is as far as another column of one_hot */
        sum += dataset->indices[rows[a] * dataset->index_width + c] != dataset->indices[rows[b] * dataset->index_width + c] ? 2 : 0;
    }
    return sum;
}

/* Equal rows are left out: they would tell the target itself. */
static void find_neighbors(Level *level, const LrtDataset *dataset, const int64_t *rows) {
    for (int64_t a = 0; a < level->rows; a++) {
        double best[NEIGHBORS];
        int32_t *nearest = level->nearest + a * NEIGHBORS;
        for (int k = 0; k < NEIGHBORS; k++) {
            best[k] = (double)INFINITY;
            nearest[k] = -1;
        }
        for (int64_t b = 0; b < level->rows; b++) {
            double d = a == b ? 0 : distance(level, dataset, rows, a, b);
            if (d <= 0 || d >= best[NEIGHBORS - 1]) {
                continue;
            }
            int place = NEIGHBORS - 1;
            for (; place > 0 && best[place - 1] > d; place--) {
                best[place] = best[place - 1];
                nearest[place] = nearest[place - 1];
            }
            best[place] = d;
            nearest[place] = (int32_t)b;
        }
    }
}

/* The label that most of the neighbours bear, the nearest one's where several do. */
static int32_t vote(const Level *level, const int32_t *nearest) {
    int32_t winner = -1;
    int most = 0;
    for (int k = 0; k < NEIGHBORS && nearest[k] >= 0; k++) {
        int count = 0;
        for (int j = 0; j < NEIGHBORS && nearest[j] >= 0; j++) {
            count += level->labels[level->order[nearest[j]]] == level->labels[level->order[nearest[k]]];
        }
        if (count > most) {
            most = count;
            winner = level->labels[level->order[nearest[k]]];
        }
    }
    return winner;
}

/* Accuracy, or the mean recall of the classes where `balanced`. */
static double score_classes(const Level *level, bool balanced) {
    int64_t right_of[256] = {0}, rows_of[256] = {0}, right = 0, classes = 0;
    double recall = 0;
    for (int64_t r = 0; r < level->rows; r++) {
        int32_t label = level->labels[level->order[r]];
        bool hit = vote(level, level->nearest + r * NEIGHBORS) == label;
        right += hit;
        if (label < 256) {
            right_of[label] += hit;
            rows_of[label]++;
        }
    }
    for (int i = 0; i < 256; i++) {
        classes += rows_of[i] > 0;
        recall += rows_of[i] > 0 ? (double)right_of[i] / (double)rows_of[i] : 0;
    }
    return balanced ? recall / (double)classes : (double)right / (double)level->rows;
}

static double score_reals(const Level *level) {
    double mean = 0, rest = 0, total = 0;
    for (int64_t r = 0; r < level->rows; r++) {
        mean += level->targets[r] / (double)level->rows;
    }
    for (int64_t r = 0; r < level->rows; r++) {
        double sum = 0, truth = level->targets[level->order[r]];
        int count = 0;
        for (int k = 0; k < NEIGHBORS && level->nearest[r * NEIGHBORS + k] >= 0; k++, count++) {
            sum += level->targets[level->order[level->nearest[r * NEIGHBORS + k]]];
        }
        double off = truth - (count > 0 ? sum / count : mean);
        rest += off * off;
        total += (truth - mean) * (truth - mean);
    }
    return total > 0 ? 1 - rest / total : 0;
}

static double model_score(const LrtMetricInput *input, bool is_class) {
    double right = 0, rest = 0, total = 0, mean = 0;
    for (int64_t r = 0; r < input->rows && is_class; r++) {
        right += lrt_predicted_level(input, r) == input->labels[r];
    }
    for (int64_t r = 0; r < input->rows && !is_class; r++) {
        mean += input->truth[r] / (double)input->rows;
    }
    for (int64_t r = 0; r < input->rows && !is_class; r++) {
        rest += (input->truth[r] - input->prediction[r]) * (input->truth[r] - input->prediction[r]);
        total += (input->truth[r] - mean) * (input->truth[r] - mean);
    }
    return is_class ? right / (double)input->rows : total > 0 ? 1 - rest / total : 0;
}

bool knn_level(const LrtProgram *program, const LrtDataset *dataset, const Evaluator *evaluator, const int64_t *rows, int64_t count,
               bool with_shuffles, Probes *out) {
    Level level;
    const LrtTarget *target = &program->data.targets[0];
    const LrtMetricInput *input = &evaluator->inputs[0];
    int64_t used = count < MOST_ROWS ? count : MOST_ROWS;
    bool good = allocate(&level, used, dataset->feature_width) && input->rows >= used;
    if (good) {
        level.levels = target->is_class ? target->level_count : 0;
        fill_features(&level, dataset, rows);
        for (int64_t r = 0; r < used; r++) {
            level.order[r] = r;
            level.labels[r] = target->is_class ? input->labels[r] : 0;
            level.targets[r] = target->is_class ? 0 : input->truth[r];
        }
        find_neighbors(&level, dataset, rows);
        LrtMetricInput same = *input;
        same.rows = used;
        out->level_known = true;
        out->level_rows = used;
        out->level = target->is_class ? score_classes(&level, false) : score_reals(&level);
        out->level_model = model_score(&same, target->is_class);
        double real = target->is_class ? score_classes(&level, true) : out->level;
        LrtRandom random = lrt_random_stream(0, "no-signal test", 0);
        int as_good = 1;
        for (int i = 0; with_shuffles && i < SHUFFLES; i++) {
            lrt_random_shuffle(&random, level.order, used);
            as_good += (target->is_class ? score_classes(&level, true) : score_reals(&level)) >= real;
        }
        out->level_p = with_shuffles ? (double)as_good / (SHUFFLES + 1) : 0;
    }
    release(&level);
    return good;
}
