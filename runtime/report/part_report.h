/* Loss and metrics of a part with the weights of a run: test.json and its kin, and what `eval` prints. */
#ifndef REPORT_PART_REPORT_H
#define REPORT_PART_REPORT_H

#include <stdio.h>

#include "lrt/json.h"
#include "train/evaluator.h"

/* What the best constant, learnt on the training part, would have predicted: the yardstick of every result. */
typedef struct Constant {
    double *shares;                /* of a class target's levels */
    double mean, median;           /* of a real target, in its own units */
    bool known;
} Constant;

/* Against that constant on one part: log loss of a class target, squared error of a real one. */
typedef struct Yardstick {
    double constant, model;
    double constant_accuracy;      /* of the commonest class of the training part */
    double accuracy;
    /* the same where rare classes count as much as common ones, and wild targets no more than others: log loss averaged class by
     * class, and the median of the absolute error */
    double even_constant, even_model;
    bool known;
    bool is_portfolio;             /* constant, model: Sharpe ratios a period, of equal shares and of the predicted ones */
} Yardstick;

typedef struct PartReport {
    const char *part;              /* "test" */
    int64_t epoch;                 /* whose weights these are */
    double penalty;
    Evaluation evaluation;
    int64_t **confusions;          /* of each class target: [levels, levels] */
    Yardstick *yardsticks;         /* of each target */
} PartReport;

/* From the evaluator's last measure, which was of training rows. One for each target. */
Constant *constants_learn(const Evaluator *evaluator, LrtError *error);
void constants_free(Constant *constants, const LrtProgram *program);

/* Measures `rows`; `constants` may be NULL. */
bool part_report_measure(PartReport *report, Evaluator *evaluator, const char *part, const int64_t *rows, int64_t count,
                         int64_t epoch, double penalty, const Constant *constants, LrtError *error);
/* 1 - model / constant, averaged over the targets; `even`: as the even measures have it. NaN where none is known. */
double part_report_gain(const PartReport *report, const LrtProgram *program, bool even);
void part_report_free(PartReport *report, const LrtProgram *program);

/* {part, rows, epoch, loss, penalty, metrics, targets, confusion} */
void part_report_json(const PartReport *report, const LrtProgram *program, LrtJsonWriter *json);
/* As DIRECTORY/PART.json. */
bool part_report_save(const PartReport *report, const LrtProgram *program, const char *directory, LrtError *error);
/* A table, a column for each report. */
void part_reports_print(const PartReport *reports, int64_t count, const LrtProgram *program, FILE *out);
/* A sentence for each target. */
void part_report_print_yardstick(const PartReport *report, const LrtProgram *program, FILE *out);

#endif
