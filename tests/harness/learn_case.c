/* Files in a temporary folder, since specs name their data relative to themselves. */
#include "harness/learn_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "support/str.h"

enum { PATH_ROOM = 128 };

static void path_of(const LearnCase *learn, const char *name, char out[PATH_ROOM]) {
    snprintf(out, PATH_ROOM, "%s/%s", learn->folder, name);
}

void learn_case_init(LearnCase *out) {
    *out = (LearnCase){.folder = "/tmp/lspec-learn-XXXXXX"};
    if (mkdtemp(out->folder) == NULL) fail_msg("no folder %s", out->folder);
}

void learn_case_free(LearnCase *learn) {
    session_free(learn->session);
    static const char *const names[] = {"case.lspec", "case.csv", "case.lspec.lock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) learn_case_write(learn, names[i], NULL);
    rmdir(learn->folder);
}

void learn_case_write(const LearnCase *learn, const char *name, const char *text) {
    char path[PATH_ROOM];
    path_of(learn, name, path);
    if (text == NULL) {
        remove(path);
        return;
    }
    FILE *file = fopen(path, "wb");
    if (file == NULL) fail_msg("no file %s", path);
    fputs(text, file);
    fclose(file);
}

char *learn_case_read(const LearnCase *learn, const char *name) {
    enum { ROOM = 1 << 16 };
    char path[PATH_ROOM];
    path_of(learn, name, path);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    char *text = calloc(1, ROOM);
    size_t length = fread(text, 1, ROOM - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

void learn_case_run(LearnCase *learn) {
    char path[PATH_ROOM];
    const char *why = NULL;
    path_of(learn, "case.lspec", path);
    session_free(learn->session);
    learn->session = session_new();
    learn->learnt = false;
    const CheckOptions options = {.use_lock = true};
    int32_t source = source_read(&learn->session->sources, arena_strdup(learn->session->arena, path), &why);
    if (source < 0) fail_msg("%s: %s", path, why);
    learn->model = sema_check(learn->session, syntax_parse(learn->session, source), &options);
    if (learn->session->error_count == 0) learn->learnt = data_learn(learn->session, learn->model, &options);
    diag_finish(learn->session);
}

void learn_case_run_spec(LearnCase *learn, const char *columns, const char *target, const char *sections) {
    static const char form[] = "lspec 1\nmodel: case\ndata: csv(\"case.csv\")\ncolumns {\n%s\n}\ntarget: %s\n%s\n";
    size_t room = sizeof form + strlen(columns) + strlen(target) + strlen(sections);
    char *text = malloc(room);
    snprintf(text, room, form, columns, target, sections);
    learn_case_write(learn, "case.lspec", text);
    free(text);
    learn_case_run(learn);
}

const Diagnostic *learn_case_expect(const LearnCase *learn, const char *name) {
    const Diagnostic *found = NULL;
    int64_t loud = 0;
    for (int64_t i = 0; i < learn->session->diagnostics.count; i++) {
        const Diagnostic *d = learn->session->diagnostics.items[i];
        loud += d->severity != SEVERITY_NOTE;
        if (name != NULL && strcmp(diag_name(d->id), name) == 0) found = d;
    }
    if (loud != (name != NULL) || (name != NULL && found == NULL)) {
        diag_render_text(learn->session, stderr, false, true);
        fail_msg("expected %s alone", name != NULL ? name : "nothing");
    }
    return found;
}

const char *learn_case_text(const LearnCase *learn, Span span) {
    return source_text(&learn->session->sources, learn->session->arena, span);
}
