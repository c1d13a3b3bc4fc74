/* From columns that went through their steps to the matrices that the network is fed. */
#ifndef DATA_ASSEMBLE_H
#define DATA_ASSEMBLE_H

#include "preprocess/transform.h"

/* Allocates the matrices of `dataset` in `region` and fills them from the frame's slots; dataset->source_row and the
 * frame's rows agree. Cells that are missing or not finite where the network reads them are errors. `unknown_targets`:
 * targets that are missing or have unknown levels are allowed (prediction). */
bool assemble_matrices(Frame *frame, const LrtFit *fits, Region *region, bool unknown_targets, LrtDataset *dataset);

#endif
