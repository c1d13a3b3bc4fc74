/* `new`: a table is profiled, a starter spec written, laid out as `fmt` does, and held against its own checks; what
 * they would still say is put right by their own fixes. */
#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "driver/commands.h"
#include "driver/pipeline.h"
#include "starter/starter.h"
#include "support/io.h"
#include "support/str.h"

/* "my data.csv.gz" -> "my_data" */
static const char *model_name(Arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    char *name = arena_strdup(arena, base);
    char *dot = strchr(name, '.');
    if (dot != NULL && dot != name) *dot = '\0';
    for (char *at = name; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80) *at = '_';
    if (!isalpha((unsigned char)name[0])) name = arena_printf(arena, "model_%s", name);
    return name;
}

/* The data file as a spec at `spec` names it: relative to the spec, unless the user gave an absolute path. */
static const char *path_from_spec(Arena *arena, const char *data, const char *spec) {
    char data_real[PATH_MAX], folder_real[PATH_MAX];
    if (data[0] == '/' || spec == NULL) return data;
    char *folder = dirname(arena_strdup(arena, spec));
    if (realpath(data, data_real) == NULL || realpath(folder, folder_real) == NULL) return data;
    size_t shared = 0;
    for (size_t i = 0; data_real[i] != '\0'; i++) {
        bool folder_ends = folder_real[i] == '\0';
        if (data_real[i] == '/' && (folder_ends || folder_real[i] == '/')) shared = i;
        if (folder_ends || folder_real[i] != data_real[i]) break;
    }
    Str path;
    str_init(&path, arena);
    for (const char *at = folder_real + shared; *at != '\0'; at++)
        if (*at == '/' && at[1] != '\0') str_append(&path, "../");
    str_append(&path, data_real + shared + 1);
    return path.data;
}

/* Column names stand in backticks, first in the messages about one. */
static const char *named_column(Arena *arena, const Diagnostic *diagnostic) {
    const char *begin = strchr(diagnostic->message, '`'), *end = begin != NULL ? strchr(begin + 1, '`') : NULL;
    return end != NULL ? arena_strndup(arena, begin + 1, (size_t)(end - begin) - 1) : NULL;
}

/* What only a check of the whole spec sees: a column that is constant in the training part or gives the target away; a
 * class that the order of time keeps from a part. */
static bool leave_out(Arena *arena, StarterRequest *request, const Diagnostic *diagnostic) {
    bool lacks_class = diagnostic->id == DIAG_CLASS_TOO_SMALL || diagnostic->id == DIAG_NO_STRATIFY;
    if (lacks_class && diagnostic->severity == SEVERITY_ERROR && !request->out_of_order) {
        request->out_of_order = true;
        return true;
    }
    const char *column = named_column(arena, diagnostic), *reason = NULL;
    if (diagnostic->id == DIAG_CONSTANT_FEATURE || diagnostic->id == DIAG_DOUBLE_NORMALIZATION)
        reason = "hardly varies in the training part";
    else if (diagnostic->id == DIAG_LEAKY_FEATURE)
        reason = "tells the target alone: is it known when a prediction is wanted?";
    if (reason == NULL || column == NULL) return false;
    StarterLeftOut left_out = {column, reason};
    vec_push(arena, &request->left_out, left_out);
    return true;
}

static const char *allow_reason(DiagId id) {
    if (id == DIAG_TRAIN_VAL_DRIFT)
        return "the rows are in the order of time; differences or ratios would keep their distribution";
    return "so the data is; take this line out to see the message";
}

/* A comment that silences the warning, above its line: the starter writes each statement on one. */
static const char *allow(Arena *arena, const Diagnostic *diagnostic, const char *text) {
    size_t begin = diagnostic->span.begin, indent = 0;
    if (begin > strlen(text)) return text;
    while (begin > 0 && text[begin - 1] != '\n') begin--;
    while (text[begin + indent] == ' ') indent++;
    return arena_printf(arena, "%.*s%.*s# allow(%s): %s\n%s", (int)begin, text, (int)indent, text + begin,
                        diag_name(diagnostic->id), allow_reason(diagnostic->id), text + begin);
}

typedef enum Verdict { CLEAN, LEFT_OUT, FIXED, STUCK } Verdict;

/* Checks the text as it would stand at `spec`: `request` gets the columns to leave out, else `*text` the fixes, certain
 * or not. */
static Verdict check_once(const Options *options, Arena *arena, const char *spec, StarterRequest *request,
                          const char **text) {
    Session *session = session_new();
    Pipeline pipeline;
    Verdict verdict = CLEAN;
    pipeline_run_text(session, options, spec, *text, strlen(*text), STAGE_LOWER, &pipeline);
    diag_finish(session);
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        Diagnostic *diagnostic = session->diagnostics.items[i];
        if (diagnostic->severity == SEVERITY_NOTE) {
            diagnostic->fixes.count = 0;
            continue;
        }
        if (leave_out(arena, request, diagnostic))
            verdict = LEFT_OUT;
        else if (verdict == CLEAN)
            verdict = STUCK;
        if (diagnostic->fixes.count > 0) diagnostic->fixes.items[0].certain = true;
    }
    if (verdict == STUCK) {
        size_t length;
        int64_t count = 0;
        const char *fixed = diag_apply_fixes(session, pipeline.source, &length, &count);
        if (count > 0) {
            *text = arena_strdup(arena, fixed);
            verdict = FIXED;
        }
    }
    for (int64_t i = 0; verdict == STUCK && i < session->diagnostics.count; i++) {
        const Diagnostic *diagnostic = session->diagnostics.items[i];
        if (diagnostic->severity != SEVERITY_WARNING || span_is_none(diagnostic->span)) continue;
        *text = allow(arena, diagnostic, *text);
        verdict = FIXED;
    }
    if (verdict == STUCK) diag_render_text(session, stderr, false, false);
    session_free(session);
    return verdict;
}

static const char *lay_out(Arena *arena, const char *spec, const char *text) {
    Session *session = session_new();
    int32_t source = source_add(&session->sources, spec, text, strlen(text));
    AstFile *file = syntax_parse(session, source);
    const char *result = arena_strdup(arena, session->error_count == 0 ? syntax_print(session, file) : text);
    session_free(session);
    return result;
}

/* NULL with a reason where the profile gives no spec. What the checks still say in the end goes to standard error. */
static const char *write_clean(const Options *options, const Profile *profile, StarterRequest *request,
                               const char *spec, const char **why) {
    enum { MOST_ROUNDS = 60 }; /* leaving one column out may show that the next gives the target away */
    const char *text = starter_write(profile, request, why);
    for (int round = 0; round < MOST_ROUNDS && text != NULL; round++) {
        Verdict verdict = check_once(options, profile->arena, spec, request, &text);
        if (verdict == CLEAN || verdict == STUCK) break;
        if (verdict == LEFT_OUT) text = starter_write(profile, request, why);
    }
    return text != NULL ? lay_out(profile->arena, spec, text) : NULL;
}

/* A spec that somebody has worked on is not overwritten. */
static bool may_write(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0 || info.st_size == 0 || !S_ISREG(info.st_mode)) return true;
    options_usage_error("%s is there already and stays as it is; give another name with -o", path);
    return false;
}

static int write_starter(const Options *options, const Profile *profile, const char *path) {
    const char *why = NULL, *spec = options->output != NULL ? options->output : "new.lspec";
    StarterRequest request = {.model_name =
                                  model_name(profile->arena, options->output != NULL ? options->output : path),
                              .data_path = path_from_spec(profile->arena, path, options->output)};
    const char *text = write_clean(options, profile, &request, spec, &why);
    if (text == NULL) {
        fprintf(stderr, "lspec: `%s` cannot be the target: %s\n", options->target, why);
        return 1;
    }
    if (options->output == NULL) {
        fputs(text, stdout);
    } else if (!io_write_file(profile->arena, options->output, text, strlen(text), &why)) {
        fprintf(stderr, "lspec: %s cannot be written: %s\n", options->output, why);
        return 3;
    }
    return 0;
}

int command_new(const Options *options) {
    if (options->operands.count != 1 || options->target == NULL)
        return options_usage_error("`lspec new` wants a table and what is to be predicted: lspec new %s",
                                   options->command->operands);
    if (options->output != NULL && !may_write(options->output)) return 2;
    const char *path = options->operands.items[0];
    if (profile_is_other_source(path))
        return options_usage_error("`%s` is no text table; `lspec new` reads .csv and .tsv, packed or not", path);
    Arena *arena = arena_new();
    LrtError error = {0};
    LrtSource source;
    int status = 0;
    Profile *profile =
        lrt_source_sniff(path, &source, &error) ? profile_read(arena, &source, NULL, options->target, &error) : NULL;
    status = profile == NULL ? profile_report_error(&error) : write_starter(options, profile, path);
    profile_free(profile);
    arena_free(arena);
    return status;
}
