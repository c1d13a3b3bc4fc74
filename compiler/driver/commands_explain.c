/* `explain` and `list`: the catalogue and the pages of the diagnostics as text. */
#include <string.h>

#include "catalog/words.h"
#include "driver/commands.h"
#include "driver/pages.h"
#include "support/fuzzy.h"
#include "support/str.h"

/* A name may have two pages: what the compiler says of the data, and what a trainer finds in a run. */
static int pages_print(const char *name) {
    int found = 0;
    for (int64_t i = 0; i < page_count; i++)
        if (str_equal(page_table[i].name, name)) {
            if (found++ > 0) putchar('\n');
            fputs(page_table[i].text, stdout);
        }
    return found;
}

static const char *param_type_name(ParamType type) {
    switch (type) {
    case PARAM_NUMBER: return "number";
    case PARAM_INTEGER: return "whole number";
    case PARAM_SHARE: return "share";
    case PARAM_BOOL: return "true or false";
    case PARAM_WORD: return "word";
    case PARAM_STRING: return "string";
    case PARAM_STRINGS: return "list of strings";
    case PARAM_NUMBERS: return "number or list";
    case PARAM_SIZE: return "size";
    case PARAM_RANGE: return "range";
    case PARAM_DURATION: return "steps or epochs";
    case PARAM_TIME: return "time";
    case PARAM_ANGLE: return "angle";
    case PARAM_RATE: return "number or schedule";
    case PARAM_INIT: return "initializer";
    case PARAM_MONITOR: return "monitor";
    case PARAM_CLASS_WEIGHTS: return "none, balanced or list";
    case PARAM_AVERAGE: return "average or class";
    case PARAM_CHOICE_OR_NUMBER: return "word, number or range";
    case PARAM_SHAPE: return "shape";
    case PARAM_ANY: return "value";
    }
    return "";
}

/* "dense(units, bias: true, init: auto)" */
static const char *signature(Arena *arena, const CatalogEntry *entry) {
    Str text;
    str_init(&text, arena);
    str_append(&text, entry->name);
    if (entry->params[0].name == NULL) return text.data;
    str_append_char(&text, '(');
    for (int i = 0; i < ENTRY_MAX_PARAMS && entry->params[i].name != NULL; i++) {
        const EntryParam *param = &entry->params[i];
        if (i > 0) str_append(&text, ", ");
        str_append(&text, param->name);
        if (param->fallback != NULL && !str_equal(param->fallback, "-")) str_printf(&text, ": %s", param->fallback);
    }
    str_append_char(&text, ')');
    return text.data;
}

/* Limits beyond this only keep numbers finite: they are not worth telling. */
#define FAR 1e15

static void print_bounds(Arena *arena, const EntryParam *param) {
    if (param->choices != NULL) {
        fputs(": ", stdout);
        for (const char *at = param->choices; *at != '\0'; at++)
            if (*at == '|') fputs(", ", stdout);
            else putchar(*at);
        return;
    }
    if (param->min == 0 && param->max == 0) return;
    if (param->max >= FAR)
        printf(", %s %s", param->min_open ? "above" : "from", str_number(arena, param->min));
    else
        printf(", from %s%s to %s%s", str_number(arena, param->min), param->min_open ? " (excluded)" : "",
               str_number(arena, param->max), param->max_open ? " (excluded)" : "");
}

static void print_param(Arena *arena, const EntryParam *param) {
    printf("  %-14s %s", param->name, param_type_name(param->type));
    print_bounds(arena, param);
    if (param->fallback == NULL)
        fputs("; required", stdout);
    else if (!str_equal(param->fallback, "-"))
        printf("; %s unless given", param->fallback);
    putchar('\n');
    if (param->doc != NULL) printf("  %-14s %s\n", "", param->doc);
}

static void explain_entry(Arena *arena, const CatalogEntry *entry) {
    printf("%s: %s %s\n\n%s\n", entry->name, catalog_kind_name(entry->kind), signature(arena, entry), entry->doc);
    if (!entry->built) fputs("\nThe language has it; this version does not build it yet.\n", stdout);
    if (entry->formula != NULL) printf("\nformula: %s\n", entry->formula);
    if (entry->source != NULL) printf("source:  %s\n", entry->source);
    if (entry->params[0].name != NULL) {
        fputs("\narguments:\n", stdout);
        for (int i = 0; i < ENTRY_MAX_PARAMS && entry->params[i].name != NULL; i++)
            print_param(arena, &entry->params[i]);
    }
    if (entry->example != NULL) printf("\nexample:\n    %s\n", entry->example);
}

/* A section with its settings and forms; a setting or form with its section. */
static void explain_word(const Word *word) {
    printf("%s: %s%s%s: %s\n\n%s\n", word->name, word_kind_name(word->kind), word->of[0] != '\0' ? " of " : "",
           word->of, word->signature, word->doc);
    bool headed = false;
    for (int64_t i = 0; word->kind == WORD_SECTION && i < word_count; i++) {
        if (!str_equal(words[i].of, word->name)) continue;
        if (!headed) fputs("\nin it:\n", stdout);
        headed = true;
        printf("  %-30s %s\n", words[i].signature, words[i].doc);
    }
    printf("\nexample:\n    %s\n", word->example);
}

static int explain_words(const char *name, int found) {
    for (int64_t i = 0; i < word_count; i++)
        if (str_equal(words[i].name, name)) {
            if (found++ > 0) putchar('\n');
            explain_word(&words[i]);
        }
    return found;
}

/* A name that arguments bear: `patience`, `unseen`. */
static int explain_arguments(Arena *arena, const char *name, int found) {
    bool headed = false;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        int32_t param = catalog_param(entry, name);
        if (param < 0) continue;
        if (!headed) printf("%s%s: an argument\n", found++ > 0 ? "\n" : "", name);
        headed = true;
        printf("\nof the %s %s\n", catalog_kind_name(entry->kind), signature(arena, entry));
        print_param(arena, &entry->params[param]);
    }
    return found;
}

static void explain_diagnostic(DiagId id) {
    if (pages_print(diag_name(id)) > 0) return;
    printf("%s: %s: %s\n", diag_name(id), diag_default_severity(id) == SEVERITY_ERROR ? "error" : "warning",
           diag_summary(id));
}

static int explain_unknown(Arena *arena, const char *name) {
    VEC(const char *) candidates = {0};
    for (int i = 0; i < DIAG_COUNT; i++) vec_push(arena, &candidates, diag_name((DiagId)i));
    for (int64_t i = 0; i < catalog_entry_count; i++) vec_push(arena, &candidates, catalog_entries[i]->name);
    for (int64_t i = 0; i < page_count; i++) vec_push(arena, &candidates, page_table[i].name);
    for (int64_t i = 0; i < word_count; i++) vec_push(arena, &candidates, words[i].name);
    const char *nearest = fuzzy_nearest(name, candidates.items, (size_t)candidates.count);
    fprintf(stderr, "lspec: `%s` is neither a message nor a word of the language", name);
    if (nearest != NULL) fprintf(stderr, "; did you mean `%s`?", nearest);
    fputs("\n", stderr);
    return 1;
}

int command_explain(const Options *options) {
    if (options->operands.count != 1)
        return options_usage_error("`lspec explain` wants one name, such as `lspec explain dense`");
    const char *name = options->operands.items[0];
    Arena *arena = arena_new();
    int found = 0;
    DiagId id;
    if (diag_find(name, &id)) {
        explain_diagnostic(id);
        found++;
    } else {
        found = pages_print(name); /* told by trainers alone */
    }
    /* A word may be of several kinds: `step` is a schedule, `ordinal` a type and a transform. */
    for (int64_t i = 0; i < catalog_entry_count; i++)
        if (str_equal(catalog_entries[i]->name, name)) {
            if (found++ > 0) putchar('\n');
            explain_entry(arena, catalog_entries[i]);
        }
    bool is_entry = found > 0;
    found = explain_words(name, found);
    if (!is_entry) found = explain_arguments(arena, name, found);
    int status = found > 0 ? 0 : explain_unknown(arena, name);
    arena_free(arena);
    return status;
}

static void list_kind(Arena *arena, EntryKind kind) {
    printf("%s\n", catalog_kind_plural(kind));
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (entry->kind != kind) continue;
        const char *text = signature(arena, entry);
        bool wide = strlen(text) > 44;
        printf("  %-44s %s%s\n", wide ? entry->name : text, entry->doc, entry->built ? "" : "  (not built yet)");
    }
}

static void list_words(WordKind kind) {
    printf("%s\n", word_kind_plural(kind));
    for (int64_t i = 0; i < word_count; i++)
        if (words[i].kind == kind) printf("  %-44s %s\n", words[i].name, words[i].doc);
}

/* The kinds of entries, then those of words. */
static void list_number(Arena *arena, int number) {
    if (number < ENTRY_KIND_COUNT)
        list_kind(arena, (EntryKind)number);
    else
        list_words((WordKind)(number - ENTRY_KIND_COUNT));
}

int command_list(const Options *options) {
    enum { KIND_COUNT = (int)ENTRY_KIND_COUNT + (int)WORD_KIND_COUNT };
    if (options->operands.count > 1) return options_usage_error("`lspec list` takes one kind, or none for all");
    Arena *arena = arena_new();
    int status = 0;
    const char *kinds[KIND_COUNT];
    for (int kind = 0; kind < KIND_COUNT; kind++)
        kinds[kind] = kind < ENTRY_KIND_COUNT ? catalog_kind_plural((EntryKind)kind)
                                              : word_kind_plural((WordKind)(kind - ENTRY_KIND_COUNT));
    if (options->operands.count == 0) {
        for (int kind = 0; kind < KIND_COUNT; kind++) {
            if (kind > 0) putchar('\n');
            list_number(arena, kind);
        }
    } else {
        const char *name = options->operands.items[0];
        int kind = 0;
        while (kind < KIND_COUNT && !str_equal(kinds[kind], name)) kind++;
        if (kind < KIND_COUNT) {
            list_number(arena, kind);
        } else {
            const char *nearest = fuzzy_nearest(name, kinds, KIND_COUNT);
            status = nearest != NULL ? options_usage_error("`%s` is not a kind; did you mean `%s`?", name, nearest)
                                     : options_usage_error("`%s` is not a kind; `lspec list` lists them all", name);
        }
    }
    arena_free(arena);
    return status;
}
