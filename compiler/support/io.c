/* Files as a whole: read with a bound, written beside and renamed. */
#include "support/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BLOCK = 64 * 1024 };

/* Reads a stream of unknown length, such as a pipe. */
static bool read_all(Arena *arena, int file, size_t limit, size_t hint, char **out_data, size_t *out_length,
                     const char **why) {
    size_t capacity = hint + READ_BLOCK;
    size_t length = 0;
    char *data = arena_alloc(arena, capacity + 1, 1);
    for (;;) {
        ssize_t count = read(file, data + length, capacity - length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            *why = strerror(errno);
            return false;
        }
        if (count == 0) break;
        length += (size_t)count;
        if (limit != 0 && length > limit) {
            *why = arena_printf(arena, "is larger than %zu MiB", limit >> 20);
            return false;
        }
        if (length == capacity) {
            char *grown = arena_alloc(arena, capacity * 2 + 1, 1);
            memcpy(grown, data, length);
            data = grown;
            capacity *= 2;
        }
    }
    data[length] = '\0';
    *out_data = data;
    *out_length = length;
    return true;
}

bool io_read_file(Arena *arena, const char *path, size_t limit, char **out_data, size_t *out_length, const char **why) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        *why = strerror(errno);
        return false;
    }
    struct stat info;
    bool done = false;
    if (fstat(file, &info) != 0)
        *why = strerror(errno);
    else if (S_ISDIR(info.st_mode))
        *why = "is a directory";
    else if (limit != 0 && S_ISREG(info.st_mode) && (size_t)info.st_size > limit)
        *why = arena_printf(arena, "is larger than %zu MiB", limit >> 20);
    else
        done = read_all(arena, file, limit, S_ISREG(info.st_mode) ? (size_t)info.st_size : 0, out_data, out_length, why);
    close(file);
    return done;
}

static bool write_all(int file, const char *data, size_t length) {
    while (length > 0) {
        ssize_t count = write(file, data, length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        data += count;
        length -= (size_t)count;
    }
    return true;
}

bool io_check_replaceable(const char *path, const char **why) {
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode)) return true;
    *why = S_ISDIR(info.st_mode) ? "is a directory" : "is no regular file";
    return false;
}

/* A device or a pipe takes what is written; a rename would put a file in its place. */
static bool write_special(const char *path, const void *data, size_t length, const char **why) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool done = file >= 0 && write_all(file, data, length);
    if (!done) *why = strerror(errno);
    if (file >= 0) close(file);
    return done;
}

/* What a link points to is written, not the link. */
static const char *follow_link(Arena *arena, const char *path) {
    char *real = realpath(path, NULL);
    const char *target = real ? arena_strdup(arena, real) : path;
    free(real);
    return target;
}

bool io_write_file(Arena *arena, const char *path, const void *data, size_t length, const char **why) {
    struct stat info;
    bool there = stat(path, &info) == 0;
    if (there && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) return write_special(path, data, length, why);
    if (there) path = follow_link(arena, path);
    const char *beside = arena_printf(arena, "%s.tmp-%ld", path, (long)getpid());
    mode_t mode = there ? info.st_mode & 07777 : 0644;
    int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (file < 0) {
        *why = strerror(errno);
        return false;
    }
    bool done = write_all(file, data, length) && fsync(file) == 0;
    if (!done) *why = strerror(errno);
    if (close(file) != 0 && done) {
        *why = strerror(errno);
        done = false;
    }
    if (done && rename(beside, path) != 0) {
        *why = strerror(errno);
        done = false;
    }
    if (!done) unlink(beside);
    return done;
}

const char *io_resolve(Arena *arena, const char *base_file, const char *name) {
    const char *slash = strrchr(base_file, '/');
    if (name[0] == '/' || slash == NULL) return arena_strdup(arena, name);
    return arena_printf(arena, "%.*s/%s", (int)(slash - base_file), base_file, name);
}
