/* Changes are applied to the bytes of a text, so that its comments and its layout stay as they were. */
#include <string.h>

#include "driver/doctor.h"
#include "support/str.h"

const char *change_apply(Arena *arena, const char *text, size_t *length, const Change *change) {
    Str out;
    str_init(&out, arena);
    size_t at = 0;
    for (int64_t i = 0; i < change->edit_count; i++) {
        const TextEdit *edit = &change->edits[i];
        if (edit->begin < at || edit->end < edit->begin || edit->end > *length) return NULL;
        str_append_n(&out, text + at, edit->begin - at);
        str_append(&out, edit->text);
        at = edit->end;
    }
    str_append_n(&out, text + at, *length - at);
    *length = out.length;
    return out.data;
}

/* The place of a byte of the text behind `change` in the text before it; false where the change wrote it. */
static bool place_before(const Change *change, uint32_t *at) {
    int64_t shift = 0;
    for (int64_t i = 0; i < change->edit_count; i++) {
        const TextEdit *edit = &change->edits[i];
        int64_t written = (int64_t)strlen(edit->text), begin = (int64_t)edit->begin + shift;
        if ((int64_t)*at < begin) break;
        if ((int64_t)*at < begin + written) return false;
        shift += written - (int64_t)(edit->end - edit->begin);
    }
    *at = (uint32_t)((int64_t)*at - shift);
    return true;
}

/* And the other way round. */
static bool place_behind(const Change *change, uint32_t *at) {
    int64_t shift = 0;
    for (int64_t i = 0; i < change->edit_count; i++) {
        const TextEdit *edit = &change->edits[i];
        if (*at < edit->begin) break;
        if (*at < edit->end) return false;
        shift += (int64_t)strlen(edit->text) - (int64_t)(edit->end - edit->begin);
    }
    *at = (uint32_t)((int64_t)*at + shift);
    return true;
}

typedef bool PlaceFunction(const Change *change, uint32_t *at);

static bool move(Arena *arena, const Change *other, Change *change, PlaceFunction *place) {
    TextEdit *edits = ARENA_ARRAY(arena, TextEdit, change->edit_count + 1);
    for (int64_t i = 0; i < change->edit_count; i++) {
        edits[i] = change->edits[i];
        bool is_insertion = edits[i].begin == edits[i].end;
        if (!place(other, &edits[i].begin)) return false;
        if (is_insertion)
            edits[i].end = edits[i].begin;
        else if (!place(other, &edits[i].end) || edits[i].end < edits[i].begin)
            return false;
    }
    change->edits = edits;
    return true;
}

bool change_move(Arena *arena, const Change *earlier, Change *change) { return move(arena, earlier, change, place_behind); }

const char *changes_replay(Arena *arena, const char *text, size_t *length, const ChangeList *changes, int64_t skipped,
                           ChangeList *out) {
    *out = (ChangeList){0};
    for (int64_t i = 0; i < changes->count && text != NULL; i++) {
        if (i == skipped) continue;
        Change change = changes->items[i];
        for (int64_t j = i - 1; i > skipped && j >= skipped; j--)
            if (!move(arena, &changes->items[j], &change, place_before)) return NULL;
        for (int64_t j = skipped; i > skipped && j < out->count; j++)
            if (!move(arena, &out->items[j], &change, place_behind)) return NULL;
        text = change_apply(arena, text, length, &change);
        vec_push(arena, out, change);
    }
    return text;
}

static size_t line_length(const char *at) {
    const char *end = strchr(at, '\n');
    return end != NULL ? (size_t)(end - at) + 1 : strlen(at);
}

static bool same_line(const char *left, const char *right) {
    size_t length = line_length(left);
    return length == line_length(right) && memcmp(left, right, length) == 0;
}

static void print_line(char mark, const char *line, FILE *out) {
    size_t length = line_length(line);
    if (length > 0 && line[length - 1] == '\n') length--;
    fprintf(out, "    %c %.*s\n", mark, (int)length, line);
}

/* How many lines on, counted along `text`, the line `wanted` comes; -1: nowhere. */
static int64_t lines_until(const char *text, const char *wanted) {
    int64_t count = 0;
    for (; *text != '\0'; text += line_length(text), count++)
        if (same_line(text, wanted)) return count;
    return -1;
}

/* Greedy: where two lines differ, whichever comes again sooner on the other side is waited for. */
void changes_print_difference(const char *before, const char *after, FILE *out) {
    while (*before != '\0' || *after != '\0') {
        if (*before != '\0' && *after != '\0' && same_line(before, after)) {
            before += line_length(before);
            after += line_length(after);
            continue;
        }
        int64_t added = *before != '\0' ? lines_until(after, before) : 1;
        int64_t removed = *after != '\0' ? lines_until(before, after) : 1;
        bool remove = *after == '\0' || (*before != '\0' && (added < 0 || (removed >= 0 && removed <= added)));
        if (remove) {
            print_line('-', before, out);
            before += line_length(before);
        } else {
            print_line('+', after, out);
            after += line_length(after);
        }
    }
}
