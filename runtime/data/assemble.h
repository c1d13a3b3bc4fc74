/* From columns that went through their steps to the matrices that the network is fed. */
#ifndef DATA_ASSEMBLE_H
#define DATA_ASSEMBLE_H

#include "preprocess/transform.h"

/* Allocates the matrices of `dataset` in `region` and fills them from the frame's slots; dataset->source_row and the
 * frame's rows agree. Cells that are missing or not finite where the network reads them are errors. `unknown_targets`:
 * targets that are missing or have unknown levels are allowed (prediction). */
bool assemble_matrices(Frame *frame, const LrtFit *fits, Region *region, bool unknown_targets, LrtDataset *dataset);

/* Labels of a class target by row, `stride` apart: by the names of its levels where it has a code, else (true and false)
 * the number itself. -1, or an error where not `unknown`: no such level. */
bool assemble_labels(Frame *frame, const LrtTarget *target, bool unknown, int32_t *out, int64_t stride);

#endif
