/* The life of a diagnosis. What it measures while training is read from what the loop computes anyway; what costs more waits until
 * the end, and until something is wrong. */
#include "diagnose/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/constant_loss.h"
#include "diagnose/probe.h"
#include "diagnose/row_measures.h"
#include "diagnose/series.h"
#include "lrt/random.h"
#include "train/schedule.h"
#include "train/training.h"

enum { LOOKS = 20, LOOKS_TO_HOLD = 3, FEWEST_STEPS = 50, CURVATURE_ROWS = 256, FEWEST_ROWS = 20 };

int64_t diagnosis_bytes(const LrtProgram *program, int64_t sample_rows, int64_t validation_rows) {
    int64_t while_training = 2 * 4 * snapshot_floats(program) + 2 * 8 * validation_rows + 8 * sample_rows;
    return while_training + trace_bytes(program->train.epochs) + probe_bytes(program);
}

static void fill_facts(Facts *facts, const Training *training) {
    const LrtProgram *program = training->machine->program;
    const LrtSchedule *schedule = &program->schedule;
    const Batches *batches = &training->batches;
    *facts = (Facts){.program = program,
                     .epochs = training->plan.epochs,
                     .steps_per_epoch = batches->steps_per_epoch,
                     .batch = batches->batch,
                     .training_rows = batches->count,
                     .validation_rows = training->dataset->part_count[LRT_PART_VALIDATION],
                     .last_batch = batches->count - (batches->steps_per_epoch - 1) * batches->batch,
                     .order_given = training->plan.order != NULL,
                     .is_class = program->data.target_count > 0 && program->data.targets[0].is_class,
                     .constant_train = (double)NAN,
                     .constant_validation = (double)NAN,
                     .initial_loss = (double)NAN};
    for (int64_t i = 0; i < program->stop_count; i++) {
        facts->has_early |= program->stops[i].kind == LRT_STOP_EARLY;
    }
    double warmup = schedule->warmup.count;
    facts->warmup_steps = schedule->warmup.unit == LRT_UNIT_EPOCHS ? warmup * (double)batches->steps_per_epoch : warmup;
    if (schedule->kind == LRT_SCHEDULE_COSINE && schedule->restarts > 0) {
        double epochs = (double)facts->epochs - facts->warmup_steps / (double)batches->steps_per_epoch;
        facts->cycle_epochs = epochs / (double)(schedule->restarts + 1);
    } else if (schedule->kind == LRT_SCHEDULE_CYCLIC) {
        double per_epoch = schedule->every.unit == LRT_UNIT_EPOCHS ? 1 : (double)batches->steps_per_epoch;
        facts->cycle_epochs = schedule->every.count / per_epoch;
    }
    bool rises = schedule->kind == LRT_SCHEDULE_CYCLIC || schedule->kind == LRT_SCHEDULE_ONE_CYCLE;
    for (int64_t i = 0; i < program->output_count; i++) {
        const char *loss = program->outputs[i].loss;
        facts->loss_is_unbounded |= !loss || strcmp(loss, "gaussian_nll") == 0 || strcmp(loss, "negative_sharpe") == 0;
    }
    facts->peak_rate = rises ? schedule->to : schedule->from;
}

bool diagnosis_init(Diagnosis *diagnosis, const Training *training, LrtError *error) {
    const LrtProgram *program = training->machine->program;
    *diagnosis = (Diagnosis){.stopping = LRT_CHECK_COUNT, .best_validation = (double)NAN, .rise_z = (double)NAN};
    fill_facts(&diagnosis->facts, training);
    diagnosis->look_every = (diagnosis->facts.epochs + LOOKS - 1) / LOOKS;
    size_t floats = (size_t)snapshot_floats(program) + 1, rows = (size_t)diagnosis->facts.validation_rows + 1;
    bool good = trace_init(&diagnosis->trace, diagnosis->facts.steps_per_epoch, diagnosis->facts.epochs);
    good = (diagnosis->initial = malloc(floats * sizeof(float))) && good;
    good = (diagnosis->epoch_start = malloc(floats * sizeof(float))) && good;
    good = (diagnosis->row_losses = malloc(rows * sizeof(double))) && good;
    good = (diagnosis->best_rows = malloc(rows * sizeof(double))) && good;
    good = (diagnosis->probe_rows = malloc(((size_t)training->sample_count + 1) * sizeof(int64_t))) && good;
    good = evaluation_init(&diagnosis->scratch, program, error) && good;
    if (!good) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the diagnosis of the run");
    }
    diagnosis->probe_count = training->sample_count;
    memcpy(diagnosis->probe_rows, training->sample, (size_t)training->sample_count * sizeof(int64_t));
    LrtRandom random = lrt_random_stream(0, "probed rows", 0);
    lrt_random_shuffle(&random, diagnosis->probe_rows, diagnosis->probe_count);
    return true;
}

void diagnosis_free(Diagnosis *diagnosis) {
    trace_free(&diagnosis->trace);
    free(diagnosis->initial);
    free(diagnosis->epoch_start);
    free(diagnosis->row_losses);
    free(diagnosis->best_rows);
    free(diagnosis->probe_rows);
    evaluation_free(&diagnosis->scratch);
    *diagnosis = (Diagnosis){0};
}

/* ---- before training ------------------------------------------------------------------------------------------- */

/* A copy of the rows' weights of each output, since the next measure overwrites them; NULL where there is no memory. */
static float **copy_weights(const Evaluator *evaluator, int64_t count) {
    int64_t outputs = evaluator->machine->program->output_count;
    float **copy = calloc((size_t)outputs + 1, sizeof *copy);
    for (int64_t i = 0; copy && i < outputs; i++) {
        if ((copy[i] = malloc(((size_t)count + 1) * sizeof(float)))) {
            memcpy(copy[i], evaluator->row_weights[i], (size_t)count * sizeof(float));
        }
    }
    return copy;
}

static void free_weights(float **weights, int64_t outputs) {
    for (int64_t i = 0; weights && i < outputs; i++) {
        free(weights[i]);
    }
    free(weights);
}

/* A loss whose constant is not known is measured against the untrained network. All losses are then told above the floor. */
static void set_yardstick(Facts *facts, ConstantLoss constant) {
    bool known = constant.own > 0 && isfinite(constant.own);
    facts->floor = known ? constant.floor : 0;
    facts->constant_train = known ? constant.own : fabs(facts->initial_loss);
    facts->constant_validation = known ? constant.other : fabs(facts->initial_loss);
    facts->initial_loss -= facts->floor;
}

void diagnosis_begin(Training *training) {
    Diagnosis *diagnosis = &training->diagnosis;
    Evaluator *evaluator = &training->evaluator;
    const LrtProgram *program = training->machine->program;
    const int64_t *validation = training->dataset->part_rows[LRT_PART_VALIDATION];
    int64_t validation_count = diagnosis->facts.validation_rows;
    snapshot_take(training->machine, diagnosis->initial);
    snapshot_take(training->machine, diagnosis->epoch_start);
    evaluator_measure(evaluator, training->sample, training->sample_count, &diagnosis->scratch);
    diagnosis->facts.initial_loss = diagnosis->scratch.loss;
    diagnosis->facts.initial_top_share = rows_top_share(evaluator, training->sample_count, NULL, NULL);
    diagnosis->probes.initial_spread = rows_spread(evaluator);
    float **weights = copy_weights(evaluator, training->sample_count);
    evaluator_measure(evaluator, validation, validation_count, &diagnosis->scratch);
    bool whole = weights != NULL;
    for (int64_t i = 0; whole && i < program->output_count; i++) {
        whole = weights[i] != NULL;
    }
    if (whole) {
        const LossRows own = {training->sample, training->sample_count, weights}, other = {validation, validation_count, evaluator->row_weights};
        set_yardstick(&diagnosis->facts, constant_loss(program, training->dataset, &own, &other));
    }
    diagnosis->trace.floor = diagnosis->facts.floor;
    free_weights(weights, program->output_count);
}

/* ---- while training -------------------------------------------------------------------------------------------- */

void diagnosis_begin_epoch(Training *training) {
    trace_begin_epoch(&training->diagnosis.trace);
    if (training->epochs_done > 0) {
        snapshot_take(training->machine, training->diagnosis.epoch_start);
    }
}

void diagnosis_measured_train(Training *training) {
    training->diagnosis.train_deviation = rows_deviation(&training->evaluator, training->sample_count);
}

/* Row by row against the best epoch, as the rows' own differences hide what happens to all of them. */
void diagnosis_measured_validation(Training *training) {
    Diagnosis *diagnosis = &training->diagnosis;
    int64_t count = diagnosis->facts.validation_rows;
    double sum = 0, squares = 0, n = (double)count, loss = training->validation.loss;
    diagnosis->validation_deviation = rows_deviation(&training->evaluator, count);
    bool has_best = !isnan(diagnosis->best_validation);
    for (int64_t i = 0; i < count; i++) {
        diagnosis->row_losses[i] = evaluator_row_loss(&training->evaluator, i);
        double rise = has_best ? diagnosis->row_losses[i] - diagnosis->best_rows[i] : 0;
        sum += rise;
        squares += rise * rise;
    }
    double variance = count > 1 ? (squares - sum * sum / n) / (n - 1) : 0;
    diagnosis->rise_z = has_best && variance > 0 ? sum / n / sqrt(variance / n) : 0;
    if (isfinite(loss) && (!has_best || loss < diagnosis->best_validation)) {
        double *swap = diagnosis->best_rows;
        diagnosis->best_rows = diagnosis->row_losses;
        diagnosis->row_losses = swap;
        diagnosis->best_validation = loss;
        diagnosis->rise_z = 0;
    }
}

static double accuracy_of(const Training *training) {
    static const LrtMetric accuracy = {.kind = LRT_METRIC_ACCURACY};
    const Evaluator *evaluator = &training->evaluator;
    if (!training->diagnosis.facts.is_class || training->validation.rows < 1) {
        return (double)NAN;
    }
    return lrt_metric_compute(&accuracy, &evaluator->inputs[0], &evaluator->scratch);
}

static View view_of(const Training *training, bool over) {
    const Diagnosis *diagnosis = &training->diagnosis;
    return (View){.facts = &diagnosis->facts,
                  .trace = &diagnosis->trace,
                  .probes = &diagnosis->probes,
                  .failure = &diagnosis->failure,
                  .over = over,
                  .stopped_early = over && training->end == TRAINING_EARLY,
                  .restored = training->machine->program->restore_best && training->best_epoch > 0};
}

/* One look: each check that watches holds on, or lets go. */
static void look(Diagnosis *diagnosis, const View *view) {
    diagnosis->looks++;
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        Finding finding = {.check = (LrtCheckId)i};
        CheckWatch *watch = &diagnosis->watches[i];
        if (check_table[i].needs != CHECK_WATCH) {
            continue;
        }
        if (!check_table[i].run(view, &finding)) {
            watch->held = 0;
        } else if (watch->held++ == 0) {
            watch->first_epoch = view_last(view)->epoch;
        }
    }
}

bool diagnosis_end_epoch(Training *training, double update_ratio, const char *events[DIAGNOSIS_EVENTS], int *out_count) {
    Diagnosis *diagnosis = &training->diagnosis;
    EpochPoint point = {.epoch = training->epochs_done,
                        .steps = training->steps_done,
                        .train_loss = training->train.loss - diagnosis->facts.floor,
                        .validation_loss = training->validation.rows > 0 ? training->validation.loss - diagnosis->facts.floor : (double)NAN,
                        .row_deviation = diagnosis->train_deviation,
                        .validation_deviation = diagnosis->validation_deviation,
                        .update_ratio = update_ratio,
                        .rise_z = diagnosis->rise_z,
                        .validation_accuracy = accuracy_of(training)};
    trace_end_epoch(&diagnosis->trace, &point);
    *out_count = 0;
    double warm = fmax(diagnosis->facts.warmup_steps, (double)FEWEST_STEPS);
    bool due = training->epochs_done % diagnosis->look_every == 0 && (double)training->steps_done >= warm;
    if (!due || training->epochs_done < 2 || !(diagnosis->facts.constant_train > 0)) {
        return false;
    }
    View view = view_of(training, false);
    look(diagnosis, &view);
    const LrtDiagnose *settings = &training->machine->program->diagnose;
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        CheckWatch *watch = &diagnosis->watches[i];
        if (watch->held < LOOKS_TO_HOLD || watch->told || finding_is_silenced(training->machine->program, check_table[i].name)) {
            continue;
        }
        watch->told = true;
        if (*out_count < DIAGNOSIS_EVENTS) {
            events[(*out_count)++] = check_table[i].name;
        }
        if (check_table[i].severity == FINDING_ERROR && !settings->continue_on_error) {
            diagnosis->stopping = (LrtCheckId)i;
        }
    }
    return diagnosis->stopping != LRT_CHECK_COUNT;
}

/* ---- in the end ------------------------------------------------------------------------------------------------ */

/* What an optimizer bears before it overshoots: Cohen et al. 2021 and 2022 (arXiv 2103.00065, 2207.14484). */
static double borne_curvature(const LrtOptimizer *optimizer) {
    double momentum = optimizer->momentum;
    if (!optimizer->name || strcmp(optimizer->name, "sgd") == 0) {
        return optimizer->nesterov ? 2 * (1 + momentum) / (1 + 2 * momentum) : 2 * (1 + momentum);
    }
    if (strncmp(optimizer->name, "adam", 4) == 0) {
        return 2 * (1 + momentum) / (1 - momentum);
    }
    return 2 * (1 + momentum);
}

static void measure_curvature(Training *training, Probe *probe, int64_t epoch, int64_t steps) {
    Diagnosis *diagnosis = &training->diagnosis;
    const LrtProgram *program = training->machine->program;
    Curvature *out = &diagnosis->probes.curvatures[diagnosis->probes.curvature_count];
    int64_t at = steps > (int64_t)diagnosis->facts.warmup_steps ? steps : (int64_t)diagnosis->facts.warmup_steps;
    int64_t total = training->plan.epochs * diagnosis->facts.steps_per_epoch;
    double rate = schedule_learning_rate(&program->schedule, at < total ? at : total - 1, diagnosis->facts.steps_per_epoch, total);
    rate *= steps > 0 ? training->rules.rate_factor : 1;
    rate = diagnosis->facts.cycle_epochs > 0 ? diagnosis->facts.peak_rate : rate; /* the step at its longest */
    double largest = probe_curvature(probe, CURVATURE_ROWS, steps > 0 ? steps : 1);
    if (isfinite(largest)) {
        *out = (Curvature){.epoch = epoch, .largest = largest, .rate = rate,
                           .excess = rate * largest / borne_curvature(&program->optimizer)};
        diagnosis->probes.curvature_count++;
    }
}

/* Whether anything of the run asks for a closer look. */
static bool is_troubled(const Training *training, const View *view) {
    const Diagnosis *diagnosis = &training->diagnosis;
    bool held = diagnosis->failure.happened || diagnosis->stopping != LRT_CHECK_COUNT || diagnosis->facts.cycle_epochs > 0;
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        held |= diagnosis->watches[i].held >= LOOKS_TO_HOLD;
    }
    return held || !(view_best_gain(view) >= 0.5) || view_swing(view) >= 0.02 || view_still_falls(view);
}

/* The best that some rows can be learnt, from the initial weights, at the spec's rate and ten times more and less. */
static void overfit_batch(Training *training, Probe *probe) {
    enum { ROWS = 16, STEPS = 300 };
    static const double factors[] = {1, 10, 0.1};
    Diagnosis *diagnosis = &training->diagnosis;
    Probes *out = &diagnosis->probes;
    out->batch_gain = (double)-INFINITY;
    out->batch_rows = diagnosis->facts.batch < ROWS ? diagnosis->facts.batch : ROWS;
    out->batch_rows = out->batch_rows < probe->count ? out->batch_rows : probe->count;
    out->batch_steps = STEPS;
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        double loss = probe_overfit(probe, diagnosis->initial, factors[i] * diagnosis->facts.peak_rate, out->batch_rows, STEPS);
        double gain = 1 - (loss - diagnosis->facts.floor) / diagnosis->facts.constant_train;
        out->batch_gain = gain > out->batch_gain ? gain : out->batch_gain;
    }
}

/* Before the first step an adaptive optimizer has no scale yet, so its curvature is told from later weights alone. */
static void probe_run(Training *training) {
    Diagnosis *diagnosis = &training->diagnosis;
    Probe probe;
    int64_t batch = diagnosis->facts.batch < training->sample_count ? diagnosis->facts.batch : training->sample_count;
    View view = view_of(training, true);
    int64_t per_epoch = diagnosis->facts.steps_per_epoch;
    if (probe_init(&probe, training->machine, training->dataset, diagnosis->probe_rows, diagnosis->probe_count, batch,
                   training->random_key)) {
        float *last = malloc(((size_t)snapshot_floats(training->machine->program) + 1) * sizeof *last);
        if (last) {
            snapshot_take(training->machine, last);
            snapshot_restore(training->machine, diagnosis->initial);
            if (!view_is_adaptive(&view)) {
                measure_curvature(training, &probe, 0, 0);
            }
            probe_layers(&probe, &diagnosis->probes, true);
            snapshot_restore(training->machine, diagnosis->epoch_start);
            int64_t begun = (training->steps_done - 1) / per_epoch;
            if (begun > 0) {
                measure_curvature(training, &probe, begun, begun * per_epoch);
            }
            snapshot_restore(training->machine, last);
            if (!diagnosis->failure.happened) {
                measure_curvature(training, &probe, training->epochs_done, training->steps_done - 1);
            }
            probe_layers(&probe, &diagnosis->probes, false);
            if (!(view_best_gain(&view) >= 0.05) && !diagnosis->failure.happened) {
                overfit_batch(training, &probe);
            }
            diagnosis->probes.done = true;
        }
        free(last);
    }
    probe_free(&probe);
}

/* The training rows with the greatest losses, in the evaluator's last measure, which was of `rows`. */
static void find_hard_rows(const Training *training, const int64_t *rows, int64_t count, Probes *out) {
    int64_t found[5];
    int found_count = 0;
    out->top_share = rows_top_share(&training->evaluator, count, found, &found_count);
    for (int i = 0; i < found_count; i++) {
        int64_t source = training->dataset->source_row[rows[found[i]]];
        if (source >= 0) {
            out->hard_rows[out->hard_count++] = source + 1;
        }
    }
}

/* With the evaluator's last measure, which was of the validation part. */
static void measure_rows(Training *training, const View *view) {
    Diagnosis *diagnosis = &training->diagnosis;
    const LrtDataset *dataset = training->dataset;
    if (diagnosis->facts.is_class && training->validation.rows > 0) {
        rows_find_suspects(training, &diagnosis->probes);
    }
    double gain = view_best_gain(view);
    if (training->sample_count >= FEWEST_ROWS) {
        evaluator_measure(&training->evaluator, diagnosis->probe_rows, diagnosis->probe_count, &diagnosis->scratch);
        find_hard_rows(training, diagnosis->probe_rows, diagnosis->probe_count, &diagnosis->probes);
        diagnosis->probes.last_spread = rows_spread(&training->evaluator);
        diagnosis->probes.spread_known = true;
        if (!(gain >= 0.9)) {
            knn_level(training->machine->program, dataset, &training->evaluator, diagnosis->probe_rows, diagnosis->probe_count,
                      !(gain >= 0.05), &diagnosis->probes);
        }
    }
    if (diagnosis->watches[LRT_CHECK_OVERFIT].held >= LOOKS_TO_HOLD) {
        drift_measure(dataset, training->sample, training->sample_count, dataset->part_rows[LRT_PART_VALIDATION],
                      dataset->part_count[LRT_PART_VALIDATION], &diagnosis->probes);
    }
}

void diagnosis_conclude(Training *training) {
    Diagnosis *diagnosis = &training->diagnosis;
    View view = view_of(training, true);
    diagnosis->probes.drift_column = -1;
    diagnosis->probes.noise_scale = (double)NAN;
    bool known = diagnosis->facts.constant_train > 0;
    diagnosis->probes.fresh_share = (double)NAN;
    if (known && training->steps_done > 0 && is_troubled(training, &view)) {
        averages_swap(&training->averages); /* gradients are of the weights that were trained, not of their mean */
        probe_run(training);
        averages_swap(&training->averages);
    }
    if (known && training->epochs_done > 0 && !diagnosis->failure.happened) {
        measure_rows(training, &view);
    }
    if (training->end != TRAINING_INTERRUPTED && (known || diagnosis->failure.happened)) {
        findings_collect(diagnosis, &view);
    }
    diagnosis->verdict = verdict_of(diagnosis, &view);
}
