/* audit: proves that nothing of validation and test part reaches fits, training rows or weights, by training a few steps
 * twice: on the data as it is, and with other cells in every validation and test row. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "core/commands.h"
#include "train/training.h"

enum { AUDIT_STEPS = 20 };

/* The weights after some steps of one epoch; the arrays lie in the machine, which the caller frees. */
static bool train_some(const CommandContext *context, const LrtDataset *dataset, int64_t steps, Machine *machine,
                       int64_t *out_steps, LrtError *error) {
    const LrtProgram *program = context->program;
    int64_t threads = context->options->threads >= 0 ? context->options->threads : program->train.threads;
    TrainingPlan plan = training_plan_of(program);
    Training training;
    RunLog log;
    plan.epochs = 1;
    plan.max_steps = steps;
    if (!machine_init(machine, program, threads, error)) {
        return false;
    }
    bool good = machine_init_parameters(machine, plan.seed, error) && run_log_open(&log, program, NULL, 0, NULL, error) &&
                training_init(&training, machine, dataset, &plan, &log, error);
    if (good) {
        training_run(&training);
        *out_steps = training.steps_done;
        training_free(&training);
        good = run_log_close(&log, error);
    }
    return good;
}

/* Row by row: what lies between the rows is no weight. */
static bool same_weights(const LrtParameter *parameter, const float *before, const float *after) {
    for (int64_t row = 0; row < parameter->rows; row++) {
        int64_t at = row * parameter->stride;
        if (memcmp(before + at, after + at, (size_t)parameter->columns * sizeof *before) != 0) {
            return false;
        }
    }
    return true;
}

static void compare_weights(Audit *audit, const Machine *before, const Machine *after, FILE *out) {
    const LrtProgram *program = before->program;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        if (!same_weights(parameter, machine_parameter(before, i), machine_parameter(after, i))) {
            audit_difference(audit, out, "the weights `%s` after training with other validation and test cells",
                             parameter->name);
        }
    }
}

static bool audit_weights(const CommandContext *context, Audit *audit, int64_t *out_steps, LrtError *error) {
    Machine before = {0}, after = {0};
    int64_t steps = context->options->max_steps > 0 ? context->options->max_steps : AUDIT_STEPS;
    bool good = train_some(context, audit->before, steps, &before, out_steps, error) &&
                train_some(context, audit->after, steps, &after, out_steps, error);
    if (good) {
        compare_weights(audit, &before, &after, stdout);
    }
    machine_free(&after);
    machine_free(&before);
    return good;
}

static void print_result(const Audit *audit, const LrtDataSpec *spec, int64_t steps) {
    int64_t rows = audit->before->part_count[LRT_PART_TRAIN];
    if (audit->differences == 0) {
        printf("The fits of %" PRId64 " steps, %" PRId64 " training rows and the weights after %" PRId64
               " updates are the same, bit for bit, with other cells in all %" PRId64 " validation and test rows.\n",
               spec->step_count, rows, steps, audit->poisoned_rows);
    } else {
        printf("%" PRId64 " differences with other cells in the %" PRId64 " validation and test rows: training knows of them.\n",
               audit->differences, audit->poisoned_rows);
    }
}

int command_audit(const CommandContext *context, LrtError *error) {
    const LrtDataSpec *spec = &context->program->data;
    LrtTable *table = lrt_table_read(spec, context->options->data, LRT_READ_TRAIN, error);
    Audit audit = {0};
    int64_t steps = 0;
    bool good = table && audit_data(&audit, spec, table, lrt_dataset_prepare, stdout, error);
    if (good && audit.poisoned_rows == 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "there is no validation or test row whose cells could be changed");
        lrt_error_fix(error, "a split with such a part");
        good = false;
    }
    good = good && (audit.differences > 0 || audit_weights(context, &audit, &steps, error));
    if (good) {
        print_result(&audit, spec, steps);
    }
    int status = good ? (audit.differences > 0 ? LRT_EXIT_DATA : 0) : error->status;
    audit_free(&audit);
    if (table) {
        lrt_table_free(table);
    }
    return status;
}
