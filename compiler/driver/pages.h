/* The pages of docs/diagnostics, compiled in for `lspec explain`. The table is generated when lspec is built. */
#ifndef LSPEC_DRIVER_PAGES_H
#define LSPEC_DRIVER_PAGES_H

#include <stdint.h>

typedef struct Page {
    const char *name; /* of the diagnostic: "unknown-layer" */
    const char *text; /* Markdown */
} Page;

extern const Page page_table[];
extern const int64_t page_count;

#endif
