/* Rows of a query: types of SQLite as cells, and what is said of queries and files that do not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/table_case.h"
#include "lrt/reader.h"

#define DATABASE "tests/data/cells.db"

typedef struct Case {
    const char *columns, *query, *want, *name;
} Case;

static void check(const char *path, const Case *one) {
    CaseSpec spec;
    LrtError error = {0};
    case_spec_init(&spec, one->columns);
    spec.spec.source.reader = &lrt_reader_sqlite;
    spec.spec.source.query = one->query;
    LrtTable *table = lrt_table_read(&spec.spec, path, LRT_READ_TRAIN, &error);
    if (!one->name) {
        if (!table) fail_msg("`%s`: %s", one->query, error.message);
        char *text = case_table_print(&spec, table);
        assert_string_equal(text, one->want);
        assert_int_equal(strlen(table->digest), 64);
        free(text);
        lrt_table_free(table);
        return;
    }
    if (table) fail_msg("`%s` was read", one->query);
    assert_string_equal(error.name, one->name);
    if (!strstr(error.message, one->want)) fail_msg("`%s` lacks `%s`", error.message, one->want);
}

static void test_queries(void **state) {
    (void)state;
    static const Case cases[] = {
        {"a real?; t category?", "select a, t from cells order by id", "1|x\n0.1|y\n-|-\n", NULL},
        {"t category?; a real?", "select * from cells where id < 3;  ", "x|1\ny|0.1\n", NULL},
        {"n int", "select count(*) as n from cells", "3\n", NULL},
        {"n real", "select 9007199254740991 as n union select 1e30", "9007199254740991\n1e30\n", NULL},
        {"n key", "select 1.5 as n union select 7", "1.5\n7\n", NULL},
        {"n category; x ignore", "select '  b ' as n, x'ff00' as x", "b\n", NULL},
        {"s real", "select sqrt(4) as s", "2\n", NULL},
        {"a real", "select a from cells order by id", "is not declared optional", "missing-not-declared"},
        {"a real? 0..0.5", "select a from cells order by id", "`1` is above", "bound-violated"},
        {"t real", "select t from cells", "`x` is no number", "cell-type"},
        {"b category", "select x'ff' as b", "holds bytes that are no text", "invalid-encoding"},
        {"z real", "select a from cells", "the data has no column `z`", "column-not-in-data"},
        {"a real", "select a from cells where 0", "is empty", "no-rows"},
        {"a real", "select a frm cells", "syntax error", "data-not-read"},
        {"a real", "select a from elsewhere", "no such table: elsewhere", "data-not-read"},
        {"a real", "select a from cells; select t from cells", "is not one SELECT", "data-not-read"},
        {"a real", "delete from cells", "is not one SELECT", "data-not-read"},
        {"a real", "", "is not one SELECT", "data-not-read"},
        {"a real", "select a, t as a from cells", "stands twice", "duplicate-column"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check(DATABASE, &cases[i]);
}

static void test_files(void **state) {
    (void)state;
    static const Case other = {"a real", "select a from cells", "file is not a database", "data-not-read"};
    static const Case absent = {"a real", "select a from cells", "is not there", "data-not-found"};
    check("tests/data/iris.csv", &other);
    check("tests/data/absent.db", &absent);
    assert_int_not_equal(access("tests/data/absent.db", F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_queries), cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
