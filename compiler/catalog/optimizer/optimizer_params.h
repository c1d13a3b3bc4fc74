/* Parameters that several optimizers have in common. */
#ifndef LSPEC_CATALOG_OPTIMIZER_OPTIMIZER_PARAMS_H
#define LSPEC_CATALOG_OPTIMIZER_OPTIMIZER_PARAMS_H

#define OPTIMIZER_RATE(default_rate)                                                                            \
    {.name = "lr", .type = PARAM_RATE, .fallback = default_rate, .doc = "the learning rate: a number or a schedule"}

/* A share of the past that a running mean keeps. */
#define OPTIMIZER_DECAY(word, default_value, doc_text)                                                          \
    {.name = word, .type = PARAM_NUMBER, .fallback = default_value, .named_only = true, .max = 1, .max_open = true, \
     .doc = doc_text}

#define OPTIMIZER_EPSILON                                                                                       \
    {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-8", .named_only = true, .max = 1,                  \
     .doc = "added to the root of the mean square"}

#define OPTIMIZER_WEIGHT_DECAY(default_value, doc_text)                                                         \
    {.name = "weight_decay", .type = PARAM_NUMBER, .fallback = default_value, .named_only = true, .max = 1e30,   \
     .doc = doc_text}

/* What Adam and the rules made of it take. */
#define OPTIMIZER_ADAM_PARAMS(default_decay, decay_doc)                                                         \
    OPTIMIZER_RATE("1e-3"), OPTIMIZER_DECAY("beta1", "0.9", "the share of the mean gradient that a step keeps"), \
        OPTIMIZER_DECAY("beta2", "0.999", "the share of the mean square that a step keeps"), OPTIMIZER_EPSILON,   \
        OPTIMIZER_WEIGHT_DECAY(default_decay, decay_doc)

#endif
