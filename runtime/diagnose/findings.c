/* One verdict: checks stand in causal order, the first that holds explains those below it; what the compiler has warned of explains
 * more. A report has one cause, with its symptoms as evidence. */
#include <math.h>
#include <string.h>

#include "diagnose/diagnosis.h"
#include "diagnose/series.h"

enum { LOOKS_TO_HOLD = 3, FEWEST_STEPS = 50 };

/* Warnings of the compiler that explain a finding, joined by |. */
static const struct {
    LrtCheckId check;
    const char *causes;
} compiled_causes[] = {
#define STEP_CAUSES "lr-out-of-range|unscaled-features|unscaled-target|target-outliers|outlier-rows|predicted-exploding|init-activation-mismatch"
#define WEAK_CAUSES "linear-stack|capacity-too-low|regularization-too-strong|unscaled-features|unscaled-target|double-normalization|" \
                    "dropout-too-high|misaligned-rows|too-few-updates|lr-out-of-range|predicted-vanishing|init-activation-mismatch|" \
                    "constant-feature|warmup-too-long|schedule-ends-early|output-range-excludes-target|double-activation"
    {LRT_CHECK_NONFINITE_LOSS, STEP_CAUSES},
    {LRT_CHECK_DIVERGENCE, STEP_CAUSES},
    {LRT_CHECK_LR_VS_CURVATURE, STEP_CAUSES},
    {LRT_CHECK_LR_OSCILLATION, STEP_CAUSES},
    {LRT_CHECK_EXPLODING_GRADIENT, STEP_CAUSES},
    {LRT_CHECK_GRADIENT_OUTLIER, "target-outliers|outlier-rows"},
    {LRT_CHECK_EPOCH_PERIODIC_LOSS, "no-shuffle"},
    {LRT_CHECK_VANISHING_GRADIENT, WEAK_CAUSES},
    {LRT_CHECK_DEAD_RELU, "lr-out-of-range|init-activation-mismatch|unscaled-features|double-activation"},
    {LRT_CHECK_LR_TOO_LOW, "lr-out-of-range|too-few-updates|unscaled-features|schedule-ends-early|warmup-too-long"},
    {LRT_CHECK_TOO_FEW_EPOCHS, "too-few-updates|schedule-ends-early"},
    {LRT_CHECK_OVER_REGULARIZED, "regularization-too-strong|dropout-too-high"},
    {LRT_CHECK_UNDERFIT_CAPACITY, WEAK_CAUSES},
    {LRT_CHECK_NO_LEARNING, WEAK_CAUSES},
    {LRT_CHECK_NO_SIGNAL, "misaligned-rows"},
    {LRT_CHECK_TRAIN_VAL_DRIFT, "train-val-drift"},
    {LRT_CHECK_OVERFIT, "train-val-drift"},
    {LRT_CHECK_CLASS_RECALL_GAP, "class-imbalance|class-too-small"},
#undef STEP_CAUSES
#undef WEAK_CAUSES
};

bool finding_is_silenced(const LrtProgram *program, const char *name) {
    for (int64_t i = 0; i < program->diagnose.silenced_count; i++) {
        if (strcmp(program->diagnose.silenced[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool holds_word(const char *joined, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(joined, word); at; at = strstr(at + 1, word)) {
        bool begins = at == joined || at[-1] == '|';
        if (begins && (at[length] == '|' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

/* A warning that the author allowed explains nothing: it was said to be right. */
static const char *compiled_cause(const LrtProgram *program, LrtCheckId check) {
    for (size_t i = 0; i < sizeof compiled_causes / sizeof compiled_causes[0]; i++) {
        for (int64_t k = 0; compiled_causes[i].check == check && k < program->diagnose.warning_count; k++) {
            const char *warning = program->diagnose.warnings[k];
            if (holds_word(compiled_causes[i].causes, warning) && !finding_is_silenced(program, warning)) {
                return warning;
            }
        }
    }
    return NULL;
}

static bool enough_looks(const Diagnosis *diagnosis, LrtCheckId id) {
    return check_table[id].needs != CHECK_WATCH || diagnosis->watches[id].held >= LOOKS_TO_HOLD;
}

static void fill_span(const Diagnosis *diagnosis, const View *view, LrtCheckId id, Finding *finding) {
    const EpochPoint *last = view_last(view);
    if (finding->last_epoch == 0) {
        finding->last_epoch = last ? last->epoch : 1;
    }
    if (finding->first_epoch == 0) {
        finding->first_epoch = check_table[id].needs == CHECK_WATCH ? diagnosis->watches[id].first_epoch : 1;
    }
}

void findings_collect(Diagnosis *diagnosis, const View *view) {
    const LrtProgram *program = diagnosis->facts.program;
    Finding *root = NULL;
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        LrtCheckId id = (LrtCheckId)i;
        Finding finding = {.check = id, .severity = check_table[i].severity, .confidence = 0.9};
        bool short_run = view_steps(view) < FEWEST_STEPS && !diagnosis->failure.happened && id != LRT_CHECK_TOO_FEW_EPOCHS;
        if (short_run || finding_is_silenced(program, check_table[i].name) || !enough_looks(diagnosis, id) ||
            !check_table[i].run(view, &finding)) {
            continue;
        }
        fill_span(diagnosis, view, id, &finding);
        finding.cause = compiled_cause(program, id);
        if (finding.severity == FINDING_NOTE) {
            diagnosis->notes[diagnosis->note_count++] = finding;
        } else if (!root) {
            diagnosis->findings[diagnosis->finding_count++] = finding;
            root = &diagnosis->findings[0];
        } else if (root->symptom_count < FINDING_SYMPTOMS) {
            root->symptoms[root->symptom_count++] = check_table[i].name;
            root->severity = finding.severity > root->severity ? finding.severity : root->severity;
            root->cause = root->cause ? root->cause : finding.cause;
        }
    }
    if (root && root->cause && root->severity == FINDING_WARNING) {
        root->severity = FINDING_NOTE; /* the compiler has warned of what brings it about */
    }
}

static Verdict verdict_by_finding(LrtCheckId check, double gain) {
    switch (check) {
    case LRT_CHECK_NONFINITE_LOSS:
    case LRT_CHECK_DIVERGENCE:
        return VERDICT_DIVERGED;
    case LRT_CHECK_EPOCH_PERIODIC_LOSS:
    case LRT_CHECK_LAST_BATCH_SPIKE:
    case LRT_CHECK_LR_CYCLE_LOSS:
    case LRT_CHECK_LR_OSCILLATION:
    case LRT_CHECK_GRADIENT_NOISE:
        return VERDICT_RECURRING;
    case LRT_CHECK_OVERFIT:
    case LRT_CHECK_TRAIN_VAL_DRIFT:
        return VERDICT_OVERFITTED;
    default:
        return gain < 0.05 ? VERDICT_STALLED : VERDICT_UNDERFITTED;
    }
}

Verdict verdict_of(const Diagnosis *diagnosis, const View *view) {
    if (diagnosis->failure.happened || diagnosis->stopping == LRT_CHECK_DIVERGENCE) {
        return VERDICT_DIVERGED;
    }
    if (diagnosis->finding_count > 0) {
        return verdict_by_finding(diagnosis->findings[0].check, view_best_gain(view));
    }
    if (view_steps(view) < FEWEST_STEPS || !(diagnosis->facts.constant_train > 0)) {
        return VERDICT_UNKNOWN;
    }
    return view_still_falls(view) && !view->stopped_early ? VERDICT_IMPROVING : VERDICT_CONVERGED;
}

const char *verdict_word(Verdict verdict) {
    static const char *const words[] = {"converged",  "still-improving", "underfitted", "overfitted",
                                        "recurring", "stalled",         "diverged",    "too-short"};
    return words[verdict];
}
