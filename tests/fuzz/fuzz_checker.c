/* libFuzzer target of the whole checker without data: cmake --preset fuzz, then
 * build-fuzz/fuzz/fuzz_checker -dict=tests/fuzz/checker.dict tests/fuzz/corpus/checker */
#include <stdio.h>
#include <stdlib.h>

#include "harness/check_any.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *problem = check_any(data, size);
    if (problem != NULL) {
        fprintf(stderr, "%s\n", problem);
        abort();
    }
    return 0;
}
