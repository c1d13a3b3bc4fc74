/* Values and how often they occur: exactly while few differ, the frequent ones and their number beyond. */
#include "profile/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/panic.h"

static void *allocate(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) panic_system("no memory for the profile");
    return memory;
}

uint64_t hash_text(const char *text, size_t length) {
    uint64_t hash = UINT64_C(0x9e3779b97f4a7c15) ^ length, word;
    for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 29;
    }
    word = 0;
    memcpy(&word, text, length);
    return hash_mix(hash ^ word);
}

/* ---- the table -------------------------------------------------------------------------------------------------- */

static ValueEntry *find_slot(const ValueTable *table, uint64_t hash) {
    uint64_t mask = (uint64_t)table->slot_count - 1;
    uint64_t at = hash & mask;
    while (table->slots[at].hash != 0 && table->slots[at].hash != hash) at = (at + 1) & mask;
    return &table->slots[at];
}

/* At most half of the slots are used. */
static void grow(ValueTable *table) {
    ValueTable grown = *table;
    grown.slot_count = table->slot_count > 0 ? 2 * table->slot_count : 64;
    grown.slots = allocate((size_t)grown.slot_count, sizeof *grown.slots);
    for (int64_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].hash != 0) *find_slot(&grown, table->slots[i].hash) = table->slots[i];
    free(table->slots);
    *table = grown;
}

static const char *keep_text(const char *text, size_t length) {
    size_t kept = length < VALUES_TEXT ? length : VALUES_TEXT;
    while (kept < length && kept > 0 && ((unsigned char)text[kept] & 0xc0) == 0x80) kept--; /* whole characters */
    char *copy = allocate(kept + 1, 1);
    memcpy(copy, text, kept);
    return copy;
}

ValueEntry *value_table_find(ValueTable *table, uint64_t hash, double number, const char *text, size_t length) {
    if (hash == 0) hash = 1;
    if (table->slot_count == 0) grow(table);
    ValueEntry *entry = find_slot(table, hash);
    if (entry->hash != 0) return entry;
    if (table->used == table->limit) return NULL;
    if (2 * (table->used + 1) > table->slot_count) {
        grow(table);
        entry = find_slot(table, hash);
    }
    table->used++;
    *entry = (ValueEntry){.hash = hash, .number = number, .text = isnan(number) ? keep_text(text, length) : NULL};
    return entry;
}

void value_table_free(ValueTable *table) {
    for (int64_t i = 0; i < table->slot_count; i++) free((char *)table->slots[i].text);
    free(table->slots);
    *table = (ValueTable){.limit = table->limit};
}

static int compare_entries(const void *left, const void *right) {
    const ValueEntry *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    if (a->number < b->number) return -1;
    if (a->number > b->number) return 1;
    return a->text != NULL && b->text != NULL ? strcmp(a->text, b->text) : (a->text == NULL) - (b->text == NULL);
}

void value_table_sorted(const ValueTable *table, ValueEntry *out) {
    int64_t count = 0;
    for (int64_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].hash != 0) out[count++] = table->slots[i];
    if (count > 0) qsort(out, (size_t)count, sizeof *out, compare_entries);
}

/* ---- frequent values -------------------------------------------------------------------------------------------- */

/* Takes 1 off every count; what falls to 0 makes room. */
static void lower_counts(FrequentValues *frequent) {
    ValueTable lowered = {.limit = FREQUENT_KEPT, .slot_count = frequent->table.slot_count};
    lowered.slots = allocate((size_t)lowered.slot_count, sizeof *lowered.slots);
    for (int64_t i = 0; i < frequent->table.slot_count; i++) {
        ValueEntry *entry = &frequent->table.slots[i];
        if (entry->hash == 0) continue;
        if (--entry->count > 0) {
            *find_slot(&lowered, entry->hash) = *entry;
            lowered.used++;
        } else {
            free((char *)entry->text);
        }
    }
    free(frequent->table.slots);
    frequent->table = lowered;
    frequent->dropped++;
}

/* The most frequent texts of an exact table, lowered as if the others had come behind them. */
void frequent_values_begin(FrequentValues *frequent, const ValueTable *exact) {
    *frequent = (FrequentValues){.table = {.limit = FREQUENT_KEPT}};
    ValueEntry *sorted = allocate((size_t)exact->used + 1, sizeof *sorted);
    value_table_sorted(exact, sorted);
    int64_t texts = 0;
    for (int64_t i = 0; i < exact->used; i++)
        if (sorted[i].text != NULL) sorted[texts++] = sorted[i];
    int64_t cut = texts > FREQUENT_KEPT ? sorted[FREQUENT_KEPT].count : 0;
    for (int64_t i = 0; i < texts && i < FREQUENT_KEPT && sorted[i].count > cut; i++)
        value_table_find(&frequent->table, sorted[i].hash, NAN, sorted[i].text, strlen(sorted[i].text))->count =
            sorted[i].count - cut;
    frequent->dropped = cut;
    free(sorted);
}

void frequent_values_add(FrequentValues *frequent, uint64_t hash, const char *text, size_t length) {
    ValueEntry *entry = value_table_find(&frequent->table, hash, NAN, text, length);
    if (entry != NULL)
        entry->count++;
    else
        lower_counts(frequent);
}

/* ---- HyperLogLog ------------------------------------------------------------------------------------------------ */

void distinct_count_begin(DistinctCount *distinct) { distinct->registers = allocate((size_t)1 << DISTINCT_BITS, 1); }

void distinct_count_free(DistinctCount *distinct) {
    free(distinct->registers);
    distinct->registers = NULL;
}

/* With 64 bits of hash only the correction for small counts is needed. */
double distinct_count_estimate(const DistinctCount *distinct) {
    const double registers = (double)(1 << DISTINCT_BITS), alpha = 0.7213 / (1 + 1.079 / registers);
    double sum = 0, empty = 0;
    for (int64_t i = 0; i < 1 << DISTINCT_BITS; i++) {
        sum += ldexp(1, -distinct->registers[i]);
        empty += distinct->registers[i] == 0;
    }
    double estimate = alpha * registers * registers / sum;
    return estimate <= 2.5 * registers && empty > 0 ? registers * log(registers / empty) : estimate;
}
