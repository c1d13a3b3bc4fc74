/* Each check on runs that were never trained: where it holds, where it must not, and what explains it away. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/run_case.h"

static double flat(int64_t epoch) { return 1 + 0 * (double)epoch; }
static double slow(int64_t epoch) { return 1 - 0.002 * (double)epoch; }
static double quick(int64_t epoch) { return 1 - 0.0095 * (double)epoch; }
static double growing(int64_t epoch) { return 1 + 0.2 * (double)epoch; }
static double negative(int64_t epoch) { return 1 - 0.5 * (double)epoch; }
static double swinging(int64_t epoch) { return 0.4 + (epoch % 2 == 0 ? 0.1 : -0.1); }
static double waving(int64_t epoch) { return 0.4 + 0.2 * sin(2 * 3.14159265358979 * (double)epoch / 10); }
static double stuck(int64_t epoch) { return epoch < 5 ? 1 - 0.06 * (double)epoch : 0.7 + (epoch % 2 == 0 ? 1e-4 : -1e-4); }

/* Nothing holds of a healthy run. */
static void test_healthy(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        if (run_case_holds(&run, (LrtCheckId)i)) print_error("%s holds\n", check_table[i].name);
        assert_false(run_case_holds(&run, (LrtCheckId)i));
    }
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_COUNT);
    run_case_free(&run);
}

static void add_curvature(RunCase *run, int64_t epoch, double excess) {
    run->diagnosis.probes.curvatures[run->diagnosis.probes.curvature_count++] =
        (Curvature){.epoch = epoch, .largest = 20 * excess, .rate = 0.1, .excess = excess};
}

static void set_failure(RunCase *run) { run->diagnosis.failure = (Failure){.happened = true, .step = 30, .epoch = 2, .column = -1}; }

static void set_loss_of_half(RunCase *run) { run_case_losses(run, stuck); }

typedef struct Case {
    LrtCheckId check;
    double (*losses)(int64_t epoch); /* NULL: the healthy ones */
    void (*sick)(RunCase *run);    /* makes it hold */
    void (*spared)(RunCase *run);  /* on top of that: holds no more */
} Case;

static void early_nan(RunCase *run) { set_failure(run); }
static void no_failure(RunCase *run) { run->diagnosis.failure.happened = false; }
static void curved(RunCase *run) { add_curvature(run, 0, 8), add_curvature(run, 49, 5); }
static void not_curved(RunCase *run) {
    run->diagnosis.probes.curvatures[0].excess = run->diagnosis.probes.curvatures[1].excess = 0.3;
}
static void clipped(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->clipped = 1;
    run->program.optimizer.clip_norm = 1e-3;
}
static void seldom_clipped(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->clipped = 0.2;
}
static void small_steps(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->update_ratio = 1e-6;
}
static void usual_steps(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->update_ratio = 1e-3;
}
static void set_layers(RunCase *run, double first, double last, double dead) {
    Probes *probes = &run->diagnosis.probes;
    static const char *const names[] = {"dense_1", "dense_2", "output_y"};
    probes->layer_count = 3;
    for (int i = 0; i < 3; i++) {
        double norm = i == 0 ? first : i == 1 ? sqrt(first * last) : last;
        probes->layers[i] = (LayerProbe){.name = names[i], .gradient_norm = norm, .weight_norm = 1, .initial_weight_norm = 1,
                                         .dead = i == 1 ? dead : 0, .is_output = i == 2};
        probes->initial_gradients[i] = norm;
    }
}
static void vanishing(RunCase *run) { set_layers(run, 1e-7, 1, 0); }
static void exploding(RunCase *run) { set_layers(run, 1e3, 1, 0); }
static void even_layers(RunCase *run) { set_layers(run, 1, 1, 0); }
static void dying(RunCase *run) { set_layers(run, 1, 1, 0.9); }
static void some_dead(RunCase *run) { set_layers(run, 1, 1, 0.4); }
static void noisy(RunCase *run) { run->diagnosis.probes.noise_scale = 5000, add_curvature(run, 49, 0.1); }
static void quiet(RunCase *run) { run->diagnosis.probes.noise_scale = 100; }
static void shrunk(RunCase *run) {
    run->diagnosis.probes.weight_shrink = 0.01;
    run->spans[run->program.diagnose.span_count++] = (LrtSpan){"penalty", 0, 1};
}
static void not_shrunk(RunCase *run) { run->diagnosis.probes.weight_shrink = 0.8; }
static void set_level(RunCase *run, double neighbors, double model, double p) {
    Probes *probes = &run->diagnosis.probes;
    probes->level_known = true;
    probes->level_rows = 400;
    probes->level = neighbors;
    probes->level_model = model;
    probes->level_p = p;
}
static void below_neighbors(RunCase *run) { set_level(run, 0.9, 0.6, 0.005); }
static void like_neighbors(RunCase *run) { set_level(run, 0.62, 0.6, 0.005); }
static void without_signal(RunCase *run) { set_level(run, 0.5, 0.5, 0.6); }
static void with_signal(RunCase *run) { set_level(run, 0.5, 0.5, 0.005); }
static void rising_validation(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->validation_loss = 0.4 + fabs((double)i - 10) * 0.02;
    run_case_point(run, 49)->rise_z = 8;
}
static void rise_by_chance(RunCase *run) { run_case_point(run, 49)->rise_z = 1; }
static void wild_targets(RunCase *run) {
    run->diagnosis.facts.is_class = false;
    run->diagnosis.facts.initial_top_share = 0.95;
}
static void tame_targets(RunCase *run) { run->diagnosis.facts.initial_top_share = 0.1; }
static void drifted(RunCase *run) { run->diagnosis.probes.drift_column = 2, run->diagnosis.probes.drift_distance = 0.7; }
static void not_drifted(RunCase *run) { run->diagnosis.probes.drift_distance = 0.1; }
static void unlike_labels(RunCase *run) {
    run->diagnosis.probes.suspect_count = 1;
    run->diagnosis.probes.suspects[0] = 17;
    run->diagnosis.probes.suspect_share = 0.05;
}
static void hardly_unlike(RunCase *run) { run->diagnosis.probes.suspect_share = 0.001; }
static void forgotten_class(RunCase *run) {
    static const char *const levels[] = {"no", "yes"};
    run->target.levels = levels;
    run->diagnosis.probes.least_recall = 0.1;
    run->diagnosis.probes.least_level = 1;
}
static void known_class(RunCase *run) { run->diagnosis.probes.least_recall = 0.6; }
static void short_last_batch(RunCase *run) {
    run->diagnosis.facts.last_batch = 2;
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->last_batch_loss += 0.5 + 0.01 * (double)(i % 3);
}
static void usual_last_batch(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->last_batch_loss = run_case_point(run, i)->running_loss;
}
static void cycles(RunCase *run) { run->diagnosis.facts.cycle_epochs = 10; }
static void other_cycle(RunCase *run) { run->diagnosis.facts.cycle_epochs = 7; }
static void same_output(RunCase *run) { run->diagnosis.probes.last_spread = 1e-6; }
static void other_output(RunCase *run) { run->diagnosis.probes.last_spread = 0.2; }
static void cut_off(RunCase *run) { run->diagnosis.probes.last_spread = run->diagnosis.probes.initial_spread = 0; }
static void certain_at_first(RunCase *run) { run->diagnosis.facts.initial_loss = 12; }
static void usual_at_first(RunCase *run) { run->diagnosis.facts.initial_loss = 1.5; }
static void hopeless_batch(RunCase *run) {
    run->diagnosis.probes.batch_rows = 16, run->diagnosis.probes.batch_steps = 300, run->diagnosis.probes.batch_gain = 0.1;
}
static void learnt_batch(RunCase *run) { run->diagnosis.probes.batch_gain = 0.99; }
static void hard(RunCase *run) {
    run->diagnosis.probes.top_share = 0.6, run->diagnosis.probes.hard_count = 1, run->diagnosis.probes.hard_rows[0] = 5;
}
static void easy(RunCase *run) { run->diagnosis.probes.top_share = 0.1; }
static void better_validation(RunCase *run) { run_case_point(run, 49)->train_loss = 0.5, run_case_point(run, 49)->validation_loss = 0.2; }
static void alike(RunCase *run) { run_case_point(run, 49)->validation_loss = 0.48; }
static void gap(RunCase *run) { run_case_point(run, 49)->train_loss = 0.05, run_case_point(run, 49)->validation_loss = 0.6; }
static void small_gap(RunCase *run) { run_case_point(run, 49)->validation_loss = 0.2; }
static void stale(RunCase *run) {
    run->program.optimizer.name = "adam";
    run->diagnosis.probes.fresh_share = 1e-4;
    add_curvature(run, 49, 3);
}
static void fresh(RunCase *run) { run->diagnosis.probes.fresh_share = 0.5; }
static void thrashing(RunCase *run) {
    run->program.schedule.kind = LRT_SCHEDULE_ON_PLATEAU;
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->learning_rate = i < 10 ? 0.1 : i < 20 ? 0.01 : i < 30 ? 1e-3 : 1e-4;
}
static void one_cut(RunCase *run) {
    for (int64_t i = 0; i < 50; i++) run_case_point(run, i)->learning_rate = i < 10 ? 0.1 : 0.01;
}
static void stopped(RunCase *run) { run->view.stopped_early = true; }
static void ran_on(RunCase *run) { run->view.stopped_early = false; }
static void unbounded(RunCase *run) { run->diagnosis.facts.loss_is_unbounded = true; }
static void nothing(RunCase *run) { (void)run; }
static void cut_short(RunCase *run) { run->program.train.epochs = 500; }

static const Case cases[] = {
    {LRT_CHECK_NEGATIVE_LOSS, negative, nothing, unbounded},
    {LRT_CHECK_GRADIENT_OUTLIER, flat, wild_targets, tame_targets},
    {LRT_CHECK_LAST_BATCH_SPIKE, NULL, short_last_batch, usual_last_batch},
    {LRT_CHECK_LR_CYCLE_LOSS, waving, cycles, other_cycle},
    {LRT_CHECK_LR_VS_CURVATURE, flat, curved, not_curved},
    {LRT_CHECK_LR_OSCILLATION, swinging, curved, not_curved},
    {LRT_CHECK_NONFINITE_LOSS, NULL, early_nan, no_failure},
    {LRT_CHECK_DIVERGENCE, growing, nothing, set_loss_of_half},
    {LRT_CHECK_ADAM_STALE_V, swinging, stale, fresh},
    {LRT_CHECK_INPUT_INDEPENDENT, flat, cut_off, other_output},
    {LRT_CHECK_CLIP_TOO_LOW, flat, clipped, seldom_clipped},
    {LRT_CHECK_EXPLODING_GRADIENT, flat, exploding, even_layers},
    {LRT_CHECK_VANISHING_GRADIENT, flat, vanishing, even_layers},
    {LRT_CHECK_DEAD_RELU, flat, dying, some_dead},
    {LRT_CHECK_LR_TOO_LOW, slow, small_steps, usual_steps},
    {LRT_CHECK_GRADIENT_NOISE, swinging, noisy, quiet},
    {LRT_CHECK_OVER_REGULARIZED, flat, shrunk, not_shrunk},
    {LRT_CHECK_BAD_INITIAL_LOSS, flat, certain_at_first, usual_at_first},
    {LRT_CHECK_UNDERFIT_CAPACITY, stuck, below_neighbors, like_neighbors},
    {LRT_CHECK_PLATEAU, stuck, below_neighbors, like_neighbors},
    {LRT_CHECK_CANNOT_OVERFIT_BATCH, flat, hopeless_batch, learnt_batch},
    {LRT_CHECK_NO_SIGNAL, flat, without_signal, with_signal},
    {LRT_CHECK_CONSTANT_OUTPUT, flat, same_output, other_output},
    {LRT_CHECK_NO_LEARNING, flat, nothing, set_loss_of_half},
    {LRT_CHECK_TRAIN_VAL_DRIFT, NULL, drifted, not_drifted},
    {LRT_CHECK_OVERFIT, NULL, rising_validation, rise_by_chance},
    {LRT_CHECK_GENERALIZATION_GAP, NULL, gap, small_gap},
    {LRT_CHECK_VAL_BETTER_THAN_TRAIN, NULL, better_validation, alike},
    {LRT_CHECK_PLATEAU_LR_THRASH, swinging, thrashing, one_cut},
    {LRT_CHECK_HARD_ROWS, swinging, hard, easy},
    {LRT_CHECK_LABEL_NOISE, NULL, unlike_labels, hardly_unlike},
    {LRT_CHECK_CLASS_RECALL_GAP, NULL, forgotten_class, known_class},
    {LRT_CHECK_STOP_TOO_EARLY, NULL, stopped, ran_on},
};

static void test_each(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const Case *one = &cases[i];
        RunCase run;
        run_case_init(&run);
        if (one->losses) run_case_losses(&run, one->losses);
        one->sick(&run);
        if (!run_case_holds(&run, one->check)) print_error("%s does not hold\n", check_table[one->check].name);
        assert_true(run_case_holds(&run, one->check));
        assert_true(run.finding.fact[0] != '\0' && run.finding.why[0] != '\0' && run.finding.evidence_count > 0);
        one->spared(&run);
        if (run_case_holds(&run, one->check)) print_error("%s holds still\n", check_table[one->check].name);
        assert_false(run_case_holds(&run, one->check));
        run_case_free(&run);
    }
}

static void test_too_few_epochs(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    run_case_losses(&run, quick);
    assert_false(run_case_holds(&run, LRT_CHECK_TOO_FEW_EPOCHS) && run.finding.severity == FINDING_NOTE);
    assert_true(run_case_holds(&run, LRT_CHECK_TOO_FEW_EPOCHS));
    assert_string_equal(run.finding.prescriptions[0].edits[0].text, "200");
    cut_short(&run); /* by the user: nothing can be said */
    assert_false(run_case_holds(&run, LRT_CHECK_TOO_FEW_EPOCHS));
    run_case_free(&run);
}

/* Two tables of positions: the same ups and downs each epoch, or none. */
static void fill_table(RunCase *run, double height) {
    Trace *trace = &run->diagnosis.trace;
    for (int64_t epoch = 0; epoch < TRACE_EPOCHS; epoch++)
        for (int64_t c = 0; c < trace->positions; c++)
            trace->table[epoch * trace->positions + c] =
                0.5 + height * (double)c / (double)trace->positions + 0.001 * (double)((epoch * 7 + c * 3) % 5);
    trace->table_epochs = TRACE_EPOCHS;
}

static void test_positions(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    fill_table(&run, 0.8);
    assert_true(run_case_holds(&run, LRT_CHECK_EPOCHAL_SAWTOOTH)); /* shuffled */
    assert_false(run_case_holds(&run, LRT_CHECK_EPOCH_PERIODIC_LOSS));
    run.program.train.shuffle = false;
    assert_false(run_case_holds(&run, LRT_CHECK_EPOCHAL_SAWTOOTH));
    assert_true(run_case_holds(&run, LRT_CHECK_EPOCH_PERIODIC_LOSS));
    fill_table(&run, 0);
    assert_false(run_case_holds(&run, LRT_CHECK_EPOCH_PERIODIC_LOSS));
    run_case_free(&run);
}

static void test_loss_spike(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    Trace *trace = &run.diagnosis.trace;
    for (int i = 0; i < TRACE_STEPS; i++) trace->recent[i] = 0.2f + 0.01f * (float)(i % 7);
    trace->step_count = TRACE_STEPS;
    assert_false(run_case_holds(&run, LRT_CHECK_LOSS_SPIKE));
    trace->recent[100] = 9;
    assert_true(run_case_holds(&run, LRT_CHECK_LOSS_SPIKE));
    run_case_free(&run);
}

/* A check that watches must have held for several looks. */
static void test_hysteresis(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    rising_validation(&run);
    assert_int_equal(run_case_root(&run, 2), LRT_CHECK_COUNT);
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_OVERFIT);
    run_case_free(&run);
}

/* One cause, and what it brings about as its symptoms. */
static void test_explained(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    run_case_losses(&run, flat);
    curved(&run);
    dying(&run);
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_LR_VS_CURVATURE);
    assert_int_equal(run.diagnosis.finding_count, 1);
    const Finding *root = &run.diagnosis.findings[0];
    assert_true(root->symptom_count >= 2);
    assert_string_equal(root->symptoms[0], "dead-relu");
    assert_int_equal(root->severity, FINDING_WARNING);
    not_curved(&run);
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_DEAD_RELU);
    run_case_free(&run);
}

/* What the compiler has warned of is not told again as a warning; what was allowed explains nothing; what is off is silent. */
static void test_causes(void **state) {
    (void)state;
    static const char *const warnings[] = {"lr-out-of-range"};
    static const char *const off[] = {"lr-vs-curvature", "no-learning"};
    RunCase run;
    run_case_init(&run);
    run_case_losses(&run, flat);
    curved(&run);
    run.program.diagnose.warnings = warnings;
    run.program.diagnose.warning_count = 1;
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_LR_VS_CURVATURE);
    assert_int_equal(run.diagnosis.findings[0].severity, FINDING_NOTE);
    assert_string_equal(run.diagnosis.findings[0].cause, "lr-out-of-range");
    run.program.diagnose.silenced = warnings;
    run.program.diagnose.silenced_count = 1;
    run_case_root(&run, 3);
    assert_int_equal(run.diagnosis.findings[0].severity, FINDING_WARNING);
    run.program.diagnose.silenced = off;
    run.program.diagnose.silenced_count = 2;
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_COUNT);
    run_case_free(&run);
}

/* A loss that is not finite is an error, whatever explains it. */
static void test_error(void **state) {
    (void)state;
    RunCase run;
    run_case_init(&run);
    run_case_losses(&run, flat);
    curved(&run);
    set_failure(&run);
    assert_int_equal(run_case_root(&run, 3), LRT_CHECK_LR_VS_CURVATURE);
    assert_int_equal(run.diagnosis.findings[0].severity, FINDING_ERROR);
    run_case_free(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy),    cmocka_unit_test(test_each),  cmocka_unit_test(test_too_few_epochs),
        cmocka_unit_test(test_positions),  cmocka_unit_test(test_loss_spike), cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_explained),  cmocka_unit_test(test_causes), cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
