/* The `train` section: how many rows, epochs, threads, and the seed. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* The settings, checked like the arguments of a call. Their defaults belong to the version of the language. */
static const CatalogEntry train_entry = {
    .name = "train",
    .kind = ENTRY_KIND_COUNT,
    .built = true,
    .runtime_id = -1,
    .doc = "how training goes",
    .params =
        {
            {.name = "batch",
             .type = PARAM_INTEGER,
             .fallback = "32",
             .min = 1,
             .max = 1 << 24,
             .doc = "rows a step, or all"},
            {.name = "epochs",
             .type = PARAM_INTEGER,
             .fallback = "100",
             .min = 1,
             .max = 1e9,
             .doc = "passes over the rows"},
            {.name = "shuffle", .type = PARAM_BOOL, .fallback = "true", .doc = "whether every epoch has its own order"},
            {.name = "seed", .type = PARAM_INTEGER, .fallback = "0", .max = 9e15, .doc = "where all randomness begins"},
            {.name = "threads",
             .type = PARAM_INTEGER,
             .fallback = "auto",
             .min = 1,
             .max = 1024,
             .doc = "threads, or auto"},
            {.name = "precision",
             .type = PARAM_WORD,
             .fallback = "f32",
             .choices = "f32|bf16|f64",
             .doc = "of weights"},
            {.name = "drop_last",
             .type = PARAM_BOOL,
             .fallback = "false",
             .doc = "leaves out a last batch that is not full"},
        },
};

enum {
    SETTING_BATCH,
    SETTING_EPOCHS,
    SETTING_SHUFFLE,
    SETTING_SEED,
    SETTING_THREADS,
    SETTING_PRECISION,
    SETTING_DROP_LAST,
    SETTING_COUNT
};

/* `all` of batch and `auto` of threads are words among numbers. */
static bool is_word(Checker *checker, const AstExpr *expr, const char *word) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(checker, NULL, expr, &scope);
    return resolved->kind == AST_NAME && strcmp(resolved->text, word) == 0;
}

static bool read_setting(Checker *checker, int32_t index, const AstExpr *value, Argument *out) {
    const EntryParam *param = &train_entry.params[index];
    const char *word = index == SETTING_BATCH ? "all" : index == SETTING_THREADS ? "auto" : NULL;
    if (word && is_word(checker, value, word)) {
        *out = (Argument){.given = true, .span = value->span, .word = word};
        return true;
    }
    if (!bind_argument(checker, NULL, &train_entry, param, value, out)) return false;
    if (index != SETTING_PRECISION || strcmp(out->word, "f32") == 0) return true;
    report_unsupported(checker, value->span, out->word, "precision");
    return false;
}

static void check_setting(Checker *checker, const AstName *name, const AstExpr *value, Argument *settings,
                          Span *given) {
    int32_t index = catalog_param(&train_entry, name->text);
    if (index < 0) {
        WordList words = {0};
        for (int64_t i = 0; train_entry.params[i].name; i++)
            vec_push(checker->arena, &words, train_entry.params[i].name);
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`train` has no setting `%s`", name->text);
        suggest_fix(d, checker->arena, name->span, name->text, &words);
        checker->train_poisoned = true;
        return;
    }
    if (!span_is_none(given[index])) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_DUPLICATE_SETTING, name->span, "`%s` is given twice", name->text);
        diag_label(d, given[index], "first here");
        return;
    }
    given[index] = name->span;
    Argument read = {.span = SPAN_NONE};
    if (read_setting(checker, index, value, &read))
        settings[index] = read;
    else
        checker->train_poisoned = true;
}

static void check_statement(Checker *checker, const AstStmt *stmt, Argument *settings, Span *given) {
    if (stmt->kind != AST_ENTRY) {
        section_refuse_statement(checker, stmt, "train", "NAME: VALUE");
        checker->train_poisoned = true;
        return;
    }
    for (int64_t i = 0; i < stmt->name_count; i++)
        check_setting(checker, &stmt->names[i], stmt->value, settings, given);
}

/* The ratio of a portfolio belongs to rows in their order: where the spec says nothing else, to the whole series at once. */
static bool wants_whole_series(const Model *model) {
    for (int64_t i = 0; i < model->targets.count; i++)
        if (model->targets.items[i].loss && model->targets.items[i].loss->entry->is_portfolio) return true;
    return false;
}

void check_train(Checker *checker) {
    Argument settings[SETTING_COUNT];
    Span given[SETTING_COUNT];
    for (int i = 0; i < SETTING_COUNT; i++) {
        bind_default(checker, &train_entry, &train_entry.params[i], &settings[i]);
        given[i] = SPAN_NONE;
    }
    const AstSection *section = checker->sections[SECTION_TRAIN];
    if (section && !section_wants_block(checker, section, "train { batch: 32; epochs: 100; seed: 1 }"))
        checker->train_poisoned = true;
    else if (section)
        for (int64_t i = 0; i < section->stmt_count; i++)
            if (!section->stmts[i].disabled) check_statement(checker, &section->stmts[i], settings, given);
    bool portfolio = wants_whole_series(checker->model);
    bool all = settings[SETTING_BATCH].word != NULL || (portfolio && span_is_none(given[SETTING_BATCH]));
    checker->model->train = (LrtTrain){
        .batch = all ? 0 : settings[SETTING_BATCH].integer,
        .batch_all = all,
        .epochs = settings[SETTING_EPOCHS].integer,
        .shuffle = settings[SETTING_SHUFFLE].integer != 0 && !(portfolio && span_is_none(given[SETTING_SHUFFLE])),
        .drop_last = settings[SETTING_DROP_LAST].integer != 0,
        .seed = (uint64_t)settings[SETTING_SEED].integer,
        .threads = settings[SETTING_THREADS].word ? 0 : settings[SETTING_THREADS].integer,
    };
    checker->batch = settings[SETTING_BATCH].span;
    checker->epochs = settings[SETTING_EPOCHS].span;
    checker->shuffle = settings[SETTING_SHUFFLE].span;
    checker->model->batch_span = span_is_none(checker->batch) ? checker->model->train_span : checker->batch;
    checker->model->epochs_span = span_is_none(checker->epochs) ? checker->model->train_span : checker->epochs;
    checker->seed_given = !span_is_none(given[SETTING_SEED]);
}
