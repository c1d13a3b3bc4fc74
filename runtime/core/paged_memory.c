/* Shared mappings of unlinked files: MADV_DONTNEED takes their pages out of the process and leaves them to the kernel,
 * which writes them out when others need the memory. */
#include "core/paged_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lrt/output_file.h"

const char *paged_memory_folder(void) {
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/var/tmp";
}

static int make_file(size_t size) {
    char path[LRT_PATH_MAX];
    if (snprintf(path, sizeof path, "%s/lspec-data-XXXXXX", paged_memory_folder()) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int file = mkstemp(path);
    if (file < 0) {
        return -1;
    }
    unlink(path);
    int reason = posix_fallocate(file, 0, (off_t)size);
    if ((reason == EOPNOTSUPP || reason == EINVAL) && ftruncate(file, (off_t)size) == 0) {
        reason = 0;
    }
    if (reason != 0) {
        close(file);
        errno = reason;
        return -1;
    }
    return file;
}

void *paged_memory_new(size_t size) {
    int file = make_file(size);
    if (file < 0) {
        return NULL;
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    int reason = errno;
    close(file);
    errno = reason;
    return memory == MAP_FAILED ? NULL : memory;
}

void paged_memory_free(void *memory, size_t size) { munmap(memory, size); }

void paged_memory_trim(void *memory, size_t size) { madvise(memory, size, MADV_DONTNEED); }
