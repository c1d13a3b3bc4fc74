/* The vocabulary: one entry a word of the language, with one parameter table that serves checking, defaults, completion,
 * `list`, `explain` and the generic tests, and for what ends up in the graph, a function that builds it. */
#ifndef LSPEC_CATALOG_CATALOG_H
#define LSPEC_CATALOG_CATALOG_H

#include <stdbool.h>

#include "diag/diag.h"
#include "lrt/program.h"

typedef enum EntryKind {
    ENTRY_SOURCE, ENTRY_COLUMN_TYPE, ENTRY_SPLIT, ENTRY_TRANSFORM, ENTRY_SAMPLER, ENTRY_AUGMENT, ENTRY_LAYER,
    ENTRY_ACTIVATION, ENTRY_INITIALIZER, ENTRY_LOSS, ENTRY_PENALTY, ENTRY_GRADIENT_STEP, ENTRY_OPTIMIZER,
    ENTRY_WEIGHT_STEP, ENTRY_SCHEDULE, ENTRY_STOP, ENTRY_METRIC, ENTRY_KIND_COUNT
} EntryKind;

/* Types of arguments. What each accepts and what Argument then holds: */
typedef enum ParamType {
    PARAM_NUMBER,    /* 0.5, 1e-3, a share, arithmetic on constants: number */
    PARAM_INTEGER,   /* number, integer */
    PARAM_SHARE,     /* 30%, 10 bp or 0.3: number in 0..1 */
    PARAM_BOOL,      /* integer 0 or 1 */
    PARAM_WORD,      /* one of `choices`: word, integer = its index */
    PARAM_STRING,    /* word */
    PARAM_STRINGS,   /* list of strings: words, count */
    PARAM_NUMBERS,   /* number or list of numbers: numbers, count */
    PARAM_SIZE,      /* 3x3: rows, columns; on sequences a number */
    PARAM_RANGE,     /* lo..hi: low, high; is_share where written in % */
    PARAM_DURATION,  /* 5 epochs, 2000 steps, a bare number of steps: number, unit */
    PARAM_TIME,      /* 10 min: number of seconds */
    PARAM_ANGLE,     /* 10 deg: number in radians */
    PARAM_RATE,      /* a learning rate: number, or a schedule: call */
    PARAM_INIT,      /* an initialiser: call */
    PARAM_MONITOR,   /* validation.loss: word as written, resolved by the checker into `monitor` */
    PARAM_CLASS_WEIGHTS, /* none, balanced, [..] or [level: w]: word, or numbers by level */
    PARAM_AVERAGE,   /* macro, micro, weighted or a level of the target: word */
    PARAM_CHOICE_OR_NUMBER, /* impute(median), impute(constant: 0), winsorize(1%..99%) or (1.5, by: iqr): word or number or range */
    PARAM_SHAPE,     /* [..]: numbers, count */
    PARAM_ANY        /* unparsed: the checker of the section reads `expr` */
} ParamType;

typedef struct Call Call;

typedef struct Argument {
    bool given;          /* else the default stands here */
    Span span;
    double number;
    int64_t integer;
    const char *word;
    double low, high;
    bool is_share, has_low, has_high;
    LrtUnit unit;
    int64_t rows, columns;
    const double *numbers;
    const char *const *words;
    int64_t count;
    const Call *call;
    LrtMonitor monitor;
    const struct AstExpr *expr;
} Argument;

enum { ENTRY_MAX_PARAMS = 14 };

typedef struct EntryParam {
    const char *name;    /* NULL ends the list */
    ParamType type;
    const char *fallback; /* default as the language writes it: "0.9", "none"; NULL: obligatory; "-": optional without a default */
    bool named_only;
    bool repeats;        /* the last by position: it takes all that follow, a word each in `words` */
    double min, max;     /* inclusive bounds; both 0: none */
    bool min_open, max_open;
    const char *choices; /* "relu|tanh" for PARAM_WORD */
    const char *doc;
} EntryParam;

typedef struct Build Build;           /* catalog/build.h */
typedef struct BuildTarget BuildTarget;
typedef struct BuildLoss BuildLoss;

/* The values of a real target that a loss has a meaning for. */
typedef struct LossDomain {
    double low, high;    /* inclusive */
    bool without_zero;
} LossDomain;

typedef struct CatalogEntry {
    const char *name;
    EntryKind kind;
    bool built;          /* false: of the language, but refused by this version with `unsupported-feature` */
    int32_t runtime_id;  /* LRT_… of its .def table, or -1 */
    const char *doc;     /* one sentence */
    const char *formula; /* or NULL */
    const char *source;  /* paper and equation, or NULL */
    const char *example; /* one line of spec */
    EntryParam params[ENTRY_MAX_PARAMS + 1];

    /* Activations: the initialiser of a kernel before it; NULL: glorot_uniform. */
    const char *kernel_init;
    /* Activations: the least and the greatest value of whatever input, rounded outwards; NULL: any number. */
    const double *output_range;
    /* Layers: their input is the index of a category, not numbers. */
    bool takes_index;
    /* Layers: their input is a sequence [time, width]. */
    bool takes_sequence;
    /* What the parameter table cannot say of a call; false where it has been reported. NULL: nothing. */
    bool (*check_call)(Session *session, const Call *call);
    /* Layers and activations: the graph of `call` applied to `input`. Checks the shape first; on a mistake of the user
     * reports and returns NODE_NONE. */
    int32_t (*build_layer)(Build *build, const Call *call, int32_t input);
    /* Losses. Units of the head for a target; 0 with a diagnostic reported where the loss does not fit the target. Levels
     * that are not known yet (level_count 0) are not held against it. */
    int64_t (*head_units)(Session *session, const Call *call, const BuildTarget *target);
    /* Row losses from the head's output [B, units]. */
    void (*build_loss)(Build *build, const Call *call, const BuildTarget *target, int32_t head, BuildLoss *out);
    /* Predictions from the head's output: probabilities of all levels [B, levels], or values [B, width]. */
    int32_t (*build_prediction)(Build *build, const Call *call, const BuildTarget *target, int32_t head);
    /* Losses of real targets: names of what is predicted behind the value itself, a column each. NULL: nothing. */
    const char *const *(*prediction_columns)(Arena *arena, const Call *call, int64_t *out_count);
    /* Losses: the real targets that have one. NULL: all. */
    LossDomain (*target_domain)(const Call *call);
    bool predicts_median; /* losses: the predicted level is the median of the probabilities, not the likeliest */
    bool is_portfolio;    /* losses: of all rows of a step together; what is predicted are shares of a portfolio */
    bool may_be_negative; /* losses: a likelihood without the terms of the truth, whose least is not 0 */
    /* Penalties: a scalar over one decayed parameter. */
    int32_t (*build_penalty)(Build *build, const Call *call, int32_t parameter_node);
    /* Or over the predicted probabilities [B, levels] of a target of classes. */
    int32_t (*build_prediction_penalty)(Build *build, const Call *call, int32_t probabilities);
    /* Optimizers: appends the update of parameter number `parameter` by `gradient`. */
    void (*build_update)(Build *build, const Call *call, int32_t parameter, int32_t gradient);
    /* Or the updates of all parameters (one gradient each, or NODE_NONE) in one go. */
    void (*build_update_all)(Build *build, const Call *call, const int32_t *gradients, int64_t count);
    /* Gradient steps: replaces the gradients (one a trainable parameter) in place. */
    void (*build_gradients)(Build *build, const Call *call, int32_t *gradients, int64_t count);
} CatalogEntry;

/* A use of an entry with all its arguments: as given, or the default. args[i] belongs to entry->params[i]. */
struct Call {
    const CatalogEntry *entry;
    Argument args[ENTRY_MAX_PARAMS];
    Span span;           /* the whole call */
    Span name_span;
    const char *text;    /* as printed: "dense(64)" */
};

/* All entries, grouped by kind in the order of catalog.def. */
extern const CatalogEntry *const catalog_entries[];
extern const int64_t catalog_entry_count;

/* The entry of that kind and name, or NULL. `kind` ENTRY_KIND_COUNT: of any kind, the first. */
const CatalogEntry *catalog_find(EntryKind kind, const char *name);
const CatalogEntry *catalog_by_runtime_id(EntryKind kind, int32_t runtime_id);
/* "layer", "loss", …, and the plural that `lspec list` takes. */
const char *catalog_kind_name(EntryKind kind);
const char *catalog_kind_plural(EntryKind kind);
/* Index of a parameter of the entry, or -1. */
int32_t catalog_param(const CatalogEntry *entry, const char *name);
/* The argument of that name; a BUG where the entry has no such parameter. */
const Argument *call_argument(const Call *call, const char *name);
double call_number(const Call *call, const char *name);
int64_t call_integer(const Call *call, const char *name);
bool call_bool(const Call *call, const char *name);
const char *call_word(const Call *call, const char *name);

#endif
