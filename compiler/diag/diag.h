/* Diagnostics: messages about the spec, collected in the session and rendered at the end of a stage. */
#ifndef LSPEC_DIAG_DIAG_H
#define LSPEC_DIAG_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "source/source.h"
#include "support/map.h"
#include "support/vec.h"

typedef enum Severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR } Severity;

/* One constant a row of diag.def: DIAG_SYNTAX_ERROR, … */
typedef enum DiagId {
#define DIAG(id, name, severity, summary) DIAG_##id,
#include "diag/diag.def"
#undef DIAG
    DIAG_COUNT
} DiagId;

typedef struct DiagLabel {
    Span span;
    const char *text;
} DiagLabel;

typedef struct DiagEdit {
    Span span; /* empty span: insertion */
    const char *text;
} DiagEdit;

typedef struct DiagFix {
    const char *title; /* what `= fix:` prints */
    bool certain;      /* `lspec check --fix` applies it */
    VEC(DiagEdit) edits;
} DiagFix;

/* A cell of a data file that breaks its contract. Row 0: the whole file or column. */
typedef struct DiagCell {
    const char *file;
    int64_t row;  /* data row, from 1 */
    int64_t line; /* line of the file, from 1 */
    const char *column;
    const char *text;
} DiagCell;

typedef struct Diagnostic {
    struct Session *session; /* NULL: a repeated one, or one too many; what is built on it is dropped */
    DiagId id;
    Severity severity;
    Span span;
    const char *message; /* one lower-case line without a full stop */
    const char *caret;   /* what stands beside the carets, or NULL */
    const char *why;
    VEC(DiagLabel) labels;
    VEC(const char *) evidence;
    VEC(DiagFix) fixes;
    DiagCell *cell;
} Diagnostic;

/* A comment `# allow(name): reason` and the text it stands for: the statements that begin on the line below it. The
 * parser registers them. */
typedef struct DiagAllow {
    const char *name;
    Span span;       /* of the statement */
    bool has_reason; /* without one it does not count */
} DiagAllow;

/* Everything a run of the compiler owns. Stages take it first. */
typedef struct Session {
    Arena *arena;
    SourceSet sources;
    VEC(Diagnostic *) diagnostics;
    VEC(DiagAllow) allows;
    int64_t error_count;
    int64_t overflow_count; /* errors among those that were counted but not kept */
    Map reported;           /* name and place of each kept one, name and word of those told once */
    VEC(Span) broken;       /* text that could not be read: what is said of it further on is a symptom */
    Diagnostic discarded;   /* what a dropped report is built on */
} Session;

Session *session_new(void);
void session_free(Session *session);

/* Starts a diagnostic with the severity of its row. The returned one may be built on until the next report; it is never
 * NULL. A second diagnostic of one name at the same place is dropped, and so is what comes behind the first 1000:
 * errors among them are still counted. Dropped as symptoms are those on text that a syntax error has told of. */
Diagnostic *diag_report(Session *session, DiagId id, Span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Whether a diagnostic of that name has been told of that word before; remembers it. One unknown name is one mistake, however
 * often it is used. */
bool diag_is_told(Session *session, DiagId id, const char *word);
/* Whether a syntax error stands in the text of the span. */
bool diag_is_broken(const Session *session, Span span);
/* Whether a syntax error stands on the line where the span begins: what else is odd about the line's sentences is most
 * often its symptom. */
bool diag_line_is_broken(const Session *session, Span span);
/* For rows that come as error and as warning. */
void diag_set_severity(Diagnostic *diagnostic, Severity severity);
void diag_caret(Diagnostic *diagnostic, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_why(Diagnostic *diagnostic, const char *format, ...) __attribute__((format(printf, 2, 3)));
void diag_label(Diagnostic *diagnostic, Span span, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_evidence(Diagnostic *diagnostic, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A fix in words alone (no edit). */
void diag_advice(Diagnostic *diagnostic, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A fix that replaces the text of `span` by `text`; `title` NULL prints the text itself. */
void diag_fix(Diagnostic *diagnostic, bool certain, Span span, const char *text, const char *title);
/* A further edit of the last fix. */
void diag_fix_also(Diagnostic *diagnostic, Span span, const char *text);
/* The fix that takes a stage out of its flow with the arrow before it; only the advice where the text is not of that
 * form. */
void diag_fix_stage_out(Diagnostic *diagnostic, bool certain, Span stage, const char *title);
void diag_cell(Diagnostic *diagnostic, DiagCell cell);

const char *diag_name(DiagId id);
const char *diag_summary(DiagId id);
Severity diag_default_severity(DiagId id);
bool diag_find(const char *name, DiagId *out);

/* Drops warnings that an `# allow(name): reason` comment above their statement silences, and sorts by place.
 * Called once, before rendering. */
void diag_finish(Session *session);

/* Rust-like text, then a line that counts. `color`: ANSI escapes. Notes only where `verbose`. Of errors and warnings
 * the first 100 are printed. */
void diag_render_text(const Session *session, FILE *out, bool color, bool verbose);
/* One JSON object a line, as CLI.md's `check --json` lays down. */
void diag_render_json(const Session *session, FILE *out, bool verbose);

/* The text of `source` with the certain fixes of its diagnostics applied, as many as do not touch one another; the
 * others come up again when the result is checked. `*out_count`: how many; 0 leaves the text as it is. After
 * diag_finish. */
const char *diag_apply_fixes(Session *session, int32_t source, size_t *out_length, int64_t *out_count);

#endif
