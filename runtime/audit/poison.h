/* Other cells for the rows of validation and test part. */
#ifndef AUDIT_POISON_H
#define AUDIT_POISON_H

#include "data/region.h"
#include "lrt/dataset.h"

/* Every row of validation and test part becomes a copy of one training row, which meets every contract, also those
 * between columns; what orders and divides rows stays. `scaled`: its numbers are a thousand times as large, as far as
 * bounds allow. Images and vectors are copied into `region`. */
bool poison_table(const LrtDataSpec *spec, LrtTable *table, bool scaled, Region *region, int64_t *out_rows,
                  LrtError *error);

#endif
