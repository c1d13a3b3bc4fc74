/* The checker's fuzzing corpus, every golden spec and every spec of the tree, replayed without the fuzzer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "harness/check_any.h"
#include "harness/golden.h"

static void replay(const char *path, const char *stem) {
    (void)stem;
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const char *problem = check_any(bytes, size);
    if (problem != NULL) fail_msg("%s: %s", path, problem);
}

static void test_corpus(void **state) {
    (void)state;
    assert_true(golden_each("tests/fuzz/corpus/checker", "", replay) >= 100);
    golden_each("tests/fuzz/corpus/parser", "", replay);
    golden_each("tests/golden/syntax", ".lspec", replay);
    golden_each("tests/golden/fmt", ".lspec", replay);
    golden_each("specs/std", ".lspec", replay);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
