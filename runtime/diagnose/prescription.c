/* Prescriptions are edits of the spec, by the places that the compiler has named (compiler/sema/edit_points.c). */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/check.h"

const LrtSpan *find_span(const View *view, const char *name) {
    const LrtDiagnose *diagnose = &view->facts->program->diagnose;
    for (int64_t i = 0; i < diagnose->span_count; i++) {
        if (strcmp(diagnose->spans[i].name, name) == 0) {
            return &diagnose->spans[i];
        }
    }
    return NULL;
}

Prescription *prescribe(Finding *finding, const char *format, ...) {
    if (finding->prescription_count == FINDING_PRESCRIPTIONS) {
        return NULL;
    }
    Prescription *prescription = &finding->prescriptions[finding->prescription_count++];
    *prescription = (Prescription){0};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prescription->title, sizeof prescription->title, format, arguments);
    va_end(arguments);
    return prescription;
}

static void add_edit(Prescription *prescription, uint32_t begin, uint32_t end, const char *text) {
    if (prescription && prescription->edit_count < PRESCRIPTION_EDITS) {
        Edit *edit = &prescription->edits[prescription->edit_count++];
        *edit = (Edit){.begin = begin, .end = end};
        snprintf(edit->text, sizeof edit->text, "%s", text);
    }
}

bool prescribe_edit(const View *view, Finding *finding, const char *name, const char *text, const char *title) {
    const LrtSpan *span = find_span(view, name);
    if (!span) {
        return false;
    }
    add_edit(prescribe(finding, "%s", title), span->begin, span->end, text);
    return true;
}

void prescribe_insert(Finding *finding, uint32_t at, const char *text, const char *title) {
    add_edit(prescribe(finding, "%s", title), at, at, text);
}

/* Two figures are as exact as such a number can be. */
static void rate_text(double rate, char out[32]) {
    double power = floor(log10(rate)), leading = round(rate / pow(10, power) * 10) / 10;
    if (power >= -2 && power < 2) {
        snprintf(out, 32, "%.3g", leading * pow(10, power));
    } else {
        snprintf(out, 32, "%.2ge%d", leading, (int)power);
    }
}

void prescribe_rate(const View *view, Finding *finding, double rate) {
    char text[32], edit[64], title[96];
    if (!(rate > 0) || !isfinite(rate)) {
        return;
    }
    rate_text(rate, text);
    snprintf(title, sizeof title, "a learning rate of %s", text);
    if (prescribe_edit(view, finding, "lr", text, title)) {
        return;
    }
    /* not given: the optimizer's default */
    const LrtSpan *optimizer = find_span(view, "optimizer");
    if (!optimizer) {
        return;
    }
    bool bracket = view->facts->program->spec_text[optimizer->end - 1] == ')';
    snprintf(edit, sizeof edit, bracket ? ", lr: %s" : "(lr: %s)", text);
    uint32_t at = bracket ? optimizer->end - 1 : optimizer->end;
    add_edit(prescribe(finding, "%s", title), at, at, edit);
}

void prescribe_stable_rate(const View *view, Finding *finding) {
    double rate = view_stable_rate(view), now = view->facts->peak_rate;
    if (rate > 2 * now || rate < now / 2) {
        prescribe_rate(view, finding, rate);
    }
}

void prescribe_adam(const View *view, Finding *finding) {
    const char *name = view->facts->program->optimizer.name;
    if (name && strcmp(name, "sgd") == 0) {
        prescribe_edit(view, finding, "optimizer", "adam(lr: 3e-3)", "`adam(lr: 3e-3)` in place of `sgd`");
    }
}

void prescribe_epochs(const View *view, Finding *finding, int64_t epochs) {
    char text[24], title[40], setting[64];
    snprintf(text, sizeof text, "%" PRId64, epochs);
    snprintf(title, sizeof title, "%s epochs", text);
    snprintf(setting, sizeof setting, "\n    epochs: %s;", text);
    if (!prescribe_edit(view, finding, "epochs", text, title) && !prescribe_edit(view, finding, "train_open", setting, title)) {
        snprintf(setting, sizeof setting, "\ntrain { epochs: %s }", text);
        prescribe_edit(view, finding, "after_train", setting, title);
    }
}

void prescribe_early_stop(const View *view, Finding *finding) {
    int64_t patience = view->facts->epochs / 10 > 5 ? view->facts->epochs / 10 : 5;
    char rule[200], text[128];
    if (view->facts->has_early || view->facts->validation_rows == 0) {
        return;
    }
    snprintf(rule, sizeof rule, "early(validation.loss, patience: %" PRId64 ", restore: best)", patience);
    snprintf(text, sizeof text, "\n    %.90s", rule);
    if (prescribe_edit(view, finding, "stop_open", text, rule)) {
        return;
    }
    snprintf(text, sizeof text, "\nstop { %.84s }", rule);
    snprintf(rule, sizeof rule, "early stopping: %.120s", text + 1);
    prescribe_edit(view, finding, "after_train", text, rule);
}

/* Adds an edit of each place of that name. */
static void add_edits(const View *view, Prescription *prescription, const char *name, const char *text) {
    const LrtDiagnose *diagnose = &view->facts->program->diagnose;
    for (int64_t i = 0; i < diagnose->span_count; i++) {
        const LrtSpan *span = &diagnose->spans[i];
        if (strcmp(span->name, name) == 0) {
            add_edit(prescription, span->begin, span->end, text);
        }
    }
}

void prescribe_activation(const View *view, Finding *finding, const char *from, const char *to) {
    const LrtProgram *program = view->facts->program;
    size_t length = strlen(from);
    Prescription *prescription = NULL;
    for (int64_t i = 0; i < program->diagnose.span_count; i++) {
        const LrtSpan *span = &program->diagnose.spans[i];
        if (strcmp(span->name, "activation") != 0 || span->end - span->begin != length ||
            strncmp(program->spec_text + span->begin, from, length) != 0) {
            continue;
        }
        prescription = prescription ? prescription : prescribe(finding, "`%s` in place of `%s`", to, from);
        add_edit(prescription, span->begin, span->end, to);
    }
    add_edits(view, prescription, "init", "auto");
}

void prescribe_init(const View *view, Finding *finding) {
    if (find_span(view, "init")) {
        add_edits(view, prescribe(finding, "`init: auto`, initial weights that fit the activation behind"), "init", "auto");
    }
}

/* Before each output, since those of several targets may share what comes before. */
void prescribe_wider(const View *view, Finding *finding) {
    if (find_span(view, "output")) {
        add_edits(view, prescribe(finding, "two hidden layers of 64 units before the output"), "output",
                  "dense(64) -> relu -> dense(64) -> relu -> ");
    }
}

void prescribe_learning(const View *view, Finding *finding) {
    enum { FEW_STEPS = 2000, MORE = 5 };
    prescribe_stable_rate(view, finding);
    prescribe_adam(view, finding);
    prescribe_init(view, finding);
    prescribe_wider(view, finding);
    if (view_steps(view) < FEW_STEPS) {
        prescribe_epochs(view, finding, MORE * view->facts->epochs);
    }
}
