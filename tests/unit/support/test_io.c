/* Files out: whole or untouched, links kept, devices not replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/io.h"

typedef struct Folder {
    Arena *arena;
    char path[64];
} Folder;

static const char *in_folder(const Folder *folder, const char *name) {
    return arena_printf(folder->arena, "%s/%s", folder->path, name);
}

static int open_folder(void **state) {
    Folder *folder = calloc(1, sizeof *folder);
    *state = folder;
    folder->arena = arena_new();
    strcpy(folder->path, "/tmp/lspec-io-XXXXXX");
    return mkdtemp(folder->path) ? 0 : -1;
}

static int close_folder(void **state) {
    Folder *folder = *state;
    static const char *const names[] = {"file", "link", "pipe"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) unlink(in_folder(folder, names[i]));
    int status = rmdir(folder->path); /* fails where a temporary file was left behind */
    arena_free(folder->arena);
    free(folder);
    return status;
}

static void assert_holds(const Folder *folder, const char *name, const char *text) {
    char *data;
    size_t length;
    const char *why;
    assert_true(io_read_file(folder->arena, in_folder(folder, name), 0, &data, &length, &why));
    assert_string_equal(data, text);
}

static void test_modes_and_links_stay(void **state) {
    const Folder *folder = *state;
    const char *why, *file = in_folder(folder, "file"), *link = in_folder(folder, "link");
    struct stat info;
    assert_true(io_write_file(folder->arena, file, "one", 3, &why));
    assert_int_equal(chmod(file, 0640), 0);
    assert_int_equal(symlink("file", link), 0);
    assert_true(io_write_file(folder->arena, link, "two", 3, &why));
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    assert_holds(folder, "file", "two");
}

static void test_what_is_no_file_is_not_replaced(void **state) {
    const Folder *folder = *state;
    const char *why = NULL, *pipe = in_folder(folder, "pipe");
    struct stat info;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_false(io_check_replaceable(pipe, &why));
    assert_string_equal(why, "is no regular file");
    assert_false(io_check_replaceable(folder->path, &why));
    assert_string_equal(why, "is a directory");
    assert_true(io_check_replaceable(in_folder(folder, "file"), &why));
    assert_true(io_write_file(folder->arena, "/dev/null", "text", 4, &why));
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
    assert_false(io_write_file(folder->arena, "/dev/full", "text", 4, &why));
    assert_string_equal(why, "No space left on device");
    assert_int_equal(stat("/dev/full", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

static void test_failures_leave_nothing(void **state) {
    const Folder *folder = *state;
    const char *why = NULL;
    assert_false(io_write_file(folder->arena, in_folder(folder, "absent/file"), "text", 4, &why));
    assert_string_equal(why, "No such file or directory");
    assert_false(io_write_file(folder->arena, folder->path, "text", 4, &why));
    assert_string_equal(why, "Is a directory");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_modes_and_links_stay, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_what_is_no_file_is_not_replaced, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_failures_leave_nothing, open_folder, close_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
