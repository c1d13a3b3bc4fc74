/* libFuzzer target of the front end's text side: cmake --preset fuzz, then
 * build-fuzz/fuzz/fuzz_parser -dict=tests/fuzz/parser.dict tests/fuzz/corpus/parser */
#include <stdio.h>
#include <stdlib.h>

#include "harness/roundtrip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *problem = roundtrip_check(data, size);
    if (problem != NULL) {
        fprintf(stderr, "%s\n", problem);
        abort();
    }
    return 0;
}
