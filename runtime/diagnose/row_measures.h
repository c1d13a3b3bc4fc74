/* What single rows of the evaluator's last measure tell. */
#ifndef DIAGNOSE_ROW_MEASURES_H
#define DIAGNOSE_ROW_MEASURES_H

#include "diagnose/check.h"
#include "train/evaluator.h"

typedef struct Training Training;

/* Standard deviation of the losses of the first `count` rows. */
double rows_deviation(const Evaluator *evaluator, int64_t count);
/* Of the loss of all rows, on the hundredth part with the greatest; `out_rows` (or NULL) gets the first five of these, counted from 0. */
double rows_top_share(const Evaluator *evaluator, int64_t count, int64_t out_rows[5], int *out_count);
/* How predictions differ from row to row, for the target for which they do most: deviation of the probabilities, or of the predictions
 * over that of the truth. */
double rows_spread(const Evaluator *evaluator);
/* Labels that the model contradicts, and the class that it knows least; of the validation part. */
void rows_find_suspects(const Training *training, Probes *out);

#endif
