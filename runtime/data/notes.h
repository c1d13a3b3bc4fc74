/* Notes that a preparation of data gathers on its way. */
#ifndef DATA_NOTES_H
#define DATA_NOTES_H

#include "data/region.h"
#include "lrt/dataset.h"

typedef struct NoteList {
    Region *region; /* where the notes live */
    LrtNote *notes;
    int64_t count, capacity;
} NoteList;

/* The new note to be worded further; NULL with the error set where there is no memory. */
LrtNote *note_add(NoteList *list, int32_t step, const char *name, LrtError *error);

#endif
