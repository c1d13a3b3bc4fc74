/* The lock: it stands in for the data, bit for bit; it refuses another spec; no damage crashes; changes are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/learn_case.h"

static const char columns[] = "x : real?\ncolor : category?\nplan : category(basic, pro)\nrest : real\ny : category";
static const char sections[] =
    "split: stratified(train: 50%, validation: 25%, test: 25%, seed: 1)\n"
    "preprocess { x -> impute(median) -> scale(standard); color -> one_hot; a, b -> scale(standard) }\nsampling { oversample(ratio: 80%) }\n"
    "network { concat(x, color, a, b, plan -> embedding(2)) -> dense(4) -> relu -> output(y) }\nloss: cross_entropy\n"
    "optimizer: adam\ntrain { batch: all; epochs: 100 }\n";

static char *rows_text(int rows, const char *third_color) {
    char *text = malloc(64 * (size_t)rows + 64), *at = text;
    at += sprintf(at, "x,a,color,b,plan,y\n");
    for (int i = 0; i < rows; i++)
        at += sprintf(at, "%d,%d,%s,%d,%s,%s\n", i % 7, i, i % 3 ? i % 3 == 1 ? "red" : "blue" : third_color, -i,
                      i % 2 ? "pro" : "basic", i % 4 ? "no" : "yes");
    return text;
}

static LearnCase built(const char *third_color) {
    LearnCase learn;
    char *data = rows_text(400, third_color);
    learn_case_init(&learn);
    learn_case_write(&learn, "case.csv", data);
    learn_case_run_spec(&learn, columns, "y", sections);
    learn_case_expect(&learn, NULL);
    assert_true(learn.learnt && data_lock_write(learn.session, learn.model));
    free(data);
    return learn;
}

static void assert_same_model(const Model *a, const Model *b) {
    assert_int_equal(a->data.column_count, b->data.column_count);
    assert_int_equal(a->data.input_count, b->data.input_count);
    assert_int_equal(a->data.feature_width, b->data.feature_width);
    assert_int_equal(a->data.index_width, b->data.index_width);
    assert_int_equal(a->training_rows, b->training_rows);
    assert_int_equal(a->train.batch, b->train.batch);
    assert_memory_equal(a->part_rows, b->part_rows, LRT_PART_COUNT * sizeof(int64_t));
    assert_string_equal(a->data_digest, b->data_digest);
    for (int64_t i = 0; i < a->data.column_count; i++) {
        assert_string_equal(a->data.columns[i].name, b->data.columns[i].name);
        assert_int_equal(a->data.columns[i].level_count, b->data.columns[i].level_count);
        for (int64_t k = 0; k < a->data.columns[i].level_count; k++)
            assert_string_equal(a->data.columns[i].levels[k], b->data.columns[i].levels[k]);
    }
    for (int64_t i = 0; i < a->data.input_count; i++) {
        assert_int_equal(a->data.inputs[i].offset, b->data.inputs[i].offset);
        assert_int_equal(a->data.inputs[i].width, b->data.inputs[i].width);
        assert_int_equal(a->data.inputs[i].index_count, b->data.inputs[i].index_count);
    }
    assert_int_equal(a->data.targets[0].level_count, b->data.targets[0].level_count);
    for (int64_t k = 0; k < a->data.targets[0].level_count; k++) {
        assert_string_equal(a->data.targets[0].levels[k], b->data.targets[0].levels[k]);
        assert_int_equal(a->level_counts[0][k], b->level_counts[0][k]);
        assert_true(a->level_weights[0][k] == b->level_weights[0][k]);
    }
}

/* `rest` takes its columns from the lock too. */
static void test_stands_in(void **state) {
    (void)state;
    LearnCase learn = built("green");
    Session *session = learn.session;
    const Model *from_data = learn.model;
    learn.session = NULL;
    learn_case_write(&learn, "case.csv", NULL);
    learn_case_run(&learn);
    learn_case_expect(&learn, NULL);
    assert_true(learn.learnt && learn.model->data_known && learn.model->fits == NULL && from_data->fits != NULL);
    assert_same_model(from_data, learn.model);
    assert_true(data_lock_write(learn.session, learn.model)); /* leaves the lock as it is */
    session_free(session);
    learn_case_free(&learn);
}

static void test_same_bytes(void **state) {
    (void)state;
    LearnCase learn = built("green");
    char *first = learn_case_read(&learn, "case.lspec.lock");
    learn_case_write(&learn, "case.lspec.lock", NULL);
    learn_case_run(&learn);
    assert_true(data_lock_write(learn.session, learn.model));
    char *second = learn_case_read(&learn, "case.lspec.lock");
    assert_string_equal(first, second);
    assert_null(strstr(first, learn.folder)); /* no path of this machine */
    free(first), free(second);
    learn_case_free(&learn);
}

static void test_absent(void **state) {
    (void)state;
    LearnCase learn = built("green");
    learn_case_write(&learn, "case.csv", NULL);
    char *lock = learn_case_read(&learn, "case.lspec.lock");
    /* Another seed divides otherwise; another network does not. */
    char *spec = learn_case_read(&learn, "case.lspec"), *place = strstr(spec, "dense(4)");
    place[6] = '8';
    learn_case_write(&learn, "case.lspec", spec);
    learn_case_run(&learn);
    learn_case_expect(&learn, NULL);
    strstr(spec, "seed: 1")[6] = '2';
    learn_case_write(&learn, "case.lspec", spec);
    learn_case_run(&learn);
    const Diagnostic *d = learn_case_expect(&learn, "data-not-found");
    assert_true(!learn.learnt && d->evidence.count == 1 && strstr(d->evidence.items[0], "another split"));
    learn_case_write(&learn, "case.lspec.lock", NULL);
    learn_case_run(&learn);
    learn_case_expect(&learn, "data-not-found");
    free(lock), free(spec);
    learn_case_free(&learn);
}

/* Cut off at every byte, and with each byte changed: read as the same, or refused. */
static void test_damage(void **state) {
    (void)state;
    LearnCase learn = built("green");
    learn_case_write(&learn, "case.csv", NULL);
    char *lock = learn_case_read(&learn, "case.lspec.lock");
    size_t length = strlen(lock);
    for (size_t cut = 0; cut + 3 < length; cut += 29) {
        char kept = lock[cut];
        lock[cut] = '\0';
        learn_case_write(&learn, "case.lspec.lock", lock);
        lock[cut] = kept;
        learn_case_run(&learn);
        assert_false(learn.learnt);
    }
    for (size_t at = 0; at < length; at += 7) {
        char kept = lock[at];
        lock[at] = kept == '9' ? '-' : '9';
        learn_case_write(&learn, "case.lspec.lock", lock);
        lock[at] = kept;
        learn_case_run(&learn);
        assert_true(learn.learnt || learn.session->error_count > 0);
    }
    free(lock);
    learn_case_free(&learn);
}

static void test_changed(void **state) {
    (void)state;
    LearnCase learn = built("green");
    char *other = rows_text(400, "yellow"), *more = rows_text(404, "green");
    learn_case_write(&learn, "case.csv", other);
    learn_case_run(&learn);
    const Diagnostic *d = learn_case_expect(&learn, "data-changed");
    assert_true(learn.learnt && d->severity == SEVERITY_WARNING);
    assert_string_equal(d->evidence.items[0], "column `color` now has `yellow`");
    assert_string_equal(d->evidence.items[1], "column `color` no longer has `green`");
    learn_case_write(&learn, "case.csv", more);
    learn_case_run(&learn);
    learn_case_expect(&learn, NULL); /* rows alone are a note */
    assert_true(learn.learnt);
    free(other), free(more);
    learn_case_free(&learn);
}

static bool has_evidence(const Diagnostic *d, const char *text) {
    for (int64_t i = 0; i < d->evidence.count; i++)
        if (strcmp(d->evidence.items[i], text) == 0) return true;
    return false;
}

static const Diagnostic *find_changed(const LearnCase *learn) {
    for (int64_t i = 0; i < learn->session->diagnostics.count; i++)
        if (learn->session->diagnostics.items[i]->id == DIAG_DATA_CHANGED) return learn->session->diagnostics.items[i];
    return NULL;
}

/* Rows and the shares of classes are told in numbers; a column that came or went by its name, whether the spec reads it or
 * takes it by `rest`. */
static void test_counts_and_columns(void **state) {
    (void)state;
    LearnCase learn = built("green");
    char *more = rows_text(800, "green");
    for (char *at = more; (at = strstr(at, ",yes\n")) != NULL; at++) /* half of the rarer class turns to the other */
        if ((at - more) % 2) memcpy(at, ",no \n", 5);
    learn_case_write(&learn, "case.csv", more);
    learn_case_run(&learn);
    const Diagnostic *d = find_changed(&learn);
    assert_true(d != NULL && d->severity == SEVERITY_NOTE);
    assert_true(has_evidence(d, "400 training rows, 200 before") && has_evidence(d, "200 test rows, 100 before"));
    assert_non_null(strstr(d->evidence.items[3], "class `no` of `y` has "));
    char *wider = malloc(2 * strlen(more) + 64), *out = wider;
    for (const char *at = more; *at != '\0'; at++) { /* a column `extra` of numbers */
        if (*at == '\n') out += sprintf(out, at - more < 20 ? ",extra" : ",%d", (int)(at - more) % 9);
        *out++ = *at;
    }
    *out = '\0';
    learn_case_write(&learn, "case.csv", wider);
    learn_case_run(&learn);
    d = find_changed(&learn);
    assert_true(d != NULL && d->severity == SEVERITY_WARNING); /* `rest` takes it in: other features */
    assert_true(has_evidence(d, "the file now has the column `extra`"));
    free(more), free(wider);
    learn_case_free(&learn);
}

static void test_not_written(void **state) {
    (void)state;
    LearnCase learn = built("green");
    char path[128];
    learn_case_write(&learn, "case.lspec.lock", NULL);
    snprintf(path, sizeof path, "%s/case.lspec.lock", learn.folder);
    assert_int_equal(mkdir(path, 0755), 0);
    learn_case_run(&learn);
    assert_true(learn.learnt && !data_lock_write(learn.session, learn.model));
    learn_case_expect(&learn, "lock-not-written");
    assert_int_equal(rmdir(path), 0);
    learn_case_free(&learn);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stands_in), cmocka_unit_test(test_same_bytes),
                                       cmocka_unit_test(test_absent),    cmocka_unit_test(test_damage),
                                       cmocka_unit_test(test_changed),   cmocka_unit_test(test_counts_and_columns),
                                       cmocka_unit_test(test_not_written)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
