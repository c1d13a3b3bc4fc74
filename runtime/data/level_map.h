/* Levels of one table in terms of another list of levels: files number their levels each on their own. */
#ifndef DATA_LEVEL_MAP_H
#define DATA_LEVEL_MAP_H

#include "data/region.h"

/* out_map[i] becomes the number in `to` of the level from[i], or -1. Levels are equal as texts, else as decimal numbers
 * ("1" and "1.0"). */
bool level_map_build(const char *const *from, int64_t from_count, const char *const *to, int64_t to_count,
                     int32_t *out_map, LrtError *error);

#endif
