/* The trainer's command line: what is understood, and what is said of what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/trainer_options.h"

enum { WORDS_MAX = 24, LINE_MAX_BYTES = 200 };

/* Words separated by single spaces; `text` is kept by the options, so it must outlive them. */
static bool parse(TrainerOptions *options, char *text, LrtError *error) {
    char *words[WORDS_MAX] = {"trainer"};
    int count = 1;
    for (char *at = text; *at;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at) *at++ = '\0';
    }
    *error = (LrtError){0};
    return trainer_options_parse(options, count, words, error);
}

typedef struct Line {
    char text[LINE_MAX_BYTES]; /* what the options point into */
    TrainerOptions options;
} Line;

static const TrainerOptions *understood(Line *line, const char *text) {
    LrtError error;
    strcpy(line->text, text);
    if (!parse(&line->options, line->text, &error)) fail_msg("`%s`: %s", text, error.message);
    return &line->options;
}

static void test_defaults(void **state) {
    (void)state;
    Line line;
    const TrainerOptions *options = understood(&line, "");
    assert_int_equal(options->command, COMMAND_TRAIN);
    assert_true(options->epochs < 0 && options->max_steps < 0 && options->seed < 0 && options->threads < 0 &&
                options->log_every < 0);
    assert_true(options->time_limit < 0);
    assert_null(options->data);
    assert_false(options->quiet || options->json || options->proba);
    assert_int_equal(understood(&line, "train")->command, COMMAND_TRAIN);
}

static void test_values(void **state) {
    (void)state;
    Line line;
    const TrainerOptions *train = understood(&line, "--data d.csv --epochs 3 --max-steps 0 --seed=7 --threads 0 "
                                                    "--time-limit=1.5h --quiet --log-every 10 --out r");
    assert_string_equal(train->data, "d.csv");
    assert_int_equal(train->epochs, 3);
    assert_int_equal(train->max_steps, 0);
    assert_int_equal(train->seed, 7);
    assert_int_equal(train->threads, 0);
    assert_true(train->time_limit == 5400 && train->quiet);
    assert_int_equal(train->log_every, 10);
    assert_string_equal(train->out, "r");
    const TrainerOptions *predict = understood(&line, "predict --data - -o out.csv --proba --run runs/x");
    assert_int_equal(predict->command, COMMAND_PREDICT);
    assert_string_equal(predict->data, "-");
    assert_string_equal(predict->output, "out.csv");
    assert_true(predict->proba);
    const TrainerOptions *prepare = understood(&line, "prepare --part all --output=x.npy --sampled --with-target");
    assert_true(prepare->sampled && prepare->with_target);
    const TrainerOptions *eval = understood(&line, "eval --part validation --json --color never");
    assert_string_equal(eval->part, "validation");
    assert_true(understood(&line, "--time-limit 90s")->time_limit == 90);
    assert_true(understood(&line, "--time-limit 10min")->time_limit == 600);
}

static void test_help(void **state) {
    (void)state;
    Line line;
    assert_int_equal(understood(&line, "help")->command, COMMAND_HELP);
    assert_int_equal(understood(&line, "predict --no-such-option --help")->command, COMMAND_HELP);
    assert_int_equal(understood(&line, "--version")->command, COMMAND_VERSION);
}

static void test_mistakes(void **state) {
    (void)state;
    static const struct {
        const char *line, *name, *message, *fix;
    } cases[] = {
        {"trian", "unknown-command", "`trian`", "train"},
        {"fly", "unknown-command", "`fly`", "predict"},
        {"--epoch 3", "unknown-option", "`--epoch`", "--epochs"},
        {"--epoch=3", "unknown-option", "`--epoch`", "--epochs"},
        {"--colour never", "unknown-option", "`--colour`", "--color"},
        {"--frobnicate", "unknown-option", "`train`", "--help"},
        {"--proba", "unknown-option", "no option of `train`", ""},
        {"eval --epochs 3", "unknown-option", "no option of `eval`", ""},
        {"--epochs", "option-value", "wants a value", "--epochs N"},
        {"--epochs=", "option-value", "wants a value", ""},
        {"--epochs 0", "option-value", "from 1", ""},
        {"--epochs 3.5", "option-value", "whole number", ""},
        {"--epochs x", "option-value", "whole number", ""},
        {"--seed -1", "option-value", "from 0", ""},
        {"--seed 99999999999999999999", "option-value", "whole number", ""},
        {"--time-limit 5parsecs", "option-value", "a time", ""},
        {"--time-limit 0s", "option-value", "a time", ""},
        {"--time-limit inf", "option-value", "a time", ""},
        {"--quiet=yes", "option-value", "takes no value", ""},
        {"--color sometimes", "option-value", "no such color", "never always auto"},
        {"eval --part all", "option-value", "no such part", "train validation test"},
        {"eval --part test --data f.csv", "option-conflict", "no parts", "--part"},
        {"predict", "missing-option", "`predict`", "--data F"},
        {"prepare", "missing-option", "`prepare`", "-o OUT"},
        {"data.csv", "unknown-command", "`data.csv`", "train"},
        {"train data.csv", "extra-argument", "`data.csv`", "--data F"},
        {"predict --data f.csv -", "extra-argument", "`-`", "--data F"},
        {"--resume", "unsupported-feature", "resuming", ""},
        {"export --onnx f", "unsupported-feature", "exporting", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        TrainerOptions options;
        LrtError error;
        strcpy(text, cases[i].line);
        if (parse(&options, text, &error)) fail_msg("`%s` was understood", cases[i].line);
        assert_int_equal(error.status, LRT_EXIT_USAGE);
        if (strcmp(error.name, cases[i].name) != 0 || !strstr(error.message, cases[i].message) ||
            !strstr(error.fix, cases[i].fix))
            fail_msg("`%s`: %s: %s (%s)", cases[i].line, error.name, error.message, error.fix);
    }
}

/* Each row of the table belongs to commands that exist and says what it does. */
static void test_table(void **state) {
    (void)state;
    int64_t count;
    const TrainerOptionRow *rows = trainer_option_rows(&count);
    assert_true(count > 10);
    for (int64_t i = 0; i < count; i++) {
        assert_true(strncmp(rows[i].name, "--", 2) == 0 && rows[i].doc[0]);
        char list[100];
        strcpy(list, rows[i].commands);
        for (char *word = strtok(list, " "); word; word = strtok(NULL, " "))
            assert_true(word_in_list("train eval predict prepare info audit", word));
        for (int64_t k = 0; k < i; k++) assert_string_not_equal(rows[i].name, rows[k].name);
    }
    assert_true(word_in_list("a bc", "bc") && !word_in_list("a bc", "b") && !word_in_list("abc", "bc") &&
                !word_in_list("", "a"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_values), cmocka_unit_test(test_help),
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests_name("trainer options", tests, NULL, NULL);
}
