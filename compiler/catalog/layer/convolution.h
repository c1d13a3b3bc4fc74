/* Convolutions of sequences and images, over all channels, groups of them, or each by itself. */
#ifndef LSPEC_CATALOG_LAYER_CONVOLUTION_H
#define LSPEC_CATALOG_LAYER_CONVOLUTION_H

#include "catalog/layer/layer_windows.h"

/* `filters` channels of the output; groups: as many as channels makes a depthwise convolution. */
NodeId convolution_build(Build *build, const Call *call, const WindowInput *input, const Window *window,
                         int64_t filters, int64_t groups);

#endif
