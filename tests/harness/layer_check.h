/* Gradients of a layer or activation against central differences. */
#ifndef LSPEC_TESTS_LAYER_CHECK_H
#define LSPEC_TESTS_LAYER_CHECK_H

#include "harness/calls.h"

/* One call at one shape [B, …, width], with 4 rows: gradients by the input and by every trainable parameter. The session,
 * which holds the call, is freed. */
void layer_check_call(Session *session, const Call *call, const Shape *shape, bool training);
/* One entry at one shape, [4, width] or [4, time, width] where `time` > 0: gradients by the input and by every trainable
 * parameter. */
void layer_check_gradients(const CatalogEntry *entry, const CallOption *options, int64_t time, int64_t width,
                           bool training);

#endif
