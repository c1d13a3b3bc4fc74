/* safetensors, written: eight bytes of header length, a JSON header padded to eight bytes, the tensors in order without gaps.
 * (huggingface/safetensors, README "Format") */
#include "lrt/safetensors.h"

#include <stdlib.h>
#include <string.h>

#include "lrt/json.h"
#include "lrt/output_file.h"

static int64_t element_count(const LrtTensorView *tensor) { return tensor->rows * tensor->columns; }

static void write_header(FILE *file, const LrtTensorView *tensors, int64_t count, const LrtMetadata *metadata,
                         int64_t metadata_count) {
    LrtJsonWriter json;
    lrt_json_init(&json, file, false);
    lrt_json_object_begin(&json);
    if (metadata_count > 0) {
        lrt_json_key(&json, "__metadata__");
        lrt_json_object_begin(&json);
        for (int64_t i = 0; i < metadata_count; i++) {
            lrt_json_key(&json, metadata[i].key);
            lrt_json_string(&json, metadata[i].value);
        }
        lrt_json_object_end(&json);
    }
    int64_t offset = 0;
    for (int64_t i = 0; i < count; i++) {
        lrt_json_key(&json, tensors[i].name);
        lrt_json_object_begin(&json);
        lrt_json_key(&json, "dtype");
        lrt_json_string(&json, "F32");
        lrt_json_key(&json, "shape");
        lrt_json_array_begin(&json);
        for (int32_t k = 0; k < tensors[i].rank; k++) {
            lrt_json_integer(&json, tensors[i].dims[k]);
        }
        lrt_json_array_end(&json);
        lrt_json_key(&json, "data_offsets");
        lrt_json_array_begin(&json);
        lrt_json_integer(&json, offset);
        offset += 4 * element_count(&tensors[i]);
        lrt_json_integer(&json, offset);
        lrt_json_array_end(&json);
        lrt_json_object_end(&json);
    }
    lrt_json_object_end(&json);
}

static void write_length(FILE *file, uint64_t length) {
    for (int i = 0; i < 8; i++) {
        fputc((int)(length >> (8 * i) & 0xff), file);
    }
}

static void write_values(FILE *file, const LrtTensorView *tensor) {
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "floats are written as they lie in memory");
    if (!tensor->transposed) {
        for (int64_t r = 0; r < tensor->rows; r++) {
            fwrite(tensor->values + r * tensor->stride, sizeof(float), (size_t)tensor->columns, file);
        }
        return;
    }
    for (int64_t index = 0; index < tensor->rows * tensor->columns; index++) {
        int64_t place = lrt_tensor_place(true, tensor->cells, tensor->rows, tensor->columns, tensor->stride, index);
        fwrite(tensor->values + place, sizeof(float), 1, file);
    }
}

bool lrt_safetensors_write(const char *path, const LrtTensorView *tensors, int64_t count, const LrtMetadata *metadata,
                           int64_t metadata_count, LrtError *error) {
    char *header = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&header, &length);
    if (!memory) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the header of `%s`", path);
    }
    write_header(memory, tensors, count, metadata, metadata_count);
    if (fclose(memory) != 0) {
        free(header);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the header of `%s`", path);
    }
    LrtOutputFile output;
    if (!lrt_output_open(&output, path, error)) {
        free(header);
        return false;
    }
    size_t padding = (8 - length % 8) % 8;
    write_length(output.file, length + padding);
    fwrite(header, 1, length, output.file);
    fwrite("        ", 1, padding, output.file);
    free(header);
    for (int64_t i = 0; i < count; i++) {
        write_values(output.file, &tensors[i]);
    }
    return lrt_output_commit(&output, error);
}
