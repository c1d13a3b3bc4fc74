/* What the files of this folder share: one learning of what the data alone can tell. */
#ifndef LSPEC_DATA_LEARN_H
#define LSPEC_DATA_LEARN_H

#include "sema/model.h"

/* learn_report.c: mistakes and notes of the runtime as diagnostics about the spec. Returns false. */
bool learn_report_error(Session *session, const Model *model, const LrtError *error);
void learn_report_notes(Session *session, const Model *model, const LrtDataset *dataset);

/* learn_checks.c */
/* Before the split: each class target has two classes that occur in the table. */
bool learn_check_classes(Session *session, const Model *model, const LrtTable *table);
/* Behind preprocessing: each real target has values that its loss has a meaning for. */
bool learn_check_targets(Session *session, const Model *model, const LrtTable *table, const LrtDataset *dataset);
/* Behind it, whether it comes from the data or from the lock: classes and batch against the counts in the model. */
bool learn_check_counts(Session *session, const Model *model);

/* lock_write.c, lock_read.c */
/* SHA-256 of what the lock depends on: source, columns, steps, targets, split and samplers as the spec has them. */
const char *lock_spec_digest(Arena *arena, const LrtDataSpec *data);
const char *lock_path(Arena *arena, const char *spec_file);
typedef enum LockState {
    LOCK_ABSENT,
    LOCK_UNREADABLE, /* no lock file of this version: damaged, cut off, or of something else */
    LOCK_OTHER_SPEC, /* of other declarations */
    LOCK_FITS
} LockState;
/* Reads NAME.lspec.lock; where it fits, fills everything that data_learn fills, without fits. */
LockState lock_fill(Session *session, Model *model);
/* The names of the file's columns as the lock has them; NULL where it does not. */
const char *const *lock_file_columns(Session *session, const Model *model, int64_t *out_count);
/* The names of the file's columns as they are; NULL where it has none or cannot be read. */
const char *const *lock_header(Arena *arena, const LrtSource *source, int64_t *out_count);
/* lock_compare.c */
/* What differs between the lock and a model that was learnt from data: one diagnostic, or none. */
void lock_compare(Session *session, const Model *learnt);

/* learn.c: offsets of inputs by the width of the step that makes each, [step_count]; returns a step that leaves nothing
 * for an input, or -1. And what follows from the counts. */
int32_t learn_set_inputs(Session *session, Model *model, const int64_t *step_widths);
void learn_set_weights(Session *session, Model *model, const int64_t *const *fed_counts);

#endif
