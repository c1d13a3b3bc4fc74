/* Blocks in a list, each allocated for one array: arrays of a data set are large, so nothing is gained by packing them.
 */
#include "data/region.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/paged_memory.h"

enum { ALIGNMENT = 64, PAGED_LEAST = 1 << 20 };

typedef struct RegionBlock {
    struct RegionBlock *next;
    size_t paged_size; /* of a block in an unnamed file; else 0 */
} RegionBlock;

/* A zeroed block; NULL with errno. */
static RegionBlock *new_block(size_t bytes, bool is_paged) {
    if (is_paged && bytes >= PAGED_LEAST) {
        RegionBlock *block = paged_memory_new(bytes);
        if (block) {
            block->paged_size = bytes;
        }
        return block;
    }
    RegionBlock *block = aligned_alloc(ALIGNMENT, bytes);
    if (block) {
        memset(block, 0, bytes);
    }
    return block;
}

static void free_block(RegionBlock *block) {
    if (block && block->paged_size > 0) {
        paged_memory_free(block, block->paged_size);
    } else {
        free(block);
    }
}

void *region_alloc(Region *region, int64_t count, size_t size, LrtError *error) {
    size_t items = count > 0 ? (size_t)count : 1;
    RegionBlock *block = NULL;
    if (items <= (SIZE_MAX - 2 * ALIGNMENT) / size) {
        size_t bytes = (items * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
        block = new_block(bytes, region->is_paged);
    }
    if (!block && region->is_paged && errno == ENOSPC) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "disk-full",
                      "no room in `%s` for %" PRId64 " items of %zu bytes of the data", paged_memory_folder(), count,
                      size);
        lrt_error_fix(error, "TMPDIR=FOLDER names a folder with more room");
        return NULL;
    }
    if (!block) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory",
                      "no memory for %" PRId64 " items of %zu bytes of the data", count, size);
        return NULL;
    }
    block->next = region->blocks;
    region->blocks = block;
    return (unsigned char *)block + ALIGNMENT;
}

char *region_text(Region *region, const char *text, LrtError *error) {
    size_t length = strlen(text) + 1;
    char *copy = REGION_ARRAY(region, char, (int64_t)length, error);
    if (copy) {
        memcpy(copy, text, length);
    }
    return copy;
}

/* Takes the block of an array out of the list; NULL: it is none of the region's. */
static RegionBlock *take_block(Region *region, const void *array) {
    for (RegionBlock **link = &region->blocks; *link; link = &(*link)->next) {
        if ((unsigned char *)*link + ALIGNMENT == array) {
            RegionBlock *block = *link;
            *link = block->next;
            return block;
        }
    }
    return NULL;
}

void region_release(Region *region, void *array) { free_block(take_block(region, array)); }

void region_move(Region *to, Region *from, void *array) {
    RegionBlock *block = take_block(from, array);
    if (block) {
        block->next = to->blocks;
        to->blocks = block;
    }
}

void region_free(Region *region) {
    while (region->blocks) {
        RegionBlock *next = region->blocks->next;
        free_block(region->blocks);
        region->blocks = next;
    }
}

void region_trim(Region *region) {
    region->touched = 0;
    for (RegionBlock *block = region->is_paged ? region->blocks : NULL; block;) {
        RegionBlock *next = block->next;
        if (block->paged_size > 0) {
            paged_memory_trim(block, block->paged_size);
        }
        block = next;
    }
}
