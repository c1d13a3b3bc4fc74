/* The files that the fuzz targets of the sources are seeded with, their prefixes, and they with a byte changed. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "fuzz/source_case.h"

enum { LONGEST = 20000, SLOW_STEP = 7 };

static void replay(SourceKind kind, const char *path) {
    static uint8_t content[LONGEST];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(content, 1, sizeof content, file);
    fclose(file);
    source_case(kind, content, length);
    for (size_t cut = 0; cut < length; cut += kind == SOURCE_SQLITE || length > 400 ? SLOW_STEP : 1) {
        static const uint8_t marks[] = {0, '"', '}', '\n', 0x7f, 0xff};
        source_case(kind, content, cut);
        uint8_t kept = content[cut];
        content[cut] = marks[cut % sizeof marks];
        source_case(kind, content, length);
        content[cut] = kept;
    }
}

static void test_corpora(void **state) {
    (void)state;
    static const char *const names[] = {"npy", "npz", "idx", "jsonl", "packed", "sqlite", "picture"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char folder[100], path[400];
        int count = 0;
        snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", names[i]);
        DIR *directory = opendir(folder);
        assert_non_null(directory);
        for (struct dirent *entry; (entry = readdir(directory));) {
            if (entry->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            replay((SourceKind)i, path);
            count++;
        }
        closedir(directory);
        assert_true(count > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpora)};
    return cmocka_run_group_tests_name("corpora of sources", tests, NULL, NULL);
}
