/* `build` makes a trainer, `run` makes one in a cache and becomes it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/commands.h"
#include "driver/pipeline.h"
#include "driver/version.h"
#include "lrt/sha256.h"
#include "support/io.h"
#include "support/str.h"

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* "dir/credit" of "dir/credit.lspec", with what was asked for as extension. A spec without the extension gets one more
 * letter, so that a trainer never replaces its spec. */
static const char *default_output(Arena *arena, const char *spec, const char *emit) {
    size_t length = strlen(spec);
    const char *stem = str_ends_with(spec, ".lspec") ? arena_strndup(arena, spec, length - strlen(".lspec"))
                                                     : arena_printf(arena, "%s.trainer", spec);
    if (emit == NULL) return stem;
    const char *extension = str_equal(emit, "llvm") ? "ll" : str_equal(emit, "asm") ? "s"
                                                         : str_equal(emit, "bitcode") ? "bc" : "o";
    return arena_printf(arena, "%s.%s", stem, extension);
}

int command_build(const Options *options) {
    const char *path = command_one_spec(options);
    if (path == NULL) return 2;
    double start = seconds_now();
    Session *session = session_new();
    Pipeline pipeline;
    int status = 1;
    if (pipeline_run(session, options, path, STAGE_PLAN, &pipeline)) {
        const char *output = options->output != NULL ? options->output
                                                     : default_output(session->arena, path, options->emit);
        status = pipeline_write(&pipeline, options, output);
        if (status == 0 && !data_lock_write(session, pipeline.model)) status = 3;
        struct stat info;
        if (status == 0 && stat(output, &info) == 0)
            printf("%s  %lld kB  %.2f s\n", output, (long long)(info.st_size + 1023) / 1024, seconds_now() - start);
    }
    pipeline_report(session, options);
    session_free(session);
    return status;
}

/* The folder of cached trainers, made where it is missing; NULL where that fails. */
static const char *cache_folder(Arena *arena) {
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (base == NULL || base[0] != '/') {
        if (home == NULL || home[0] != '/') return NULL;
        base = arena_printf(arena, "%s/.cache", home);
    }
    const char *folder = arena_printf(arena, "%s/lspec", base);
    if (mkdir(base, 0755) != 0 && errno != EEXIST) return NULL;
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) return NULL;
    return folder;
}

/* Everything that the trainer's bytes depend on. */
static const char *cache_key(const Pipeline *pipeline, const Options *options) {
    Session *session = pipeline->session;
    Str text;
    str_init(&text, session->arena);
    str_printf(&text, "%s|%s|%s|%s|%s|%d|%s|", LSPEC_VERSION, __DATE__ " " __TIME__,
               options->optimization != NULL ? options->optimization : "",
               options->target_cpu != NULL ? options->target_cpu : "", pipeline->model->data_digest, options->debug,
               pipeline->model->data.source.path);
    for (int64_t i = 0; i < options->overrides.count; i++)
        str_printf(&text, "%s=%s|", options->overrides.items[i].name, options->overrides.items[i].value);
    for (int64_t i = 0; i < session->sources.sources.count; i++) {
        const Source *source = &session->sources.sources.items[i];
        str_printf(&text, "%s|%u|", source->path, source->length);
        str_append_n(&text, source->text, source->length);
    }
    char digest[65];
    lrt_sha256_hex(text.data, text.length, digest);
    return arena_strdup(session->arena, digest);
}

/* Replaces this process by the trainer; returns only where that fails. */
static int become_trainer(const Options *options, Arena *arena, const char *trainer) {
    char **arguments = ARENA_ARRAY(arena, char *, options->trainer.count + 2);
    arguments[0] = arena_strdup(arena, trainer);
    for (int64_t i = 0; i < options->trainer.count; i++)
        arguments[i + 1] = arena_strdup(arena, options->trainer.items[i]);
    fflush(stdout);
    fflush(stderr);
    execv(trainer, arguments);
    fprintf(stderr, "lspec: the trainer %s cannot be started: %s\n", trainer, strerror(errno));
    return 3;
}

int command_run(const Options *options) {
    const char *path = command_one_spec(options);
    if (path == NULL) return 2;
    Session *session = session_new();
    Pipeline pipeline;
    int status = 1;
    const char *trainer = NULL;
    if (pipeline_run(session, options, path, STAGE_PLAN, &pipeline)) {
        const char *folder = cache_folder(session->arena);
        if (folder == NULL) {
            fprintf(stderr, "lspec: there is no folder for cached trainers: set HOME or XDG_CACHE_HOME to a folder that "
                            "can be written, or use `lspec build`\n");
            status = 3;
        } else {
            trainer = arena_printf(session->arena, "%s/%s-%.16s", folder, pipeline.model->name,
                                   cache_key(&pipeline, options));
            status = access(trainer, X_OK) == 0 ? 0 : pipeline_write(&pipeline, options, trainer);
        }
    }
    pipeline_report(session, options);
    if (status == 0) status = become_trainer(options, session->arena, trainer);
    session_free(session);
    return status;
}
