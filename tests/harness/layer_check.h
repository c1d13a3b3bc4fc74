/* Gradients of a layer or activation against central differences. */
#ifndef LSPEC_TESTS_LAYER_CHECK_H
#define LSPEC_TESTS_LAYER_CHECK_H

#include "harness/calls.h"

/* One entry at one shape, [4, width] or [4, time, width] where `time` > 0: gradients by the input and by every trainable
 * parameter. */
void layer_check_gradients(const CatalogEntry *entry, const CallOption *options, int64_t time, int64_t width,
                           bool training);

#endif
