/* The argument `class_weights:` held against the levels of a target. */
#ifndef LSPEC_CATALOG_LOSS_CLASS_WEIGHTS_H
#define LSPEC_CATALOG_LOSS_CLASS_WEIGHTS_H

#include "catalog/build.h"

/* False where a weight has no class, or a class of a list no weight: reported. */
bool class_weights_check(Session *session, const Call *call, const BuildTarget *target);
/* The weight of each level, or NULL where all count alike. In the arena. */
const double *class_weights_of(Arena *arena, const Call *call, const BuildTarget *target);

#endif
