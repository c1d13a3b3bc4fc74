/* A file appears whole or not at all, and the one of before survives a failure. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "lrt/output_file.h"

static char folder[32];

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/lspec-output-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state) {
    (void)state;
    char path[LRT_PATH_MAX];
    snprintf(path, sizeof path, "%s/file", folder);
    unlink(path);
    return rmdir(folder);
}

static int count_files(void) {
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void check_content(const char *path, const char *expected) {
    char text[100] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, expected);
}

static void test_commit_and_abandon(void **state) {
    (void)state;
    char path[LRT_PATH_MAX];
    LrtError error = {0};
    LrtOutputFile output;
    assert_true(lrt_path_join(path, folder, "file", &error));
    assert_true(lrt_output_open(&output, path, &error));
    fputs("one", output.file);
    fflush(output.file);
    assert_int_equal(access(path, F_OK), -1); /* not there yet */
    assert_true(lrt_output_commit(&output, &error));
    check_content(path, "one");
    assert_true(lrt_output_open(&output, path, &error));
    fputs("two", output.file);
    lrt_output_abandon(&output);
    check_content(path, "one");
    assert_true(lrt_output_open(&output, path, &error));
    fputs("three", output.file);
    assert_true(lrt_output_commit(&output, &error));
    check_content(path, "three");
    assert_int_equal(count_files(), 1);
}

static void check_refused(const char *path) {
    LrtError error = {0};
    LrtOutputFile output;
    assert_false(lrt_output_open(&output, path, &error));
    assert_int_equal(error.status, LRT_EXIT_SYSTEM);
    assert_string_equal(error.name, "file-not-written");
    assert_false(lrt_output_check(path, &error));
}

static void test_places_that_cannot_be(void **state) {
    (void)state;
    char path[LRT_PATH_MAX];
    check_refused(folder);
    snprintf(path, sizeof path, "%s/no/file", folder);
    check_refused(path);
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    check_refused(path);
    LrtError error = {0};
    char joined[LRT_PATH_MAX];
    assert_false(lrt_path_join(joined, path, "file", &error));
    assert_string_equal(error.name, "path-too-long");
}

static void test_full_device(void **state) {
    (void)state;
    LrtError error = {0};
    LrtOutputFile output;
    assert_true(lrt_output_open(&output, "/dev/full", &error));
    fputs("text", output.file);
    assert_false(lrt_output_commit(&output, &error));
    assert_int_equal(error.status, LRT_EXIT_SYSTEM);
    assert_non_null(strstr(error.fix, "space"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit_and_abandon),
        cmocka_unit_test(test_places_that_cannot_be),
        cmocka_unit_test(test_full_device),
    };
    return cmocka_run_group_tests_name("output file", tests, make_folder, remove_folder);
}
