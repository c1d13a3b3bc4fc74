/* Sections, settings and forms: what a spec is made of besides the entries of the catalogue. */
#ifndef LSPEC_CATALOG_WORDS_H
#define LSPEC_CATALOG_WORDS_H

#include <stdint.h>

typedef enum WordKind { WORD_SECTION, WORD_SETTING, WORD_FORM, WORD_KIND_COUNT } WordKind;

typedef struct Word {
    WordKind kind;
    const char *name, *of; /* of: the section that it belongs to, "" for a section */
    const char *signature, *doc, *example;
} Word;

extern const Word words[];
extern const int64_t word_count;

/* "section", "sections" */
const char *word_kind_name(WordKind kind);
const char *word_kind_plural(WordKind kind);

#endif
