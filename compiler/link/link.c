/* Object to executable. Inputs lie in anonymous memory files, which a linker opens through /proc/self/fd; the result is written
 * beside its place and renamed, so a trainer that is running keeps its own bytes. */
#include "link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link/linker.h"
#include "support/io.h"
#include "support/str.h"

/* Writes all of `data`; false with errno. */
static bool write_all(int descriptor, const unsigned char *data, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written < 0) {
            if (errno == EINTR) continue;
            return false;
        }
        data += written;
        length -= (size_t)written;
    }
    return true;
}

int linker_memory_file(const char *name, const void *data, size_t length) {
    int descriptor = memfd_create(name, 0);
    if (descriptor >= 0 && !write_all(descriptor, data, length)) {
        int reason = errno;
        close(descriptor);
        errno = reason;
        return -1;
    }
    return descriptor;
}

/* A linker that says "cannot open …" for want of space or rights is told in the system's own words. */
static bool check_writable(Session *session, const char *path, const char **why) {
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL ? "." : slash == path ? "/" : arena_strndup(session->arena, path, (size_t)(slash - path));
    if (!io_check_replaceable(path, why)) return false;
    if (access(folder, W_OK) != 0) {
        *why = strerror(errno);
        return false;
    }
    return true;
}

static bool publish(Session *session, const char *aside, const char *path, const char **why) {
    if (chmod(aside, 0755) == 0 && rename(aside, path) == 0) return true;
    *why = arena_strdup(session->arena, strerror(errno));
    unlink(aside);
    return false;
}

bool link_trainer(Session *session, const char *object, size_t length, const char *path, bool debug, const char **why) {
    if (!check_writable(session, path, why)) return false;
    int descriptor = linker_memory_file("trainer.o", object, length);
    if (descriptor < 0) {
        *why = arena_strdup(session->arena, strerror(errno));
        return false;
    }
    const char *aside = arena_printf(session->arena, "%s.%ld.tmp", path, (long)getpid());
    LinkJob job = {.session = session,
                   .object = arena_printf(session->arena, "/proc/%ld/fd/%d", (long)getpid(), descriptor),
                   .output = aside,
                   .debug = debug};
    bool linked = linker_run(&job, why);
    close(descriptor);
    if (!linked) {
        unlink(aside);
        return false;
    }
    return publish(session, aside, path, why);
}

bool linker_process(Session *session, const char *const *arguments, const char **why) {
    int output = linker_memory_file("linker messages", "", 0);
    pid_t child = fork();
    if (child == 0) {
        if (output >= 0) {
            dup2(output, STDOUT_FILENO);
            dup2(output, STDERR_FILENO);
        }
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    char text[1024] = "";
    if (output >= 0) {
        ssize_t got = pread(output, text, sizeof text - 1, 0);
        text[got > 0 ? got : 0] = '\0';
        close(output);
    }
    if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    bool absent = child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127 && text[0] == '\0';
    *why = child < 0 ? arena_strdup(session->arena, strerror(errno))
           : absent  ? arena_printf(session->arena, "the linker `%s` was not found", arguments[0])
                     : arena_printf(session->arena, "`%s` failed: %s", arguments[0], text);
    return false;
}
