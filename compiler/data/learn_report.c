/* Errors and notes of the runtime as diagnostics: the same fact, with the place in the spec that it rests on. */
#include <string.h>

#include "data/learn.h"
#include "support/str.h"

/* The call of the sampler that an error rests on, found by its word on its line; else `otherwise`. */
static Span sampler_span(Session *session, const Model *model, const LrtSampler *sampler, Span otherwise) {
    const Source *file = &session->sources.sources.items[model->source];
    const CatalogEntry *entry = catalog_by_runtime_id(ENTRY_SAMPLER, (int32_t)sampler->kind);
    if (entry == NULL || sampler->spec_line < 1 || (uint32_t)sampler->spec_line > file->line_count) return otherwise;
    size_t length, word = strlen(entry->name);
    const char *line = source_line(&session->sources, model->source, (uint32_t)sampler->spec_line, &length);
    const char *at = memmem(line, length, entry->name, word);
    if (at == NULL) return otherwise;
    const char *end = at + word, *bracket = memchr(end, ')', (size_t)(line + length - end));
    if (end < line + length && *end == '(' && bracket != NULL) end = bracket + 1;
    return (Span){model->source, (uint32_t)(at - file->text), (uint32_t)(end - file->text)};
}

static const LrtSampler *error_sampler(const Model *model, const LrtError *error) {
    for (int64_t i = 0; i < model->data.sampler_count; i++)
        if (error->spec_line > 0 && error->spec_line == model->data.samplers[i].spec_line)
            return &model->data.samplers[i];
    return NULL;
}

/* A step's own flow; a column's contract; else the section. */
static Span error_span(Session *session, const Model *model, DiagId id, const LrtError *error) {
    if (error->step > 0 && error->step <= model->data.step_count) return model->step_spans[error->step - 1];
    const LrtSampler *sampler = error_sampler(model, error);
    if (sampler != NULL) return sampler_span(session, model, sampler, model->sampling_span);
    if (error->column_index >= 0 && error->column_index < model->data.column_count)
        return model->column_spans[error->column_index];
    if (id == DIAG_SPLIT_SHARES || (id == DIAG_NO_ROWS && error->spec_line > 0)) return model->split_span;
    if (id == DIAG_CLASS_TOO_SMALL || id == DIAG_ONE_CLASS) return model->target_span;
    return model->data_span;
}

/* The file as the spec names it. */
static const char *cell_file(Session *session, const Model *model, const char *file) {
    const LrtSource *source = &model->data.source;
    return source->path != NULL && str_equal(file, source->path) ? source->spec_path
                                                                 : arena_strdup(session->arena, file);
}

bool learn_report_error(Session *session, const Model *model, const LrtError *error) {
    DiagId id = DIAG_DATA_NOT_READ;
    diag_find(error->name, &id);
    Diagnostic *d = diag_report(session, id, error_span(session, model, id, error), "%s", error->message);
    diag_set_severity(d, SEVERITY_ERROR);
    if (error->why[0]) diag_why(d, "%s", error->why);
    if (error->fix[0]) diag_advice(d, "%s", error->fix);
    if (error->row > 0 || error->line > 0)
        diag_cell(d, (DiagCell){.file = cell_file(session, model, error->file),
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
        if (id == DIAG_CONSTANT_FEATURE) continue; /* the inspection tells of it, and knows pixels that never vary */
        bool of_time = id == DIAG_UNSORTED_TIME || id == DIAG_DUPLICATE_TIME;
        Span span = note->step >= 0 ? model->step_spans[note->step]
                    : of_time       ? model->column_spans[model->data.series.time]
                                    : model->data_span;
        Diagnostic *d = diag_report(session, id, span, "%s", note->message);
        if (note->why[0]) diag_why(d, "%s", note->why);
        if (note->fix[0]) diag_advice(d, "%s", note->fix);
    }
}
