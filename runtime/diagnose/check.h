/* A check reads what is known of a run and says whether something is wrong with it. Checks are pure functions of a View, so that
 * each can be tried on a trace that was never trained. */
#ifndef DIAGNOSE_CHECK_H
#define DIAGNOSE_CHECK_H

#include <stddef.h>

#include "diagnose/trace.h"
#include "lrt/program.h"

typedef enum FindingSeverity { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR } FindingSeverity;

/* WATCH: looked at while the run goes, and must hold at several looks. END: looked at once, with the probes. */
typedef enum CheckNeeds { CHECK_WATCH, CHECK_END } CheckNeeds;

/* What the spec and the data say, before anything was trained. */
typedef struct Facts {
    const LrtProgram *program;
    int64_t epochs, steps_per_epoch, batch, training_rows, validation_rows;
    int64_t last_batch;            /* rows of the last batch of an epoch */
    bool order_given;              /* --batch-order: positions mean nothing */
    bool is_class;                 /* the first target is one */
    bool has_early;
    double cycle_epochs;           /* of a learning rate that comes again; 0: none */
    double warmup_steps;
    double peak_rate;              /* the highest of the schedule */
    double constant_train, constant_validation; /* loss of the best constant of the training part: L0 */
    bool loss_is_unbounded;        /* a likelihood without a least value */
    double floor;                  /* loss of a perfect predictor: what stands here and in the trace is above it */
    double initial_loss;           /* of the training rows, with the initial weights */
    double initial_top_share;      /* of that loss, on the 1 % of the rows with the greatest */
} Facts;

/* Curvature against the step at one set of weights. */
typedef struct Curvature {
    int64_t epoch;                 /* 0: the initial weights */
    double largest;                /* eigenvalue of the Hessian, preconditioned as the optimizer does */
    double rate;
    double excess;                 /* rate * largest / what the optimizer bears; above 1 it overshoots */
} Curvature;

typedef struct LayerProbe {
    const char *name;
    double gradient_norm, weight_norm, initial_weight_norm;
    double dead;                   /* share of its units without any gradient on many rows; NaN: it has no bias */
    bool is_output;
} LayerProbe;

enum { PROBE_CURVATURES = 3, PROBE_LAYERS = 64 };

/* What was measured besides the training, where a check may need it. */
typedef struct Probes {
    bool done;
    Curvature curvatures[PROBE_CURVATURES];
    int curvature_count;
    LayerProbe layers[PROBE_LAYERS]; /* with the last weights, in the order of the network */
    double initial_gradients[PROBE_LAYERS]; /* norms at the initial weights */
    int layer_count;
    int64_t probed_rows;
    double noise_scale;            /* rows a batch whose noise equals the gradient; NaN: not known */
    double penalty;
    double weight_shrink;          /* norm of the decayed weights, last over initial */
    /* nearest neighbours, each row by the others of the training part */
    bool level_known;
    int64_t level_rows;
    double level, level_model;     /* accuracy, or R, of the neighbours and of the model on the same rows */
    double level_p;                /* of shuffled targets doing as well: above 0.05 there may be no signal */
    /* columns whose training and validation values differ */
    int64_t drift_column;          /* of the feature matrix, -1: none */
    double drift_distance;         /* Kolmogorov's */
    /* rows with a label that the model contradicts */
    int64_t suspects[10];          /* data rows from 1 */
    int suspect_count;
    double suspect_share;
    double least_recall, accuracy; /* on the validation part */
    /* how predictions differ from row to row, against how targets do */
    bool spread_known;
    double initial_spread, last_spread;
    /* a few rows, learnt by heart */
    int64_t batch_rows, batch_steps;
    double batch_gain;             /* the best R of them at several rates */
    double fresh_share;            /* squared gradients of now over adam's mean of them; NaN: not known */
    /* of the last losses of the training rows */
    double top_share;              /* on the 1 % with the greatest */
    int64_t hard_rows[5];          /* data rows from 1 */
    int hard_count;
    int64_t least_level;
} Probes;

/* Where the loss was not finite. */
typedef struct Failure {
    bool happened;
    int64_t step, epoch;           /* from 0; from 1 */
    bool in_evaluation;
    const char *layer;             /* the first parameter that was not finite before the step, or NULL */
    int64_t row;                   /* data row from 1 whose loss is the first that is not finite, 0: none by itself */
    int64_t column;                /* of the feature matrix, whose cell in that row is the most extreme; -1: none, -2: the target */
    char column_name[128];
    double deviations;             /* how many standard deviations off it is */
    double largest_weight, gradient_norm; /* before the step */
} Failure;

typedef struct View {
    const Facts *facts;
    const Trace *trace;
    const Probes *probes;
    const Failure *failure;
    bool over;                     /* the run has ended */
    bool stopped_early, restored;
} View;

enum { FINDING_EVIDENCE = 14, FINDING_PRESCRIPTIONS = 6, PRESCRIPTION_EDITS = 16, FINDING_SYMPTOMS = 8 };

typedef struct Evidence {
    const char *key;
    double value;
    const char *text;              /* in place of the value, or NULL */
} Evidence;

typedef struct Edit {
    uint32_t begin, end;           /* bytes of the spec */
    char text[96];
} Edit;

typedef struct Prescription {
    char title[200];
    Edit edits[PRESCRIPTION_EDITS];
    int edit_count;
} Prescription;

typedef struct Finding {
    LrtCheckId check;
    FindingSeverity severity;
    double confidence;             /* 0 .. 1 */
    int64_t first_epoch, last_epoch;
    char layer[96], column[128];
    char fact[320], why[400];
    Evidence evidence[FINDING_EVIDENCE];
    int evidence_count;
    Prescription prescriptions[FINDING_PRESCRIPTIONS];
    int prescription_count;
    const char *symptoms[FINDING_SYMPTOMS]; /* names of findings that this one explains */
    int symptom_count;
    const char *cause;             /* a warning of the compiler that explains this one, or NULL */
} Finding;

/* True where it is wrong: then `finding` is filled. */
typedef bool CheckFunction(const View *view, Finding *finding);

typedef struct Check {
    const char *name;
    FindingSeverity severity;
    CheckNeeds needs;
    CheckFunction *run;
    const char *doc;
} Check;
extern const Check check_table[LRT_CHECK_COUNT];

#define CHECK(id, name, severity, needs, doc) CheckFunction check_##id;
#include "lrt/checks.def"
#undef CHECK

/* ---- for the checks -------------------------------------------------------------------------------------------- */

/* The share of the best constant's loss that is taken away: R = (L0 - L) / L0. */
double view_gain(const View *view, double loss);
double view_last_gain(const View *view);  /* of the training part after the last epoch; NaN: none */
double view_best_gain(const View *view);  /* of its best epoch */
/* Losses of the training part of the last `share` of the epochs, oldest first; how many. `out` of TRACE_POINTS. */
int64_t view_losses(const View *view, double share, double *out);
/* The swing of the training loss about its trend in the last half, over L0. */
double view_swing(const View *view);
const EpochPoint *view_last(const View *view);
/* The mean excess of the curvature probes from the `from`th on; NaN where there are none. */
double view_excess(const View *view, int from);
/* Half of what the greatest curvature that was measured bears; NaN: not known. */
double view_stable_rate(const View *view);
/* Whether the last third of the epochs has still taken away some of the loss, steadily. */
bool view_still_falls(const View *view);
/* How many optimizer steps were made. */
int64_t view_steps(const View *view);
bool view_is_adaptive(const View *view);

void finding_fact(Finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_why(Finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
void finding_add(Finding *finding, const char *key, double value);

/* ---- prescriptions ---------------------------------------------------------------------------------------------- */

const LrtSpan *find_span(const View *view, const char *name);
/* A new prescription; NULL where there are enough. */
Prescription *prescribe(Finding *finding, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Replaces the named place by text; the prescription is dropped where the spec has no such place. */
bool prescribe_edit(const View *view, Finding *finding, const char *span, const char *text, const char *title);
void prescribe_insert(Finding *finding, uint32_t at, const char *text, const char *title);
/* "lr" becomes `rate`, whatever form it has. */
void prescribe_rate(const View *view, Finding *finding, double rate);
/* Half of what the measured curvature bears (1 / its largest eigenvalue for plain sgd), where that is known and other than now. */
void prescribe_stable_rate(const View *view, Finding *finding);
/* `adam` in place of `sgd`. */
void prescribe_adam(const View *view, Finding *finding);
void prescribe_epochs(const View *view, Finding *finding, int64_t epochs);
void prescribe_early_stop(const View *view, Finding *finding);
/* Each `from` among the activations becomes `to`, and initial weights that were chosen become the usual ones. */
void prescribe_activation(const View *view, Finding *finding, const char *from, const char *to);
/* Initial weights that were chosen become the usual ones. */
void prescribe_init(const View *view, Finding *finding);
void prescribe_wider(const View *view, Finding *finding);
/* What may help where nothing is learnt and nothing says why: another rate, optimizer, start, size, length. */
void prescribe_learning(const View *view, Finding *finding);

#endif
