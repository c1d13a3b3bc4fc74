/* A stage on one column: which values it takes, the steps that it adds, and what kind of value is left. A column that
 * has become several numbers (parts of a date, sine and cosine) passes each of them through the stages behind. */
#include <string.h>

#include "sema/flow_stage.h"
#include "support/str.h"

enum { TAKES_NUMBER = 1, TAKES_LEVELS = 2, TAKES_TIME = 4, TAKES_TEXT = 8 };

static int stage_takes(LrtTransform transform) {
    switch (transform) {
    case LRT_TRANSFORM_ONE_HOT:
    case LRT_TRANSFORM_ORDINAL:
    case LRT_TRANSFORM_CROSS:
    case LRT_TRANSFORM_TARGET_ENCODE: return TAKES_LEVELS;
    case LRT_TRANSFORM_HASH: return TAKES_LEVELS | TAKES_TEXT;
    case LRT_TRANSFORM_BAG_OF_WORDS: return TAKES_TEXT;
    case LRT_TRANSFORM_DATE_PART: return TAKES_TIME;
    case LRT_TRANSFORM_DROP_CONSTANT: return TAKES_NUMBER | TAKES_LEVELS;
    default: return TAKES_NUMBER;
    }
}

static const char *taken_text(int takes) {
    if (takes & TAKES_TIME) return "timestamp";
    if (takes & TAKES_NUMBER) return "number";
    return takes & TAKES_LEVELS ? "category" : "text";
}

static bool has_levels(const Variable *variable) {
    return variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL;
}

static int variable_gives(const Variable *variable) {
    switch (variable->kind) {
    case VALUE_NUMBER:
    case VALUE_NUMBERS: return TAKES_NUMBER | (variable->countable ? TAKES_LEVELS : 0);
    case VALUE_CATEGORY:
    case VALUE_ORDINAL: return TAKES_LEVELS;
    case VALUE_TIMESTAMP: return TAKES_TIME;
    case VALUE_TEXT: return TAKES_TEXT;
    case VALUE_MATRIX:
    case VALUE_APART: break;
    }
    return 0;
}

/* ---- what does not fit ----------------------------------------------------------------------------------------- */

static void report_kind(Checker *checker, const Stage *stage, const Variable *variable) {
    int takes = stage_takes(stage->step.transform);
    if (checker->columns_poisoned && variable->is_pattern) return; /* what it stands for is not known */
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`%s` takes a %s; `%s` is %s", stage->call->entry->name, taken_text(takes),
                                variable->name, value_kind_text(variable));
    if (span_is_none(variable->flow) || (variable->kind != VALUE_MATRIX && variable->kind != VALUE_NUMBERS))
        diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    else
        diag_label(d, variable->flow, "the flow that made it so");
    if (variable->kind == VALUE_ORDINAL)
        diag_advice(d, "`ordinal` before it makes a number of the level");
    else if (variable->kind == VALUE_CATEGORY)
        diag_advice(d, "`one_hot` makes numbers of the levels, `embedding(width)` in the network learns them");
    else if (variable->kind == VALUE_TEXT)
        diag_advice(d, "`bag_of_words(max: 1000)` or `hash(1024)` makes numbers of its words");
    else if (variable->kind == VALUE_TIMESTAMP)
        diag_advice(d, "`date_parts(month, weekday, hour)` makes numbers of it");
    else if ((takes & TAKES_LEVELS) && variable->kind == VALUE_NUMBER && variable->type != LRT_COLUMN_BOOL)
        diag_advice(d, "where its numbers are codes, declare it `category`");
}

/* Made-up targets, rows of levels for one, and what leaves columns out. */
static bool is_for_targets(LrtTransform transform) {
    return transform != LRT_TRANSFORM_IMPUTE && transform != LRT_TRANSFORM_DROP_CONSTANT &&
           transform != LRT_TRANSFORM_CYCLIC && transform != LRT_TRANSFORM_DATE_PART &&
           (stage_takes(transform) & TAKES_NUMBER || transform == LRT_TRANSFORM_ORDINAL);
}

static bool refuse_in_target(Checker *checker, const Stage *stage, const Variable *variable) {
    LrtTransform transform = stage->step.transform;
    if (is_for_targets(transform)) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                transform == LRT_TRANSFORM_IMPUTE ? "`%s` would make up values of the target `%s`"
                                                                  : "`%s` is not for the target `%s`",
                                stage->call->entry->name, variable->name);
    if (transform == LRT_TRANSFORM_IMPUTE)
        diag_why(d, "rows whose target is missing are left out and counted");
    else if (transform == LRT_TRANSFORM_ONE_HOT)
        diag_why(d, "the loss takes the level itself: cross_entropy counts the classes");
    diag_fix(d, false, stage->expr->span, "", arena_printf(checker->arena, "without `%s`", stage->call->entry->name));
    return true;
}

/* Transforms of numbers act on each element of an image or vector; an indicator would be as many columns again. */
static bool array_stage_fits(Checker *checker, const Stage *stage, const Variable *variable) {
    LrtTransform transform = stage->step.transform;
    bool whole = transform == LRT_TRANSFORM_DROP_OUTLIERS || transform == LRT_TRANSFORM_DROP_CONSTANT ||
                 transform == LRT_TRANSFORM_CYCLIC || transform == LRT_TRANSFORM_BINS;
    if (!(stage_takes(transform) & TAKES_NUMBER) || whole) {
        report_kind(checker, stage, variable);
        return false;
    }
    if (!stage->indicator) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`indicator:` wants a number; `%s` is %s", variable->name, value_kind_text(variable));
    diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    return false;
}

bool flow_stage_fits(Checker *checker, const Stage *stage, const Variable *variable, FlowPlace place) {
    bool fits = (stage_takes(stage->step.transform) & variable_gives(variable)) != 0;
    if (variable_is_array(variable)) return array_stage_fits(checker, stage, variable);
    /* The most frequent level fills a missing one. */
    if (stage->step.transform == LRT_TRANSFORM_IMPUTE && has_levels(variable))
        fits = stage->step.option[0] == LRT_IMPUTE_MODE;
    if (!fits && place == FLOW_TARGET && refuse_in_target(checker, stage, variable)) return false;
    if (!fits) {
        report_kind(checker, stage, variable);
        return false;
    }
    return place != FLOW_TARGET || !refuse_in_target(checker, stage, variable);
}

/* ---- steps ----------------------------------------------------------------------------------------------------- */

const int32_t *variable_slots(const Variable *variable, int64_t *out_count) {
    bool several = variable->parts.count > 0;
    *out_count = several ? variable->parts.count : 1;
    return several ? variable->parts.items : &variable->slot;
}

int32_t flow_push_step(Checker *checker, const Stage *stage, LrtStep step, int32_t input, LrtSlotKind kind,
                       const char *name) {
    step.input = input;
    step.indicator = -1;
    step.spec_line = stage->step.spec_line;
    step.output = flow_add_slot(checker, name, kind, checker->slots.items[input].column);
    flow_add_step(checker, step, stage->expr->span);
    return step.output;
}

static const char *slot_name(const Checker *checker, int32_t slot) { return checker->slots.items[slot].name; }

/* A part has a name of its own, one number that of its column. */
static const char *part_name(const Checker *checker, const Variable *variable, int32_t slot) {
    return variable->parts.count > 0 ? slot_name(checker, slot) : variable->name;
}

/* Whole numbers as levels, where the stage wants such. */
static int32_t levels_slot(Checker *checker, const Stage *stage, int32_t slot) {
    if (checker->slots.items[slot].kind == LRT_SLOT_CODE) return slot;
    return flow_push_step(checker, stage, (LrtStep){.transform = LRT_TRANSFORM_LEVELS}, slot, LRT_SLOT_CODE,
                          slot_name(checker, slot));
}

typedef VEC(int32_t) SlotList;

static void set_parts(Variable *variable, const SlotList *slots, ValueKind one, ValueKind several) {
    bool alone = slots->count == 1;
    memset(&variable->parts, 0, sizeof variable->parts);
    variable->slot = slots->items[0];
    variable->kind = alone ? one : several;
    if (alone) return;
    variable->parts.items = slots->items;
    variable->parts.count = slots->count;
    variable->parts.capacity = slots->capacity;
}

/* One step of the same kind for each part: what most stages are. */
static void advance_each(Checker *checker, const Stage *stage, Variable *variable, ValueKind kind, ValueKind several,
                         LrtSlotKind slot_kind) {
    int64_t count;
    const int32_t *slots = variable_slots(variable, &count);
    bool wants_levels = !(stage_takes(stage->step.transform) & TAKES_NUMBER) && variable->kind != VALUE_TEXT;
    SlotList made = {0};
    for (int64_t i = 0; i < count; i++) {
        int32_t input = wants_levels ? levels_slot(checker, stage, slots[i]) : slots[i];
        vec_push(checker->arena, &made,
                 flow_push_step(checker, stage, stage->step, input, slot_kind, part_name(checker, variable, slots[i])));
    }
    set_parts(variable, &made, kind, several);
}

static void add_indicators(Checker *checker, const Stage *stage, Variable *variable, int64_t first_step) {
    for (int64_t i = first_step; stage->indicator && i < checker->steps.count; i++) {
        LrtStep *step = &checker->steps.items[i];
        const char *name = arena_printf(checker->arena, "%s:missing", slot_name(checker, step->output));
        step->indicator = flow_add_slot(checker, name, LRT_SLOT_REAL, variable->column);
        vec_push(checker->arena, &variable->indicators, step->indicator);
    }
}

/* One part by itself keeps the column's name, several are "time:month" and "time:hour". */
static void advance_date_parts(Checker *checker, const Stage *stage, Variable *variable) {
    static const char *const words[] = {
#define DATE_PART(id, word, period) [LRT_DATE_##id] = word,
#include "lrt/date_parts.def"
#undef DATE_PART
    };
    const Argument *parts = call_argument(stage->call, "part");
    SlotList made = {0};
    for (int64_t i = 0; i < parts->count; i++) {
        LrtStep step = stage->step;
        while (strcmp(words[step.option[0]], parts->words[i]) != 0) step.option[0]++;
        const char *name = parts->count == 1
                               ? variable->name
                               : arena_printf(checker->arena, "%s:%s", variable->name, words[step.option[0]]);
        vec_push(checker->arena, &made, flow_push_step(checker, stage, step, variable->slot, LRT_SLOT_REAL, name));
    }
    set_parts(variable, &made, VALUE_NUMBER, VALUE_NUMBERS);
    variable->countable = true;
}

/* The period of a part of a date; 0: it has none. */
static double natural_period(const Checker *checker, int32_t slot) {
    static const double periods[] = {
#define DATE_PART(id, word, period) [LRT_DATE_##id] = period,
#include "lrt/date_parts.def"
#undef DATE_PART
    };
    for (int64_t i = checker->steps.count; i-- > 0;) {
        const LrtStep *step = &checker->steps.items[i];
        if (step->output == slot) return step->transform == LRT_TRANSFORM_DATE_PART ? periods[step->option[0]] : 0;
    }
    return 0;
}

static void report_no_period(Checker *checker, const Stage *stage, const char *name) {
    Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, stage->call->name_span,
                                "`cyclic` lacks the period of `%s`", name);
    diag_why(d, "month, day, weekday, day_of_year, hour and minute have their own; a number has none");
    diag_advice(d, "such as `cyclic(24)`");
}

static bool advance_cyclic(Checker *checker, const Stage *stage, Variable *variable) {
    static const char *const suffixes[] = {[LRT_SINE] = "sin", [LRT_COSINE] = "cos"};
    int64_t count;
    const int32_t *slots = variable_slots(variable, &count);
    const Argument *period = call_argument(stage->call, "period");
    SlotList made = {0};
    for (int64_t i = 0; i < count; i++) {
        LrtStep step = stage->step;
        step.number[0] = period->given ? period->number : natural_period(checker, slots[i]);
        if (step.number[0] == 0) {
            report_no_period(checker, stage, part_name(checker, variable, slots[i]));
            return false;
        }
        for (int32_t k = LRT_SINE; k <= LRT_COSINE; k++) {
            const char *name =
                arena_printf(checker->arena, "%s:%s", part_name(checker, variable, slots[i]), suffixes[k]);
            step.option[0] = k;
            vec_push(checker->arena, &made, flow_push_step(checker, stage, step, slots[i], LRT_SLOT_REAL, name));
        }
    }
    set_parts(variable, &made, VALUE_NUMBER, VALUE_NUMBERS);
    return true;
}

/* The column that `cross(col)` names, or NULL where reported. */
static const Variable *crossed_column(Checker *checker, const Stage *stage) {
    const AstExpr *expr = call_argument(stage->call, "column")->expr;
    VariableSet set = {0};
    if (!columns_resolve(checker, NULL, expr, &set)) return NULL;
    Variable *other = &checker->variables.items[set.items[0]];
    if (other->poisoned) return NULL;
    if (variable_leaks(checker, other)) {
        report_target_as_feature(checker, expr->span, set.items[0]);
        return NULL;
    }
    if (set.count == 1 && other->parts.count == 0 && (variable_gives(other) & TAKES_LEVELS)) {
        other->feeds = true;
        return other;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, expr->span,
                                set.count > 1 ? "`cross` takes one column, not several"
                                              : "`cross` takes a category; `%s` is %s",
                                other->name, value_kind_text(other));
    diag_label(d, other->span, "declared as %s", column_type_word(other->type));
    diag_advice(d, "`bins(5)` before it makes intervals of a number");
    return NULL;
}

static bool advance_cross(Checker *checker, const Stage *stage, Variable *variable) {
    const Variable *other = crossed_column(checker, stage);
    if (!other) return false;
    int32_t *others = ARENA_ARRAY(checker->arena, int32_t, 1);
    others[0] = levels_slot(checker, stage, other->slot);
    LrtStep step = stage->step;
    step.others = others;
    step.other_count = 1;
    int32_t input = levels_slot(checker, stage, variable->slot);
    variable->slot = flow_push_step(checker, stage, step, input, LRT_SLOT_CODE, variable->name);
    variable->kind = VALUE_CATEGORY;
    variable->levels = LEVELS_OPEN;
    return true;
}

static void advance_hash(Checker *checker, const Stage *stage, Variable *variable) {
    LrtStep step = stage->step;
    if (variable->kind == VALUE_TEXT) {
        step.transform = LRT_TRANSFORM_HASH_WORDS;
        variable->slot = flow_push_step(checker, stage, step, variable->slot, LRT_SLOT_MATRIX, variable->name);
        variable->kind = VALUE_MATRIX;
        return;
    }
    int32_t input = levels_slot(checker, stage, variable->slot);
    variable->slot = flow_push_step(checker, stage, step, input, LRT_SLOT_CODE, variable->name);
    variable->kind = VALUE_CATEGORY;
    variable->levels = LEVELS_CLOSED;
}

/* A number or ordered levels have a mean, two classes the share of the second; more of them a column each, in one block
 * where their number is not known before the data. */
static void advance_target_encode(Checker *checker, const Stage *stage, Variable *variable) {
    const LrtTarget *target = &checker->targets.items[stage->step.option[2]];
    int64_t classes = target->is_class && !target->is_ordinal ? target->level_count : -1;
    int32_t input = levels_slot(checker, stage, variable->slot);
    LrtStep step = stage->step;
    if (classes == 0) {
        step.option[3] = LRT_ENCODE_EVERY_CLASS;
        variable->slot = flow_push_step(checker, stage, step, input, LRT_SLOT_MATRIX, variable->name);
        variable->kind = VALUE_MATRIX;
        return;
    }
    SlotList made = {0};
    for (int64_t k = 0; k < (classes > 2 ? classes : 1); k++) {
        const char *name = classes > 2 ? arena_printf(checker->arena, "%s:%s", variable->name, target->levels[k])
                                       : variable->name;
        step.option[3] = classes < 0 ? LRT_ENCODE_VALUE : classes == 2 ? 1 : (int32_t)k;
        vec_push(checker->arena, &made, flow_push_step(checker, stage, step, input, LRT_SLOT_REAL, name));
    }
    set_parts(variable, &made, VALUE_NUMBER, VALUE_NUMBERS);
}

static bool has_parts(Checker *checker, const Stage *stage, const Variable *variable) {
    if (variable->parts.count == 0) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`%s` takes one column; `%s` is %s", stage->call->entry->name, variable->name,
                                value_kind_text(variable));
    diag_label(d, variable->flow, "the flow that made it so");
    diag_advice(d, "a new column for each: `NAME = COLUMN -> date_parts(hour)`");
    return true;
}

static bool keeps_numbers_whole(LrtTransform transform) {
    return transform == LRT_TRANSFORM_IMPUTE || transform == LRT_TRANSFORM_CLIP ||
           transform == LRT_TRANSFORM_DROP_OUTLIERS || transform == LRT_TRANSFORM_DROP_CONSTANT ||
           transform == LRT_TRANSFORM_BINS;
}

static bool add_steps(Checker *checker, const Stage *stage, Variable *variable) {
    LrtTransform transform = stage->step.transform;
    int64_t first = checker->steps.count;
    switch (transform) {
    case LRT_TRANSFORM_ONE_HOT:
        advance_each(checker, stage, variable, VALUE_MATRIX, VALUE_MATRIX, LRT_SLOT_MATRIX);
        return true;
    case LRT_TRANSFORM_ORDINAL:
        advance_each(checker, stage, variable, VALUE_NUMBER, VALUE_NUMBERS, LRT_SLOT_REAL);
        return true;
    case LRT_TRANSFORM_BAG_OF_WORDS:
        advance_each(checker, stage, variable, VALUE_MATRIX, VALUE_MATRIX, LRT_SLOT_MATRIX);
        return true;
    case LRT_TRANSFORM_DATE_PART: advance_date_parts(checker, stage, variable); return true;
    case LRT_TRANSFORM_CYCLIC: return advance_cyclic(checker, stage, variable);
    case LRT_TRANSFORM_CROSS: return !has_parts(checker, stage, variable) && advance_cross(checker, stage, variable);
    case LRT_TRANSFORM_HASH:
        if (has_parts(checker, stage, variable)) return false;
        advance_hash(checker, stage, variable);
        return true;
    case LRT_TRANSFORM_TARGET_ENCODE:
        if (has_parts(checker, stage, variable)) return false;
        advance_target_encode(checker, stage, variable);
        return true;
    default:
        advance_each(checker, stage, variable, variable->kind, variable->kind,
                     checker->slots.items[variable->slot].kind);
        add_indicators(checker, stage, variable, first);
        return true;
    }
}

void flow_advance(Checker *checker, const Stage *stage, Variable *variable) {
    LrtTransform transform = stage->step.transform;
    if (!add_steps(checker, stage, variable)) {
        variable->poisoned = true;
        return;
    }
    if (transform == LRT_TRANSFORM_BINS) variable->countable = true;
    if (transform != LRT_TRANSFORM_DATE_PART && !keeps_numbers_whole(transform)) variable->countable = false;
    variable->flow = stage->expr->span;
}
