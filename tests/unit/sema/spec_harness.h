/* A whole healthy spec of which a test replaces one section. `^` in a text marks where the caret is expected and is
 * taken out before the text is parsed. */
#ifndef TESTS_SEMA_SPEC_HARNESS_H
#define TESTS_SEMA_SPEC_HARNESS_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

typedef struct SpecParts {
    const char *name; /* the diagnostic that is expected, or NULL: none */
    const char *uses, *constants, *data, *columns, *target, *split, *preprocess, *sampling, *network, *loss;
    const char *definitions, *optimizer, *train, *stop, *metrics, *report;
    bool with_data; /* reads tests/data/customers.csv */
    const char *spec_file;
} SpecParts;

static const SpecParts healthy_parts = {
    .uses = "",
    .constants = "",
    .data = "data: csv(\"customers.csv\")",
    .columns = "columns {\n"
               "    customer : key\n"
               "    income   : real(0..)?\n"
               "    age      : int(18..120)\n"
               "    region   : category\n"
               "    plan     : category(basic, pro, max)\n"
               "    default  : category(no, yes)\n"
               "    opened   : timestamp(\"%Y-%m-%d\")\n"
               "}",
    .target = "target: default",
    .split = "split: stratified(train: 70%, validation: 15%, test: 15%, seed: 7)",
    .preprocess = "preprocess {\n"
                  "    income -> impute(median) -> scale(mad)\n"
                  "    age    -> scale(standard)\n"
                  "    region, plan -> one_hot\n"
                  "}",
    .sampling = "",
    .network = "network { features -> dense(16) -> relu -> output(default) }",
    .loss = "loss: cross_entropy",
    .definitions = "",
    .optimizer = "optimizer: adam(lr: 1e-3)",
    .train = "train { epochs: 20; seed: 1 }",
    .stop = "",
    .metrics = "",
    .report = "",
};

typedef struct Checked {
    Session *session;
    Model *model;
    uint32_t caret; /* where `^` stood; UINT32_MAX: nowhere */
} Checked;

static const char *part_or(const char *part, const char *otherwise) { return part ? part : otherwise; }

/* The spec's text without its marker. */
static char *spec_text(Arena *arena, const SpecParts *parts, uint32_t *out_caret) {
    const SpecParts *base = &healthy_parts;
    char *text =
        arena_printf(arena,
                     "lspec 1\n%s\nmodel: churn\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n",
                     part_or(parts->uses, base->uses), part_or(parts->constants, base->constants),
                     part_or(parts->data, base->data), part_or(parts->columns, base->columns),
                     part_or(parts->target, base->target), part_or(parts->split, base->split),
                     part_or(parts->preprocess, base->preprocess), part_or(parts->sampling, base->sampling),
                     part_or(parts->definitions, base->definitions), part_or(parts->network, base->network),
                     part_or(parts->loss, base->loss), part_or(parts->optimizer, base->optimizer),
                     part_or(parts->train, base->train), part_or(parts->stop, base->stop),
                     part_or(parts->metrics, base->metrics), part_or(parts->report, base->report));
    char *marker = strchr(text, '^');
    *out_caret = marker ? (uint32_t)(marker - text) : UINT32_MAX;
    if (marker) memmove(marker, marker + 1, strlen(marker));
    return text;
}

static Checked check_spec_with(const SpecParts *parts, const CheckOptions *options) {
    Checked checked = {.session = session_new()};
    char *text = spec_text(checked.session->arena, parts, &checked.caret);
    int32_t source = source_add(&checked.session->sources, part_or(parts->spec_file, "tests/data/unit_test.lspec"),
                                text, strlen(text));
    AstFile *file = syntax_parse(checked.session, source);
    checked.model = sema_check(checked.session, file, options);
    diag_finish(checked.session);
    return checked;
}

static Checked check_spec(const SpecParts *parts) {
    const CheckOptions options = {.no_data = !parts->with_data, .use_lock = true};
    return check_spec_with(parts, &options);
}

/* Diagnostics above a note. */
static int64_t loud_count(const Checked *checked) {
    int64_t count = 0;
    for (int64_t i = 0; i < checked->session->diagnostics.count; i++)
        count += checked->session->diagnostics.items[i]->severity != SEVERITY_NOTE;
    return count;
}

/* Exactly the expected diagnostic at the marker, else what came is printed. */
static bool is_as_expected(const Checked *checked, const SpecParts *parts) {
    bool as_expected = loud_count(checked) == (parts->name ? 1 : 0);
    for (int64_t i = 0; parts->name && as_expected && i < checked->session->diagnostics.count; i++) {
        const Diagnostic *d = checked->session->diagnostics.items[i];
        if (d->severity != SEVERITY_NOTE)
            as_expected = strcmp(diag_name(d->id), parts->name) == 0 &&
                          (checked->caret == UINT32_MAX || d->span.begin == checked->caret);
    }
    if (!as_expected) {
        uint32_t caret;
        fprintf(stderr, "---- expected %s\n%s\n---- but\n", parts->name ? parts->name : "nothing",
                spec_text(checked->session->arena, parts, &caret));
        diag_render_text(checked->session, stderr, false, true);
    }
    return as_expected;
}

/* Checks every row of a table and returns how many differ from what they expect. */
__attribute__((unused)) static int failed_rows(const SpecParts *rows, size_t count) {
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        Checked checked = check_spec(&rows[i]);
        if (!is_as_expected(&checked, &rows[i])) {
            fprintf(stderr, "---- row %zu\n\n", i);
            failed++;
        }
        session_free(checked.session);
    }
    return failed;
}

#endif
