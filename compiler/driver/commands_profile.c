/* `profile`: what a table holds, by itself or as a spec reads it. */
#include "driver/commands.h"
#include "driver/pipeline.h"
#include "profile/profile.h"
#include "support/str.h"

int profile_report_error(const LrtError *error) {
    fprintf(stderr, "lspec: %s", error->message);
    if (error->file[0] && error->line > 0) fprintf(stderr, " (%s, line %lld)", error->file, (long long)error->line);
    fputs(error->fix[0] ? "; " : "\n", stderr);
    if (error->fix[0]) fprintf(stderr, "%s\n", error->fix);
    return error->status;
}

static int print_profile(const Options *options, const LrtSource *source, const LrtDataSpec *spec, const char *target) {
    Arena *arena = arena_new();
    LrtError error = {0};
    Profile *profile = profile_read(arena, source, spec, target, &error);
    int status = profile == NULL ? profile_report_error(&error) : 0;
    if (profile != NULL && options->json)
        profile_print_json(profile, stdout);
    else if (profile != NULL)
        profile_print(profile, stdout);
    profile_free(profile);
    arena_free(arena);
    return status;
}

/* Source, types and target as the spec has them. */
static int profile_spec(const Options *options, const char *path) {
    Session *session = session_new();
    Pipeline pipeline;
    bool good = pipeline_run(session, options, path, STAGE_CHECK, &pipeline) && pipeline.model != NULL;
    pipeline_report(session, options);
    int status = 1;
    if (good) {
        const LrtDataSpec *data = &pipeline.model->data;
        int32_t column = data->target_count > 0 ? data->slots[data->targets[0].slot].column : -1;
        const char *target = options->target != NULL ? options->target
                             : column >= 0           ? data->columns[column].name
                                                     : NULL;
        status = print_profile(options, &data->source, data, target);
    }
    session_free(session);
    return status;
}

/* Sources that are no text tables need a spec that says what their columns are. */
bool profile_is_other_source(const char *path) {
    static const char *const endings[] = {".jsonl",  ".ndjson",  ".npy", ".npz",    ".db",
                                          ".sqlite", ".sqlite3", ".idx", ".parquet"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (str_ends_with(path, endings[i])) return true;
    return false;
}

int command_profile(const Options *options) {
    if (options->operands.count != 1)
        return options_usage_error("`lspec profile` wants one file: lspec profile %s", options->command->operands);
    const char *path = options->operands.items[0];
    LrtError error = {0};
    LrtSource source;
    if (str_ends_with(path, ".lspec")) return profile_spec(options, path);
    if (profile_is_other_source(path))
        return options_usage_error("`%s` is no text table; give a spec that reads it: lspec profile F.lspec", path);
    if (!lrt_source_sniff(path, &source, &error)) return profile_report_error(&error);
    return print_profile(options, &source, NULL, options->target);
}
