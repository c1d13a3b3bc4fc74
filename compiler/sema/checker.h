/* What the files of the checker share: the state of one check, and the functions each file offers to the others.
 * Every function that can meet a mistake reports it and returns false or NULL; the caller then poisons and goes on. */
#ifndef LSPEC_SEMA_CHECKER_H
#define LSPEC_SEMA_CHECKER_H

#include "sema/model.h"
#include "support/map.h"

enum { CHECK_MAX_DEPTH = 400, CHECK_MAX_NODES = 200000 };

/* Sections in the order of the work. */
typedef enum SectionId {
    SECTION_LSPEC, SECTION_USE, SECTION_MODEL, SECTION_CONSTANTS, SECTION_DATA, SECTION_COLUMNS, SECTION_TARGET,
    SECTION_SPLIT, SECTION_PREPROCESS, SECTION_SAMPLING, SECTION_AUGMENT, SECTION_DEF, SECTION_NETWORK, SECTION_LOSS,
    SECTION_OPTIMIZER, SECTION_TRAIN, SECTION_STOP, SECTION_METRICS, SECTION_DIAGNOSE, SECTION_TUNE, SECTION_REPORT,
    SECTION_COUNT
} SectionId;

/* A number with what it counts. Shares are fractions, times seconds, angles radians. */
typedef enum QuantityKind {
    QUANTITY_NUMBER, QUANTITY_SHARE, QUANTITY_TIME, QUANTITY_EPOCHS, QUANTITY_STEPS, QUANTITY_ANGLE, QUANTITY_BYTES
} QuantityKind;

typedef struct Quantity {
    QuantityKind kind;
    double value;
} Quantity;

/* What has become of a binding since it was made. */
typedef struct BindingUse {
    bool used;
    bool evaluated;               /* an argument that is a tensor is built once, however often it is named */
    int32_t node;
} BindingUse;

/* What a name stands for inside a definition: an argument (an expression of the caller) or a tensor. */
typedef struct Binding {
    const char *name;
    const AstExpr *expr;          /* a formal's argument, read in `scope`; NULL: a tensor */
    const struct Scope *scope;
    int32_t node;                 /* a tensor; -1: poisoned */
    Span span;
    BindingUse *use;
} Binding;

typedef struct Scope {
    const struct Scope *parent;
    VEC(Binding) bindings;
    const AstSection *definition; /* whose body this is, or NULL: the network */
    Span call;                    /* the call that is expanded */
    const struct Scope *caller;   /* where that call stands; NULL: the network itself */
    Map *names;                   /* the bindings by name; snapshots of a scope share it, so it may know later ones */
} Scope;

typedef struct Constant {
    const char *name;
    bool is_param;
    const AstExpr *expr;          /* the overriding one where -D gives it */
    const AstExpr *range;
    Span span;
    bool resolving, resolved, circular; /* of the search for circles */
} Constant;

typedef enum ValueKind {
    VALUE_NUMBER, VALUE_NUMBERS /* several */, VALUE_CATEGORY, VALUE_ORDINAL, VALUE_MATRIX /* one-hot, image, vector */,
    VALUE_TIMESTAMP, VALUE_TEXT,
    VALUE_APART /* key group fold weight ignore */
} ValueKind;

/* How far a value reads from its row in one raw column: rows oldest..newest, negative before it. */
typedef struct ColumnReach {
    int32_t column;
    int64_t oldest, newest;
} ColumnReach;
typedef VEC(ColumnReach) SlotReach;
#define REACH_WHOLE_PAST INT64_MIN

/* The window whose columns are being read: they have inputs of their own. */
typedef struct NetworkWindow {
    int64_t rows;
    int32_t first_input, block;
} NetworkWindow;

/* Which levels a category has: its column's, or those that a step made. */
typedef enum LevelsKind { LEVELS_OF_COLUMN, LEVELS_OPEN, LEVELS_CLOSED } LevelsKind;

/* A column or a column derived from others, on its way through the flows. */
typedef struct Variable {
    const char *name;
    Span span;                    /* its declaration */
    int32_t column;               /* raw column that it is or comes from */
    LrtColumnType type;           /* of that column */
    ValueKind kind;               /* of its current slot */
    int32_t slot;
    VEC(int32_t) parts;           /* several numbers or matrices: their slots, `slot` the first; else empty */
    VEC(int32_t) indicators;      /* slots of missing indicators */
    bool countable;               /* a number, or numbers, that are small and whole: they may be levels, too */
    LevelsKind levels;            /* of a category */
    bool used_up;                 /* others were made of it, and it is no feature by itself */
    bool derived, helper;         /* helper: bound by `let`, no feature by itself */
    bool transformed;             /* a flow in place */
    bool feeds;                   /* others are derived from it */
    bool is_target;
    bool feeds_target;            /* a raw column that a target is made of */
    Span leak;                    /* where its flow takes up a source of a target, or none: told if it leaks */
    bool is_pattern;              /* a glob or `rest` that could not be expanded without the data */
    bool from_rest;
    bool poisoned;
    Span flow;                    /* the last flow that transforms it */
    const char *units;            /* of a target: "log(price)", or "" */
} Variable;

typedef VEC(int32_t) VariableSet;

/* A flow of `augment`: the column that it changes. */
typedef struct AugmentUse {
    int32_t variable;
    Span column, call;
} AugmentUse;

typedef struct Checker {
    Session *session;
    Arena *arena;
    const AstFile *file;
    const CheckOptions *options;
    Model *model;
    const AstSection *sections[SECTION_COUNT];
    bool constants_hidden;        /* a param or `let` could not be read: what it would have named is not known */
    bool damaged;                 /* a section could not be read: what it holds may be missing elsewhere */
    VEC(const AstSection *) definitions;
    Map definition_names;
    VEC(Constant) constants;
    Map constant_names;           /* name -> number of the constant */
    Span data_path_span;          /* the path in `data`, where the file's own errors are reported */
    char **header;                /* names in the data file, or NULL */
    int64_t header_count;
    bool header_known;
    bool data_missing;            /* the file could not be opened: reported, or the lock stands in */
    VEC(LrtColumn) columns;
    VEC(Span) column_spans;
    VEC(Variable) variables;      /* the columns in the order of their declaration, derived ones behind */
    Map variable_names;           /* name -> number of the variable */
    int32_t strange_columns;      /* unknown ones that resemble none declared */
    bool columns_poisoned;        /* unknown columns are not reported then */
    bool derived_lost;            /* `preprocess` could not be read: what it derives is not known, and not reported */
    bool has_patterns;            /* globs or `rest` that only the header would expand */
    int32_t timestamp_column;     /* the first, -1: none */
    double timestamp_every;       /* seconds between two rows as the timestamp declares; 0: it does not */
    LrtGaps gaps;
    bool split_read;              /* the section `split` was understood */
    VEC(SlotReach) reaches;       /* by slot, as far as they were asked for */
    Span leaf_leak;               /* where the flow that is being read takes up a source of a target */
    VEC(LrtSlot) slots;
    VEC(LrtStep) steps;
    VEC(Span) step_spans;
    VEC(LrtInput) inputs;
    VEC(int32_t) slot_inputs;     /* by slot: its number in `inputs`, -1 none */
    const NetworkWindow *window;  /* NULL: none is being read */
    int32_t windows;              /* so far */
    Span window_span;             /* the first, or none */
    VEC(LrtTarget) targets;
    VEC(int32_t) target_variables;
    VEC(Span) target_declared;    /* what `target` says */
    bool target_poisoned;
    bool units_of_target;         /* `units: target` */
    VEC(LrtSampler) samplers;
    Span sampler_span;
    VEC(AugmentUse) augment_uses; /* one an augmentation of the model */
    bool loss_poisoned;
    bool target_disputed;         /* a loss does not fit its target: what else rests on the target's type is not told */
    Map unknown_names;            /* names of constants that have been reported: a `let` that lacks is one mistake */
    Span learning_rate;           /* the `lr:` that the spec gives, or none */
    Span batch, epochs, shuffle;  /* the values of these settings, or none */
    bool seed_given;
    bool small_batch_told;        /* `batch_norm` cannot do with the batch: what else it harms is not told */
    bool param_outside;           /* a param lies outside its range: its value is no ground for a warning */
    bool train_poisoned;          /* a setting could not be read: its default stands there */
    VEC(const Call *) stop_calls; /* one a stop of the model */
    VEC(int32_t) outputs;         /* by target: its NET_OUTPUT node, -1 none, -2 poisoned */
    VEC(Span) output_spans;       /* by target */
    bool network_poisoned;
    bool outputs_hidden;          /* part of the network could not be read: an output may be lost with it */
    bool bindings_hidden;         /* a statement without a readable name: it may have bound what is not known */
    int64_t expansions;           /* of definitions, so far */
    bool expansions_reported;
    int32_t depth;
    bool depth_reported;
} Checker;

/* check_sections.c: finds the sections, their order, the missing and the doubled ones. */
void check_sections(Checker *checker);
const char *section_word(SectionId id);
/* The block's statements, or none; reports where the section is a field. */
bool section_wants_block(Checker *checker, const AstSection *section, const char *example);
bool section_wants_field(Checker *checker, const AstSection *section, const char *example);
/* Reports what an entry, bind, value or poisoned statement means nothing in this section. */
void section_refuse_statement(Checker *checker, const AstStmt *stmt, const char *section, const char *wanted);

/* check_use.c */
void check_use(Checker *checker, const AstSection *section);

/* check_constants.c */
void check_constants_collect(Checker *checker, const AstFile *file);
void check_constants(Checker *checker);
const Constant *constant_find(const Checker *checker, const char *name);

/* quantity.c */
/* Follows names of constants and formals, and parentheses, to what they stand for. */
const AstExpr *expr_resolve(Checker *checker, const Scope *scope, const AstExpr *expr, const Scope **out_scope);
/* Evaluates arithmetic on constants. `what` is the thing that wants a number, for the message. */
bool quantity_eval(Checker *checker, const Scope *scope, const AstExpr *expr, const char *what, Quantity *out);
/* Whether quantity_eval would understand it: no message. */
bool quantity_is_constant(Checker *checker, const Scope *scope, const AstExpr *expr);
const char *quantity_text(Arena *arena, Quantity quantity);
/* Guards recursion on user text: false where it is too deep (reported once). Paired with checker_leave. */
bool checker_enter(Checker *checker, Span span);
void checker_leave(Checker *checker);

/* arguments.c, argument_values.c */
/* Binds a name or call to the parameters of its entry. */
Call *bind_call(Checker *checker, const Scope *scope, const CatalogEntry *entry, const AstExpr *expr);
/* One argument by itself, as `key: value` of a block. False where reported. */
bool bind_argument(Checker *checker, const Scope *scope, const CatalogEntry *entry, const EntryParam *param,
                   const AstExpr *expr, Argument *out);
void bind_default(Checker *checker, const CatalogEntry *entry, const EntryParam *param, Argument *out);
/* The entry of a kind that a name or call refers to; reports an unknown or unbuilt word. */
const CatalogEntry *bind_entry(Checker *checker, EntryKind kind, const AstExpr *expr);
/* Reports `unsupported-feature`: "`lstm` is a layer of the language that this version does not build". */
void report_unsupported(Checker *checker, Span span, const char *word, const char *kind);
/* "a layer", "an activation" */
const char *text_with_article(Arena *arena, const char *kind);
/* The word of a name or call, or NULL. */
const char *expr_word(const AstExpr *expr);
Span expr_word_span(const AstExpr *expr);
/* Where the operator of a binary expression stands. */
Span expr_operator_span(const Checker *checker, const AstExpr *expr);

/* suggest.c */
typedef VEC(const char *) WordList;
void suggest_entries(Arena *arena, EntryKind kind, WordList *out);
/* Adds the fix "did you mean" where one of the words is near; returns it or NULL. */
const char *suggest_fix(Diagnostic *diagnostic, Arena *arena, Span span, const char *word, const WordList *words);
/* "a, b or c" of "a|b|c". */
const char *words_joined(Arena *arena, const WordList *words);
void words_split(Arena *arena, const char *choices, WordList *out);

/* misspelt.c */
/* Moves the report of an unknown name to the declaration of the one that is meant, where that is the odd one out. */
bool misspelt_blame_declaration(Checker *checker, Diagnostic *d, const char *used, const char *declared, Span declaration);
/* Sets constants_hidden, by what the parser has reported. */
void misspelt_find_hidden(Checker *checker);
/* Columns that the network has outputs for, without being targets: what else rests on them is not told. */
void misspelt_find_lost_targets(Checker *checker, const AstSection *network);

/* check_data.c */
void check_data(Checker *checker);

/* check_columns.c, column_types.c, column_sets.c */
void check_columns(Checker *checker);
bool column_type_read(Checker *checker, const AstExpr *value, LrtColumn *out);
int32_t variable_find(const Checker *checker, const char *name);
/* Whether its cells are images or vectors. */
bool variable_is_array(const Variable *variable);
/* Every variable comes in through here, so that its name is found. */
int32_t variable_add(Checker *checker, Variable variable);
int32_t variable_add_column(Checker *checker, const LrtColumn *column, Span span);
/* A glob or `rest` whose columns only the header would tell. */
int32_t variable_add_pattern(Checker *checker, const LrtColumn *column, Span span);
bool glob_is_pattern(const char *text);
bool glob_matches(const char *pattern, const char *text);
/* Whether an expression names columns: a column, a glob, a list, `rest`, or a constant that stands for such. */
bool columns_is_set(Checker *checker, const Scope *scope, const AstExpr *expr);
/* The columns it names; reports unknown ones. */
bool columns_resolve(Checker *checker, const Scope *scope, const AstExpr *expr, VariableSet *out);
/* The columns that the names of `a, "b*" -> flow` stand for. */
bool columns_resolve_names(Checker *checker, const AstStmt *stmt, VariableSet *out);
void report_unknown_column(Checker *checker, Span span, const char *name);
const char *column_type_word(LrtColumnType type);

/* flows.c: columns through transforms, for `preprocess` and `target`. */
typedef VEC(const AstExpr *) StageList;
/* The stages of a flow from left to right. */
void flow_stages(Arena *arena, const AstExpr *expr, StageList *out);
typedef enum FlowPlace { FLOW_PREPROCESS, FLOW_TARGET } FlowPlace;
/* Applies the stages from `first` on to each of the variables, in place. */
void flow_apply(Checker *checker, const StageList *stages, int64_t first, const VariableSet *variables, FlowPlace place);
/* A variable of its own that starts where `source` stands. */
int32_t flow_derive(Checker *checker, int32_t source, const char *name, Span span, bool helper);
int32_t flow_add_slot(Checker *checker, const char *name, LrtSlotKind kind, int32_t column);
void flow_add_step(Checker *checker, LrtStep step, Span span);
/* flow_vector.c: several columns through the stages behind the first, joined into one variable; -1 where reported. */
int32_t flow_vector(Checker *checker, const StageList *stages, const VariableSet *sources, const char *name, Span span, bool helper,
                  FlowPlace place);
/* A flow in parentheses as a variable of its own, or -1 where reported. */
int32_t flow_nested(Checker *checker, const AstExpr *expr, FlowPlace place);
/* flow_arithmetic.c: adds the steps that an expression on columns stands for. The first column that it is made of and
 * the slot that holds the result, or -1 where reported. */
bool flow_is_arithmetic(const AstExpr *expr);
int32_t flow_arithmetic(Checker *checker, const AstExpr *expr, FlowPlace place, int32_t *out_slot);
/* transform_steps.c: the numbers and options of a call; its slots are the caller's. */
bool transform_step_read(Checker *checker, const Call *call, LrtStep *out);
/* `name = flow` and `let name = flow` of a block. -1 where reported. */
int32_t flow_bind(Checker *checker, const AstStmt *stmt, FlowPlace place);
/* A name whose flow is at fault stays known, so that its uses are not reported too. Returns -1. */
int32_t flow_poison_name(Checker *checker, const AstName *name);
const char *value_kind_text(const Variable *variable);

/* dimensions.c: whole numbers in brackets, one in `out` for each argument; and those of `image[h, w, c]` or `vector[n]`
 * into the column, whose type is set. False where reported. */
bool dimensions_read(Checker *checker, const Scope *scope, const AstExpr *brackets, int64_t *out);
bool column_shape_read(Checker *checker, const CatalogEntry *entry, const AstExpr *type, LrtColumn *out);

/* check_target.c */
void check_target(Checker *checker);
int32_t target_find(const Checker *checker, const char *name);
/* `target-as-feature`: the variable is a target or a source of one. */
void report_target_as_feature(Checker *checker, Span span, int32_t variable);
/* "`default`, a category with 2 classes" */
const char *target_describe(Checker *checker, int32_t target);
Span target_declaration(const Checker *checker, int32_t target);

/* reach.c */
/* The raw columns that a slot is made of; valid until the next call. */
const SlotReach *reach_of_slot(Checker *checker, int32_t slot);
/* Rows that it reads ahead of its own, at most. */
int64_t reach_ahead(Checker *checker, int32_t slot);
/* How many rows a slot would have to lag further behind to know nothing of what a target tells; 0: it does not. */
int64_t reach_lag_missing(Checker *checker, int32_t slot, int32_t *out_target);
/* Whether it is a target or tells of one. */
bool variable_leaks(Checker *checker, const Variable *variable);
/* What steps that read other rows mean for the rows' order and for the split. */
void check_series(Checker *checker);

/* check_split.c check_preprocess.c check_sampling.c */
void check_split(Checker *checker);
void check_preprocess(Checker *checker);
void check_sampling(Checker *checker);
/* check_augment.c: reads the section; and, once the network is known, finds the inputs that its flows change. */
void check_augment(Checker *checker);
void bind_augments(Checker *checker);
/* check_tune.c */
void check_tune(Checker *checker);
/* augment_labels.c: signs that an augmentation makes others of. */
void augment_check_labels(Checker *checker, const Call *call);
/* Reports `part-named` where a statement of `sampling` or `augment` names a part. */
bool section_names_part(Checker *checker, const AstStmt *stmt, const char *section);

/* check_network.c, network_values.c, network_concat.c, network_calls.c, network_definitions.c, network_inputs.c. Tensors
 * are numbers of model nodes: */
void check_network(Checker *checker);
enum { NET_POISON = -1, NET_NOTHING = -2 };
/* The value of an expression: a node; NET_NOTHING where it ends in an output; NET_POISON. A category by itself is a
 * NET_INDEX node, which `embedding` alone may take. */
int32_t network_value(Checker *checker, const Scope *scope, const AstExpr *expr);
/* The same where only a tensor of numbers will do. */
int32_t network_tensor(Checker *checker, const Scope *scope, const AstExpr *expr);
bool network_wants_tensor(Checker *checker, int32_t *node, Span span);
int32_t network_apply(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input);
/* Whether an expression is something to apply to an input (a layer, an activation, a definition) rather than a value. */
bool network_is_stage(Checker *checker, const Scope *scope, const AstExpr *expr);
int32_t network_add(Checker *checker, const Scope *scope, NetNode node);
const int32_t *network_inputs(Checker *checker, int32_t first, int32_t second);
int32_t network_binary(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t left, int32_t right);
int32_t network_negate(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t value);
int32_t network_assert(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t value);
/* Operands that are stages take `input` (NET_NOTHING: there is none), the others are values. */
int32_t network_concat(Checker *checker, const Scope *scope, const AstExpr *call, int32_t input);
int32_t network_columns(Checker *checker, const Scope *scope, const VariableSet *variables, Span span);
/* Buckets of a hash that stand among numbers: a column for each. */
void network_encode_buckets(Checker *checker, const VariableSet *variables);
int32_t network_features(Checker *checker, const Scope *scope, Span span);
int32_t network_output(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input);
/* network_window.c. `columns` NULL: they are the call's first argument. */
bool network_is_window(const Scope *scope, const AstExpr *expr);
int32_t network_window(Checker *checker, const Scope *scope, const AstExpr *columns, const AstExpr *call);
const AstSection *definition_find(const Checker *checker, const char *name);
bool definition_hidden(const Checker *checker, const char *name);
bool definition_takes_input(const AstSection *definition);
int32_t network_expand(Checker *checker, const Scope *scope, const AstSection *definition, const AstExpr *call, int32_t input);
int32_t network_repeat(Checker *checker, const Scope *scope, const AstExpr *call, int32_t input);
/* The statements of the network or of a definition. What the one unnamed flow yields, or NET_NOTHING. */
int32_t network_block(Checker *checker, Scope *scope, const AstSection *section);
bool scope_find(const Scope *scope, const char *name, const Binding **out);
void scope_bind(Checker *checker, Scope *scope, Binding binding);
/* Reports `duplicate-name` where the name of a binding is taken already. */
bool network_name_free(Checker *checker, const Scope *scope, const AstName *name);
/* Adds where a definition was called from: the second label of whatever is wrong inside it. */
void network_label_call(const Scope *scope, Diagnostic *diagnostic);

/* check_loss.c check_optimizer.c check_train.c check_stop.c check_metrics.c check_report.c monitors.c, in this order,
 * but metrics before stop: rules may watch what `metrics` does not list, and what it lists is numbered first. */
void check_loss(Checker *checker);
/* Units of the head that the loss wants for a target; 0 where it does not fit: reported. */
int64_t loss_head_units(Checker *checker, const Call *call, int32_t number);
void check_optimizer(Checker *checker);
void check_train(Checker *checker);
/* check_schedule.c: what `lr:` gives, as a schedule; its greatest rate; and, once the metrics are numbered, what
 * `on_plateau` watches. */
bool schedule_read(Checker *checker, const Argument *rate, LrtSchedule *out);
double schedule_peak(const LrtSchedule *schedule);
void check_plateau(Checker *checker);
void check_metrics(Checker *checker);
void check_stop(Checker *checker);
void check_report(Checker *checker);
/* check_diagnose.c: `diagnose { }`. edit_points.c: Model.diagnose.spans, once everything is bound. */
void check_diagnose(Checker *checker);
void edit_points_collect(Checker *checker);
/* levels.c */
/* Number of a level in the target's, compared as trimmed text and numbers as numbers; -1 where there is none. */
int32_t level_find(const LrtTarget *target, const char *word);
Diagnostic *report_unknown_level(Session *session, const LrtTarget *target, const char *word, Span span);
bool monitor_resolve(Checker *checker, const AstExpr *expr, LrtMonitor *out);
/* Whether the split leaves rows for validation; true where that is not known. */
bool validation_exists(const Checker *checker);
/* Number of the metric in the model, appended where it is not there yet; -1 where reported. `expr` is a word or a call
 * with an average; `word` is the metric's name. */
int32_t metric_resolve(Checker *checker, const AstExpr *expr, const char *word, Span span, int32_t target, bool as_monitor);
/* The numbers of a metric that `call` writes down or the loss of its target implies; false where a diagnostic was reported. */
bool metric_read_parameters(Checker *checker, const Call *call, LrtMetric *metric);
/* Whether metrics of that task (class or number) fit the target. */
bool metric_fits(const Checker *checker, LrtMetricKind kind, int32_t target);

/* lint_network.c, lint_training.c: warnings and errors on what is well formed. */
void lint_network(Checker *checker);
void lint_training(Checker *checker);

#endif
