/* Static trainers: the prelinked runtime that the compiler carries, and the generated object. lld links inside the process where
 * it was found when lspec was built; else `ld.lld` or `ld` runs. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "link/linker.h"

extern const unsigned char lspec_trainer_runtime[];
extern const size_t lspec_trainer_runtime_size;

#ifdef LSPEC_HAVE_LLD
int lspec_lld_link(int count, const char *const *arguments, char *message, size_t size);

static bool run(const LinkJob *job, const char **arguments, int count, const char **why) {
    char message[1024];
    if (lspec_lld_link(count, arguments, message, sizeof message) == 0) return true;
    *why = arena_printf(job->session->arena, "the linker failed: %s", message);
    return false;
}
#else
static bool run(const LinkJob *job, const char **arguments, int count, const char **why) {
    (void)count;
    if (linker_process(job->session, arguments, why)) return true;
    arguments[0] = "ld";
    return linker_process(job->session, arguments, why);
}
#endif

bool linker_run(const LinkJob *job, const char **why) {
    int runtime = linker_memory_file("runtime.o", lspec_trainer_runtime, lspec_trainer_runtime_size);
    if (runtime < 0) {
        *why = arena_strdup(job->session->arena, strerror(errno));
        return false;
    }
    const char *runtime_path = arena_printf(job->session->arena, "/proc/%ld/fd/%d", (long)getpid(), runtime);
    const char *arguments[16] = {"ld.lld", "-static", "--gc-sections", "-z", "noexecstack", "--build-id=none"};
    int count = 6;
    if (!job->debug) arguments[count++] = "--strip-all";
    arguments[count++] = "-o";
    arguments[count++] = job->output;
    arguments[count++] = runtime_path;
    arguments[count++] = job->object;
    bool done = run(job, arguments, count, why);
    close(runtime);
    return done;
}
