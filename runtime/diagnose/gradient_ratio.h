/* What the gradients of the first and the last layer tell of the way between them. */
#ifndef DIAGNOSE_GRADIENT_RATIO_H
#define DIAGNOSE_GRADIENT_RATIO_H

#include "diagnose/check.h"

/* Whether the norms of the first and the last layer's gradient are as far apart as a check asks. */
typedef bool GradientRatioHolds(double first, double last);

/* True where that held before training, still does (or the run has failed), and nothing was learnt. Then the layer is named and the
 * evidence is filled in; `*out_ratio` is first / last before training. */
bool gradient_ratio_check(const View *view, GradientRatioHolds *holds, Finding *finding, double *out_ratio);

#endif
