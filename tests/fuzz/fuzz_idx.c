/* Fuzzed: idx. Any bytes are read or refused, as source_case.h says. */
#include "fuzz/source_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    source_case(SOURCE_IDX, data, size);
    return 0;
}
