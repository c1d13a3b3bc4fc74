/* The checker's entry: the sections in the order of the work, then the lints, then the model put together. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* ---- sections that need no file of their own ------------------------------------------------------------------- */

/* The base name of the spec without its extension: what a model is called that does not say. */
static const char *default_name(Checker *checker) {
    const char *path = checker->session->sources.sources.items[checker->file->source].path;
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t length = strlen(base);
    if (str_ends_with(base, ".lspec") && length > strlen(".lspec")) length -= strlen(".lspec");
    return length > 0 ? arena_strndup(checker->arena, base, length) : "model";
}

/* The name becomes a folder of runs: no slashes, and not hidden. */
static bool name_can_be_folder(const char *name) {
    return *name != '\0' && *name != '.' && strchr(name, '/') == NULL && strlen(name) < 200;
}

static void check_model_name(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_MODEL];
    checker->model->name = default_name(checker);
    if (!section || !section_wants_field(checker, section, "model: churn")) return;
    const AstExpr *value = section->value;
    if ((value->kind == AST_NAME || value->kind == AST_STRING) && name_can_be_folder(value->text)) {
        checker->model->name = value->text;
        return;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "`model` wants a name");
    diag_advice(d, "a name of letters, digits and _, such as `model: churn`; runs are kept in a folder of that name");
}

/* Two definitions of one name, be it of a used file. */
static void check_definition_names(Checker *checker) {
    for (int64_t i = 0; i < checker->definitions.count; i++) {
        const AstSection *definition = checker->definitions.items[i];
        int64_t first;
        if (map_insert(&checker->definition_names, definition->name.text, i) ||
            !map_find(&checker->definition_names, definition->name.text, &first))
            continue;
        /* The spec's own line is the one to change. */
        const AstSection *other = checker->definitions.items[first];
        bool used = definition->name.span.source != checker->file->source;
        Diagnostic *d =
            diag_report(checker->session, DIAG_DUPLICATE_NAME, used ? other->name.span : definition->name.span,
                        "a second definition is called `%s`", definition->name.text);
        diag_label(d, used ? definition->name.span : other->name.span, "the other one");
    }
}

static void check_used_files(Checker *checker) {
    for (int64_t i = 0; i < checker->file->section_count; i++)
        if (checker->file->sections[i].kind == AST_USE && !checker->file->sections[i].disabled)
            check_use(checker, &checker->file->sections[i]);
}

/* ---- the model ------------------------------------------------------------------------------------------------- */

static Span section_span(const Checker *checker, SectionId id, Span otherwise) {
    return checker->sections[id] ? checker->sections[id]->name.span : otherwise;
}

/* Where messages about a whole stage point; a section left to its default is told of at the one before it. */
static void set_spans(Checker *checker) {
    Model *model = checker->model;
    Span start = {checker->file->source, 0, 0};
    model->data_span = section_span(checker, SECTION_DATA, start);
    model->target_span = section_span(checker, SECTION_TARGET, model->data_span);
    model->split_span = section_span(checker, SECTION_SPLIT, model->target_span);
    model->sampling_span = section_span(checker, SECTION_SAMPLING, model->split_span);
    model->network_span = section_span(checker, SECTION_NETWORK, model->target_span);
    model->loss_span = section_span(checker, SECTION_LOSS, model->network_span);
    model->optimizer_span = section_span(checker, SECTION_OPTIMIZER, model->loss_span);
    model->train_span = section_span(checker, SECTION_TRAIN, model->optimizer_span);
}

static int32_t weight_slot(const Checker *checker) {
    for (int64_t i = 0; i < checker->columns.count; i++)
        if (checker->columns.items[i].type == LRT_COLUMN_WEIGHT) return (int32_t)i;
    return -1;
}

static void assemble(Checker *checker) {
    Model *model = checker->model;
    LrtDataSpec *data = &model->data;
    data->spec_file = model->spec_file;
    data->columns = checker->columns.items;
    data->column_count = checker->columns.count;
    data->slots = checker->slots.items;
    data->slot_count = checker->slots.count;
    data->steps = checker->steps.items;
    data->step_count = checker->steps.count;
    data->inputs = checker->inputs.items;
    data->input_count = checker->inputs.count;
    data->targets = checker->targets.items;
    data->target_count = checker->targets.count;
    for (int64_t i = 0; i < checker->targets.count; i++)
        if (checker->targets.items[i].is_class)
            data->label_width++;
        else
            data->target_width += lrt_target_width(&checker->targets.items[i]);
    data->weight_slot = weight_slot(checker);
    data->samplers = checker->samplers.items;
    data->sampler_count = checker->samplers.count;
    for (int64_t i = 0; i < model->augments.count; i++) model->mixes |= model->augments.items[i].kind == LRT_AUGMENT_MIXUP;
    model->column_spans = checker->column_spans.items;
    model->step_spans = checker->step_spans.items;
}

/* ---- the entry ------------------------------------------------------------------------------------------------- */

static Checker *checker_new(Session *session, const AstFile *file, const CheckOptions *options) {
    Checker *checker = ARENA_NEW(session->arena, Checker);
    checker->session = session;
    checker->arena = session->arena;
    checker->file = file;
    checker->options = options;
    checker->model = ARENA_NEW(session->arena, Model);
    checker->model->source = file->source;
    checker->model->spec_file = session->sources.sources.items[file->source].path;
    checker->sampler_span = SPAN_NONE;
    checker->timestamp_column = -1;
    checker->window_span = SPAN_NONE;
    checker->data_path_span = SPAN_NONE;
    map_init(&checker->variable_names, checker->arena);
    map_init(&checker->constant_names, checker->arena);
    map_init(&checker->unknown_names, checker->arena);
    map_init(&checker->definition_names, checker->arena);
    return checker;
}

static void check_data_half(Checker *checker) {
    check_data(checker);
    check_columns(checker);
    check_target(checker);
    check_split(checker);
    check_preprocess(checker);
    check_sampling(checker);
    check_augment(checker);
}

/* Metrics come before `stop`: rules may watch what `metrics` does not list, and what it lists is numbered first. */
static void check_training_half(Checker *checker) {
    check_network(checker);
    check_series(checker);
    check_loss(checker);
    check_optimizer(checker);
    check_train(checker);
    check_metrics(checker);
    bind_augments(checker);
    check_plateau(checker);
    check_stop(checker);
    check_report(checker);
    check_diagnose(checker);
    check_tune(checker);
}

Model *sema_check(Session *session, const AstFile *file, const CheckOptions *options) {
    Checker *checker = checker_new(session, file, options);
    /* A section that the parser could not read is not in the file at all. */
    checker->damaged = session->error_count > 0;
    misspelt_find_hidden(checker);
    check_sections(checker);
    set_spans(checker);
    check_used_files(checker);
    check_constants_collect(checker, file);
    check_constants(checker);
    check_model_name(checker);
    check_definition_names(checker);
    check_data_half(checker);
    check_training_half(checker);
    assemble(checker);
    edit_points_collect(checker);
    /* Each lint looks whether what it rests on is whole, so that a mistake elsewhere does not hide it. */
    lint_network(checker);
    lint_training(checker);
    return checker->model;
}
