/* A starter spec from a profile: what each column becomes, what the target asks for, and the text of both. */
#ifndef LSPEC_STARTER_STARTER_H
#define LSPEC_STARTER_STARTER_H

#include "profile/profile.h"
#include "support/str.h"

typedef enum Treatment {
    TREAT_APART, /* key, ignore, fold: declared and never a feature */
    TREAT_TIME,  /* the moment of the row: it orders the split */
    TREAT_NUMBER,
    TREAT_BOOL,
    TREAT_ONE_HOT,
    TREAT_EMBED,
    TREAT_TARGET
} Treatment;

typedef struct StarterColumn {
    const ProfileColumn *profile;
    const char *name; /* as the spec writes it: quoted where it is no name */
    Treatment treatment;
    const char *type; /* behind the colon in `columns` */
    const char *note; /* the comment behind it, or "" */
    const char *flow; /* its steps in `preprocess`, "" none */
    int64_t width;    /* TREAT_EMBED: numbers a level */
} StarterColumn;

typedef enum TargetKind {
    TARGET_BINARY,
    TARGET_CLASSES,
    TARGET_NUMBER,
    TARGET_POSITIVE, /* above 0, with a long tail */
    TARGET_COUNT
} TargetKind;

typedef struct Starter {
    Arena *arena;
    const Profile *profile;
    const struct StarterRequest *request;
    StarterColumn *columns;
    TargetKind kind;
    const char *const
        *levels; /* of a class target, in the order of the declaration: the second of two is the positive one */
    int64_t level_count;
    bool imbalanced;
    const char *missing_numbers[8]; /* numbers that stand for a missing cell */
    int64_t missing_number_count;
    bool has_time, has_fold, has_embedding;
    bool in_order;         /* the rows are in the order of time, by a column of numbers */
    int64_t training_rows; /* about */
} Starter;

/* starter_columns.c: fills the columns but the target. */
void starter_plan_columns(Starter *starter);
/* starter_target.c: fills kind, levels and the target's column. False with a reason where the column can be no target.
 */
bool starter_plan_target(Starter *starter, const char **why);
/* A name or level as the spec writes it. */
const char *starter_name(Arena *arena, const char *name);
const char *starter_level(Arena *arena, const ValueEntry *level);
/* "" or " ?" … of a type whose cells may be missing. */
const char *starter_type(Arena *arena, const ProfileColumn *column, const char *type, bool optional);

/* A column that a check of the spec before told of: it is left out, with the reason as its comment. */
typedef struct StarterLeftOut {
    const char *column, *reason;
} StarterLeftOut;

typedef struct StarterRequest {
    const char *model_name;
    const char *data_path; /* as the spec names the file */
    VEC(StarterLeftOut) left_out;
    bool out_of_order; /* the order of time leaves a part without a class: the rows are mixed */
} StarterRequest;

/* starter.c: the whole spec. NULL with a reason where there can be none. */
const char *starter_write(const Profile *profile, const StarterRequest *request, const char **why);

#endif
