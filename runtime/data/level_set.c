/* A hash table from spellings to codes. Only the first cell of a spelling is looked at closely; the others find it. */
#include "data/level_set.h"

#include <stdlib.h>
#include <string.h>

#include "lrt/number.h"

typedef struct Spelling {
    const char *text;
    uint32_t length;
    int32_t code;
} Spelling;

typedef struct LevelSlot {
    uint32_t hash;
    uint32_t spelling; /* its index + 1; 0: free */
} LevelSlot;

void level_set_init(LevelSet *set, TableMemory *memory, const char *const *declared, int64_t count, bool by_number,
                    char decimal) {
    *set = (LevelSet){.memory = memory, .closed = declared != NULL, .by_number = by_number, .decimal = decimal};
    if (declared) {
        set->names = declared;
        set->count = count;
    }
}

void level_set_free(LevelSet *set) {
    free(set->learnt);
    free(set->spellings);
    free(set->slots);
    *set = (LevelSet){0};
}

static uint32_t hash_text(const char *text, size_t length) {
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = length * odd, word = 0;
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 29;
    }
    word = 0;
    memcpy(&word, text, length);
    hash = (hash ^ word) * odd;
    return (uint32_t)(hash >> 32);
}

static bool is_number(const char *text, size_t length, char decimal, double *out) {
    return lrt_number_scan(text, text + length, decimal, out) == text + length;
}

/* Length of a plain number without the zeros at the end of its fraction, "1.50" is "1.5" and "1.0" is "1"; of all else
 * the whole length. Done on the text, so that long numbers stay apart; 007 stays apart from 7. */
static size_t canonical_length(const LevelSet *set, const char *text, size_t length) {
    double value;
    const char *point = memchr(text, set->decimal, length);
    if (!set->by_number || !point || memchr(text, 'e', length) || memchr(text, 'E', length) ||
        !is_number(text, length, set->decimal, &value)) {
        return length;
    }
    while (text[length - 1] == '0') {
        length--;
    }
    return text + length - 1 == point && length > 1 ? length - 1 : length;
}

static int32_t find_declared(const LevelSet *set, const char *text, size_t length) {
    for (int64_t i = 0; i < set->count; i++) {
        if (strlen(set->names[i]) == length && memcmp(set->names[i], text, length) == 0) {
            return (int32_t)i;
        }
    }
    double value, level;
    for (int64_t i = 0; set->by_number && is_number(text, length, set->decimal, &value) && i < set->count; i++) {
        if (is_number(set->names[i], strlen(set->names[i]), '.', &level) && level == value) {
            return (int32_t)i;
        }
    }
    return LEVEL_NOT_DECLARED;
}

static bool grow_table(LevelSet *set) {
    size_t count = set->slot_count > 0 ? 2 * set->slot_count : 64;
    LevelSlot *slots = calloc(count, sizeof *slots);
    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < set->slot_count; i++) {
        if (set->slots[i].spelling) {
            size_t at = set->slots[i].hash & (count - 1);
            while (slots[at].spelling) {
                at = (at + 1) & (count - 1);
            }
            slots[at] = set->slots[i];
        }
    }
    free(set->slots);
    set->slots = slots;
    set->slot_count = count;
    return true;
}

/* Room for one more spelling and one more level. */
static bool make_room(LevelSet *set) {
    if (2 * (size_t)(set->spelling_count + 1) > set->slot_count && !grow_table(set)) {
        return false;
    }
    if (set->spelling_count == set->spelling_capacity) {
        int64_t capacity = set->spelling_capacity > 0 ? 2 * set->spelling_capacity : 32;
        Spelling *spellings = realloc(set->spellings, (size_t)capacity * sizeof *spellings);
        if (!spellings) {
            return false;
        }
        set->spellings = spellings;
        set->spelling_capacity = capacity;
    }
    if (!set->closed && set->count == set->capacity) {
        int64_t capacity = set->capacity > 0 ? 2 * set->capacity : 32;
        const char **names = realloc(set->learnt, (size_t)capacity * sizeof *names);
        if (!names) {
            return false;
        }
        set->names = set->learnt = names;
        set->capacity = capacity;
    }
    return set->spelling_count < INT32_MAX;
}

/* The slot of the text, or the free one where it would go. */
static LevelSlot *probe(const LevelSet *set, const char *text, size_t length, uint32_t hash) {
    for (size_t at = hash & (set->slot_count - 1);; at = (at + 1) & (set->slot_count - 1)) {
        LevelSlot *slot = &set->slots[at];
        if (!slot->spelling) {
            return slot;
        }
        const Spelling *spelling = &set->spellings[slot->spelling - 1];
        if (slot->hash == hash && spelling->length == length && memcmp(spelling->text, text, length) == 0) {
            return slot;
        }
    }
}

static void add_spelling(LevelSet *set, const char *text, size_t length, int32_t code) {
    uint32_t hash = hash_text(text, length);
    LevelSlot *slot = probe(set, text, length, hash);
    set->spellings[set->spelling_count++] = (Spelling){text, (uint32_t)length, code};
    *slot = (LevelSlot){hash, (uint32_t)set->spelling_count};
}

int32_t level_set_find(LevelSet *set, const char *text, size_t length) {
    uint32_t hash = hash_text(text, length);
    const LevelSlot *slot = set->slot_count > 0 ? probe(set, text, length, hash) : NULL;
    if (slot && slot->spelling) {
        return set->spellings[slot->spelling - 1].code;
    }
    size_t canonical = set->closed ? length : canonical_length(set, text, length);
    int32_t code = set->closed ? find_declared(set, text, length) : LEVEL_NOT_DECLARED;
    if (set->closed && code < 0) {
        return code;
    }
    if (canonical < length) {
        code = level_set_find(set, text, canonical);
        if (code < 0) {
            return code;
        }
    }
    if (length > UINT32_MAX || !make_room(set)) {
        return LEVEL_NO_MEMORY;
    }
    const char *copy = table_memory_copy(set->memory, text, length);
    if (!copy) {
        return LEVEL_NO_MEMORY;
    }
    if (code < 0) {
        code = (int32_t)set->count;
        set->learnt[set->count++] = copy;
    }
    add_spelling(set, copy, length, code);
    return code;
}

typedef struct SortedLevel {
    const char *name;
    double value;
    bool is_number;
    int32_t code;
} SortedLevel;

static int compare_levels(const void *left, const void *right) {
    const SortedLevel *a = left, *b = right;
    if (a->is_number != b->is_number) {
        return a->is_number ? -1 : 1;
    }
    if (a->is_number && a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

bool level_set_sort(LevelSet *set, const int32_t **new_code) {
    SortedLevel *sorted = malloc((size_t)(set->count + 1) * sizeof *sorted);
    int32_t *codes = table_memory_new(set->memory, (size_t)set->count + 1, sizeof *codes);
    if (!sorted || !codes) {
        free(sorted);
        return false;
    }
    for (int64_t i = 0; i < set->count; i++) {
        SortedLevel *level = &sorted[i];
        *level = (SortedLevel){.name = set->names[i], .code = (int32_t)i};
        level->is_number = is_number(level->name, strlen(level->name), set->decimal, &level->value);
    }
    qsort(sorted, (size_t)set->count, sizeof *sorted, compare_levels);
    for (int64_t i = 0; i < set->count; i++) {
        set->learnt[i] = sorted[i].name;
        codes[sorted[i].code] = (int32_t)i;
    }
    for (int64_t i = 0; i < set->spelling_count; i++) {
        set->spellings[i].code = codes[set->spellings[i].code];
    }
    free(sorted);
    *new_code = codes;
    return true;
}
