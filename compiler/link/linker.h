/* The one interface behind which linkers stand: lld inside the process, a linker process, or the host's compiler. */
#ifndef LSPEC_LINK_LINKER_H
#define LSPEC_LINK_LINKER_H

#include "diag/diag.h"

typedef struct LinkJob {
    Session *session;
    const char *object;   /* path of the generated object */
    const char *output;   /* path to write */
    bool debug;           /* keep symbols and line tables */
} LinkJob;

/* False with `*why` set. */
bool linker_run(const LinkJob *job, const char **why);

/* A file in memory that holds `data`, for the linker to open through /proc; -1 with errno. The caller closes it. */
int linker_memory_file(const char *name, const void *data, size_t length);

/* Runs a program (NULL-terminated arguments) and captures what it says for `*why`. */
bool linker_process(Session *session, const char *const *arguments, const char **why);

#endif
