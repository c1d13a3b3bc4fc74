/* One stage of a flow: the call of a transform read into the numbers and options that lrt/program.h lays down. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/panic.h"
#include "support/str.h"

static bool report_range(Checker *checker, const Argument *argument, const char *text) {
    diag_report(checker->session, DIAG_ARGUMENT_RANGE, argument->span, "%s", text);
    return false;
}

/* An option that belongs to another choice: `scale(standard, normal: true)`. */
static bool report_stray_option(Checker *checker, const Call *call, const char *option, const char *owner) {
    const Argument *argument = call_argument(call, option);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, argument->span,
                                "`%s` is an option of `%s` alone", option, owner);
    diag_label(d, call->name_span, "another choice is made here");
    return false;
}

/* ---- impute ---------------------------------------------------------------------------------------------------- */

static bool report_constant(Checker *checker, const Call *call, const Argument *how) {
    bool is_number = how->given && !how->word;
    Span span = is_number ? how->span : call->name_span;
    Diagnostic *d = diag_report(checker->session, is_number ? DIAG_ARGUMENT_TYPE : DIAG_MISSING_ARGUMENT, span,
                                is_number ? "the number that fills a missing cell is named `constant:`"
                                          : "`impute` lacks what a missing cell becomes");
    if (is_number)
        diag_fix(d, true, how->span,
                 arena_printf(checker->arena, "constant: %s",
                              source_text(&checker->session->sources, checker->arena, how->span)),
                 NULL);
    else
        diag_advice(d, "impute(median), impute(mean), impute(mode) or impute(constant: 0)");
    return false;
}

static LrtImpute impute_word(const char *word) {
    return strcmp(word, "mean") == 0     ? LRT_IMPUTE_MEAN
           : strcmp(word, "median") == 0 ? LRT_IMPUTE_MEDIAN
                                         : LRT_IMPUTE_MODE;
}

/* The cell before in the series; `then:` fills what has none. */
static bool read_forward(Checker *checker, const Call *call, LrtStep *out) {
    const Argument *constant = call_argument(call, "constant"), *then = call_argument(call, "then");
    if (constant->given) {
        Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, constant->span,
                                    "a missing cell becomes the one before or a constant, not both");
        diag_label(d, call_argument(call, "how")->span, "the one before");
        diag_advice(d, "impute(forward, then: median)");
        return false;
    }
    out->option[0] = LRT_IMPUTE_FORWARD;
    out->option[1] = then->given ? (int32_t)impute_word(then->word) : -1;
    return true;
}

static bool read_impute(Checker *checker, const Call *call, LrtStep *out) {
    const Argument *how = call_argument(call, "how"), *constant = call_argument(call, "constant");
    const Argument *then = call_argument(call, "then");
    if (how->given && how->word && strcmp(how->word, "forward") == 0) return read_forward(checker, call, out);
    if (then->given) return report_stray_option(checker, call, "then", "impute(forward)");
    bool is_constant = constant->given && (!how->given || (how->word && strcmp(how->word, "constant") == 0));
    if (is_constant) {
        out->option[0] = LRT_IMPUTE_CONSTANT;
        out->number[0] = constant->number;
        return true;
    }
    if (!how->given || !how->word || strcmp(how->word, "constant") == 0) return report_constant(checker, call, how);
    if (constant->given) {
        Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, constant->span,
                                    "a missing cell becomes the %s or a constant, not both", how->word);
        diag_label(d, how->span, "the %s", how->word);
        return false;
    }
    out->option[0] = (int32_t)impute_word(how->word);
    return true;
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

/* Shares lie in 0..1; `1%..` leaves the upper end open. */
static bool read_shares(Checker *checker, const Argument *limits, LrtStep *out) {
    out->number[0] = limits->low;
    out->number[1] = limits->has_high ? limits->high : 1;
    if (out->number[0] >= 0 && out->number[1] <= 1) return true;
    return report_range(checker, limits, "shares lie in 0%..100%");
}

/* `winsorize(1..99)` has lost its signs of percent. */
static bool report_lost_percent(Checker *checker, const Call *call, const Argument *limits) {
    Diagnostic *d =
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, limits->span, "`%s` keeps shares; %s..%s are none",
                    call->entry->name, str_number(checker->arena, limits->low), str_number(checker->arena, limits->high));
    if (limits->low >= 0 && limits->high <= 100)
        diag_fix(d, false, limits->span,
                 arena_printf(checker->arena, "%s%%..%s%%", str_number(checker->arena, limits->low),
                              str_number(checker->arena, limits->high)),
                 NULL);
    return false;
}

static LrtBounds bounds_of(const char *by) {
    return strcmp(by, "iqr") == 0      ? LRT_BOUNDS_IQR
           : strcmp(by, "mad") == 0    ? LRT_BOUNDS_MAD
           : strcmp(by, "zscore") == 0 ? LRT_BOUNDS_ZSCORE
                                       : LRT_BOUNDS_QUANTILE;
}

/* Shares for quantiles, one factor for all else. */
static bool read_bounds(Checker *checker, const Call *call, LrtBounds by, LrtStep *out) {
    const Argument *limits = call_argument(call, "limits");
    const char *name = call->entry->name, *word = call_word(call, "by");
    bool by_quantile = by == LRT_BOUNDS_QUANTILE;
    out->option[0] = (int32_t)by;
    if (by_quantile != limits->has_low) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, limits->given ? limits->span : call->span,
                                    by_quantile ? "`%s` by quantiles wants the shares that it keeps"
                                                : "`%s(by: %s)` wants one factor",
                                    name, word);
        diag_advice(d, by_quantile ? "%s(1%%..99%%)" : "%s(3, by: %s)", name, word);
        return false;
    }
    if (by_quantile && !limits->is_share && limits->has_high && limits->high > 1)
        return report_lost_percent(checker, call, limits);
    if (by_quantile) return read_shares(checker, limits, out);
    out->number[0] = limits->number;
    return limits->number > 0 || report_range(checker, limits,
                                              arena_printf(checker->arena, "the factor of `%s` lies above 0", name));
}

/* Without a factor the usual one; shares by themselves are quantiles. */
static bool read_drop_outliers(Checker *checker, const Call *call, LrtStep *out) {
    const Argument *limits = call_argument(call, "limits"), *by = call_argument(call, "by");
    LrtBounds bounds = limits->has_low && !by->given ? LRT_BOUNDS_QUANTILE : bounds_of(by->word);
    if (limits->given || bounds == LRT_BOUNDS_QUANTILE) return read_bounds(checker, call, bounds, out);
    out->option[0] = (int32_t)bounds;
    out->number[0] = bounds == LRT_BOUNDS_IQR ? 1.5 : 3;
    return true;
}

static bool read_clip(Checker *checker, const Call *call, LrtStep *out) {
    const Argument *limits = call_argument(call, "limits");
    out->option[0] = limits->is_share;
    if (limits->is_share) return read_shares(checker, limits, out);
    out->number[0] = limits->low;
    out->number[1] = limits->has_high ? limits->high : INFINITY;
    return true;
}

/* ---- scale, rescale, levels ------------------------------------------------------------------------------------ */

/* The options of `scale` that belong to one choice alone. */
static bool scale_options_fit(Checker *checker, const Call *call, const char *how) {
    static const char *const owners[][2] = {
        {"to", "quantile"}, {"quantiles", "quantile"}, {"by", "power"}, {"normal", "mad"}};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++)
        if (call_argument(call, owners[i][0])->given && strcmp(how, owners[i][1]) != 0)
            return report_stray_option(checker, call, owners[i][0],
                                       arena_printf(checker->arena, "scale(%s)", owners[i][1]));
    return true;
}

static bool read_scale(Checker *checker, const Call *call, LrtStep *out) {
    static const char *const words[] = {"standard", "minmax", "robust", "mad", "maxabs"};
    static const LrtScale scales[] = {LRT_SCALE_STANDARD, LRT_SCALE_MINMAX, LRT_SCALE_ROBUST, LRT_SCALE_MAD,
                                      LRT_SCALE_MAXABS};
    const char *how = call_word(call, "how");
    if (!scale_options_fit(checker, call, how)) return false;
    if (strcmp(how, "quantile") == 0) {
        out->transform = LRT_TRANSFORM_SCALE_QUANTILE;
        out->option[0] = strcmp(call_word(call, "to"), "normal") == 0 ? LRT_NORMAL : LRT_UNIFORM;
        out->number[0] = (double)call_integer(call, "quantiles");
        return true;
    }
    if (strcmp(how, "power") == 0) {
        out->transform = LRT_TRANSFORM_SCALE_POWER;
        out->option[0] = strcmp(call_word(call, "by"), "box_cox") == 0 ? LRT_BOX_COX : LRT_YEO_JOHNSON;
        return true;
    }
    size_t at = 0;
    while (strcmp(words[at], how) != 0) at++;
    out->option[0] = (int32_t)scales[at];
    out->option[1] = call_bool(call, "normal");
    return true;
}

static bool read_rescale(Checker *checker, const Call *call, LrtStep *out) {
    const Argument *factor = call_argument(call, "factor");
    out->number[0] = factor->number;
    return factor->number != 0 || report_range(checker, factor, "`rescale(0)` leaves nothing of the column");
}

static void read_one_hot(const Call *call, LrtStep *out) {
    static const LrtUnseen unseen[] = {LRT_UNSEEN_ZERO, LRT_UNSEEN_OTHER, LRT_UNSEEN_ERROR};
    static const LrtMissing missing[] = {LRT_MISSING_LEVEL, LRT_MISSING_ZERO, LRT_MISSING_ERROR};
    out->option[0] = (int32_t)unseen[call_integer(call, "unseen")];
    out->option[1] = (int32_t)missing[call_integer(call, "missing")];
    out->number[0] = call_number(call, "rare");
}

/* ---- what learns from the target ------------------------------------------------------------------------------- */

/* Number of the target that a call means, or -1 where reported. */
static int32_t read_target(Checker *checker, const Call *call) {
    const Argument *target = call_argument(call, "target");
    if (checker->target_poisoned || (checker->targets.count == 0 && !target->given)) return -1;
    if (!target->given && checker->targets.count == 1) return 0;
    const char *word = target->given ? expr_word(target->expr) : NULL;
    int32_t found = word ? target_find(checker, word) : -1;
    if (found >= 0) return found;
    WordList names = {0};
    for (int64_t i = 0; i < checker->targets.count; i++)
        vec_push(checker->arena, &names, checker->targets.items[i].name);
    Diagnostic *d = target->given ? diag_report(checker->session, DIAG_UNKNOWN_TARGET, target->expr->span,
                                                "%s is no target", word ? arena_printf(checker->arena, "`%s`", word)
                                                                        : "this")
                                  : diag_report(checker->session, DIAG_MISSING_ARGUMENT, call->name_span,
                                                "`%s` does not say which of the %lld targets it learns from",
                                                call->entry->name, (long long)checker->targets.count);
    diag_advice(d, "`target:` %s", words_joined(checker->arena, &names));
    return -1;
}

static bool read_target_encode(Checker *checker, const Call *call, LrtStep *out) {
    out->option[0] = LRT_UNSEEN_ZERO;
    out->option[1] = LRT_MISSING_LEVEL;
    out->option[2] = read_target(checker, call);
    out->number[0] = call_number(call, "smoothing");
    return out->option[2] >= 0;
}

static bool read_select(Checker *checker, const Call *call, LrtStep *out) {
    out->option[0] = read_target(checker, call);
    out->number[0] = (double)call_integer(call, "count");
    return out->option[0] >= 0;
}

bool transform_step_read(Checker *checker, const Call *call, LrtStep *out) {
    out->transform = (LrtTransform)call->entry->runtime_id;
    switch (out->transform) {
    case LRT_TRANSFORM_IMPUTE: return read_impute(checker, call, out);
    case LRT_TRANSFORM_WINSORIZE: return read_bounds(checker, call, bounds_of(call_word(call, "by")), out);
    case LRT_TRANSFORM_DROP_OUTLIERS: return read_drop_outliers(checker, call, out);
    case LRT_TRANSFORM_BINS:
        out->option[0] = strcmp(call_word(call, "by"), "width") == 0 ? LRT_BINS_WIDTH : LRT_BINS_QUANTILE;
        out->number[0] = (double)call_integer(call, "count");
        return true;
    case LRT_TRANSFORM_CLIP: return read_clip(checker, call, out);
    case LRT_TRANSFORM_SCALE: return read_scale(checker, call, out);
    case LRT_TRANSFORM_RESCALE: return read_rescale(checker, call, out);
    case LRT_TRANSFORM_ONE_HOT: read_one_hot(call, out); return true;
    case LRT_TRANSFORM_ORDINAL:
        out->option[0] = LRT_UNSEEN_OTHER;
        out->option[1] = LRT_MISSING_LEVEL;
        return true;
    case LRT_TRANSFORM_LAG:
    case LRT_TRANSFORM_DIFF:
    case LRT_TRANSFORM_ROLLING_MEAN:
    case LRT_TRANSFORM_ROLLING_STANDARDIZE:
    case LRT_TRANSFORM_ROLLING_MAD:
    case LRT_TRANSFORM_AHEAD: out->number[0] = call_number(call, "k"); return true;
    case LRT_TRANSFORM_EWM: out->number[0] = call_number(call, "half_life"); return true;
    case LRT_TRANSFORM_HASH: out->number[0] = (double)call_integer(call, "buckets"); return true;
    case LRT_TRANSFORM_BAG_OF_WORDS: out->number[0] = (double)call_integer(call, "max"); return true;
    case LRT_TRANSFORM_PCA: out->number[0] = (double)call_integer(call, "components"); return true;
    case LRT_TRANSFORM_SELECT: return read_select(checker, call, out);
    case LRT_TRANSFORM_TARGET_ENCODE: return read_target_encode(checker, call, out);
    case LRT_TRANSFORM_DATE_PART:
    case LRT_TRANSFORM_CYCLIC:
    case LRT_TRANSFORM_CROSS:
    case LRT_TRANSFORM_DROP_CONSTANT:
    case LRT_TRANSFORM_LOG1P:
    case LRT_TRANSFORM_LOG:
    case LRT_TRANSFORM_SQRT:
    case LRT_TRANSFORM_ABS:
    case LRT_TRANSFORM_RETURNS:
    case LRT_TRANSFORM_LOG_RETURNS: return true;
    case LRT_TRANSFORM_SCALE_QUANTILE:
    case LRT_TRANSFORM_SCALE_POWER:
    case LRT_TRANSFORM_INDEX:
    case LRT_TRANSFORM_LEVELS:
    case LRT_TRANSFORM_HASH_WORDS:
    case LRT_TRANSFORM_COMPONENT:
    case LRT_TRANSFORM_JOIN:
    case LRT_TRANSFORM_ARITHMETIC:
    case LRT_TRANSFORM_CONSTANT_ARITHMETIC: break;
    }
    BUG("no transform of the language: %d", (int)out->transform);
}
