/* The order of an epoch in which every batch holds the classes evenly (`balanced_batches`). */
#ifndef TRAIN_BALANCED_H
#define TRAIN_BALANCED_H

#include "lrt/dataset.h"
#include "lrt/error.h"
#include "lrt/program.h"

typedef struct Balanced {
    int64_t classes;      /* that have training rows; 0: batches are not balanced */
    int64_t *sorted;      /* training rows, class after class */
    int64_t *rows;        /* the same, each class shuffled */
    int64_t *begins;      /* [classes + 1] where each class begins in them */
    int64_t *drawn;       /* [classes] rows drawn since the class was last shuffled */
} Balanced;

/* `balanced->classes` is 0 where the spec does not ask for balanced batches. */
bool balanced_init(Balanced *balanced, const LrtProgram *program, const LrtDataset *dataset, LrtError *error);
void balanced_free(Balanced *balanced);

/* Fills `out` with `count` rows. Of each `batch` of them every class has as many, give or take one; who has one more goes round. A class
 * is drawn without replacement, and from the start again, shuffled anew, when it is used up. A pure function of seed and epoch. */
void balanced_draw_epoch(Balanced *balanced, uint64_t seed, int64_t epoch, int64_t batch, int64_t count, int64_t *out);

#endif
