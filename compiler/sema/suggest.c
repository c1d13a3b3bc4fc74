/* Suggestions: the nearest word among those that are legal at the place, and lists of words as prose. */
#include <string.h>

#include "sema/checker.h"
#include "support/fuzzy.h"
#include "support/str.h"

void suggest_entries(Arena *arena, EntryKind kind, WordList *out) {
    for (int64_t i = 0; i < catalog_entry_count; i++)
        if (catalog_entries[i]->kind == kind)
            vec_push(arena, out, catalog_entries[i]->name);
}

/* The one word that begins so: an abbreviation, `acc`, is meant more often than the nearest word, `auc`. */
static const char *abbreviated(const char *word, const WordList *words) {
    const char *found = NULL;
    if (strlen(word) < 3)
        return NULL;
    for (int64_t i = 0; i < words->count; i++) {
        if (!str_starts_with(words->items[i], word))
            continue;
        if (found)
            return NULL;
        found = words->items[i];
    }
    return found;
}

const char *suggest_fix(Diagnostic *diagnostic, Arena *arena, Span span, const char *word, const WordList *words) {
    const char *nearest = abbreviated(word, words);
    if (!nearest)
        nearest = fuzzy_nearest(word, words->items, (size_t)words->count);
    if (nearest) {
        diag_fix(diagnostic, true, span, nearest, arena_printf(arena, "did you mean `%s`?", nearest));
        return nearest;
    }
    if (words->count > 0 && words->count <= 12)
        diag_advice(diagnostic, "one of %s", words_joined(arena, words));
    return NULL;
}

const char *words_joined(Arena *arena, const WordList *words) {
    Str text;
    str_init(&text, arena);
    for (int64_t i = 0; i < words->count; i++) {
        if (i > 0)
            str_append(&text, i + 1 == words->count ? " or " : ", ");
        str_append(&text, words->items[i]);
    }
    return text.data;
}

void words_split(Arena *arena, const char *choices, WordList *out) {
    for (const char *at = choices; at && *at;) {
        size_t length = strcspn(at, "|");
        vec_push(arena, out, arena_strndup(arena, at, length));
        at += length;
        if (*at == '|')
            at++;
    }
}
