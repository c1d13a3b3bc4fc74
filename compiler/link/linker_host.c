/* Trainers of a compiler that was built with sanitizers: linked by the host's compiler with the host's runtime library, so that
 * the sanitizers watch the trainer too. */
#include <string.h>

#include "link/linker.h"
#include "support/vec.h"

typedef VEC(const char *) Arguments;

/* Words parted by blanks. */
static void push_words(Arena *arena, Arguments *arguments, const char *words) {
    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn(at, " ");
        if (length > 0) vec_push(arena, arguments, arena_strndup(arena, at, length));
        at += length;
        if (*at == ' ') at++;
    }
}

bool linker_run(const LinkJob *job, const char **why) {
    Arena *arena = job->session->arena;
    Arguments arguments = {0};
    push_words(arena, &arguments, LSPEC_TRAINER_CC);
    vec_push(arena, &arguments, "-o");
    vec_push(arena, &arguments, job->output);
    vec_push(arena, &arguments, "-x");
    vec_push(arena, &arguments, "none");
    vec_push(arena, &arguments, job->object);
    push_words(arena, &arguments, LSPEC_TRAINER_LIBRARIES);
    vec_push(arena, &arguments, NULL);
    return linker_process(job->session, arguments.items, why);
}
