/* The known answers of FIPS 180-4 and of NIST's test vectors, whole and in pieces of every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/sha256_blocks.h"
#include "lrt/sha256.h"

static void test_known_answers(void **state) {
    (void)state;
    static const struct {
        const char *text, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqr"
         "stu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char digest[65];
        lrt_sha256_hex(cases[i].text, strlen(cases[i].text), digest);
        assert_string_equal(digest, cases[i].digest);
    }
}

static void test_a_million(void **state) {
    (void)state;
    enum { COUNT = 1000000 };
    char *text = malloc(COUNT), digest[65];
    assert_non_null(text);
    memset(text, 'a', COUNT);
    lrt_sha256_hex(text, COUNT, digest);
    assert_string_equal(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

/* Lengths around the block, in two pieces cut everywhere: the padding and the waiting block. */
static void test_pieces(void **state) {
    (void)state;
    enum { LONGEST = 200 };
    char text[LONGEST], whole[65], pieces[65];
    for (size_t i = 0; i < LONGEST; i++) text[i] = (char)(i * 7);
    for (size_t length = 0; length <= LONGEST; length++) {
        lrt_sha256_hex(text, length, whole);
        for (size_t cut = 0; cut <= length; cut++) {
            LrtSha256 hash;
            lrt_sha256_init(&hash);
            lrt_sha256_update(&hash, text, cut);
            lrt_sha256_update(&hash, text + cut, length - cut);
            lrt_sha256_final(&hash, pieces);
            assert_string_equal(whole, pieces);
        }
    }
}

static void test_twins_agree(void **state) {
    (void)state;
    enum { BLOCKS = 7 };
    unsigned char blocks[64 * BLOCKS];
    for (size_t i = 0; i < sizeof blocks; i++) blocks[i] = (unsigned char)(i * i + i / 64);
    uint32_t plain[8] = {1, 2, 3, 4, 5, 6, 7, 0xffffffff}, fast[8] = {1, 2, 3, 4, 5, 6, 7, 0xffffffff};
    sha256_compress_plain(plain, blocks, BLOCKS);
    sha256_choose_compress()(fast, blocks, BLOCKS);
    assert_memory_equal(plain, fast, sizeof plain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_a_million),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_twins_agree),
    };
    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
