/* Written aside, synced, renamed: a reader sees the old file or the new one, never half of one, whatever happens in between. */
#include "lrt/output_file.h"

#include <errno.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool set_not_written(LrtError *error, const char *path, int reason) {
    lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-written", "`%s` could not be written: %s", path, strerror(reason));
    if (reason == ENOSPC || reason == EDQUOT) {
        lrt_error_fix(error, "free some space, or choose another place");
    }
    return false;
}

bool lrt_path_join(char out[LRT_PATH_MAX], const char *folder, const char *name, LrtError *error) {
    int length = snprintf(out, LRT_PATH_MAX, "%s/%s", folder, name);
    if (length < 0 || length >= LRT_PATH_MAX) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "path-too-long", "the path `%.100s…` is longer than %d bytes", folder,
                             LRT_PATH_MAX - 1);
    }
    return true;
}

static void folder_of(const char *path, char out[LRT_PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    if (!slash) {
        snprintf(out, LRT_PATH_MAX, ".");
    } else if (slash == path) {
        snprintf(out, LRT_PATH_MAX, "/");
    } else {
        snprintf(out, LRT_PATH_MAX, "%.*s", (int)(slash - path), path);
    }
}

static bool is_special(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

bool lrt_output_check(const char *path, LrtError *error) {
    struct stat status;
    if (strcmp(path, "-") == 0) {
        return true;
    }
    if (strlen(path) >= LRT_PATH_MAX - 32) {
        return set_not_written(error, path, ENAMETOOLONG);
    }
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return set_not_written(error, path, EISDIR);
    }
    if (is_special(path)) {
        return access(path, W_OK) == 0 || set_not_written(error, path, errno);
    }
    char folder[LRT_PATH_MAX];
    folder_of(path, folder);
    return access(folder, W_OK | X_OK) == 0 || set_not_written(error, path, errno);
}

bool lrt_output_open(LrtOutputFile *output, const char *path, LrtError *error) {
    *output = (LrtOutputFile){0};
    if (!lrt_output_check(path, error)) {
        return false;
    }
    snprintf(output->path, sizeof output->path, "%s", path);
    if (strcmp(path, "-") == 0) {
        output->file = stdout;
        return true;
    }
    if (!is_special(path)) {
        int length = snprintf(output->aside, sizeof output->aside, "%s.%ld.tmp", path, (long)getpid());
        if (length < 0 || length >= LRT_PATH_MAX) {
            return set_not_written(error, path, ENAMETOOLONG);
        }
    }
    output->file = fopen(output->aside[0] ? output->aside : path, "w");
    return output->file || set_not_written(error, path, errno);
}

/* The rename itself is on the disk once the folder is. */
static void sync_folder(const char *path) {
    char folder[LRT_PATH_MAX];
    folder_of(path, folder);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor); /* some file systems cannot; the file's own bytes are synced */
        close(descriptor);
    }
}

bool lrt_output_publish(const char *aside, const char *path, LrtError *error) {
    int descriptor = open(aside, O_RDONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && fsync(descriptor) == 0 && rename(aside, path) == 0;
    int reason = errno;
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (!good) {
        unlink(aside);
        return set_not_written(error, path, reason);
    }
    sync_folder(path);
    return true;
}

bool lrt_output_commit(LrtOutputFile *output, LrtError *error) {
    errno = 0;
    bool good = fflush(output->file) == 0 && !ferror(output->file);
    int reason = errno ? errno : EIO;
    if (output->file == stdout) {
        return good || set_not_written(error, "standard output", reason);
    }
    if (fclose(output->file) != 0 && good) {
        good = false;
        reason = errno;
    }
    output->file = NULL;
    if (good) {
        return !output->aside[0] || lrt_output_publish(output->aside, output->path, error);
    }
    if (output->aside[0]) {
        unlink(output->aside);
    }
    return set_not_written(error, output->path, reason);
}

void lrt_output_abandon(LrtOutputFile *output) {
    if (!output->file || output->file == stdout) {
        return;
    }
    fclose(output->file);
    output->file = NULL;
    if (output->aside[0]) {
        unlink(output->aside);
    }
}
