/* The damage experiment: every token of a good spec is lost, doubled, or swapped for a near one, and what is said of it is
 * tallied: whether the first message stands on the damaged line, and how many there are for the one mistake. */
#ifndef TESTS_HARNESS_DAMAGE_H
#define TESTS_HARNESS_DAMAGE_H

#include <stdbool.h>

#include "syntax/ast.h"

typedef struct DamageTally {
    int damages, seen, on_line, messages, most;
} DamageTally;

/* Takes the damaged text through the stages under test; what it reports stands in the session. */
typedef void (*DamageCheck)(Session *session, int32_t source);

typedef struct DamageOptions {
    DamageCheck check;
    bool words;  /* also damage that only a checker sees: misspelt words, neighbours exchanged, another of the kind */
    int stride;  /* every so manieth damage alone; 0: each */
} DamageOptions;

/* Damages the spec of a file in every way. Damage that leaves a spec without an error is not counted as seen; nor are
 * notes, and words that the language has and this version does not build. */
DamageTally damage_file(const char *path, DamageOptions options);
void damage_add(DamageTally *sum, DamageTally tally);
/* Prints the figures; whether they keep within the bounds: of 98 % the first message on the line, 1.05 messages, at most 3. */
bool damage_report(const char *what, DamageTally tally);

#endif
