/* What went into which part: rows and class shares. */
#ifndef REPORT_DATA_REPORT_H
#define REPORT_DATA_REPORT_H

#include <stdio.h>

#include "lrt/dataset.h"
#include "lrt/json.h"

const char *part_name(LrtPart part);
void data_report_print(const LrtDataSpec *spec, const LrtDataset *dataset, FILE *out);
/* [{name, rows, rows_before_sampling, targets:{NAME:{shares:{LEVEL: share}} or {mean}}}] */
void data_report_json(const LrtDataSpec *spec, const LrtDataset *dataset, LrtJsonWriter *json);

#endif
