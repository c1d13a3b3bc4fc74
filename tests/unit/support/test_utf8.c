/* Strict decoding: every code point there and back, and the ill-formed sequences of the Unicode standard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/utf8.h"

static size_t encode(uint32_t point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, point >>= 6) out[i] = (char)(0x80 | (point & 0x3F));
    static const unsigned char leads[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(leads[size] | point);
    return size;
}

static void test_every_code_point(void **state) {
    (void)state;
    for (uint32_t point = 0; point < 0x110000; point++) {
        char text[4];
        size_t size = encode(point, text);
        uint32_t decoded = UINT32_MAX;
        bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
        assert_int_equal(utf8_decode(text, size, &decoded), is_surrogate ? 0 : size);
        if (!is_surrogate) assert_int_equal(decoded, point);
        if (size > 1) assert_int_equal(utf8_decode(text, size - 1, &decoded), 0); /* cut off */
    }
}

static void test_ill_formed(void **state) {
    (void)state;
    static const char *const texts[] = {"\x80",
                                        "\xBF",
                                        "\xC0\x80",
                                        "\xC1\xBF",
                                        "\xC3(",
                                        "\xE0\x80\x80",
                                        "\xE0\x9F\xBF",
                                        "\xF0\x80\x80\x80",
                                        "\xF0\x8F\xBF\xBF",
                                        "\xF4\x90\x80\x80",
                                        "\xF8\x88\x80\x80\x80",
                                        "\xFE",
                                        "\xFF",
                                        "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        uint32_t point;
        assert_int_equal(utf8_decode(texts[i], strlen(texts[i]), &point), 0);
        assert_int_equal(utf8_first_bad(texts[i], strlen(texts[i])), 0);
    }
    assert_int_equal(utf8_first_bad("gr\xC3\xB6\xC3\x9F"
                                    "e",
                                    7),
                     7);
    assert_int_equal(utf8_first_bad("gr\xC3\xB6\xC3"
                                    "e",
                                    6),
                     4);
    assert_int_equal(utf8_first_bad("", 0), 0);
}

static void test_widths(void **state) {
    (void)state;
    assert_int_equal(utf8_width('a'), 1);
    assert_int_equal(utf8_width(0xF6), 1);    /* ö */
    assert_int_equal(utf8_width(0x301), 0);   /* combining acute */
    assert_int_equal(utf8_width(0x6F22), 2);  /* 漢 */
    assert_int_equal(utf8_width(0x1F600), 2); /* a face */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_code_point), cmocka_unit_test(test_ill_formed),
                                       cmocka_unit_test(test_widths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
