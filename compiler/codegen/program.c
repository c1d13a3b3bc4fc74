/* The constant lrt_program: what the runtime knows of the model. It is filled as a plain struct and then emitted by
 * tables of its pointers. */
#include <stddef.h>

#include "codegen/constant.h"
#include "lrt/sha256.h"
#include "support/version.h"

#define FIELDS(...) ((const ConstantField[]){__VA_ARGS__})
#define TYPE(Struct, ...)                                                                                              \
    {.size = sizeof(Struct),                                                                                           \
     .fields = FIELDS(__VA_ARGS__),                                                                                    \
     .field_count = sizeof FIELDS(__VA_ARGS__) / sizeof(ConstantField)}
#define PLAIN(Struct) {.size = sizeof(Struct)}
#define TEXT(Struct, name) {.kind = CONSTANT_TEXT, .offset = offsetof(Struct, name)}
#define TEXTS(Struct, name, number)                                                                                    \
    {.kind = CONSTANT_TEXTS, .offset = offsetof(Struct, name), .count = offsetof(Struct, number)}
#define ARRAY(Struct, name, number, of)                                                                                \
    {.kind = CONSTANT_ARRAY, .offset = offsetof(Struct, name), .count = offsetof(Struct, number), .type = &(of)}
#define LINKED(Struct, name) {.kind = CONSTANT_LINKED, .offset = offsetof(Struct, name)}
#define INSIDE(Struct, name, of) {.kind = CONSTANT_INSIDE, .offset = offsetof(Struct, name), .type = &(of)}

static const ConstantType file_type =
    TYPE(LrtSourceFile, TEXT(LrtSourceFile, path), TEXT(LrtSourceFile, spec_path), TEXT(LrtSourceFile, label_path),
         TEXT(LrtSourceFile, spec_label_path));
static const ConstantType source_type =
    TYPE(LrtSource, LINKED(LrtSource, reader), LINKED(LrtSource, gzip), LINKED(LrtSource, zstd),
         ARRAY(LrtSource, files, file_count, file_type), TEXT(LrtSource, query), TEXT(LrtSource, path),
         TEXT(LrtSource, spec_path), TEXTS(LrtSource, missing, missing_count));
static const ConstantType number_type = PLAIN(int32_t);
static const ConstantType real_type = PLAIN(double);
static const ConstantType column_type =
    TYPE(LrtColumn, TEXT(LrtColumn, name), TEXTS(LrtColumn, levels, level_count),
         ARRAY(LrtColumn, from, from_count, number_type), TEXT(LrtColumn, format));
static const ConstantType slot_type = TYPE(LrtSlot, TEXT(LrtSlot, name));
static const ConstantType step_type = TYPE(LrtStep, ARRAY(LrtStep, others, other_count, number_type));
static const ConstantType input_type = TYPE(LrtInput, TEXT(LrtInput, name));
static const ConstantType target_type =
    TYPE(LrtTarget, TEXT(LrtTarget, name), TEXTS(LrtTarget, parts, width), TEXTS(LrtTarget, levels, level_count), TEXT(LrtTarget, units));
static const ConstantType sampler_type = PLAIN(LrtSampler);
static const ConstantType data_type = TYPE(
    LrtDataSpec, TEXT(LrtDataSpec, spec_file), INSIDE(LrtDataSpec, source, source_type),
    ARRAY(LrtDataSpec, columns, column_count, column_type), ARRAY(LrtDataSpec, slots, slot_count, slot_type),
    ARRAY(LrtDataSpec, steps, step_count, step_type), ARRAY(LrtDataSpec, inputs, input_count, input_type),
    ARRAY(LrtDataSpec, targets, target_count, target_type), ARRAY(LrtDataSpec, samplers, sampler_count, sampler_type));
static const ConstantType piece_type = PLAIN(LrtRatePiece);
static const ConstantType schedule_type = TYPE(LrtSchedule, ARRAY(LrtSchedule, pieces, piece_count, piece_type));
static const ConstantType augment_type = PLAIN(LrtAugment);
static const ConstantType weight_step_type = PLAIN(LrtWeightStep);
static const ConstantType stop_type = PLAIN(LrtStop);
static const ConstantType quantile_type = PLAIN(LrtQuantile);
static const ConstantType metric_type =
    TYPE(LrtMetric, TEXT(LrtMetric, name), ARRAY(LrtMetric, quantiles, quantile_count, quantile_type));
static const ConstantType parameter_type = TYPE(LrtParameter, TEXT(LrtParameter, name), TEXT(LrtParameter, layer));
static const ConstantType state_type = TYPE(LrtState, TEXT(LrtState, name));
static const ConstantType output_type =
    TYPE(LrtOutput, TEXTS(LrtOutput, columns, column_count), TEXT(LrtOutput, loss),
         ARRAY(LrtOutput, loss_numbers, loss_number_count, real_type));
static const ConstantType span_type = TYPE(LrtSpan, TEXT(LrtSpan, name));
static const ConstantType optimizer_type = TYPE(LrtOptimizer, TEXT(LrtOptimizer, name));
static const ConstantType diagnose_type =
    TYPE(LrtDiagnose, TEXTS(LrtDiagnose, silenced, silenced_count), TEXTS(LrtDiagnose, warnings, warning_count),
         ARRAY(LrtDiagnose, spans, span_count, span_type));
static const ConstantType layer_type =
    TYPE(LrtLayer, TEXT(LrtLayer, name), TEXT(LrtLayer, kind), TEXT(LrtLayer, output_shape));

static int64_t call_base(const Emitter *emitter, const Plan *plan, int32_t buffer) {
    const PlanBuffer *place = &plan->buffers.items[buffer];
    return emitter->section_base[place->section] + place->offset;
}

static int64_t matrix_offset(const Emitter *emitter, const Plan *plan, const PlanMatrix *matrix) {
    return matrix->buffer < 0 ? -1 : call_base(emitter, plan, matrix->buffer) + 4 * matrix->offset;
}

static void fill_input(const Emitter *emitter, const Plan *plan, const PlanInput *input, int64_t *offset,
                       int64_t *stride) {
    *offset = input->buffer < 0 ? -1 : call_base(emitter, plan, input->buffer);
    if (stride != NULL) *stride = input->stride;
}

static LrtEntry fill_entry(const Emitter *emitter, const Plan *plan) {
    LrtEntry entry = {.capacity = plan->capacity};
    fill_input(emitter, plan, &plan->features, &entry.features, &entry.feature_stride);
    fill_input(emitter, plan, &plan->indices, &entry.indices, &entry.index_stride);
    fill_input(emitter, plan, &plan->targets, &entry.targets, &entry.target_stride);
    fill_input(emitter, plan, &plan->labels, &entry.labels, &entry.label_stride);
    fill_input(emitter, plan, &plan->weights, &entry.weights, NULL);
    return entry;
}

static const LrtParameter *fill_parameters(const Emitter *emitter, const Plan *plan) {
    const Graph *graph = plan->graph;
    LrtParameter *out = ARENA_ARRAY(emitter->arena, LrtParameter, graph->parameters.count + 1);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *from = &graph->parameters.items[i];
        const PlanParameter *place = &plan->parameters[i];
        out[i] = (LrtParameter){
            .name = from->name,
            .layer = from->layer,
            .rank = from->file_shape.rank,
            .transposed = from->transposed,
            .cells = from->cells,
            .rows = place->extent.rows,
            .columns = place->extent.columns,
            .stride = place->stride,
            .offset = call_base(emitter, plan, place->buffer),
            .trainable = from->trainable,
            .decayed = from->decayed,
            .init = from->init,
            .init_value = from->init_value,
            .fan_in = from->fan_in,
            .fan_out = from->fan_out,
            .gradient_offset = place->gradient < 0 ? -1 : call_base(emitter, plan, place->gradient),
        };
        for (int32_t axis = 0; axis < from->file_shape.rank; axis++) out[i].dims[axis] = from->file_shape.dims[axis];
    }
    return out;
}

static const LrtState *fill_states(const Emitter *emitter, const Plan *plan) {
    const Graph *graph = plan->graph;
    LrtState *out = ARENA_ARRAY(emitter->arena, LrtState, graph->states.count + 1);
    for (int64_t i = 0; i < graph->states.count; i++) {
        const PlanParameter *parameter = &plan->parameters[graph->states.items[i].parameter];
        out[i] = (LrtState){.name = graph->states.items[i].name,
                            .offset = call_base(emitter, plan, plan->states[i]),
                            .size = 4 * parameter->extent.rows * parameter->stride,
                            .initial = (float)graph->states.items[i].initial};
    }
    return out;
}

static double argument_or(const Call *call, const char *name, double otherwise) {
    return catalog_param(call->entry, name) >= 0 ? call_number(call, name) : otherwise;
}

/* What the runtime needs to know of a loss to tell what the best constant would have. */
static void fill_loss(Arena *arena, LrtOutput *output, const Call *loss) {
    static const char *const names[] = {"delta", "gamma", "p"};
    double *number = ARENA_NEW(arena, double);
    output->loss = loss->entry->name;
    output->label_smoothing = argument_or(loss, "label_smoothing", 0);
    output->loss_numbers = number;
    output->loss_number_count = 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) *number += argument_or(loss, names[i], 0);
    const Argument *quantiles = catalog_param(loss->entry, "q") >= 0 ? call_argument(loss, "q") : NULL;
    if (quantiles == NULL) return;
    output->loss_numbers = quantiles->numbers != NULL ? quantiles->numbers : &quantiles->number;
    output->loss_number_count = quantiles->numbers != NULL ? quantiles->count : 1;
}

static const LrtOutput *fill_outputs(const Emitter *emitter, const Plan *plan) {
    const Graph *graph = plan->graph;
    LrtOutput *out = ARENA_ARRAY(emitter->arena, LrtOutput, graph->outputs.count + 1);
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        const PlanOutput *output = &plan->outputs[i];
        const ModelTarget *target = emitter->model != NULL ? &emitter->model->targets.items[i] : NULL;
        out[i] = (LrtOutput){
            .target = target != NULL ? target->index : (int32_t)i,
            .prediction = matrix_offset(emitter, plan, &output->prediction),
            .prediction_stride = output->prediction.row_stride,
            .width = output->width,
            .row_loss = matrix_offset(emitter, plan, &output->row_loss),
            .row_weight = matrix_offset(emitter, plan, &output->row_weight),
            .loss_weight = graph->outputs.items[i].loss_weight,
        };
        if (target == NULL) continue;
        fill_loss(emitter->arena, &out[i], target->loss);
        const CatalogEntry *loss = target->loss->entry;
        out[i].predicts_median = loss->predicts_median;
        out[i].is_portfolio = loss->is_portfolio;
        if (loss->is_portfolio) out[i].cost = call_number(target->loss, "cost");
        if (loss->prediction_columns != NULL)
            out[i].columns = loss->prediction_columns(emitter->arena, target->loss, &out[i].column_count);
    }
    return out;
}

static int32_t line_of(const Emitter *emitter, Span span) {
    if (span_is_none(span)) return 0;
    return (int32_t)source_position(&emitter->session->sources, span.source, span.begin).line;
}

static const LrtLayer *fill_layers(const Emitter *emitter) {
    const Lowered *lowered = emitter->lowered;
    LrtLayer *out = ARENA_ARRAY(emitter->arena, LrtLayer, lowered->layer_count + 1);
    for (int64_t i = 0; i < lowered->layer_count; i++) {
        const BuildLayer *layer = &lowered->layers[i];
        out[i] = (LrtLayer){.name = layer->name,
                            .kind = layer->text,
                            .output_shape = shape_text(emitter->arena, &layer->output_shape),
                            .parameters = layer->parameters,
                            .flops = layer->flops,
                            .spec_line = line_of(emitter, layer->span)};
    }
    return out;
}

static LrtOptimizer fill_optimizer(const Model *model) {
    const Call *call = model->optimizer;
    double momentum = argument_or(call, "momentum", 0);
    LrtOptimizer out = {
        .name = call->entry->name,
        .momentum = argument_or(call, "beta1", momentum),
        .beta2 = argument_or(call, "beta2", argument_or(call, "alpha", 0)),
        .epsilon = argument_or(call, "epsilon", 0),
        .nesterov = catalog_param(call->entry, "nesterov") >= 0 && call_bool(call, "nesterov"),
    };
    for (int64_t i = 0; i < model->gradient_steps.count; i++)
        out.clip_norm = argument_or(model->gradient_steps.items[i], "norm", out.clip_norm);
    return out;
}

/* Names of the warnings that the compiler has reported: causes that a finding of the run may be explained by. */
static void fill_warnings(const Emitter *emitter, LrtDiagnose *out) {
    const Session *session = emitter->session;
    VEC(const char *) names = {0};
    for (int64_t i = 0; i < session->diagnostics.count; i++)
        if (session->diagnostics.items[i]->severity == SEVERITY_WARNING)
            vec_push(emitter->arena, &names, diag_name(session->diagnostics.items[i]->id));
    out->warnings = names.items;
    out->warning_count = names.count;
}

static void fill_model(const Emitter *emitter, LrtProgram *program) {
    const Model *model = emitter->model;
    const Source *source = &emitter->session->sources.sources.items[model->source];
    char *digest = arena_alloc(emitter->arena, 65, 1);
    lrt_sha256_hex(source->text, source->length, digest);
    program->name = model->name;
    program->spec_file = model->spec_file;
    program->spec_text = source->text;
    program->spec_digest = digest;
    program->data = model->data;
    program->training_rows = model->training_rows;
    program->train = model->train;
    program->schedule = model->schedule;
    program->train.update_every = model->update_every > 1 ? model->update_every : 1;
    program->weight_steps = model->weight_steps.items;
    program->weight_step_count = model->weight_steps.count;
    program->augments = model->augments.items;
    program->augment_count = model->augments.count;
    program->mixes = model->mixes;
    program->stops = model->stops.items;
    program->stop_count = model->stops.count;
    program->metrics = model->metrics.items;
    program->metric_count = model->metrics.count;
    program->best = model->best;
    program->restore_best = model->restore_best;
    program->run_directory = model->run_directory;
    program->optimizer = fill_optimizer(model);
    program->diagnose = model->diagnose;
    fill_warnings(emitter, &program->diagnose);
    program->layers = fill_layers(emitter);
    program->layer_count = emitter->lowered->layer_count;
}

static LrtProgram fill_program(const Emitter *emitter, const Plan *training, const Plan *evaluation) {
    LrtProgram program = {
        .abi_version = LRT_ABI_VERSION,
        .compiler_version = LSPEC_VERSION,
        .target_cpu = emitter->target.description,
        .cpu_features = emitter->target.needed,
        .parameters = fill_parameters(emitter, training),
        .parameter_count = training->graph->parameters.count,
        .states = fill_states(emitter, training),
        .state_count = training->graph->states.count,
        .outputs = fill_outputs(emitter, evaluation),
        .output_count = evaluation->graph->outputs.count,
        .step = fill_entry(emitter, training),
        .evaluate = fill_entry(emitter, evaluation),
    };
    int64_t call = training->section_size[SECTION_CALL], other = evaluation->section_size[SECTION_CALL];
    program.arena_bytes = emitter->section_base[SECTION_CALL] + (call > other ? call : other);
    if (emitter->model != NULL) fill_model(emitter, &program);
    return program;
}

void emit_program(Emitter *emitter, const Plan *training_plan, const Plan *evaluation_plan, LLVMValueRef step,
                  LLVMValueRef evaluate) {
    const ConstantField fields[] = {
        TEXT(LrtProgram, name),
        TEXT(LrtProgram, spec_file),
        TEXT(LrtProgram, spec_text),
        TEXT(LrtProgram, spec_digest),
        TEXT(LrtProgram, compiler_version),
        TEXT(LrtProgram, target_cpu),
        TEXT(LrtProgram, cpu_features),
        TEXT(LrtProgram, run_directory),
        INSIDE(LrtProgram, data, data_type),
        INSIDE(LrtProgram, schedule, schedule_type),
        ARRAY(LrtProgram, weight_steps, weight_step_count, weight_step_type),
        ARRAY(LrtProgram, augments, augment_count, augment_type),
        ARRAY(LrtProgram, stops, stop_count, stop_type),
        ARRAY(LrtProgram, metrics, metric_count, metric_type),
        ARRAY(LrtProgram, parameters, parameter_count, parameter_type),
        ARRAY(LrtProgram, states, state_count, state_type),
        ARRAY(LrtProgram, outputs, output_count, output_type),
        ARRAY(LrtProgram, layers, layer_count, layer_type),
        INSIDE(LrtProgram, optimizer, optimizer_type),
        INSIDE(LrtProgram, diagnose, diagnose_type),
        {.kind = CONSTANT_FUNCTION, .offset = offsetof(LrtProgram, step.run), .value = step},
        {.kind = CONSTANT_FUNCTION, .offset = offsetof(LrtProgram, evaluate.run), .value = evaluate},
    };
    const ConstantType type = {
        .size = sizeof(LrtProgram), .fields = fields, .field_count = sizeof fields / sizeof *fields};
    LrtProgram program = fill_program(emitter, training_plan, evaluation_plan);
    LLVMValueRef value = constant_struct(emitter, &type, &program);
    LLVMValueRef global = LLVMAddGlobal(emitter->module, LLVMTypeOf(value), "lrt_program");
    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, 1);
    LLVMSetAlignment(global, 16);
}
