/* The files that fuzzing is seeded with, their prefixes, and they with a byte changed: the fuzzer's checks hold. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fuzz/fuzz_csv.c"

enum { LONGEST = 20000, PREFIXES_UP_TO = 400 };

static void replay(const char *path) {
    static uint8_t content[LONGEST];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    LLVMFuzzerTestOneInput(content, length);
    for (size_t cut = 0; cut < length && length <= PREFIXES_UP_TO; cut++) {
        static const uint8_t marks[] = {0, '"', ',', '\n', '\r', 0xff};
        LLVMFuzzerTestOneInput(content, cut);
        uint8_t kept = content[cut];
        content[cut] = marks[cut % sizeof marks];
        LLVMFuzzerTestOneInput(content, length);
        content[cut] = kept;
    }
}

static void test_corpus(void **state) {
    (void)state;
    const char *folder = "tests/fuzz/corpus/csv";
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[400];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replay(path);
        count++;
    }
    closedir(directory);
    assert_true(count >= 28);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests_name("csv corpus", tests, NULL, NULL);
}
