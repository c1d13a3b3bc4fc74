/* Rendering through Graphviz's `dot` as a child process that reads the text from a temporary file. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/io.h"
#include "visual/dot.h"

extern char **environ;

/* Spawns `dot`; its status, or -1 where it cannot be started. */
static int run_graphviz(Arena *arena, const char *input, const char *format, const char *output) {
    char *arguments[] = {arena_strdup(arena, "dot"), arena_printf(arena, "-T%s", format), arena_strdup(arena, "-o"),
                         arena_strdup(arena, output), arena_strdup(arena, input), NULL};
    pid_t child = 0;
    if (posix_spawnp(&child, "dot", NULL, NULL, arguments, environ) != 0) return -1;
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* A temporary file that holds `text`; NULL with errno set where that fails. */
static char *write_temporary(Arena *arena, const char *text) {
    const char *folder = getenv("TMPDIR");
    char *path = arena_printf(arena, "%s/lspec-XXXXXX", folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    int file = mkstemp(path);
    if (file < 0) return NULL;
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(file, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        text += written;
        length -= (size_t)written;
    }
    close(file);
    if (length == 0) return path;
    unlink(path);
    return NULL;
}

DotRender dot_render(Arena *arena, const char *text, const char *format, const char *path, const char **why) {
    /* Graphviz writes where it is told even when it fails half-way: render beside, then rename. */
    if (!io_check_replaceable(path, why)) return DOT_FAILED;
    char *beside = arena_printf(arena, "%s.tmp-%ld", path, (long)getpid());
    int probe = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    char *input = probe >= 0 ? write_temporary(arena, text) : NULL;
    if (input == NULL) {
        *why = strerror(errno);
        if (probe >= 0) unlink(beside);
        if (probe >= 0) close(probe);
        return DOT_FAILED;
    }
    close(probe);
    int status = run_graphviz(arena, input, format, beside);
    unlink(input);
    if (status == 0 && rename(beside, path) == 0) return DOT_RENDERED;
    *why = status == 0 ? strerror(errno) : "Graphviz's `dot` ended with an error";
    unlink(beside);
    return status == -1 || status == 127 ? DOT_NO_GRAPHVIZ : DOT_FAILED;
}
