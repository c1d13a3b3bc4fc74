/* Files that others pack: gzip, zstd, zip and IDX, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/crc32.h"
#include "harness/table_case.h"
#include "lrt/reader.h"
#include "lrt/sha256.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static LrtTable *read_file(CaseSpec *spec, const LrtReader *reader, const char *path, LrtError *error) {
    *error = (LrtError){0};
    spec->spec.source.reader = reader;
    spec->spec.source.gzip = &lrt_unpacker_gzip;
    spec->spec.source.zstd = &lrt_unpacker_zstd;
    return lrt_table_read(&spec->spec, path, LRT_READ_TRAIN, error);
}

static char *read_text(const char *columns, const LrtReader *reader, const char *path) {
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, columns);
    spec.spec.source.missing = (const char *const[]){"NA"};
    spec.spec.source.missing_count = 1;
    LrtTable *table = read_file(&spec, reader, path, &error);
    if (!table) fail_msg("%s: %s", path, error.message);
    char *text = case_table_print(&spec, table);
    lrt_table_free(table);
    return text;
}

static unsigned char *load(const char *path, size_t *out_length) {
    FILE *file = fopen(path, "rb");
    unsigned char *bytes = malloc(1 << 20);
    assert_non_null(file);
    *out_length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

static void refuse_bytes(const char *columns, const LrtReader *reader, const char *ending, const void *bytes,
                         size_t length, const char *message) {
    CaseSpec spec;
    LrtError error;
    char path[64];
    case_file_write(path, ending, bytes, length);
    case_spec_init(&spec, columns);
    assert_null(read_file(&spec, reader, path, &error));
    unlink(path);
    assert_string_equal(error.name, "data-not-read");
    assert_string_equal(error.file, path);
    if (!strstr(error.message, message)) fail_msg("`%s` lacks `%s`", error.message, message);
}

static const char penguins[] = "species category; bill_length_mm real?; flipper_length_mm int?";

static void test_packed_csv(void **state) {
    (void)state;
    char *plain = read_text(penguins, &lrt_reader_csv, "tests/data/penguins.csv");
    assert_true(strlen(plain) > 4000);
    static const char *const files[] = {"tests/data/packed/penguins.csv.gz", "tests/data/packed/penguins.csv.zst"};
    static const char *const endings[] = {".csv.gz", ".csv.zst"};
    for (size_t i = 0; i < COUNT(files); i++) {
        char *text = read_text(penguins, &lrt_reader_csv, files[i]);
        assert_string_equal(text, plain);
        free(text);
        size_t length;
        unsigned char *bytes = load(files[i], &length);
        refuse_bytes(penguins, &lrt_reader_csv, endings[i], bytes, length - 1, "the file ends within what is packed");
        refuse_bytes(penguins, &lrt_reader_csv, endings[i], bytes, 100, "the file ends within what is packed");
        bytes[length / 2] ^= 4;
        refuse_bytes(penguins, &lrt_reader_csv, endings[i], bytes, length, "is damaged");
        bytes[length / 2] ^= 4;
        bytes[length - 3] ^= 1; /* a byte of the checksum, or of the length */
        refuse_bytes(penguins, &lrt_reader_csv, endings[i], bytes, length, "is damaged");
        free(bytes);
    }
    free(plain);
}

/* Members of one file follow each other, and zeros may fill its end. */
static void test_members(void **state) {
    (void)state;
    size_t length;
    unsigned char *bytes = load("tests/data/packed/penguins.csv.gz", &length), *twice = calloc(1, 2 * length + 512);
    memcpy(twice, bytes, length);
    memcpy(twice + length, bytes, length);
    char path[64];
    case_file_write(path, ".csv.gz", twice, 2 * length + 512);
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, "species category; island category");
    LrtTable *table = read_file(&spec, &lrt_reader_csv, path, &error);
    unlink(path);
    assert_non_null(table);
    assert_int_equal(table->row_count, 2 * 344 + 1); /* the header of the second */
    char digest[65];
    lrt_sha256_hex((const char *)twice, 2 * length + 512, digest);
    assert_string_equal(table->digest, digest);
    lrt_table_free(table);
    twice[2 * length] = 'x';
    refuse_bytes("species category", &lrt_reader_csv, ".csv.gz", twice, 2 * length + 1, "other bytes follow");
    free(twice);
    free(bytes);
}

static void test_npz(void **state) {
    (void)state;
    static const char columns[] = "labels category 0,1,2,3,4,5,6,7,8,9; images image 8x8x1";
    static const char *const files[] = {"tests/data/npy/digits50.npz", "tests/data/npy/digits50_compressed.npz"};
    char *plain = read_text(columns, &lrt_reader_npz, files[0]), *packed = read_text(columns, &lrt_reader_npz, files[1]);
    assert_memory_equal(plain, "0|0 0 5 13 9 1 0", 16);
    assert_string_equal(plain, packed);
    free(plain);
    free(packed);
    size_t length;
    unsigned char *bytes = load(files[1], &length);
    refuse_bytes(columns, &lrt_reader_npz, ".npz", bytes, length - 1, "no directory at its end");
    bytes[200] ^= 1;
    refuse_bytes(columns, &lrt_reader_npz, ".npz", bytes, length, "of a member");
    free(bytes);
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, "digits category");
    assert_null(read_file(&spec, &lrt_reader_npz, files[0], &error));
    assert_string_equal(error.name, "column-not-in-data");
}

static void check_idx(unsigned char type, const void *elements, size_t length, const char *want) {
    unsigned char bytes[64] = {0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 1};
    char path[64];
    memcpy(bytes + 12, elements, length);
    case_file_write(path, ".idx", bytes, 12 + length);
    char *text = read_text("image real", &lrt_reader_idx, path);
    unlink(path);
    assert_string_equal(text, want);
    free(text);
}

static void test_idx(void **state) {
    (void)state;
    check_idx(0x08, "\xff\x01", 2, "255\n1\n");
    check_idx(0x09, "\xff\x01", 2, "-1\n1\n");
    check_idx(0x0b, "\xff\xfe\x01\x00", 4, "-2\n256\n");
    check_idx(0x0c, "\xff\xff\xff\xfd\0\0\1\0", 8, "-3\n256\n");
    check_idx(0x0d, "\x3f\xc0\0\0\xbf\x80\0\0", 8, "1.5\n-1\n");
    check_idx(0x0e, "\x3f\xf8\0\0\0\0\0\0\xbf\xf0\0\0\0\0\0\0", 16, "1.5\n-1\n");
    static const unsigned char torn[] = {0, 0, 8, 1, 0, 0, 0, 3, 1, 2}, other[] = {0, 0, 7, 1, 0, 0, 0, 1, 1};
    refuse_bytes("image real", &lrt_reader_idx, ".idx", torn, sizeof torn, "its sizes need 3 bytes, and 2 follow its head");
    refuse_bytes("image real", &lrt_reader_idx, ".idx", torn, 7, "is torn");
    refuse_bytes("image real", &lrt_reader_idx, ".idx", other, sizeof other, "is no IDX file");
    refuse_bytes("image real", &lrt_reader_idx, ".idx", "\1\2\3\4", 4, "is no IDX file");
}

static void test_crc(void **state) {
    (void)state;
    Crc32 crc;
    crc32_init(&crc);
    crc32_update(&crc, "123456789", 9);
    assert_int_equal(crc32_value(&crc), 0xcbf43926);
    crc32_restart(&crc);
    crc32_update(&crc, "1234567891", 1);
    crc32_update(&crc, "23456789", 8);
    assert_int_equal(crc32_value(&crc), 0xcbf43926);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_packed_csv), cmocka_unit_test(test_members),
                                       cmocka_unit_test(test_npz), cmocka_unit_test(test_idx),
                                       cmocka_unit_test(test_crc)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
