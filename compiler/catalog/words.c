/* The table of words.def. */
#include "catalog/words.h"

const Word words[] = {
#define WORD(kind, name, of, signature, doc, example) {WORD_##kind, name, of, signature, doc, example},
#include "catalog/words.def"
#undef WORD
};
const int64_t word_count = sizeof words / sizeof words[0];

const char *word_kind_name(WordKind kind) {
    static const char *const names[] = {[WORD_SECTION] = "section", [WORD_SETTING] = "setting", [WORD_FORM] = "form"};
    return names[kind];
}

const char *word_kind_plural(WordKind kind) {
    static const char *const names[] = {[WORD_SECTION] = "sections", [WORD_SETTING] = "settings", [WORD_FORM] = "forms"};
    return names[kind];
}
