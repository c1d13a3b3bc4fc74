/* Whole files in and out, with errno kept for the message. */
#ifndef LSPEC_SUPPORT_IO_H
#define LSPEC_SUPPORT_IO_H

#include <stdbool.h>

#include "support/arena.h"

/* Reads a regular file of at most `limit` bytes (0: no limit). On failure returns false and sets `*why` to a text such
 * as "No such file or directory", "is a directory" or "is larger than 16 MiB". `*out_data` is NUL-terminated. */
bool io_read_file(Arena *arena, const char *path, size_t limit, char **out_data, size_t *out_length, const char **why);

/* Whether a regular file may be put at `path`: nothing or one is there. A rename would replace a device, too. */
bool io_check_replaceable(const char *path, const char **why);

/* Writes beside `path`, syncs, and renames over it: the file is whole or untouched. A link stays a link, and a device
 * or a pipe is written as it is. */
bool io_write_file(Arena *arena, const char *path, const void *data, size_t length, const char **why);

/* `name` resolved against the folder of `base_file`, unless it is absolute. */
const char *io_resolve(Arena *arena, const char *base_file, const char *name);

#endif
