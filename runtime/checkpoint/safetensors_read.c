/* safetensors, read with suspicion: the file may be torn, or made by anyone. Nothing is used before its size has been checked. */
#include "lrt/safetensors.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lrt/json.h"

enum { HEADER_MAX = 100 * 1000 * 1000 };

static bool refuse(LrtError *error, const char *path, const char *what) {
    lrt_error_set(error, LRT_EXIT_DATA, "safetensors-format", "`%s` is not a whole safetensors file: %s", path, what);
    return false;
}

static unsigned char *read_content(const char *path, size_t *out_length, LrtError *error) {
    FILE *file = fopen(path, "r");
    struct stat status;
    if (!file || fstat(fileno(file), &status) != 0 || (S_ISDIR(status.st_mode) && (errno = EISDIR))) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-read", "`%s` could not be read: %s", path, strerror(errno));
        if (file) {
            fclose(file);
        }
        return NULL;
    }
    size_t length = (size_t)status.st_size;
    unsigned char *content = malloc(length + 1);
    if (!content) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the %zu bytes of `%s`", length, path);
    } else if (fread(content, 1, length, file) != length) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-read", "`%s` could not be read to its end", path);
        free(content);
        content = NULL;
    }
    fclose(file);
    *out_length = length;
    return content;
}

/* A whole number that a double holds exactly. */
static bool read_integer(const LrtJson *json, int64_t *out) {
    if (!json || json->kind != LRT_JSON_NUMBER || !(json->number >= 0 && json->number <= 0x1p53)) {
        return false;
    }
    *out = (int64_t)json->number;
    return (double)*out == json->number;
}

static int64_t type_size(const char *type) {
    static const struct {
        const char *name;
        int64_t size;
    } types[] = {{"F64", 8},  {"F32", 4}, {"F16", 2}, {"BF16", 2},    {"I64", 8},     {"U64", 8}, {"I32", 4}, {"U32", 4},
                 {"I16", 2},  {"U16", 2}, {"I8", 1},  {"U8", 1},      {"BOOL", 1},    {"F8_E4M3", 1}, {"F8_E5M2", 1}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, type) == 0) {
            return types[i].size;
        }
    }
    return 0;
}

static bool read_tensor(const char *path, const LrtJson *member, const unsigned char *data, int64_t data_length,
                        LrtTensor *tensor, LrtError *error) {
    const LrtJson *type = lrt_json_member(member, "dtype");
    const LrtJson *shape = lrt_json_member(member, "shape");
    const LrtJson *offsets = lrt_json_member(member, "data_offsets");
    int64_t begin, end;
    if (!type || type->kind != LRT_JSON_STRING || !shape || shape->kind != LRT_JSON_ARRAY || !offsets ||
        offsets->kind != LRT_JSON_ARRAY || offsets->count != 2 || !read_integer(&offsets->items[0], &begin) ||
        !read_integer(&offsets->items[1], &end)) {
        return refuse(error, path, "a tensor lacks its dtype, shape or data_offsets");
    }
    int64_t size = type_size(type->string);
    if (size == 0 || shape->count > LRT_MAX_RANK) {
        return lrt_error_set(error, LRT_EXIT_DATA, "safetensors-format", "tensor `%s` of `%s` has %" PRId64 " dimensions of type %s",
                             member->key, path, shape->count, type->string);
    }
    tensor->name = member->key;
    snprintf(tensor->type, sizeof tensor->type, "%s", type->string);
    tensor->rank = (int32_t)shape->count;
    tensor->element_count = 1;
    int64_t bytes = size;
    for (int32_t k = 0; k < tensor->rank; k++) {
        if (!read_integer(&shape->items[k], &tensor->dims[k]) || __builtin_mul_overflow(bytes, tensor->dims[k], &bytes)) {
            return refuse(error, path, "the shape of a tensor is no list of sizes");
        }
        tensor->element_count *= tensor->dims[k];
    }
    if (begin > end || end > data_length || end - begin != bytes) {
        return lrt_error_set(error, LRT_EXIT_DATA, "safetensors-format",
                             "`%s` is not a whole safetensors file: tensor `%s` needs %" PRId64 " bytes and lies at %" PRId64
                             "..%" PRId64 " of %" PRId64,
                             path, member->key, bytes, begin, end, data_length);
    }
    tensor->bytes = data + begin;
    return true;
}

static int compare_names(const void *left, const void *right) {
    const LrtTensor *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static int compare_places(const void *left, const void *right) {
    const LrtTensor *const *a = left, *const *b = right;
    return (*a)->bytes < (*b)->bytes ? -1 : (*a)->bytes > (*b)->bytes;
}

/* Every byte belongs to one tensor: their sizes add up, and in the order of their places none reaches into the next. A
 * header may name millions of tensors, so they are sorted, not compared each with each. */
static bool check_cover(const char *path, const LrtSafetensors *file, int64_t length, LrtError *error) {
    const LrtTensor **sorted = malloc(((size_t)file->count + 1) * sizeof *sorted);
    if (!sorted) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the header of `%s`", path);
    }
    const char *what = NULL;
    int64_t covered = 0;
    const LrtTensor *before = NULL;
    for (int64_t i = 0; i < file->count; i++) {
        sorted[i] = &file->tensors[i];
    }
    qsort(sorted, (size_t)file->count, sizeof *sorted, compare_names);
    for (int64_t i = 1; i < file->count; i++) {
        what = strcmp(sorted[i - 1]->name, sorted[i]->name) == 0 ? "a tensor is there twice" : what;
    }
    qsort(sorted, (size_t)file->count, sizeof *sorted, compare_places);
    for (int64_t i = 0; i < file->count; i++) {
        if (sorted[i]->element_count == 0) {
            continue; /* an empty tensor lies nowhere */
        }
        if (before && before->bytes + before->element_count * type_size(before->type) > sorted[i]->bytes) {
            what = "two tensors overlap";
        }
        before = sorted[i];
        covered += before->element_count * type_size(before->type);
    }
    free(sorted);
    if (!what && covered != length) {
        what = "it is shorter or longer than its tensors";
    }
    return !what || refuse(error, path, what);
}

static bool read_tensors(const char *path, LrtSafetensors *file, const unsigned char *data, int64_t length, LrtError *error) {
    if (!file->header || file->header->kind != LRT_JSON_OBJECT) {
        return refuse(error, path, "its header is no JSON object");
    }
    file->tensors = calloc((size_t)file->header->count + 1, sizeof *file->tensors);
    if (!file->tensors) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the header of `%s`", path);
    }
    for (int64_t i = 0; i < file->header->count; i++) {
        const LrtJson *member = &file->header->items[i];
        if (strcmp(member->key, "__metadata__") == 0) {
            continue;
        }
        if (!read_tensor(path, member, data, length, &file->tensors[file->count], error)) {
            return false;
        }
        file->count++;
    }
    return check_cover(path, file, length, error);
}

LrtSafetensors *lrt_safetensors_read(const char *path, LrtError *error) {
    size_t length;
    unsigned char *content = read_content(path, &length, error);
    if (!content) {
        return NULL;
    }
    LrtSafetensors *file = calloc(1, sizeof *file);
    if (!file) {
        free(content);
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for `%s`", path);
        return NULL;
    }
    file->content = content;
    uint64_t header_length = 0;
    for (size_t i = 0; i < 8 && length >= 8; i++) {
        header_length |= (uint64_t)content[i] << (8 * i);
    }
    bool good = false;
    if (length < 8 || header_length > length - 8 || header_length > HEADER_MAX) {
        refuse(error, path, "it ends within its header");
    } else {
        size_t error_offset;
        file->header = lrt_json_parse((const char *)content + 8, (size_t)header_length, &error_offset);
        good = read_tensors(path, file, content + 8 + header_length, (int64_t)(length - 8 - header_length), error);
    }
    if (!good) {
        lrt_safetensors_free(file);
        return NULL;
    }
    return file;
}

void lrt_safetensors_free(LrtSafetensors *file) {
    if (file) {
        lrt_json_free(file->header);
        free(file->tensors);
        free(file->content);
        free(file);
    }
}

const LrtTensor *lrt_safetensors_find(const LrtSafetensors *file, const char *name) {
    for (int64_t i = 0; i < file->count; i++) {
        if (strcmp(file->tensors[i].name, name) == 0) {
            return &file->tensors[i];
        }
    }
    return NULL;
}

const char *lrt_safetensors_metadata(const LrtSafetensors *file, const char *key) {
    const LrtJson *metadata = lrt_json_member(file->header, "__metadata__");
    const LrtJson *value = metadata && metadata->kind == LRT_JSON_OBJECT ? lrt_json_member(metadata, key) : NULL;
    return value && value->kind == LRT_JSON_STRING ? value->string : NULL;
}
