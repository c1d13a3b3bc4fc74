/* Memory that is released as a whole: what one preparation of data allocates, whichever way it ends. */
#ifndef DATA_REGION_H
#define DATA_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lrt/error.h"

typedef struct Region {
    struct RegionBlock *blocks;
    bool is_paged;                 /* large arrays lie in unnamed files: the data is larger than memory should be */
    int64_t touched;               /* rows read at random since the last trim */
} Region;

/* Zeroed memory for `count` items of `size` bytes, aligned to 64 bytes. NULL with the error set where there is none. */
void *region_alloc(Region *region, int64_t count, size_t size, LrtError *error);
/* A copy of the text in the region. */
char *region_text(Region *region, const char *text, LrtError *error);
/* Frees one array of the region before the others; NULL is allowed. */
void region_release(Region *region, void *array);
void region_free(Region *region);
/* Of a paged region, lets go of all pages; nothing otherwise. */
void region_trim(Region *region);
/* Makes an array of `from` one of `to`. */
void region_move(Region *to, Region *from, void *array);

#define REGION_ARRAY(region, Type, count, error) ((Type *)region_alloc((region), (count), sizeof(Type), (error)))

#endif
