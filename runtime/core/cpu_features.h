/* Does this processor have what the code was generated for? */
#ifndef CORE_CPU_FEATURES_H
#define CORE_CPU_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

/* `wanted`: names with commas between. The first that is missing goes to `out_missing`. */
bool cpu_has_features(const char *wanted, char *out_missing, size_t size);

#endif
