/* Memory that lies in a file which has no name any more: what is not used may leave the machine's memory and comes back
 * where it is touched, so that data may be larger than memory. The file goes with the process. */
#ifndef CORE_PAGED_MEMORY_H
#define CORE_PAGED_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* The folder of these files: $TMPDIR, else /var/tmp, which lies on a disk where /tmp may not. */
const char *paged_memory_folder(void);
/* Zeroed; its room on the disk is taken at once, since later there is nobody to tell. NULL with errno. */
void *paged_memory_new(size_t size);
void paged_memory_free(void *memory, size_t size);
/* Lets go of all pages of a mapping, of ours or of another file; their content stays. */
void paged_memory_trim(void *memory, size_t size);

#endif
