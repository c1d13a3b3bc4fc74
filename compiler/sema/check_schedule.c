/* Learning rates over time: the schedule of `lr:` as the runtime wants it. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static LrtDuration duration_of(const Call *call, const char *name) {
    const Argument *argument = call_argument(call, name);
    return (LrtDuration){.count = argument->number, .unit = argument->unit};
}

/* ---- piecewise --------------------------------------------------------------------------------------------------- */

static void report_pieces(Checker *checker, Span span, const char *fact) {
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, span, "%s", fact);
    diag_advice(d, "times and their rates, from 0 on: `piecewise([0: 1e-2, 10 epochs: 1e-3])`");
}

static bool read_begin(Checker *checker, const AstArg *arg, LrtDuration *out) {
    const char *unit = arg->key_unit ? arg->key_unit : "steps";
    bool epochs = strcmp(unit, "epochs") == 0 || strcmp(unit, "epoch") == 0;
    bool steps = strcmp(unit, "steps") == 0 || strcmp(unit, "step") == 0;
    if (arg->key_kind != AST_KEY_NUMBER || (!epochs && !steps)) {
        report_pieces(checker, arg->key_kind == AST_KEY_NONE ? arg->value->span : arg->key_span,
                      "a rate of `piecewise` stands behind a time in steps or epochs");
        return false;
    }
    *out = (LrtDuration){.count = arg->key_number, .unit = epochs ? LRT_UNIT_EPOCHS : LRT_UNIT_STEPS};
    return true;
}

static bool read_piece_rate(Checker *checker, const Scope *scope, const AstExpr *expr, double *out) {
    Quantity quantity;
    if (!quantity_eval(checker, scope, expr, "a rate of `piecewise`", &quantity)) return false;
    *out = quantity.value;
    if (quantity.kind <= QUANTITY_SHARE && quantity.value > 0 && isfinite(quantity.value)) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_LR_INVALID, expr->span, "the learning rate is %s",
                                quantity_text(checker->arena, quantity));
    diag_why(d, "the weights move against the gradient only for a rate above 0");
    diag_advice(d, "a rate above 0, such as 1e-3");
    return false;
}

/* The first at 0, the others later and later, as far as their units can be compared. */
static bool check_begin(Checker *checker, const LrtRatePiece *pieces, int64_t number, Span span) {
    const LrtDuration *begin = &pieces[number].begin;
    if (number == 0 && begin->count != 0) {
        report_pieces(checker, span, "the first rate of `piecewise` stands at 0");
        return false;
    }
    bool later = number == 0 || begin->count > (begin->unit == pieces[number - 1].begin.unit ? pieces[number - 1].begin.count : 0);
    if (!later) report_pieces(checker, span, "the times of `piecewise` rise");
    return later;
}

static bool read_pieces(Checker *checker, const Call *call, LrtSchedule *out) {
    const Scope *scope = NULL;
    const AstExpr *list = expr_resolve(checker, NULL, call_argument(call, "pieces")->expr, &scope);
    if (list->kind != AST_LIST || list->arg_count == 0) {
        if (list->kind != AST_ERROR) report_pieces(checker, list->span, "`piecewise` wants a list");
        return false;
    }
    LrtRatePiece *pieces = ARENA_ARRAY(checker->arena, LrtRatePiece, list->arg_count);
    for (int64_t i = 0; i < list->arg_count; i++) {
        const AstArg *arg = &list->args[i];
        if (!read_begin(checker, arg, &pieces[i].begin) || !check_begin(checker, pieces, i, arg->key_span) ||
            !read_piece_rate(checker, scope, arg->value, &pieces[i].rate))
            return false;
    }
    out->pieces = pieces;
    out->piece_count = list->arg_count;
    out->from = out->to = pieces[0].rate;
    return true;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

static void read_numbers(const Call *call, LrtSchedule *out) {
    if (catalog_param(call->entry, "factor") >= 0) out->factor = call_number(call, "factor");
    if (catalog_param(call->entry, "every") >= 0) out->every = duration_of(call, "every");
    if (catalog_param(call->entry, "rates") >= 0) out->to = call_argument(call, "rates")->high;
    if (catalog_param(call->entry, "restarts") >= 0) out->restarts = call_integer(call, "restarts");
    if (catalog_param(call->entry, "power") >= 0) out->power = call_number(call, "power");
    if (catalog_param(call->entry, "patience") >= 0) out->patience = call_integer(call, "patience");
}

bool schedule_read(Checker *checker, const Argument *rate, LrtSchedule *out) {
    *out = (LrtSchedule){.kind = LRT_SCHEDULE_CONSTANT, .from = rate->number, .to = rate->number};
    if (!rate->call) return true;
    const Call *call = rate->call;
    out->kind = (LrtScheduleKind)call->entry->runtime_id;
    out->warmup = duration_of(call, "warmup");
    read_numbers(call, out);
    if (out->kind == LRT_SCHEDULE_PIECEWISE) return read_pieces(checker, call, out);
    if (out->kind != LRT_SCHEDULE_ONE_CYCLE) return true;
    out->power = call_number(call, "pct_up");
    out->to = rate->number;
    out->from = rate->number / 25; /* PyTorch's div_factor */
    return true;
}

double schedule_peak(const LrtSchedule *schedule) {
    double peak = fmax(schedule->from, schedule->to);
    for (int64_t i = 0; i < schedule->piece_count; i++) peak = fmax(peak, schedule->pieces[i].rate);
    return peak;
}

void check_plateau(Checker *checker) {
    Model *model = checker->model;
    if (!model->optimizer || model->schedule.kind != LRT_SCHEDULE_ON_PLATEAU) return;
    const Call *call = call_argument(model->optimizer, "lr")->call;
    const Argument *monitor = call_argument(call, "monitor");
    if (monitor->given) {
        monitor_resolve(checker, monitor->expr, &model->schedule.monitor);
        return;
    }
    model->schedule.monitor = (LrtMonitor){.part = LRT_PART_VALIDATION, .metric = 0};
    if (validation_exists(checker)) return;
    Diagnostic *d = diag_report(checker->session, DIAG_EARLY_STOP_NO_VALIDATION, call->span,
                                "`on_plateau` watches the validation part, and the split leaves none");
    diag_advice(d, "`monitor: train.loss`, or a split with a validation part");
}
