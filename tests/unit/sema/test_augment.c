/* The section `augment`: what its flows may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define IMAGES                                                                                                         \
    .data = "data: npy(x: \"images.npy\", y: \"labels.npy\")",                                                         \
    .columns = "columns {\n image : image[28, 28, 1]\n age : int(18..120)\n default : category(0..9)\n}",              \
    .preprocess = "preprocess { image -> rescale(1 / 255) }",                                                          \
    .network = "network { image -> flatten -> dense(8) -> relu -> output(default) }"
#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void test_flows(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {NULL, IMAGES, .sampling = "augment { image -> shift(2) -> rotate(10 deg) }"},
        {NULL, IMAGES, .sampling = "augment { image -> mixup(0.2) }"},
        {NULL, IMAGES, .sampling = "augment { image -> zoom(0.9..1.1) -> brightness(20%) -> cutout(4) }"},
        {"unknown-name", IMAGES, .sampling = "augment { image -> ^shfit(2) }"},
        {"unknown-column", IMAGES, .sampling = "augment { ^imge -> shift(2) }"},
        {"missing-argument", IMAGES, .sampling = "augment { image -> ^shift }"},
        {"argument-type", IMAGES, .sampling = "augment { image -> rotate(^10 min) }"},
        {"argument-range", IMAGES, .sampling = "augment { image -> shift(^0) }"},
        {"range-order", IMAGES, .sampling = "augment { image -> zoom(^1.1..0.9) }"},
        {"unknown-value", IMAGES, .sampling = "augment { image -> flip(^sideways) }"},
        {"type-mismatch", IMAGES, .sampling = "augment { ^age -> shift(2) }"},
        {"type-mismatch", IMAGES, .sampling = "augment { ^default -> noise(0.1) }"},
        {"syntax-error", IMAGES, .sampling = "augment { ^shift(2) }"},
        {"syntax-error", IMAGES, .sampling = "augment { ^image: shift(2) }"},
        {"part-named", IMAGES, .sampling = "augment { image -> shift(2, ^part: train) }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

/* Signs that are turned over are others. */
static void test_labels(void **state) {
    (void)state;
    static const char *const changing[] = {"flip(horizontal)", "rotate(180 deg)"};
    for (size_t i = 0; i < COUNT(changing); i++) {
        char section[64];
        snprintf(section, sizeof section, "augment { image -> %s }", changing[i]);
        const SpecParts parts = {NULL, IMAGES, .sampling = section};
        Checked checked = check_spec(&parts);
        const Diagnostic *d = checked.session->diagnostics.items[0];
        for (int64_t k = 0; k < checked.session->diagnostics.count; k++)
            if (checked.session->diagnostics.items[k]->id == DIAG_AUGMENTATION_LABEL_BREAK)
                d = checked.session->diagnostics.items[k];
        assert_int_equal(d->id, DIAG_AUGMENTATION_LABEL_BREAK);
        assert_int_equal(d->severity, SEVERITY_WARNING);
        session_free(checked.session);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_flows), cmocka_unit_test(test_labels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
