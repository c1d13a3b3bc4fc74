/* Open addressing over an array of entries in order of insertion; FNV-1a hashes. */
#include "support/map.h"

#include <string.h>

static uint64_t hash_text(const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

void map_init(Map *map, Arena *arena) { *map = (Map){.arena = arena}; }

/* The slot that holds `key`, or the empty one where it belongs. */
static int32_t *find_slot(const Map *map, const char *key) {
    uint64_t mask = (uint64_t)map->slot_count - 1;
    uint64_t at = hash_text(key) & mask;
    while (map->slots[at] != 0 && strcmp(map->entries[map->slots[at] - 1].key, key) != 0) at = (at + 1) & mask;
    return &map->slots[at];
}

static void grow(Map *map) {
    if (map->count == map->capacity) {
        int64_t capacity = map->capacity < 8 ? 8 : map->capacity * 2;
        MapEntry *entries = ARENA_ARRAY(map->arena, MapEntry, capacity);
        if (map->count > 0) memcpy(entries, map->entries, (size_t)map->count * sizeof *entries);
        map->entries = entries;
        map->capacity = capacity;
        map->slot_count = capacity * 2;
        map->slots = ARENA_ARRAY(map->arena, int32_t, map->slot_count);
        for (int64_t i = 0; i < map->count; i++) *find_slot(map, entries[i].key) = (int32_t)i + 1;
    }
}

bool map_find(const Map *map, const char *key, int64_t *out) {
    if (map->count == 0) return false;
    int32_t slot = *find_slot(map, key);
    if (slot == 0) return false;
    if (out != NULL) *out = map->entries[slot - 1].value;
    return true;
}

bool map_insert(Map *map, const char *key, int64_t value) {
    if (map_find(map, key, NULL)) return false;
    grow(map);
    map->entries[map->count++] = (MapEntry){.key = key, .value = value};
    *find_slot(map, key) = (int32_t)map->count;
    return true;
}

void map_set(Map *map, const char *key, int64_t value) {
    if (map->count > 0) {
        int32_t slot = *find_slot(map, key);
        if (slot != 0) {
            map->entries[slot - 1].value = value;
            return;
        }
    }
    map_insert(map, key, value);
}
