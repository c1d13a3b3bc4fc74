/* The parts of `lspec doctor`. A variant is a text of the spec with a change made to it; it is built into a trainer in a folder of its
 * own and run from several seeds; two variants are compared seed by seed. */
#ifndef LSPEC_DRIVER_DOCTOR_H
#define LSPEC_DRIVER_DOCTOR_H

#include <sys/types.h>

#include "driver/options.h"
#include "driver/pipeline.h"

/* ---- processes (doctor_jobs.c) ---------------------------------------------------------------------------------- */

typedef struct Job {
    int (*in_child)(const void *context); /* its result is the exit status */
    const void *context;
    double limit;             /* seconds from its start, after which it is killed */
    /* filled */
    pid_t pid;
    double started, seconds;
    int status;               /* exit status; -1: it was killed, or never began */
    bool ended;
} Job;

double doctor_clock(void);
/* From here on an interrupt waits until jobs_run sees it. */
void jobs_watch_signals(void);
bool jobs_interrupted(void);
/* How many run at a time: one a processor. */
int64_t jobs_parallel(void);
/* Runs all, a few at a time, in their order, until the clock shows `deadline`: what runs then is killed and what waits never begins.
 * False where the user has interrupted. */
bool jobs_run(Job *jobs, int64_t count, double deadline);

/* ---- changes of a text (doctor_changes.c) ----------------------------------------------------------------------- */

typedef struct TextEdit {
    uint32_t begin, end;      /* bytes of the text that the change begins with */
    const char *text;
} TextEdit;

typedef struct Change {
    const char *title;
    const char *reason;       /* the diagnostic or finding that prescribes it */
    const TextEdit *edits;    /* ascending, apart */
    int64_t edit_count;
} Change;
typedef VEC(Change) ChangeList;

/* `length` is of the text, and then of the result. */
const char *change_apply(Arena *arena, const char *text, size_t *length, const Change *change);
/* `change`, which was made for the text before `earlier`, in the places of the text behind it; false where they meet. */
bool change_move(Arena *arena, const Change *earlier, Change *change);
/* Changes that follow one another, without the `skipped`th; `out` gets them with their new places. NULL where a later one stands on what
 * that one wrote. */
const char *changes_replay(Arena *arena, const char *text, size_t *length, const ChangeList *changes, int64_t skipped,
                           ChangeList *out);
/* Lines that differ, as `- old` and `+ new`. */
void changes_print_difference(const char *before, const char *after, FILE *out);

/* ---- runs (doctor_trial.c) -------------------------------------------------------------------------------------- */

enum { DOCTOR_SEEDS = 8 };

/* What one run came to. R is the share of the best constant's loss that is taken away, on the validation part (on the training part
 * where there is none); -1 for a run that left no model. */
typedef struct Outcome {
    bool done;
    double saved;             /* of the saved weights, in log loss or squared error */
    double even;              /* the same with all classes alike, and the median of the absolute errors */
    double last;              /* of the last epoch's weights, in the spec's own loss */
    char root[64];            /* the first finding above a note; empty: none */
    bool is_error, has_findings; /* notes count: a cause that the compiler has warned of lowers a finding to one */
    int64_t epochs, steps;
    bool cut_short;           /* by the limit of time */
} Outcome;

typedef enum Measure { MEASURE_SAVED, MEASURE_EVEN, MEASURE_LAST } Measure;

typedef struct Variant {
    const char *text;
    size_t length;
    ChangeList changes;       /* that led here from the text that it was made of, one after another */
    bool is_base;             /* the text as it is */
    const char *trainer;      /* NULL: not built */
    bool legal;               /* it compiles */
    Outcome outcomes[DOCTOR_SEEDS];
    double value;             /* mean of the measure over the seeds, while candidates are compared */
} Variant;

typedef struct Doctor {
    Arena *arena;
    const Options *options;
    const char *path;         /* of the spec */
    const char *folder;       /* temporary */
    uint64_t seed;
    double begun, deadline;
    double run_seconds;       /* of the longest run of the spec as it is */
    int64_t max_steps;        /* of a run, where the spec as it is takes too long; 0: no limit */
    int64_t built;            /* names of trainers */
    bool interrupted;
} Doctor;

/* Builds those that have no trainer yet. False: interrupted or out of time. */
bool doctor_build(Doctor *doctor, Variant **variants, int64_t count);
/* Runs each from the seeds `first` .. `last`-1 that it has not been run from. */
bool doctor_run(Doctor *doctor, Variant **variants, int64_t count, int first, int last);
/* "FOLDER/3.1": the directory of a variant's run. */
const char *doctor_run_folder(const Doctor *doctor, const Variant *variant, int seed);
double outcome_measure(const Outcome *outcome, Measure measure);
/* Over the first `seeds`. */
double variant_mean(const Variant *variant, Measure measure, int seeds);
/* What most of the first `seeds` runs have as root finding, or any that is an error; NULL: they are well. `out_seed`: a run that has it. */
const char *variant_root(const Variant *variant, int seeds, int *out_seed, int *out_runs);

/* ---- candidates (doctor_candidates.c) --------------------------------------------------------------------------- */

/* The certain fixes of `check`, round after round; NULL `*out` where there are none. What remains of errors is counted. */
const char *doctor_certain_fixes(Doctor *doctor, const char *text, size_t *length, ChangeList *out_changes, int64_t *out_errors);
/* Fixes with edits of the text's errors; or, where it has none, of its warnings. */
void doctor_check_changes(Doctor *doctor, const char *text, size_t length, ChangeList *out);
/* Prescriptions of the run's findings; of its notes, too, where the text is a step on the way. */
void doctor_finding_changes(Doctor *doctor, const Variant *variant, int seed, ChangeList *out);
/* Some edit that the language allows, by a place that a prescription might have. */
bool doctor_random_change(Doctor *doctor, const char *text, size_t length, uint64_t number, Change *out);

/* ---- comparing (doctor_effect.c) -------------------------------------------------------------------------------- */

typedef struct Effect {
    double mean, low, high;   /* of the differences, and its interval of 95 % (paired t) */
    int seeds;
} Effect;

Effect effect_of(const double *differences, int count);
/* The measure that a complaint is about. */
Measure measure_of_complaint(const char *name);
const char *measure_words(Measure measure);

/* ---- results (doctor_report.c) ---------------------------------------------------------------------------------- */

typedef struct DoctorReport {
    const char *spec;
    const char *before, *after; /* texts */
    ChangeList certain, applied, refused;
    const char *complaint, *fact; /* of the runs as they were; NULL: they are well */
    const char *warning;      /* of the compiler, which has a fix to try; or NULL */
    int complaint_runs, runs;
    Measure measure;
    double value_before, value_after;
    Effect effect, random;    /* seeds 0: not measured */
    bool helped, wrote, out_of_time;
    double seconds;
} DoctorReport;

void doctor_print(const DoctorReport *report, FILE *out);
void doctor_json(const DoctorReport *report, FILE *out);

#endif
