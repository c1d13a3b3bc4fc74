/* A file that cannot be had is told apart by what its owner can do: another name, other rights, another file. */
#include "data/source_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/nearest.h"
#include "core/paged_memory.h"
#include "core/utf8_check.h"
#include "lrt/output_file.h"
#include "lrt/reader.h"
#include "lrt/sha256.h"

enum { PIPE_CHUNK = 1 << 20, SCAN_BLOCK = 1 << 17, BLOCKS_A_TRIM = 256 };

static const size_t large = (size_t)1 << 30;

/* A file of the same folder whose name is a slip away; `out` is empty where there is none. */
static void find_similar_name(const char *path, char out[LRT_PATH_MAX]) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char folder[LRT_PATH_MAX] = ".";
    out[0] = '\0';
    if (slash) {
        size_t length = slash == path ? 1 : (size_t)(slash - path);
        if (length >= sizeof folder) {
            return;
        }
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    DIR *directory = opendir(folder);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *candidate = entry->d_name;
        if (nearest_word(name, &candidate, 1) && (!out[0] || strcmp(candidate, out) < 0)) {
            snprintf(out, LRT_PATH_MAX, "%s", candidate);
        }
    }
    if (directory) {
        closedir(directory);
    }
}

static bool refuse_open(const SourceFile *file, int reason, int32_t spec_line, LrtError *error) {
    if (reason == ENOENT || reason == ENOTDIR) {
        char similar[LRT_PATH_MAX];
        lrt_error_set(error, LRT_EXIT_DATA, "data-not-found", "the data file `%s` is not there", file->shown);
        find_similar_name(file->shown, similar);
        if (similar[0]) {
            lrt_error_fix(error, "did you mean `%s`, in the same folder?", similar);
        } else if (file->shown[0] != '/') {
            char folder[LRT_PATH_MAX];
            lrt_error_fix(error, "give its path; a relative one is looked for from `%s`",
                          getcwd(folder, sizeof folder) ? folder : ".");
        } else {
            lrt_error_fix(error, "give its path");
        }
    } else {
        lrt_error_set(error, LRT_EXIT_DATA, "data-not-read", "the data file `%s` cannot be read: %s", file->shown,
                      reason == EISDIR ? "it is a directory" : strerror(reason));
        if (reason == EISDIR) {
            lrt_error_fix(error, "name a file in it");
        } else if (reason == EACCES) {
            lrt_error_fix(error, "chmod u+r '%s'", file->shown);
        }
    }
    lrt_error_cell(error, file->shown, 0, 0, "", "");
    error->spec_line = spec_line;
    return false;
}

/* All that comes until the end; of a text it stops at a NUL, which will be refused anyway (/dev/zero has no end). */
static bool read_stream(SourceFile *file, int descriptor, bool is_text) {
    size_t capacity = 0;
    for (;;) {
        if (capacity - file->length < PIPE_CHUNK) {
            capacity = capacity + capacity / 2 + PIPE_CHUNK;
            char *grown = realloc(file->copy, capacity);
            if (!grown) {
                errno = ENOMEM;
                return false;
            }
            file->copy = grown;
            file->bytes = grown;
        }
        ssize_t count = read(descriptor, file->copy + file->length, PIPE_CHUNK);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count == 0;
        }
        const char *chunk = file->copy + file->length;
        file->length += (size_t)count;
        if (is_text && memchr(chunk, '\0', (size_t)count)) {
            return true;
        }
    }
}

static bool load(SourceFile *file, int descriptor, bool is_text) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return false;
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (S_ISREG(status.st_mode) && status.st_size > 0 && lseek(descriptor, 0, SEEK_CUR) == 0) {
        void *mapping = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (mapping != MAP_FAILED) {
            file->bytes = file->mapping = mapping;
            file->length = (size_t)status.st_size;
            return true;
        }
    }
    return read_stream(file, descriptor, is_text);
}

static void release(SourceFile *file) {
    if (file->mapping) {
        munmap(file->mapping, file->length);
    }
    free(file->copy);
    file->mapping = file->copy = NULL;
}

/* Puts what is packed in place of the file's bytes. */
static bool unpack(SourceFile *file, const LrtUnpacker *unpacker, LrtError *error) {
    size_t magic = unpacker ? strlen(unpacker->magic) : 0;
    if (!unpacker || file->length < magic || memcmp(file->bytes, unpacker->magic, magic) != 0) {
        return true;
    }
    size_t length;
    lrt_sha256_hex(file->bytes, file->length, file->packed_digest);
    char *copy = unpacker->unpack(file->bytes, file->length, file->shown, &length, error);
    if (!copy) {
        lrt_error_cell(error, file->shown, 0, 0, "", "");
        source_file_close(file);
        return false;
    }
    release(file);
    file->bytes = file->copy = copy;
    file->length = length;
    return true;
}

void source_file_digest(const SourceFile *file, char out[65]) {
    if (file->packed_digest[0]) {
        memcpy(out, file->packed_digest, sizeof file->packed_digest);
    } else {
        lrt_sha256_hex(file->bytes, file->length, out);
    }
}

static bool open_file(SourceFile *file, const char *path, const LrtSource *source, bool is_text, LrtError *error) {
    int32_t spec_line = source->spec_line;
    bool is_standard_input = strcmp(path, "-") == 0;
    *file = (SourceFile){.bytes = "", .shown = is_standard_input ? "standard input" : path};
    int descriptor = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return refuse_open(file, errno, spec_line, error);
    }
    bool loaded = load(file, descriptor, is_text);
    int reason = errno;
    if (!is_standard_input) {
        close(descriptor);
    }
    if (!loaded) {
        source_file_close(file);
        if (reason == ENOMEM) {
            return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the content of `%s`",
                                 file->shown);
        }
        return refuse_open(file, reason, spec_line, error);
    }
    return unpack(file, source->gzip, error) && unpack(file, source->zstd, error);
}

bool source_file_open(SourceFile *file, const char *path, const LrtSource *source, LrtError *error) {
    return open_file(file, path, source, true, error);
}

bool source_file_open_bytes(SourceFile *file, const char *path, const LrtSource *source, LrtError *error) {
    return open_file(file, path, source, false, error);
}

void source_file_close(SourceFile *file) {
    release(file);
    file->bytes = "";
    file->length = 0;
}

/* The top bit of each byte of `word` that equals the byte repeated in `pattern`. */
static uint64_t equal_bytes(uint64_t word, uint64_t pattern) {
    const uint64_t low_bits = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t difference = word ^ pattern;
    return ~(((difference & low_bits) + low_bits) | difference | low_bits);
}

/* Line feeds, and carriage returns without one behind; a pair that two words divide counts twice, which a bound may. */
static size_t count_line_ends(const char *bytes, size_t length) {
    const uint64_t ones = UINT64_C(0x0101010101010101), even_bytes = UINT64_C(0x00ff00ff00ff00ff);
    size_t count = 0, at = 0, words_left = length / sizeof(uint64_t);
    while (words_left > 0) {
        uint64_t lanes = 0; /* a count in each byte */
        size_t words = words_left < 255 ? words_left : 255;
        words_left -= words;
        for (; words > 0; words--, at += sizeof(uint64_t)) {
            uint64_t word;
            memcpy(&word, bytes + at, sizeof word);
            uint64_t feeds = equal_bytes(word, ones * '\n'), returns = equal_bytes(word, ones * '\r');
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            lanes += (feeds | (returns & ~(feeds >> 8))) >> 7;
#else
            lanes += (feeds | (returns & ~(feeds << 8))) >> 7;
#endif
        }
        uint64_t pairs = (lanes & even_bytes) + (lanes >> 8 & even_bytes);
        count += (size_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
    }
    for (; at < length; at++) {
        count += bytes[at] == '\n' || bytes[at] == '\r';
    }
    return count;
}

bool source_file_is_large(const SourceFile *file) { return file->length > large; }

void source_file_trim(const SourceFile *file) {
    if (file->mapping) {
        paged_memory_trim(file->mapping, file->length);
    }
}

/* Digest, encoding and lines block by block, while a block lies in the cache. */
void source_file_scan(const SourceFile *file, SourceScan *out) {
    LrtSha256 hash;
    lrt_sha256_init(&hash);
    *out = (SourceScan){.most_lines = 1};
    bool is_text = true;
    for (size_t start = 0; start < file->length; start += SCAN_BLOCK) {
        size_t end = file->length - start < SCAN_BLOCK ? file->length : start + SCAN_BLOCK;
        lrt_sha256_update(&hash, file->bytes + start, end - start);
        out->most_lines += count_line_ends(file->bytes + start, end - start);
        if (is_text) {
            out->text_length += utf8_text_prefix(file->bytes + out->text_length, end - out->text_length);
            /* a character may go on in the next block */
            is_text = out->text_length == end || (end < file->length && end - out->text_length < 4);
        }
        if (source_file_is_large(file) && start / SCAN_BLOCK % BLOCKS_A_TRIM == BLOCKS_A_TRIM - 1) {
            source_file_trim(file);
        }
    }
    lrt_sha256_final(&hash, out->digest);
    if (file->packed_digest[0]) {
        memcpy(out->digest, file->packed_digest, sizeof out->digest);
    }
}
