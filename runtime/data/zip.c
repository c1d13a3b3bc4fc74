/* The directory at the end of the archive says where all lies; what stands before the members is looked at only for the
 * lengths of their names. Nothing is believed before it has been held against the archive's size. */
#include "data/zip.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/crc32.h"
#include "data/inflate.h"

enum { END_SIZE = 22, END64_LOCATOR = 20, END64_SIZE = 56, ENTRY_SIZE = 46, LOCAL_SIZE = 30, COMMENT_MAX = 65535 };

static uint32_t number16(const unsigned char *at) { return (uint32_t)at[0] | (uint32_t)at[1] << 8; }

static uint32_t number32(const unsigned char *at) { return number16(at) | number16(at + 2) << 16; }

static uint64_t number64(const unsigned char *at) { return number32(at) | (uint64_t)number32(at + 4) << 32; }

static bool refuse(const Zip *zip, const char *what) {
    lrt_error_set(zip->error, LRT_EXIT_DATA, "data-not-read", "`%s` is damaged: %s", zip->shown, what);
    lrt_error_fix(zip->error, "write or copy the file anew; unzip -t tells whether it is whole");
    return false;
}

/* The record at the end of the file, behind which a comment may stand. */
static const unsigned char *find_end(const Zip *zip) {
    for (size_t behind = END_SIZE; behind <= zip->length && behind <= END_SIZE + COMMENT_MAX; behind++) {
        const unsigned char *at = zip->bytes + zip->length - behind;
        if (number32(at) == UINT32_C(0x06054b50) && number16(at + 20) == behind - END_SIZE) {
            return at;
        }
    }
    return NULL;
}

bool zip_open(Zip *zip, const char *bytes, size_t length, const char *shown, LrtError *error) {
    *zip = (Zip){.bytes = (const unsigned char *)bytes, .length = length, .shown = shown, .error = error};
    const unsigned char *end = find_end(zip);
    if (!end) {
        return refuse(zip, "it has no directory at its end, as a zip archive has");
    }
    uint64_t offset = number32(end + 16);
    size_t before = (size_t)(end - zip->bytes);
    zip->left = number16(end + 10);
    if (before >= END64_LOCATOR && number32(end - END64_LOCATOR) == UINT32_C(0x07064b50)) {
        uint64_t place = number64(end - END64_LOCATOR + 8);
        if (place > before - END64_LOCATOR || before - END64_LOCATOR - place < END64_SIZE ||
            number32(zip->bytes + place) != UINT32_C(0x06064b50)) {
            return refuse(zip, "its zip64 directory is not where it should be");
        }
        zip->left = number64(zip->bytes + place + 32);
        offset = number64(zip->bytes + place + 48);
    }
    if (offset > length) {
        return refuse(zip, "its directory lies behind its end");
    }
    zip->at = zip->bytes + offset;
    return true;
}

/* Sizes and offsets of all ones stand in the extra field of zip64, in their order. */
static bool read_extra(const unsigned char *extra, size_t length, uint64_t *size, uint64_t *packed, uint64_t *offset) {
    while (length >= 4) {
        size_t body = number16(extra + 2);
        if (body > length - 4) {
            return false;
        }
        if (number16(extra) == 1) {
            uint64_t *const fields[] = {size, packed, offset};
            size_t at = 4;
            for (size_t i = 0; i < 3; i++) {
                if (*fields[i] != UINT32_MAX) {
                    continue;
                }
                if (at + 8 > body + 4) {
                    return false;
                }
                *fields[i] = number64(extra + at);
                at += 8;
            }
        }
        extra += 4 + body;
        length -= 4 + body;
    }
    return true;
}

bool zip_next(Zip *zip, ZipMember *out, bool *out_more) {
    size_t left = zip->length - (size_t)(zip->at - zip->bytes);
    *out_more = zip->left > 0;
    if (zip->left == 0) {
        return true;
    }
    if (left < ENTRY_SIZE || number32(zip->at) != UINT32_C(0x02014b50)) {
        return refuse(zip, "its directory ends before its last member");
    }
    const unsigned char *at = zip->at;
    size_t name = number16(at + 28), extra = number16(at + 30), comment = number16(at + 32);
    if (left - ENTRY_SIZE < name + extra + comment) {
        return refuse(zip, "its directory ends before its last member");
    }
    uint64_t packed = number32(at + 20), size = number32(at + 24), offset = number32(at + 42);
    uint32_t method = number16(at + 10);
    if (!read_extra(at + ENTRY_SIZE + name, extra, &size, &packed, &offset)) {
        return refuse(zip, "a member's zip64 sizes are cut off");
    }
    if ((method != 0 && method != 8) || (number16(at + 8) & 1)) {
        return refuse(zip, "a member is encrypted, or packed in another way than deflate");
    }
    if (offset > zip->length || zip->length - offset < LOCAL_SIZE ||
        number32(zip->bytes + offset) != UINT32_C(0x04034b50)) {
        return refuse(zip, "a member is not where the directory says");
    }
    const unsigned char *local = zip->bytes + offset;
    size_t head = LOCAL_SIZE + number16(local + 26) + number16(local + 28);
    if (zip->length - offset < head || zip->length - offset - head < packed || size > SIZE_MAX / 2 ||
        (method == 0 && size != packed)) {
        return refuse(zip, "a member ends behind the end of the file");
    }
    *out = (ZipMember){.name = (const char *)at + ENTRY_SIZE,
                       .name_length = name,
                       .packed = local + head,
                       .packed_length = (size_t)packed,
                       .length = (size_t)size,
                       .crc = number32(at + 16),
                       .is_deflated = method == 8};
    zip->at += ENTRY_SIZE + name + extra + comment;
    zip->left--;
    return true;
}

/* Deflate packs a thousandfold at best: a length beyond is not believed. */
static bool unpack(const Zip *zip, const ZipMember *member, char **out_copy) {
    Inflate inflater = {0};
    if (member->length / 1100 > member->packed_length) {
        return refuse(zip, "a member says that it is longer than what is packed can be");
    }
    *out_copy = malloc(member->length + 1);
    if (!*out_copy || !inflate_begin(&inflater)) {
        return lrt_error_set(zip->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to unpack `%s`", zip->shown);
    }
    const unsigned char *in = member->packed, *in_end = in + member->packed_length;
    unsigned char *out = (unsigned char *)*out_copy, *out_end = out + member->length + 1;
    InflateResult result = INFLATE_MORE;
    for (bool moved = true; result == INFLATE_MORE && moved;) {
        const unsigned char *in_before = in, *out_before = out;
        result = inflate_block(&inflater, &in, in_end, &out, out_end);
        moved = in != in_before || out != out_before;
    }
    inflate_finish(&inflater);
    return (result == INFLATE_END && (size_t)(out - (unsigned char *)*out_copy) == member->length) ||
           refuse(zip, "what is packed of a member makes no sense");
}

bool zip_read(const Zip *zip, const ZipMember *member, const char **out_bytes, char **out_copy) {
    *out_copy = NULL;
    *out_bytes = (const char *)member->packed;
    if (member->is_deflated) {
        if (!unpack(zip, member, out_copy)) {
            return false;
        }
        *out_bytes = *out_copy;
    }
    Crc32 crc;
    crc32_init(&crc);
    crc32_update(&crc, *out_bytes, member->length);
    return crc32_value(&crc) == member->crc || refuse(zip, "the checksum of a member is another");
}
