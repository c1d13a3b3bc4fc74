/* Parsing of the command line from the tables of options.def and of the commands. */
#include "driver/options.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "support/fuzzy.h"
#include "support/str.h"

typedef enum OptionKind { OPTION_FLAG, OPTION_TEXT, OPTION_OVERRIDE } OptionKind;

typedef struct OptionRow {
    OptionKind kind;
    size_t field;
    const char *short_name, *long_name, *value, *commands, *doc;
} OptionRow;

static const OptionRow option_table[] = {
#define OPTION(field, kind, short_name, long_name, value, commands, doc) \
    {OPTION_##kind, offsetof(Options, field), short_name, long_name, value, commands, doc},
#include "driver/options.def"
#undef OPTION
};
enum { OPTION_COUNT = sizeof option_table / sizeof *option_table };

int options_usage_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("lspec: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    return 2;
}

const Command *command_find(const char *name) {
    for (int64_t i = 0; i < command_count; i++)
        if (strcmp(command_table[i].name, name) == 0) return &command_table[i];
    return NULL;
}

static bool takes_option(const Command *command, const OptionRow *row) {
    size_t length = strlen(command->name);
    for (const char *at = row->commands; (at = strstr(at, command->name)) != NULL; at += length)
        if ((at == row->commands || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
    return false;
}

/* The row that `word` names and, where the value is glued to it (-O2, -Dlr=1, --emit=asm), its value. */
static const OptionRow *find_option(const Command *command, const char *word, const char **out_value) {
    *out_value = NULL;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const OptionRow *row = &option_table[i];
        if (!takes_option(command, row)) continue;
        if (row->long_name != NULL && str_starts_with(word, row->long_name)) {
            const char *rest = word + strlen(row->long_name);
            if (*rest == '\0') return row;
            if (*rest == '=' && row->kind != OPTION_FLAG) {
                *out_value = rest + 1;
                return row;
            }
        }
        if (row->short_name != NULL && str_starts_with(word, row->short_name) && word[1] != '-') {
            const char *rest = word + strlen(row->short_name);
            if (*rest == '\0') return row;
            if (row->kind != OPTION_FLAG) {
                *out_value = rest;
                return row;
            }
        }
    }
    return NULL;
}

static int unknown_option(const Command *command, const char *word) {
    const char *candidates[OPTION_COUNT];
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (takes_option(command, &option_table[i]) && option_table[i].long_name != NULL)
            candidates[count++] = option_table[i].long_name;
    const char *nearest = fuzzy_nearest(word, candidates, count);
    if (nearest != NULL)
        return options_usage_error("`%s` is not an option of `lspec %s`; did you mean `%s`?", word, command->name, nearest);
    return options_usage_error("`%s` is not an option of `lspec %s`; see `lspec help %s`", word, command->name,
                               command->name);
}

static bool set_option(Arena *arena, Options *out, const OptionRow *row, const char *value) {
    char *field = (char *)out + row->field;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_TEXT:
        *(const char **)field = value;
        return true;
    case OPTION_OVERRIDE: {
        const char *equals = strchr(value, '=');
        if (equals == NULL || equals == value) {
            options_usage_error("`-D %s` has no value; write -D name=value", value);
            return false;
        }
        ModelOverride override = {.name = arena_strndup(arena, value, (size_t)(equals - value)), .value = equals + 1};
        vec_push(arena, &out->overrides, override);
        return true;
    }
    }
    return false;
}

static bool check_choice(const char *option, const char *value, const char *const *choices, size_t count) {
    if (value == NULL) return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp(value, choices[i]) == 0) return true;
    const char *nearest = fuzzy_nearest(value, choices, count);
    if (nearest != NULL)
        options_usage_error("`%s` is not a value of %s; did you mean `%s`?", value, option, nearest);
    else
        options_usage_error("`%s` is not a value of %s; see `lspec help`", value, option);
    return false;
}

static bool check_choices(const Options *options) {
    static const char *const colors[] = {"auto", "always", "never"};
    static const char *const levels[] = {"0", "1", "2", "3"};
    static const char *const kinds[] = {"llvm", "asm", "obj", "bitcode"};
    static const char *const stages[] = {"tokens", "ast", "model", "graph", "schedule", "llvm"};
    static const char *const views[] = {"pipeline", "network", "training", "kernels"};
#define CHOICE(option, field, list) check_choice(option, options->field, list, sizeof list / sizeof *list)
    return CHOICE("--color", color, colors) && CHOICE("-O", optimization, levels) && CHOICE("--emit", emit, kinds) &&
           CHOICE("--stage", stage, stages) && CHOICE("--view", view, views);
#undef CHOICE
}

/* Everything behind the spec that is not the compiler's goes to the trainer of `run`. */
static bool belongs_to_trainer(const Options *out, const OptionRow *row) {
    return str_equal(out->command->name, "run") && out->operands.count > 0 && row == NULL;
}

bool options_parse(Arena *arena, int argc, char **argv, Options *out) {
    *out = (Options){0};
    const char *name = argc > 1 ? argv[1] : "help";
    if (str_equal(name, "--help") || str_equal(name, "-h")) name = "help";
    if (str_equal(name, "--version") || str_equal(name, "-V")) name = "version";
    out->command = command_find(name);
    if (out->command == NULL) {
        const char *candidates[64];
        size_t count = 0;
        for (int64_t i = 0; i < command_count && count < 64; i++) candidates[count++] = command_table[i].name;
        const char *nearest = fuzzy_nearest(name, candidates, count);
        if (nearest != NULL)
            options_usage_error("`%s` is not a command; did you mean `lspec %s`?", name, nearest);
        else
            options_usage_error("`%s` is not a command; `lspec help` lists them", name);
        return false;
    }
    bool only_operands = false;
    for (int i = 2; i < argc; i++) {
        const char *word = argv[i];
        const char *value = NULL;
        bool is_option = !only_operands && word[0] == '-' && word[1] != '\0';
        const OptionRow *row = is_option ? find_option(out->command, word, &value) : NULL;
        if (str_equal(word, "--") && !only_operands && out->trainer.count == 0) {
            only_operands = true;
        } else if (belongs_to_trainer(out, row)) {
            vec_push(arena, &out->trainer, word);
        } else if (!is_option) {
            vec_push(arena, &out->operands, word);
        } else if (str_equal(word, "--help") || str_equal(word, "-h")) {
            vec_push(arena, &out->operands, out->command->name);
            out->command = command_find("help");
            out->operands.items[0] = out->operands.items[out->operands.count - 1];
            return true;
        } else if (row == NULL) {
            unknown_option(out->command, word);
            return false;
        } else {
            if (row->kind != OPTION_FLAG && value == NULL) {
                if (i + 1 >= argc) {
                    options_usage_error("`%s` wants a value: %s %s", word, word, row->value);
                    return false;
                }
                value = argv[++i];
            }
            if (!set_option(arena, out, row, value)) return false;
        }
    }
    return check_choices(out);
}

static void print_option(FILE *out, const OptionRow *row) {
    char left[64];
    const char *name = row->short_name != NULL ? row->short_name : row->long_name;
    snprintf(left, sizeof left, "%s%s%s%s%s", name, row->short_name != NULL && row->long_name != NULL ? ", " : "",
             row->short_name != NULL && row->long_name != NULL ? row->long_name : "", row->value != NULL ? " " : "",
             row->value != NULL ? row->value : "");
    fprintf(out, "  %-26s %s\n", left, row->doc);
}

void options_print_help(FILE *out, const Command *command) {
    if (command == NULL) {
        fputs("lspec compiles a description of how a model is trained into a standalone native trainer.\n\n"
              "usage: lspec COMMAND [options] [files]\n\ncommands:\n", out);
        for (int64_t i = 0; i < command_count; i++)
            if (command_table[i].run != NULL) {
                char left[64];
                snprintf(left, sizeof left, "%s %s", command_table[i].name, command_table[i].operands);
                fprintf(out, "  %-26s %s\n", left, command_table[i].doc);
            }
        fputs("\n`lspec help COMMAND` lists a command's options.\n"
              "exit status: 0 done, 1 the spec or the data has an error, 2 wrong usage, 3 a file or the system failed\n", out);
        return;
    }
    fprintf(out, "usage: lspec %s %s\n\n%s\n", command->name, command->operands, command->doc);
    bool headed = false;
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!takes_option(command, &option_table[i])) continue;
        if (!headed) fputs("\noptions:\n", out);
        headed = true;
        print_option(out, &option_table[i]);
    }
}
