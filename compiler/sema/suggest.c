/* Suggestions: the nearest word among those that are legal at the place, and lists of words as prose. */
#include <string.h>
#include <strings.h>

#include "sema/checker.h"
#include "support/fuzzy.h"
#include "support/str.h"

void suggest_entries(Arena *arena, EntryKind kind, WordList *out) {
    for (int64_t i = 0; i < catalog_entry_count; i++)
        if (catalog_entries[i]->kind == kind)
            vec_push(arena, out, catalog_entries[i]->name);
}

/* Words of other frameworks, by what they are called here. Only those that are among the legal words are suggested. */
static const char *const synonyms[][2] = {
    {"acc", "accuracy"}, {"auroc", "auc"}, {"roc_auc", "auc"}, {"roc_auc_score", "auc"}, {"f1_score", "f1"},
    {"bce", "binary_cross_entropy"}, {"binary_crossentropy", "binary_cross_entropy"}, {"ce", "cross_entropy"},
    {"categorical_crossentropy", "cross_entropy"}, {"sparse_categorical_crossentropy", "cross_entropy"},
    {"nll", "cross_entropy"}, {"mean_squared_error", "mse"}, {"mean_absolute_error", "mae"}, {"smooth_l1", "huber"},
    {"linear", "dense"}, {"fc", "dense"}, {"fully_connected", "dense"}, {"bn", "batch_norm"}, {"swish", "silu"},
    {"logistic", "sigmoid"}, {"xavier_uniform", "glorot_uniform"}, {"xavier_normal", "glorot_normal"},
    {"xavier", "glorot_uniform"}, {"kaiming_normal", "he_normal"}, {"kaiming_uniform", "he_uniform"}, {"he", "he_normal"},
    {"learning_rate", "lr"}, {"eta", "lr"}, {"eps", "epsilon"}, {"decay", "weight_decay"}, {"clip_grad_norm", "clip_norm"},
    {"clip_grad_value", "clip_value"}, {"batch_size", "batch"}, {"num_epochs", "epochs"}, {"n_epochs", "epochs"},
    {"random_state", "seed"}, {"random_seed", "seed"}, {"early_stopping", "early"}, {"early_stop", "early"},
    {"max_time", "time_limit"}, {"float", "real"}, {"double", "real"}, {"numeric", "real"}, {"integer", "int"},
    {"boolean", "bool"}, {"categorical", "category"}, {"enum", "category"}, {"string", "category"}, {"date", "timestamp"},
    {"datetime", "timestamp"}, {"id", "key"}, {"standardize", "scale"}, {"normalize", "scale"}, {"zscore", "standard"},
    {"min_max", "minmax"}, {"onehot", "one_hot"}, {"fillna", "impute"},
};

static const char *synonym(const char *word, const WordList *words) {
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
        for (int64_t k = 0; strcasecmp(synonyms[i][0], word) == 0 && k < words->count; k++)
            if (strcmp(synonyms[i][1], words->items[k]) == 0) return words->items[k];
    return NULL;
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
    const char *nearest = synonym(word, words);
    if (!nearest) nearest = abbreviated(word, words);
    if (!nearest) nearest = fuzzy_nearest(word, words->items, (size_t)words->count);
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
