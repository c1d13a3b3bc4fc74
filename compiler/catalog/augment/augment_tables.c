/* Random changes of the rows of a training step: words of `augment`. */
#include "catalog/catalog.h"

#define AUGMENT_ENTRY(id, word, doc_text, source_text, example_text, ...)                            \
    const CatalogEntry catalog_augment_##word = {                                                    \
        .name = #word, .kind = ENTRY_AUGMENT, .built = true, .runtime_id = LRT_AUGMENT_##id,          \
        .doc = doc_text, .source = source_text, .example = example_text, .params = {__VA_ARGS__},    \
    }

AUGMENT_ENTRY(SHIFT, shift, "moves an image by up to so many whole pixels each way; what comes in is 0", NULL, "image -> shift(2)",
              {.name = "pixels", .type = PARAM_INTEGER, .min = 1, .max = 1e6, .doc = "how far at most, down, up and to the sides"});
AUGMENT_ENTRY(FLIP, flip, "mirrors every other image", NULL, "image -> flip(horizontal)",
              {.name = "axis", .type = PARAM_WORD, .choices = "horizontal|vertical", .doc = "left and right, or top and bottom, change sides"});
AUGMENT_ENTRY(ROTATE, rotate, "turns an image by up to an angle either way; what comes in is 0", NULL, "image -> rotate(10 deg)",
              {.name = "angle", .type = PARAM_ANGLE, .max = 3.15, .min_open = true, .doc = "how far at most"});
AUGMENT_ENTRY(ZOOM, zoom, "scales an image by a random factor", NULL, "image -> zoom(0.9..1.1)",
              {.name = "factor", .type = PARAM_RANGE, .doc = "the range of the factor: above 1 the image grows"});
AUGMENT_ENTRY(CUTOUT, cutout, "sets a square about a random pixel to 0", "DeVries and Taylor 2017", "image -> cutout(8)",
              {.name = "pixels", .type = PARAM_INTEGER, .min = 1, .max = 1e6, .doc = "the side of the square"});
AUGMENT_ENTRY(NOISE, noise, "adds normal noise", NULL, "image -> noise(0.05)",
              {.name = "stddev", .type = PARAM_NUMBER, .max = 1e30, .min_open = true, .doc = "its standard deviation, in the units that the network is fed"});
AUGMENT_ENTRY(MIXUP, mixup, "mixes each row with another of its batch, and their targets: the loss of both classes counts",
              "Zhang et al. 2018, section 2", "image -> mixup(0.2)",
              {.name = "alpha", .type = PARAM_NUMBER, .max = 1e6, .min_open = true, .doc = "both parameters of the beta distribution of the share"});
AUGMENT_ENTRY(BRIGHTNESS, brightness, "multiplies an image by a random factor", NULL, "image -> brightness(20%)",
              {.name = "share", .type = PARAM_SHARE, .max = 1, .min_open = true, .doc = "how far from 1 the factor may be"});
AUGMENT_ENTRY(CONTRAST, contrast, "multiplies the distance of an image's pixels from their mean by a random factor", NULL,
              "image -> contrast(20%)",
              {.name = "share", .type = PARAM_SHARE, .max = 1, .min_open = true, .doc = "how far from 1 the factor may be"});
