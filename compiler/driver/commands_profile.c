/* `profile`: what a table holds, by itself or as a spec reads it. */
#include <string.h>

#include "driver/commands.h"
#include "driver/pipeline.h"
#include "profile/profile.h"
#include "support/str.h"

/* Source and target of a spec; false where it has an error, which is told. */
static bool read_spec(const Options *options, const char *path, Arena *arena, LrtSource *out, const char **out_target) {
    Session *session = session_new();
    Pipeline pipeline;
    bool good = pipeline_run(session, options, path, STAGE_CHECK, &pipeline) && pipeline.model != NULL;
    if (good) {
        const LrtDataSpec *data = &pipeline.model->data;
        *out = data->source;
        out->path = arena_strdup(arena, data->source.path);
        out->spec_path = arena_strdup(arena, data->source.spec_path);
        const char **missing = ARENA_ARRAY(arena, const char *, out->missing_count + 1);
        for (int64_t i = 0; i < out->missing_count; i++) missing[i] = arena_strdup(arena, out->missing[i]);
        out->missing = missing;
        int32_t column = data->target_count > 0 ? data->slots[data->targets[0].slot].column : -1;
        if (*out_target == NULL && column >= 0) *out_target = arena_strdup(arena, data->columns[column].name);
    }
    pipeline_report(session, options);
    session_free(session);
    return good;
}

int profile_report_error(const LrtError *error) {
    fprintf(stderr, "lspec: %s", error->message);
    if (error->file[0] && error->line > 0) fprintf(stderr, " (%s, line %lld)", error->file, (long long)error->line);
    fputs(error->fix[0] ? "; " : "\n", stderr);
    if (error->fix[0]) fprintf(stderr, "%s\n", error->fix);
    return error->status;
}

int command_profile(const Options *options) {
    if (options->operands.count != 1)
        return options_usage_error("`lspec profile` wants one file: lspec profile %s", options->command->operands);
    const char *path = options->operands.items[0], *target = options->target;
    Arena *arena = arena_new();
    LrtError error = {0};
    LrtSource source;
    int status = 0;
    if (str_ends_with(path, ".lspec"))
        status = read_spec(options, path, arena, &source, &target) ? 0 : 1;
    else if (!lrt_source_sniff(path, &source, &error))
        status = profile_report_error(&error);
    if (status == 0) {
        Profile *profile = profile_read(arena, &source, target, &error);
        if (profile == NULL)
            status = profile_report_error(&error);
        else if (options->json)
            profile_print_json(profile, stdout);
        else
            profile_print(profile, stdout);
        profile_free(profile);
    }
    arena_free(arena);
    return status;
}
