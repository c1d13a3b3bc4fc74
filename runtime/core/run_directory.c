/* A run never destroys another without being told to: the default directory is kept by a new name before it is used again. */
#include "core/run_directory.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const run_files[] = {"history.jsonl", "steps.jsonl",     "model.safetensors", "preprocess.json",
                                        "train.json",    "validation.json", "test.json",        "diagnosis.json"};

enum { RUN_FILES = sizeof run_files / sizeof run_files[0], MOST_RUNS = 100000 };

static bool refuse(LrtError *error, const char *path, int reason) {
    lrt_error_set(error, LRT_EXIT_SYSTEM, "run-directory", "the run's directory `%s` cannot be written to: %s", path,
                  strerror(reason));
    lrt_error_fix(error, "--out DIR names another");
    return false;
}

static bool exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

/* mkdir -p */
static bool make_folders(char *path, LrtError *error) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int result = mkdir(path, 0777);
        int reason = errno;
        *slash = '/';
        if (result != 0 && reason != EEXIST) {
            return refuse(error, path, reason);
        }
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return refuse(error, path, errno);
    }
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        return refuse(error, path, ENOTDIR);
    }
    return access(path, W_OK | X_OK) == 0 || refuse(error, path, errno);
}

static bool holds_run(const char *path) {
    char file[LRT_PATH_MAX];
    LrtError ignored = {0};
    for (size_t i = 0; i < RUN_FILES; i++) {
        if (lrt_path_join(file, path, run_files[i], &ignored) && exists(file)) {
            return true;
        }
    }
    return false;
}

static bool move_earlier(RunDirectory *directory, LrtError *error) {
    for (int number = 1; number < MOST_RUNS; number++) {
        int length = snprintf(directory->moved, sizeof directory->moved, "%s.%d", directory->path, number);
        if (length >= LRT_PATH_MAX) {
            return refuse(error, directory->path, ENAMETOOLONG);
        }
        if (!exists(directory->moved)) {
            return rename(directory->path, directory->moved) == 0 || refuse(error, directory->path, errno);
        }
    }
    return refuse(error, directory->path, EEXIST);
}

static bool remove_earlier(const RunDirectory *directory, LrtError *error) {
    for (size_t i = 0; i < RUN_FILES; i++) {
        char file[LRT_PATH_MAX];
        if (!lrt_path_join(file, directory->path, run_files[i], error)) {
            return false;
        }
        if (unlink(file) != 0 && errno != ENOENT) {
            return refuse(error, directory->path, errno);
        }
    }
    return true;
}

static bool set_path(RunDirectory *directory, const char *path, LrtError *error) {
    *directory = (RunDirectory){0};
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    if (length == 0 || length >= LRT_PATH_MAX - 64) {
        return refuse(error, path, length ? ENAMETOOLONG : ENOENT);
    }
    memcpy(directory->path, path, length);
    return true;
}

bool run_directory_make(RunDirectory *directory, const LrtProgram *program, const char *out, LrtError *error) {
    if (!set_path(directory, out ? out : program->run_directory, error)) {
        return false;
    }
    if (!out && holds_run(directory->path) && !move_earlier(directory, error)) {
        return false;
    }
    return make_folders(directory->path, error) && (!out || remove_earlier(directory, error));
}

bool run_directory_find(RunDirectory *directory, const LrtProgram *program, const char *run, LrtError *error) {
    char model[LRT_PATH_MAX];
    if (!set_path(directory, run ? run : program->run_directory, error) ||
        !lrt_path_join(model, directory->path, "model.safetensors", error)) {
        return false;
    }
    if (!exists(model)) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "no-trained-model", "there is no trained model in `%s`", directory->path);
        lrt_error_fix(error, run ? "--run DIR names a run's directory" : "train first, or name a run's directory with --run DIR");
        return false;
    }
    return true;
}
