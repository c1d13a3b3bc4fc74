/* What layers with sliding windows share: their input as images, their window, and sequences as images of height 1. */
#ifndef LSPEC_CATALOG_LAYER_LAYER_WINDOWS_H
#define LSPEC_CATALOG_LAYER_LAYER_WINDOWS_H

#include "catalog/build.h"

/* A layer's input seen as images [B, height, width, channels]. */
typedef struct WindowInput {
    NodeId image;
    bool is_sequence; /* it was [B, time, channels] */
    int64_t channels;
} WindowInput;

typedef enum WindowRank { WINDOWS_OF_SEQUENCES = 1, WINDOWS_OF_IMAGES = 2 } WindowRank; /* bits */

/* False where the input is neither of those `ranks`: reported. */
bool window_input(Build *build, const Call *call, NodeId input, WindowRank ranks, WindowInput *out);
/* From the arguments `size`, `stride`, `padding` and `dilation`, those of them that the layer has. False where the
 * window does not fit: reported. A pool's stride is its size where it is not given. */
bool window_read(Build *build, const Call *call, const WindowInput *input, Window *out);
/* A window that is the whole image. */
Window window_whole(const Build *build, const WindowInput *input);
/* [B, height, width, channels] as the layer's input was: [B, time, channels] of a sequence. */
NodeId window_output(Build *build, const WindowInput *input, NodeId image);

/* The parameters of windows. */
#define WINDOW_STRIDE                                                                                                  \
    {.name = "stride", .type = PARAM_SIZE, .fallback = "1", .doc = "the distance from window to window"}
#define WINDOW_PADDING(words)                                                                                          \
    {.name = "padding", .type = PARAM_WORD, .fallback = "valid", .choices = words,                                     \
     .doc = "valid: only whole windows; same: as many windows as places, divided by the stride"}
#define WINDOW_DILATION                                                                                                \
    {.name = "dilation", .type = PARAM_SIZE, .fallback = "1", .doc = "the distance from place to place in a window"}
#define WINDOW_BIAS                                                                                                    \
    {.name = "bias", .type = PARAM_BOOL, .fallback = "true", .named_only = true, .doc = "whether b is there"}
#define WINDOW_FILTERS                                                                                                 \
    {.name = "filters", .type = PARAM_INTEGER, .min = 1, .max = 1 << 16, .doc = "the channels of the output"}
#define WINDOW_GROUPS                                                                                                  \
    {.name = "groups", .type = PARAM_INTEGER, .fallback = "1", .min = 1, .max = 1 << 16,                               \
     .doc = "parts of the channels that are convolved apart"}

#endif
