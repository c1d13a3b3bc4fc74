/* A growing array in a region. */
#include "data/notes.h"

#include <stdio.h>
#include <string.h>

LrtNote *note_add(NoteList *list, int32_t step, const char *name, LrtError *error) {
    if (list->count == list->capacity) {
        int64_t capacity = list->capacity ? 2 * list->capacity : 8;
        LrtNote *notes = REGION_ARRAY(list->region, LrtNote, capacity, error);
        if (!notes) {
            return NULL;
        }
        if (list->count > 0) {
            memcpy(notes, list->notes, (size_t)list->count * sizeof *notes);
        }
        list->notes = notes;
        list->capacity = capacity;
    }
    LrtNote *note = &list->notes[list->count++];
    snprintf(note->name, sizeof note->name, "%s", name);
    note->step = step;
    return note;
}
