/* Errors and notes of the runtime as diagnostics: the same fact, with the place in the spec that it rests on. */
#include <string.h>

#include "data/learn.h"
#include "support/str.h"

/* The text of a line of the spec without indentation and comment: a sampler or a split that stands on it. */
static Span line_span(Session *session, int32_t source, int32_t line, Span otherwise) {
    const Source *file = &session->sources.sources.items[source];
    if (line < 1 || (uint32_t)line > file->line_count) return otherwise;
    size_t length;
    const char *text = source_line(&session->sources, source, (uint32_t)line, &length);
    size_t begin = strspn(text, " \t");
    const char *comment = memchr(text, '#', length);
    if (comment != NULL) length = (size_t)(comment - text);
    while (length > begin && strchr(" \t\r;", text[length - 1]) != NULL) length--;
    if (length <= begin) return otherwise;
    uint32_t start = (uint32_t)(text - file->text);
    return (Span){source, start + (uint32_t)begin, start + (uint32_t)length};
}

static bool is_of_sampler(const Model *model, const LrtError *error) {
    for (int64_t i = 0; i < model->data.sampler_count; i++)
        if (error->spec_line > 0 && error->spec_line == model->data.samplers[i].spec_line) return true;
    return false;
}

/* A step's own flow; a column's contract; else the section. */
static Span error_span(Session *session, const Model *model, DiagId id, const LrtError *error) {
    if (error->step > 0 && error->step <= model->data.step_count) return model->step_spans[error->step - 1];
    if (is_of_sampler(model, error)) return line_span(session, model->source, error->spec_line, model->sampling_span);
    if (error->column_index >= 0 && error->column_index < model->data.column_count)
        return model->column_spans[error->column_index];
    if (id == DIAG_SPLIT_SHARES || (id == DIAG_NO_ROWS && error->spec_line > 0)) return model->split_span;
    if (id == DIAG_CLASS_TOO_SMALL || id == DIAG_ONE_CLASS) return model->target_span;
    return model->data_span;
}

bool learn_report_error(Session *session, const Model *model, const LrtError *error) {
    DiagId id = DIAG_DATA_NOT_READ;
    diag_find(error->name, &id);
    Diagnostic *d = diag_report(session, id, error_span(session, model, id, error), "%s", error->message);
    diag_set_severity(d, SEVERITY_ERROR);
    if (error->why[0]) diag_why(d, "%s", error->why);
    if (error->fix[0]) diag_advice(d, "%s", error->fix);
    if (error->row > 0 || error->line > 0)
        diag_cell(d, (DiagCell){.file = arena_strdup(session->arena, error->file),
                                .row = error->row,
                                .line = error->line,
                                .column = error->column[0] ? arena_strdup(session->arena, error->column) : NULL,
                                .text = arena_strdup(session->arena, error->text)});
    return false;
}

void learn_report_notes(Session *session, const Model *model, const LrtDataset *dataset) {
    for (int64_t i = 0; i < dataset->note_count; i++) {
        const LrtNote *note = &dataset->notes[i];
        DiagId id;
        if (!diag_find(note->name, &id)) continue;
        Span span = note->step >= 0 ? model->step_spans[note->step] : model->data_span;
        Diagnostic *d = diag_report(session, id, span, "%s", note->message);
        if (note->why[0]) diag_why(d, "%s", note->why);
        if (note->fix[0]) diag_advice(d, "%s", note->fix);
    }
}
