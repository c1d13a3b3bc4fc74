/* Hash map from names to 64-bit values, in an arena. Iterates in the order of insertion. */
#ifndef LSPEC_SUPPORT_MAP_H
#define LSPEC_SUPPORT_MAP_H

#include <stdbool.h>

#include "support/arena.h"

typedef struct MapEntry {
    const char *key; /* not copied: must outlive the map */
    int64_t value;
} MapEntry;

typedef struct Map {
    Arena *arena;
    MapEntry *entries;
    int64_t count;
    int64_t capacity;
    int32_t *slots; /* index of an entry + 1; 0 is empty */
    int64_t slot_count;
} Map;

void map_init(Map *map, Arena *arena);
/* False, and no change, where the key is already there. */
bool map_insert(Map *map, const char *key, int64_t value);
void map_set(Map *map, const char *key, int64_t value);
bool map_find(const Map *map, const char *key, int64_t *out);

#endif
