/* The levels of a column: from the text of a cell to its code. Declared ones are looked up, others learnt. */
#ifndef DATA_LEVEL_SET_H
#define DATA_LEVEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/table_memory.h"

enum { LEVEL_NOT_DECLARED = -1, LEVEL_NO_MEMORY = -2 };

typedef struct LevelSet {
    TableMemory *memory;           /* of the names */
    const char *const *names;      /* by code */
    const char **learnt;           /* the same where they are learnt */
    int64_t count, capacity;
    bool closed;                   /* the names are declared: no other is learnt */
    bool by_number;                /* levels that are numbers are compared as numbers: 1.0 is 1 */
    char decimal;
    struct Spelling *spellings;    /* texts that stood in cells: several may mean one level */
    int64_t spelling_count, spelling_capacity;
    struct LevelSlot *slots;       /* hash table of spellings, its size a power of two */
    size_t slot_count;
} LevelSet;

/* `declared`: NULL where levels are learnt; its strings are not copied. */
void level_set_init(LevelSet *set, TableMemory *memory, const char *const *declared, int64_t count, bool by_number,
                    char decimal);
void level_set_free(LevelSet *set);

/* The code of a trimmed text, or one of the enum above. */
int32_t level_set_find(LevelSet *set, const char *text, size_t length);

/* Puts learnt levels into ascending order, numbers first; new_code[old code] is of the table's memory. False: no memory. */
bool level_set_sort(LevelSet *set, const int32_t **new_code);

#endif
