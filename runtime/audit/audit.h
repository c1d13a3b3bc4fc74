/* Whether anything of validation and test part reaches training: the data is prepared twice, the second time with other
 * cells in every validation and test row, and what training rests on must be the same, bit for bit. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "data/region.h"
#include "lrt/dataset.h"

/* What prepares the data: lrt_dataset_prepare with sampling, unless a test brings one that leaks. */
typedef LrtDataset *AuditPrepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, LrtError *error);

typedef struct Audit {
    LrtDataset *before, *after; /* of the data as it is, and with other cells */
    int64_t poisoned_rows;
    int64_t differences;
    char first[512]; /* the first difference, for messages */
    Region region;
} Audit;

/* Prepares twice and compares fits, training rows and what they hold. The table's validation and test rows hold other
 * cells afterwards. `out`: a line for each difference, or NULL. */
bool audit_data(Audit *audit, const LrtDataSpec *spec, LrtTable *table, AuditPrepare *prepare, FILE *out,
                LrtError *error);
void audit_free(Audit *audit);

/* Counts a difference and tells it. */
void audit_difference(Audit *audit, FILE *out, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
