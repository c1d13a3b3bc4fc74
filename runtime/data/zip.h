/* Members of a zip archive (APPNOTE 6.3.10), stored or deflated, also those of zip64. */
#ifndef DATA_ZIP_H
#define DATA_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lrt/error.h"

typedef struct ZipMember {
    const char *name; /* not NUL-terminated */
    size_t name_length;
    const unsigned char *packed;
    size_t packed_length, length;
    uint32_t crc;
    bool is_deflated;
} ZipMember;

typedef struct Zip {
    const unsigned char *bytes;
    size_t length;
    const unsigned char *at; /* in the directory */
    uint64_t left;           /* members */
    const char *shown;
    LrtError *error;
} Zip;

/* Finds the directory of an archive in memory. False with the error set. */
bool zip_open(Zip *zip, const char *bytes, size_t length, const char *shown, LrtError *error);
/* The next member; *out_more false: there is none. */
bool zip_next(Zip *zip, ZipMember *out, bool *out_more);
/* Its bytes: in the archive where they are stored, else in *out_copy, to be freed. Held against the checksum. */
bool zip_read(const Zip *zip, const ZipMember *member, const char **out_bytes, char **out_copy);

#endif
