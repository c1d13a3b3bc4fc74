/* Object to executable: generated object + trainer runtime, static, by lld as a library or a linker process. */
#ifndef LSPEC_LINK_LINK_H
#define LSPEC_LINK_LINK_H

#include "diag/diag.h"

/* Writes the executable at `path` (mode 0755), beside and renamed. False with `*why` set on failure. */
bool link_trainer(Session *session, const char *object, size_t length, const char *path, bool debug, const char **why);

#endif
