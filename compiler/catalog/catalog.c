/* The table of all words and the look-ups in it. Built entries come from catalog.def, the others from unbuilt.def. */
#include "catalog/catalog.h"

#include <string.h>

#include "support/panic.h"
#include "support/str.h"

#define CATALOG_ENTRY(kind, name) extern const CatalogEntry catalog_##kind##_##name;
#include "catalog/catalog.def"
#undef CATALOG_ENTRY

typedef enum UnbuiltIndex {
#define UNBUILT(kind, name, doc) UNBUILT_##kind##_##name,
#include "catalog/unbuilt.def"
#undef UNBUILT
    UNBUILT_COUNT
} UnbuiltIndex;

/* Words of the language that this version refuses: a name and a sentence, no parameters. */
static const CatalogEntry unbuilt_entries[UNBUILT_COUNT] = {
#define UNBUILT(kind_id, name_id, doc_text)                                                          \
    [UNBUILT_##kind_id##_##name_id] = {.name = #name_id, .kind = ENTRY_##kind_id, .runtime_id = -1, \
                                       .doc = doc_text},
#include "catalog/unbuilt.def"
#undef UNBUILT
};

const CatalogEntry *const catalog_entries[] = {
#define CATALOG_ENTRY(kind, name) &catalog_##kind##_##name,
#include "catalog/catalog.def"
#undef CATALOG_ENTRY
#define UNBUILT(kind, name, doc) &unbuilt_entries[UNBUILT_##kind##_##name],
#include "catalog/unbuilt.def"
#undef UNBUILT
};

const int64_t catalog_entry_count = (int64_t)(sizeof catalog_entries / sizeof catalog_entries[0]);

const CatalogEntry *catalog_find(EntryKind kind, const char *name)
{
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if ((kind == ENTRY_KIND_COUNT || entry->kind == kind) && strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

const CatalogEntry *catalog_by_runtime_id(EntryKind kind, int32_t runtime_id)
{
    for (int64_t i = 0; i < catalog_entry_count; i++)
        if (catalog_entries[i]->kind == kind && catalog_entries[i]->built &&
            catalog_entries[i]->runtime_id == runtime_id)
            return catalog_entries[i];
    return NULL;
}

const char *catalog_kind_name(EntryKind kind)
{
    switch (kind) {
    case ENTRY_SOURCE: return "source";
    case ENTRY_COLUMN_TYPE: return "column type";
    case ENTRY_SPLIT: return "split";
    case ENTRY_TRANSFORM: return "transform";
    case ENTRY_SAMPLER: return "sampler";
    case ENTRY_AUGMENT: return "augmentation";
    case ENTRY_LAYER: return "layer";
    case ENTRY_ACTIVATION: return "activation";
    case ENTRY_INITIALIZER: return "initializer";
    case ENTRY_LOSS: return "loss";
    case ENTRY_PENALTY: return "penalty";
    case ENTRY_GRADIENT_STEP: return "gradient step";
    case ENTRY_OPTIMIZER: return "optimizer";
    case ENTRY_WEIGHT_STEP: return "weight step";
    case ENTRY_SCHEDULE: return "schedule";
    case ENTRY_STOP: return "stopping rule";
    case ENTRY_METRIC: return "metric";
    case ENTRY_KIND_COUNT: break;
    }
    BUG("no kind %d", (int)kind);
}

const char *catalog_kind_plural(EntryKind kind)
{
    switch (kind) {
    case ENTRY_SOURCE: return "sources";
    case ENTRY_COLUMN_TYPE: return "types";
    case ENTRY_SPLIT: return "splits";
    case ENTRY_TRANSFORM: return "transforms";
    case ENTRY_SAMPLER: return "samplers";
    case ENTRY_AUGMENT: return "augmentations";
    case ENTRY_LAYER: return "layers";
    case ENTRY_ACTIVATION: return "activations";
    case ENTRY_INITIALIZER: return "initializers";
    case ENTRY_LOSS: return "losses";
    case ENTRY_PENALTY: return "penalties";
    case ENTRY_GRADIENT_STEP: return "gradient-steps";
    case ENTRY_OPTIMIZER: return "optimizers";
    case ENTRY_WEIGHT_STEP: return "weight-steps";
    case ENTRY_SCHEDULE: return "schedules";
    case ENTRY_STOP: return "stops";
    case ENTRY_METRIC: return "metrics";
    case ENTRY_KIND_COUNT: break;
    }
    BUG("no kind %d", (int)kind);
}

int32_t catalog_param(const CatalogEntry *entry, const char *name)
{
    for (int32_t i = 0; entry->params[i].name; i++)
        if (strcmp(entry->params[i].name, name) == 0)
            return i;
    return -1;
}

const Argument *call_argument(const Call *call, const char *name)
{
    int32_t index = catalog_param(call->entry, name);
    if (index < 0)
        BUG("%s has no parameter %s", call->entry->name, name);
    return &call->args[index];
}

double call_number(const Call *call, const char *name)
{
    return call_argument(call, name)->number;
}

int64_t call_integer(const Call *call, const char *name)
{
    return call_argument(call, name)->integer;
}

bool call_bool(const Call *call, const char *name)
{
    return call_argument(call, name)->integer != 0;
}

const char *call_word(const Call *call, const char *name)
{
    return call_argument(call, name)->word;
}
