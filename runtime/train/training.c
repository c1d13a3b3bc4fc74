/* The loop. Everything it needs is allocated before the first step; what it does in a step is gather, run, add, look at the clock. */
#include "train/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "checkpoint/weights.h"
#include "lrt/random.h"
#include "train/gather.h"
#include "train/interrupt.h"
#include "train/schedule.h"

/* What an epoch has added up. */
typedef struct EpochSums {
    double loss, weight, gradient_norm;
    double learning_rate;          /* of its last step */
    double seconds;                /* of the steps alone, gathering included */
    double update_ratio;
    int64_t rows, steps;
} EpochSums;

static double clock_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

TrainingPlan training_plan_of(const LrtProgram *program) {
    TrainingPlan plan = {.epochs = program->train.epochs, .max_steps = -1, .seed = program->train.seed};
    for (int64_t i = 0; i < program->stop_count; i++) {
        const LrtStop *stop = &program->stops[i];
        if (stop->kind == LRT_STOP_MAX_STEPS) {
            plan.max_steps = (int64_t)stop->limit;
        } else if (stop->kind == LRT_STOP_TIME_LIMIT) {
            plan.time_limit = stop->limit;
        }
    }
    return plan;
}

int64_t *training_sample_rows(const LrtProgram *program, const LrtDataset *dataset, int64_t *out_count) {
    const int64_t *part = dataset->part_rows[LRT_PART_TRAIN];
    int64_t originals = 0;
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        originals += part[i] < dataset->original_count;
    }
    int64_t wanted = originals < TRAINING_SAMPLE_ROWS ? originals : TRAINING_SAMPLE_ROWS;
    int64_t *rows = malloc(((size_t)wanted + 1) * sizeof *rows);
    *out_count = 0;
    /* selection sampling (Knuth, volume 2, 3.4.2, algorithm S): each row is taken with the share that is still wanted */
    LrtRandom random = lrt_random_stream(program->train.seed, "measured training rows", 0);
    for (int64_t i = 0; rows && i < originals; i++) {
        if (lrt_random_below(&random, originals - i) < wanted - *out_count) {
            rows[(*out_count)++] = part[i]; /* originals come first in the part */
        }
    }
    return rows;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static bool allocate(Training *training, LrtError *error) {
    const LrtProgram *program = training->machine->program;
    size_t floats = (size_t)weights_float_count(program) + 1;
    training->sample = training_sample_rows(program, training->dataset, &training->sample_count);
    training->best_weights = malloc(floats * sizeof(float));
    training->gradients = training->plan.keep_gradients ? calloc(floats, sizeof(float)) : NULL;
    if (!training->sample || !training->best_weights ||
        (training->plan.keep_gradients && !training->gradients)) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a second copy of the weights");
    }
    int64_t capacity = larger(training->sample_count, larger(training->dataset->part_count[LRT_PART_VALIDATION],
                                                             training->dataset->part_count[LRT_PART_TEST]));
    return evaluator_init(&training->evaluator, training->machine, training->dataset, training->dataset->fits, capacity, error) &&
           evaluation_init(&training->train, program, error) && evaluation_init(&training->validation, program, error) &&
           rules_init(&training->rules, program, error) && averages_init(&training->averages, training->machine, error) &&
           update_ratio_init(&training->update_ratio, program, error) &&
           diagnosis_init(&training->diagnosis, training, error);
}

bool training_init(Training *training, Machine *machine, const LrtDataset *dataset, const TrainingPlan *plan, RunLog *log,
                   LrtError *error) {
    *training = (Training){.machine = machine, .dataset = dataset, .plan = *plan, .log = log, .best_value = (double)NAN};
    LrtRandom random = lrt_random_stream(plan->seed, "network", 0);
    training->random_key[0] = random.key[0];
    training->random_key[1] = random.key[1];
    if (!batches_init(&training->batches, machine->program, dataset, plan->seed, plan->order, error) ||
        !augmenter_init(&training->augmenter, machine, plan->seed, error) || !allocate(training, error)) {
        training_free(training);
        return false;
    }
    return true;
}

void training_free(Training *training) {
    batches_free(&training->batches);
    augmenter_free(&training->augmenter);
    evaluator_free(&training->evaluator);
    evaluation_free(&training->train);
    evaluation_free(&training->validation);
    rules_free(&training->rules);
    averages_free(&training->averages);
    update_ratio_free(&training->update_ratio);
    diagnosis_free(&training->diagnosis);
    free(training->sample);
    free(training->best_weights);
    free(training->gradients);
    *training = (Training){0};
}

static double elapsed(const Training *training) { return clock_seconds(CLOCK_MONOTONIC) - training->started; }

/* After a step: has the run reached one of its ends? The coarse clock costs a few nanoseconds and is exact to some milliseconds. */
static bool reached_end(Training *training, TrainingEnd *out_end) {
    const TrainingPlan *plan = &training->plan;
    if (interrupt_requested()) {
        *out_end = TRAINING_INTERRUPTED;
    } else if (plan->max_steps >= 0 && training->steps_done >= plan->max_steps) {
        *out_end = TRAINING_MAX_STEPS;
    } else if (plan->order && training->steps_done >= plan->order->steps) {
        *out_end = TRAINING_BATCH_ORDER;
    } else if (plan->time_limit > 0 && clock_seconds(CLOCK_MONOTONIC_COARSE) - training->started >= plan->time_limit) {
        *out_end = TRAINING_TIME_LIMIT;
    } else {
        return false;
    }
    return true;
}

static const LrtStop *find_stop(const LrtProgram *program, LrtStopKind kind) {
    for (int64_t i = 0; i < program->stop_count; i++) {
        if (program->stops[i].kind == kind) {
            return &program->stops[i];
        }
    }
    return NULL;
}

LrtCall training_call_step(const Training *training, int64_t step, int64_t index) {
    Machine *machine = training->machine;
    const LrtProgram *program = machine->program;
    const Batches *batches = &training->batches;
    int64_t count;
    const int64_t *rows = batches_rows(batches, step, index, &count);
    gather_rows(machine, &program->step, training->dataset, rows, count, false);
    augment_rows(&training->augmenter, step, count);
    LrtCall call = {
        .arena = machine->arena,
        .pool = machine->pool,
        .rows = count,
        .learning_rate = training->rules.rate_factor *
                         schedule_learning_rate(&program->schedule, step, batches->steps_per_epoch,
                                                training->plan.epochs * batches->steps_per_epoch),
        .step = step,
        .random_key = {training->random_key[0], training->random_key[1]},
        .keep_gradients = training->plan.keep_gradients,
    };
    program->step.run(&call);
    return call;
}

static void run_step(Training *training, int64_t index, EpochSums *sums) {
    LrtCall call = training_call_step(training, training->steps_done, index);
    double loss = call.loss_sum / call.weight_sum;
    sums->loss += call.loss_sum;
    sums->weight += call.weight_sum;
    sums->gradient_norm += call.gradient_norm;
    sums->learning_rate = call.learning_rate;
    sums->rows += call.rows;
    sums->steps++;
    trace_step(&training->diagnosis.trace, loss, &call);
    StepRecord record = {.step = training->steps_done,
                         .epoch = training->epochs_done + 1,
                         .loss = loss,
                         .learning_rate = call.learning_rate,
                         .gradient_norm = call.gradient_norm};
    training->steps_done++;
    if (training->log->log_every > 0) {
        run_log_step(training->log, &record);
    }
    if (training->log->terminal) {
        run_log_progress(training->log, &record, index + 1, training->batches.steps_per_epoch,
                         clock_seconds(CLOCK_MONOTONIC_COARSE) - training->started);
    }
}

/* The steps of one epoch. True where the run ends within it, for a reason left in training->end. */
static bool run_steps(Training *training, EpochSums *sums) {
    const Batches *batches = &training->batches;
    bool ended = false;
    diagnosis_begin_epoch(training);
    double begin = clock_seconds(CLOCK_MONOTONIC);
    *sums = (EpochSums){.update_ratio = (double)NAN};
    batches_begin_epoch(&training->batches, training->epochs_done);
    for (int64_t index = 0; index < batches->steps_per_epoch && !ended; index++) {
        bool last = index + 1 == batches->steps_per_epoch;
        if (last) {
            update_ratio_mark(&training->update_ratio, training->machine);
        }
        run_step(training, index, sums);
        if (last) {
            sums->update_ratio = update_ratio_measure(&training->update_ratio, training->machine);
        }
        if (training->steps_done % training->machine->program->train.update_every == 0) {
            averages_after_update(&training->averages);
        }
        if (!isfinite(sums->loss)) {
            diagnosis_locate_step(training, index);
            training->end = TRAINING_NONFINITE;
            ended = true;
        } else {
            ended = reached_end(training, &training->end);
        }
    }
    sums->seconds = clock_seconds(CLOCK_MONOTONIC) - begin;
    if (training->gradients) {
        gradients_copy(training->machine->program, training->machine->arena, training->gradients);
    }
    return ended;
}

static bool keep_best(Training *training) {
    double value;
    bool higher;
    const LrtProgram *program = training->machine->program;
    if (!rules_monitored(program, program->best, &training->train, &training->validation, &value, &higher) ||
        !rules_improves(value, training->best_value, 0, higher)) {
        return false;
    }
    training->best_value = value;
    training->best_epoch = training->epochs_done;
    weights_copy(program, training->machine->arena, training->best_weights);
    return true;
}

static void measure(Training *training) {
    const int64_t *validation = training->dataset->part_rows[LRT_PART_VALIDATION];
    evaluator_measure(&training->evaluator, training->sample, training->sample_count, &training->train);
    diagnosis_measured_train(training);
    evaluator_measure(&training->evaluator, validation, training->dataset->part_count[LRT_PART_VALIDATION],
                      &training->validation);
    diagnosis_measured_validation(training);
}

/* A loss that is not finite though the steps' losses were: the last update was too much. */
static bool check_measured(Training *training) {
    bool train = isfinite(training->train.loss) || training->train.rows == 0;
    bool validation = isfinite(training->validation.loss) || training->validation.rows == 0;
    if (train && validation) {
        return true;
    }
    diagnosis_locate_measure(training);
    training->end = TRAINING_NONFINITE;
    return false;
}

const char *training_end_word(TrainingEnd end) {
    switch (end) {
    case TRAINING_EPOCHS:
        return "last epoch";
    case TRAINING_EARLY:
        return "early";
    case TRAINING_TIME_LIMIT:
        return "time_limit";
    case TRAINING_MAX_STEPS:
        return "max_steps";
    case TRAINING_BATCH_ORDER:
        return "end of batch order";
    case TRAINING_INTERRUPTED:
        return "interrupted";
    case TRAINING_NONFINITE:
        return "nonfinite-loss";
    case TRAINING_REACHED:
        return "reached";
    case TRAINING_DIVERGED:
        return "diverged";
    case TRAINING_DIAGNOSIS: /* among the findings told already */
        break;
    }
    return "";
}

static TrainingEnd end_of(const LrtStop *stop) {
    return stop->kind == LRT_STOP_REACHED    ? TRAINING_REACHED
           : stop->kind == LRT_STOP_DIVERGED ? TRAINING_DIVERGED
                                             : TRAINING_EARLY;
}

/* What is measured and remembered is the mean of the weights where the program keeps one; the training goes on with the
 * weights themselves. */
static bool measure_and_remember(Training *training, bool finite, bool *out_best) {
    averages_after_epoch(&training->averages, training->steps_done, training->batches.steps_per_epoch);
    averages_swap(&training->averages);
    measure(training);
    finite = finite && check_measured(training);
    *out_best = finite && keep_best(training);
    averages_swap(&training->averages);
    return finite;
}

/* Measures, remembers, tells. True where the run ends here. */
static bool finish_epoch(Training *training, const EpochSums *sums, bool ended) {
    training->epochs_done++;
    bool best;
    bool finite = measure_and_remember(training, training->end != TRAINING_NONFINITE || !ended, &best);
    const LrtStop *stop = finite ? rules_watch(&training->rules, &training->train, &training->validation) : NULL;
    if (stop && !ended) {
        training->end = end_of(stop);
        training->stop = stop;
    }
    const char *told[DIAGNOSIS_EVENTS];
    int told_count = 0;
    bool wrong = finite && diagnosis_end_epoch(training, sums->update_ratio, told, &told_count);
    if (wrong && !ended) {
        training->end = TRAINING_DIAGNOSIS;
        training->stop = NULL;
    }
    bool last = ended || !finite || stop || wrong || training->epochs_done >= training->plan.epochs;
    EpochRecord record = {.epoch = training->epochs_done,
                          .step = training->steps_done,
                          .seconds = elapsed(training),
                          .learning_rate = sums->learning_rate,
                          .running_loss = sums->loss / sums->weight,
                          .gradient_norm = sums->gradient_norm / (double)sums->steps,
                          .update_ratio = sums->update_ratio,
                          .rows_per_second = (double)sums->rows / sums->seconds,
                          .train = &training->train,
                          .validation = training->validation.rows > 0 ? &training->validation : NULL};
    if (best) {
        record.events[record.event_count++] = "best";
    }
    for (int i = 0; i < told_count; i++) {
        record.events[record.event_count++] = told[i];
    }
    if (last && training->end != TRAINING_DIAGNOSIS) {
        record.events[record.event_count++] = training_end_word(training->end);
    }
    run_log_epoch(training->log, &record);
    return last;
}

/* For the time that is left, as far as it can be known. */
static void tell_length(Training *training) {
    const TrainingPlan *plan = &training->plan;
    int64_t steps = plan->epochs * training->batches.steps_per_epoch;
    if (plan->max_steps >= 0 && plan->max_steps < steps) {
        steps = plan->max_steps;
    }
    if (plan->order && plan->order->steps < steps) {
        steps = plan->order->steps;
    }
    training->log->epochs = plan->epochs;
    training->log->total_steps = steps;
}

void training_run(Training *training) {
    const LrtProgram *program = training->machine->program;
    tell_length(training);
    training->started = clock_seconds(CLOCK_MONOTONIC);
    training->end = TRAINING_EPOCHS;
    diagnosis_begin(training);
    bool last = reached_end(training, &training->end) || training->plan.epochs < 1;
    averages_begin(&training->averages);
    while (!last) {
        EpochSums sums;
        bool ended = run_steps(training, &sums);
        last = finish_epoch(training, &sums, ended);
    }
    if (training->end == TRAINING_MAX_STEPS) {
        training->stop = find_stop(program, LRT_STOP_MAX_STEPS);
    } else if (training->end == TRAINING_TIME_LIMIT) {
        training->stop = find_stop(program, LRT_STOP_TIME_LIMIT);
    }
    averages_swap(&training->averages);
    training->weights_epoch = training->epochs_done;
    training->seconds = elapsed(training);
    diagnosis_conclude(training);
}

void training_restore(Training *training) {
    const LrtProgram *program = training->machine->program;
    bool useless = training->end == TRAINING_NONFINITE || training->end == TRAINING_DIVERGED ||
                   training->end == TRAINING_DIAGNOSIS;
    bool wanted = program->restore_best || useless;
    if (!wanted || training->best_epoch == 0) {
        return;
    }
    weights_restore(program, training->machine->arena, training->best_weights);
    training->restored = training->best_epoch != training->weights_epoch;
    training->weights_epoch = training->best_epoch;
}

bool training_has_weights(const Training *training) {
    return training->end != TRAINING_NONFINITE || training->best_epoch > 0;
}
