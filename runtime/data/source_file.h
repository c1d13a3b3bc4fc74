/* The bytes of a data file: mapped where they lie in a file, read where they come from a pipe, unpacked where they are
 * packed. */
#ifndef DATA_SOURCE_FILE_H
#define DATA_SOURCE_FILE_H

#include <stddef.h>

#include "lrt/error.h"
#include "lrt/program.h"

typedef struct SourceFile {
    const char *bytes;
    size_t length;
    const char *shown;      /* what messages call it: the path, or "standard input" */
    void *mapping;          /* to be unmapped, or NULL */
    char *copy;             /* to be freed, or NULL */
    char packed_digest[65]; /* of the bytes as they were packed; "": they were not */
} SourceFile;

/* What one pass over the bytes tells. */
typedef struct SourceScan {
    size_t text_length; /* bytes before the first that is NUL or not UTF-8; all of them where all is text */
    size_t most_lines;  /* the file has no more lines than this */
    char digest[65];
} SourceScan;

/* "-" is standard input. `path` must outlive the file. */
bool source_file_open(SourceFile *file, const char *path, const LrtSource *source, LrtError *error);
/* The same of a file that is no text: a pipe is read beyond a NUL. */
bool source_file_open_bytes(SourceFile *file, const char *path, const LrtSource *source, LrtError *error);
/* The digest of the file's bytes, packed as they may be. */
void source_file_digest(const SourceFile *file, char out[65]);
void source_file_close(SourceFile *file);

/* Whether the file is so large that its data is kept in paged memory: beyond a gigabyte. */
bool source_file_is_large(const SourceFile *file);
/* Lets go of the pages of a mapped file. */
void source_file_trim(const SourceFile *file);

void source_file_scan(const SourceFile *file, SourceScan *out);

#endif
