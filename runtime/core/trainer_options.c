/* One table row an option. What is wrong with a command line is said before anything is read, with the nearest thing that would be
 * right. */
#include "core/trainer_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/nearest.h"

typedef enum OptionKind { FLAG, TEXT, COUNT, POSITIVE, TIME } OptionKind;

typedef struct OptionPlace {
    OptionKind kind;
    size_t offset;
} OptionPlace;

static const TrainerOptionRow rows[] = {
#define OPTION(field, kind, name, short_name, value, commands, doc) {name, short_name, value, commands, doc},
#include "core/trainer_options.def"
#undef OPTION
};

static const OptionPlace places[] = {
#define OPTION(field, kind, name, short_name, value, commands, doc) {kind, offsetof(TrainerOptions, field)},
#include "core/trainer_options.def"
#undef OPTION
};

enum { OPTION_COUNT = sizeof rows / sizeof rows[0] };

static const struct {
    const char *word;
    TrainerCommand command;
} commands[] = {{"train", COMMAND_TRAIN},     {"eval", COMMAND_EVAL}, {"predict", COMMAND_PREDICT},
                {"prepare", COMMAND_PREPARE}, {"info", COMMAND_INFO}, {"audit", COMMAND_AUDIT}, {"help", COMMAND_HELP}};

enum { COMMAND_WORDS = sizeof commands / sizeof commands[0] };

/* What the language has and this version does not build. */
static const struct {
    const char *word, *what;
} later[] = {{"--resume", "resuming a run"},
             {"--fold", "cross-validation"},
             {"export", "exporting a model"},
             {"audit", "auditing a run"},
             {"--onnx", "exporting a model"}};

const TrainerOptionRow *trainer_option_rows(int64_t *out_count) {
    *out_count = OPTION_COUNT;
    return rows;
}

bool word_in_list(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
        bool begins = at == list || at[-1] == ' ';
        if (begins && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool check_built(const char *word, LrtError *error) {
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        if (strcmp(later[i].word, word) == 0) {
            return lrt_error_set(error, LRT_EXIT_USAGE, "unsupported-feature", "%s (`%s`) is not built in this version", later[i].what, word);
        }
    }
    return true;
}

static const char *command_word(TrainerCommand command) {
    for (size_t i = 0; i < COMMAND_WORDS; i++) {
        if (commands[i].command == command) {
            return commands[i].word;
        }
    }
    return "";
}

static bool parse_count(const char *text, int64_t least, int64_t *out) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    *out = value;
    return !errno && end != text && *end == '\0' && value >= least;
}

/* "90", "90s", "1.5 h": seconds */
static bool parse_time(const char *text, double *out) {
    static const struct {
        const char *word;
        double seconds;
    } units[] = {{"", 1},       {"s", 1},       {"second", 1},  {"seconds", 1}, {"min", 60},  {"minute", 60},
                 {"minutes", 60}, {"h", 3600},  {"hour", 3600}, {"hours", 3600}, {"day", 86400}, {"days", 86400}};
    char *end;
    *out = strtod(text, &end);
    if (end == text || !(*out > 0 && *out < 1e12)) {
        return false;
    }
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].word, end) == 0) {
            *out *= units[i].seconds;
            return true;
        }
    }
    return false;
}

static bool set_value(TrainerOptions *options, size_t index, const char *value, LrtError *error) {
    char *field = (char *)options + places[index].offset;
    const char *wanted = NULL;
    int64_t count;
    double seconds;
    switch (places[index].kind) {
    case FLAG:
        *(bool *)field = true;
        return true;
    case TEXT:
        *(const char **)(void *)field = value;
        return true;
    case COUNT:
    case POSITIVE:
        if (parse_count(value, places[index].kind == POSITIVE, &count)) {
            *(int64_t *)(void *)field = count;
            return true;
        }
        wanted = places[index].kind == POSITIVE ? "a whole number from 1" : "a whole number from 0";
        break;
    case TIME:
        if (parse_time(value, &seconds)) {
            *(double *)(void *)field = seconds;
            return true;
        }
        wanted = "a time such as 90s, 10min or 2h";
        break;
    }
    return lrt_error_set(error, LRT_EXIT_USAGE, "option-value", "`%s %s`: %s wants %s", rows[index].name, value, rows[index].name,
                         wanted);
}

/* The row of `word` (without its "=value"), or OPTION_COUNT. */
static size_t find_option(const char *word, size_t length) {
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        bool is_long = strlen(rows[i].name) == length && strncmp(rows[i].name, word, length) == 0;
        bool is_short = rows[i].short_name && strlen(rows[i].short_name) == length && strncmp(rows[i].short_name, word, length) == 0;
        if (is_long || is_short) {
            return i;
        }
    }
    return OPTION_COUNT;
}

static bool refuse_option(const char *word, TrainerCommand command, LrtError *error) {
    if (!check_built(word, error)) {
        return false;
    }
    const char *names[OPTION_COUNT];
    int64_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (word_in_list(rows[i].commands, command_word(command))) {
            names[count++] = rows[i].name;
        }
    }
    lrt_error_set(error, LRT_EXIT_USAGE, "unknown-option", "`%s` is no option of `%s`", word, command_word(command));
    const char *nearest = nearest_word(word, names, count);
    if (nearest) {
        lrt_error_fix(error, "%s", nearest);
    } else {
        lrt_error_fix(error, "`%s --help` lists them", command_word(command));
    }
    return false;
}

static bool parse_option(TrainerOptions *options, int argc, char **argv, int *at, LrtError *error) {
    const char *word = argv[*at];
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    size_t index = find_option(word, length);
    if (index == OPTION_COUNT || !word_in_list(rows[index].commands, command_word(options->command))) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), word);
        return refuse_option(name, options->command, error);
    }
    if (places[index].kind == FLAG) {
        if (equals) {
            return lrt_error_set(error, LRT_EXIT_USAGE, "option-value", "`%s` takes no value", rows[index].name);
        }
        return set_value(options, index, NULL, error);
    }
    const char *value = equals ? equals + 1 : *at + 1 < argc ? argv[++*at] : NULL;
    if (!value || value[0] == '\0') {
        lrt_error_set(error, LRT_EXIT_USAGE, "option-value", "`%s` wants a value", rows[index].name);
        lrt_error_fix(error, "%s %s", rows[index].name, rows[index].value);
        return false;
    }
    return set_value(options, index, value, error);
}

static bool parse_command(TrainerOptions *options, const char *word, LrtError *error) {
    const char *words[COMMAND_WORDS];
    for (size_t i = 0; i < COMMAND_WORDS; i++) {
        words[i] = commands[i].word;
        if (strcmp(commands[i].word, word) == 0) {
            options->command = commands[i].command;
            return true;
        }
    }
    if (!check_built(word, error)) {
        return false;
    }
    lrt_error_set(error, LRT_EXIT_USAGE, "unknown-command", "`%s` is no command of a trainer", word);
    const char *nearest = nearest_word(word, words, COMMAND_WORDS);
    lrt_error_fix(error, "%s", nearest ? nearest : "train, eval, predict, prepare or info");
    return false;
}

static bool check_word(const char *option, const char *value, const char *list, LrtError *error) {
    if (!value || word_in_list(list, value)) {
        return true;
    }
    lrt_error_set(error, LRT_EXIT_USAGE, "option-value", "`%s %s`: there is no such %s", option, value, option + 2);
    lrt_error_fix(error, "one of: %s", list);
    return false;
}

/* What the command needs, and what does not go together. */
static bool check_options(const TrainerOptions *options, LrtError *error) {
    bool prepare = options->command == COMMAND_PREPARE;
    if (options->command == COMMAND_PREDICT && !options->data) {
        lrt_error_set(error, LRT_EXIT_USAGE, "missing-option", "`predict` wants the rows to predict");
        lrt_error_fix(error, "predict --data F");
        return false;
    }
    if (prepare && !options->output) {
        lrt_error_set(error, LRT_EXIT_USAGE, "missing-option", "`prepare` wants a place for the result");
        lrt_error_fix(error, "prepare -o OUT.npy");
        return false;
    }
    if (options->command == COMMAND_EVAL && options->data && options->part) {
        lrt_error_set(error, LRT_EXIT_USAGE, "option-conflict", "`eval --data` measures all rows of that file, which has no parts");
        lrt_error_fix(error, "leave out --part");
        return false;
    }
    return check_word("--part", options->part, prepare ? "train validation test all" : "train validation test", error) &&
           check_word("--color", options->color, "never always auto", error);
}

bool trainer_options_parse(TrainerOptions *options, int argc, char **argv, LrtError *error) {
    *options = (TrainerOptions){.command = COMMAND_TRAIN, .epochs = -1,   .max_steps = -1, .time_limit = -1,
                                .seed = -1,               .threads = -1, .log_every = -1};
    int at = 1;
    if (at < argc && argv[at][0] != '-') {
        if (!parse_command(options, argv[at++], error)) {
            return false;
        }
    }
    for (int i = at; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            options->command = COMMAND_HELP;
            return true;
        }
        if (strcmp(argv[i], "--version") == 0) {
            options->command = COMMAND_VERSION;
            return true;
        }
    }
    for (; at < argc && options->command != COMMAND_HELP; at++) {
        if (argv[at][0] != '-' || argv[at][1] == '\0') {
            lrt_error_set(error, LRT_EXIT_USAGE, "extra-argument", "`%s` stands where an option is expected", argv[at]);
            lrt_error_fix(error, "%s", at > 1 ? "a file is given as --data F" : "`--help` lists the options");
            return false;
        }
        if (!parse_option(options, argc, argv, &at, error)) {
            return false;
        }
    }
    return options->command == COMMAND_HELP || check_options(options, error);
}
