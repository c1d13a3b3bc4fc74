/* Losses of the catalogue: values and gradients against PyTorch with class weights, label smoothing and row weights;
 * central differences; stability; the targets that they refuse. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/calls.h"
#include "harness/differences.h"
#include "passes/passes.h"

enum { ROWS = 5, MOST_UNITS = 3 };

static const char *const levels[] = {"no", "yes", "maybe"};
static const double one_head[ROWS] = {0.3, -1.2, 2.5, 0.0, -4.0};
static const double three_heads[ROWS * 3] = {0.3, -1.0, 0.2, 1.5, 0.1, -0.7, -2.0, 0.4,
                                             3.0, 0.0,  0.0, 0.0, 5.0, -5.0, 1.0};
static const double two_heads[ROWS * 2] = {0.3, -1.0, 1.5, 0.1, -2.0, 0.4, 0.0, 3.0, 5.0, -5.0};
static const double targets[ROWS] = {0.1, -1.5, 0.0, 2.0, -3.7};
static const double amounts[ROWS] = {0.1, 1.5, 0.4, 2.0, 3.7}, shares[ROWS] = {0.1, 0.9, 0.0, 1.0, 0.35};
static const int32_t two_labels[ROWS] = {1, 0, 1, 1, 0}, three_labels[ROWS] = {2, 0, 1, 1, 0};
static const double row_weights[ROWS] = {1.0, 0.5, 2.0, 0.25, 3.0};

static BuildTarget class_target(int64_t count) {
    return (BuildTarget){.name = "t", .is_class = true, .level_count = count, .levels = levels, .span = SPAN_NONE};
}

static BuildTarget real_target(void) {
    return (BuildTarget){.name = "t", .target_end = 1, .label_column = -1, .span = SPAN_NONE};
}

/* A loss on a head that is read from the features. */
typedef struct LossGraph {
    Session *session;
    Build build;
    NodeId head, loss, gradient, prediction;
    BuildLoss rows;
} LossGraph;

static LossGraph loss_graph(const Call *call, Session *session, const BuildTarget *target, bool has_row_weights) {
    LossGraph out = {.session = session, .build = build_make(session, true)};
    Build *build = &out.build;
    build->has_row_weights = has_row_weights;
    int64_t units = call->entry->head_units(session, call, target);
    assert_true(units > 0);
    out.head = graph_leaf(build->graph, OP_FEATURES, shape_batch(units), 0, 0, units);
    call->entry->build_loss(build, call, target, out.head, &out.rows);
    out.loss = graph_binary(build->graph, OP_DIV, build_sum_all(build, out.rows.row_loss),
                            build_sum_all(build, out.rows.row_weight));
    out.prediction = call->entry->build_prediction(build, call, target, out.head);
    autodiff_gradients(build->graph, out.loss, &out.head, 1, &out.gradient);
    graph_verify(build->graph);
    return out;
}

static const double *heads_of(int64_t units) {
    return units == 1 ? one_head : units == 2 ? two_heads : three_heads;
}

/* Values that the loss has a meaning for. */
static const double *targets_of(const Call *call) {
    if (call->entry->target_domain == NULL) return targets;
    return call->entry->target_domain(call).high == 1 ? shares : amounts;
}

static EvalInput loss_input(const Call *call, const BuildTarget *target, const double *head, int64_t units) {
    return (EvalInput){.rows = ROWS,
                       .features = head,
                       .feature_width = units,
                       .targets = targets_of(call),
                       .target_width = 1,
                       .labels = target->level_count == 2 ? two_labels : three_labels,
                       .label_width = 1,
                       .weights = row_weights};
}

/* ---- against PyTorch
 * --------------------------------------------------------------------------------------------------- */

typedef struct LossRow {
    const char *entry;
    int64_t units, levels;
    double number, smoothing;
    int64_t weight_count;
    double weights[MOST_UNITS];
    bool row_weights;
    double loss, gradient[ROWS * MOST_UNITS];
} LossRow;

static const LossRow loss_rows[] = {
#include "golden/losses.inc"
};

static void test_values(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof loss_rows / sizeof *loss_rows; k++) {
        const LossRow *row = &loss_rows[k];
        Session *session = session_new();
        const CallOption options[] = {{.name = "delta", .number = row->number},
                                      {.name = "gamma", .number = row->number},
                                      {.name = "q", .number = row->number},
                                      {.name = "p", .number = row->number},
                                      {.name = "label_smoothing", .number = row->smoothing},
                                      {.name = NULL}};
        Call *call = call_find(session, ENTRY_LOSS, row->entry, options);
        if (row->weight_count > 0) call_set_numbers(call, "class_weights", row->weights, NULL, row->weight_count);
        BuildTarget target = row->levels > 0 ? class_target(row->levels) : real_target();
        target.is_ordinal = call->entry->predicts_median;
        LossGraph graph = loss_graph(call, session, &target, row->row_weights);
        EvalInput input = loss_input(call, &target, heads_of(row->units), row->units);
        double **values = graph_eval(graph.build.graph, session->arena, &input);
        if (!is_near(values[graph.loss][0], row->loss, 1e-13))
            fail_msg("row %zu, %s: %.17g, not %.17g", k, row->entry, values[graph.loss][0], row->loss);
        for (int64_t i = 0; i < ROWS * row->units; i++)
            if (!is_near(values[graph.gradient][i], row->gradient[i], 1e-13))
                fail_msg("row %zu, %s: gradient %lld is %.17g, not %.17g", k, row->entry, (long long)i,
                         values[graph.gradient][i], row->gradient[i]);
        session_free(session);
    }
}

/* ---- every loss of the catalogue
 * --------------------------------------------------------------------------------------- */

/* The target that the loss takes: a number, two classes, or three. False where it refuses it. */
static bool takes(Session *session, const Call *call, const BuildTarget *target) {
    bool fits = call->entry->head_units(session, call, target) > 0;
    assert_true(fits || session->error_count > 0);
    session->error_count = 0;
    return fits;
}

static void check_differences(const CatalogEntry *entry, const BuildTarget *target) {
    Session *session = session_new();
    const Call *call = call_make(session, entry, NULL);
    if (takes(session, call, target)) {
        int64_t units = entry->head_units(session, call, target);
        LossGraph graph = loss_graph(call, session, target, true);
        double head[ROWS * MOST_UNITS];
        memcpy(head, heads_of(units), sizeof(double) * (size_t)(ROWS * units));
        EvalInput input = loss_input(call, target, head, units);
        const double *gradient = graph_eval(graph.build.graph, session->arena, &input)[graph.gradient];
        for (int64_t i = 0; i < ROWS * units; i++) {
            double want = difference_at(graph.build.graph, &input, graph.loss, &head[i]);
            if (!is_near(gradient[i], want, 1e-5)) fail_msg("%s: gradient %g, not %g", entry->name, gradient[i], want);
        }
    }
    session_free(session);
}

/* Logits and values at ±1e4: finite losses, finite gradients, probabilities that sum to 1. */
static void check_stability(const CatalogEntry *entry, const BuildTarget *target) {
    Session *session = session_new();
    const Call *call = call_make(session, entry, NULL);
    if (takes(session, call, target)) {
        int64_t units = entry->head_units(session, call, target);
        LossGraph graph = loss_graph(call, session, target, false);
        static const double one[ROWS] = {1e4, 1e4, -1e4, 0, -1e4};
        static const double two[ROWS * 2] = {1e4, -1e4, 0, 1e4, 1e4, 1e4, -1e4, -1e4, -1e4, 0};
        static const double three[ROWS * 3] = {1e4,  -1e4, 0,   1e4, 1e4, 1e4, -1e4, -1e4,
                                               -1e4, -1e4, 1e4, 1e4, 0,   0,   -1e4};
        EvalInput input = loss_input(call, target, units == 1 ? one : units == 2 ? two : three, units);
        double **values = graph_eval(graph.build.graph, session->arena, &input);
        assert_true(isfinite(values[graph.loss][0]));
        for (int64_t i = 0; i < ROWS * units; i++) assert_true(isfinite(values[graph.gradient][i]));
        for (int64_t i = 0; i < ROWS && !entry->may_be_negative; i++)
            assert_true(values[graph.rows.row_loss][i] >= -1e-12);
        for (int64_t i = 0; target->is_class && i < ROWS; i++) {
            double sum = 0;
            for (int64_t c = 0; c < target->level_count; c++)
                sum += values[graph.prediction][i * target->level_count + c];
            assert_true(is_near(sum, 1, 1e-12));
        }
    }
    session_free(session);
}

static void test_every_loss(void **state) {
    (void)state;
    BuildTarget kinds[] = {real_target(), class_target(2), class_target(3), class_target(3)};
    kinds[3].is_ordinal = true;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (entry->kind != ENTRY_LOSS || !entry->built) continue;
        for (int k = 0; k < 4; k++) {
            check_differences(entry, &kinds[k]);
            check_stability(entry, &kinds[k]);
        }
    }
}

/* The logit of the second class: its probability is the second column. */
static void test_two_class_prediction(void **state) {
    (void)state;
    Session *session = session_new();
    BuildTarget target = class_target(2);
    const Call *call = call_find(session, ENTRY_LOSS, "cross_entropy", NULL);
    LossGraph graph = loss_graph(call, session, &target, false);
    EvalInput input = loss_input(call, &target, one_head, 1);
    const double *prediction = graph_eval(graph.build.graph, session->arena, &input)[graph.prediction];
    for (int i = 0; i < ROWS; i++) assert_true(is_near(prediction[2 * i + 1], 1 / (1 + exp(-one_head[i])), 1e-14));
    session_free(session);
}

/* Three levels, asked "above the first?" and "above the second?": the second's probability is held to the first's. */
static void test_ordinal_prediction(void **state) {
    (void)state;
    Session *session = session_new();
    BuildTarget target = class_target(3);
    target.is_ordinal = true;
    const Call *call = call_find(session, ENTRY_LOSS, "ordinal_cross_entropy", NULL);
    LossGraph graph = loss_graph(call, session, &target, false);
    const double heads[ROWS * 2] = {log(3), -log(3), -1, 1};
    EvalInput input = loss_input(call, &target, heads, 2);
    const double *prediction = graph_eval(graph.build.graph, session->arena, &input)[graph.prediction];
    const double want[] = {0.25, 0.5, 0.25};
    for (int i = 0; i < 3; i++) assert_true(is_near(prediction[i], want[i], 1e-14));
    assert_true(prediction[4] == 0.0 && is_near(prediction[3] + prediction[5], 1, 1e-14));
    session_free(session);
}

/* Several quantiles: the middle one, then all of them. */
static void test_quantiles(void **state) {
    (void)state;
    Session *session = session_new();
    BuildTarget target = real_target();
    const double quantiles[] = {0.1, 0.9, 0.5};
    Call *call = call_find(session, ENTRY_LOSS, "quantile", NULL);
    call_set_numbers(call, "q", quantiles, NULL, 3);
    LossGraph graph = loss_graph(call, session, &target, false);
    EvalInput input = loss_input(call, &target, three_heads, 3);
    double **values = graph_eval(graph.build.graph, session->arena, &input);
    const double *row = values[graph.prediction];
    assert_true(row[0] == 0.2 && row[1] == 0.3 && row[2] == -1.0 && row[3] == 0.2);
    /* y = 0.1: 0.2 above, 1.1 below, 0.1 above */
    assert_true(is_near(values[graph.rows.row_loss][0], (0.9 * 0.2 + 0.9 * 1.1 + 0.5 * 0.1) / 3, 1e-14));
    int64_t count;
    const char *const *names = call->entry->prediction_columns(session->arena, call, &count);
    assert_int_equal(count, 3);
    assert_string_equal(names[1], "0.9");
    session_free(session);
}

/* ---- class weights
 * ------------------------------------------------------------------------------------------------------- */

static double weight_of_row(Session *session, Call *call, const BuildTarget *target, int row) {
    LossGraph graph = loss_graph(call, session, target, false);
    EvalInput input =
        loss_input(call, target, target->level_count == 2 ? one_head : three_heads, target->level_count == 2 ? 1 : 3);
    return graph_eval(graph.build.graph, session->arena, &input)[graph.rows.row_weight][row];
}

static void test_class_weights(void **state) {
    (void)state;
    Session *session = session_new();
    BuildTarget target = class_target(3);
    Call *call = call_find(session, ENTRY_LOSS, "cross_entropy", NULL);
    assert_true(weight_of_row(session, call, &target, 0) == 1.0);
    const double by_name[] = {7}, balanced[] = {2, 3, 4};
    const char *const maybe[] = {"maybe"}, *const perhaps[] = {"maybee"};
    call_set_numbers(call, "class_weights", by_name, maybe, 1);
    assert_true(weight_of_row(session, call, &target, 0) == 7.0); /* maybe */
    assert_true(weight_of_row(session, call, &target, 1) == 1.0); /* not named */
    const CallOption options[] = {{.name = "class_weights", .word = "balanced"}, {.name = NULL}};
    target.level_weights = balanced;
    assert_true(weight_of_row(session, call_find(session, ENTRY_LOSS, "cross_entropy", options), &target, 0) == 4.0);
    assert_int_equal(session->error_count, 0);

    call_set_numbers(call, "class_weights", by_name, perhaps, 1);
    assert_int_equal(call->entry->head_units(session, call, &target), 0);
    assert_int_equal(session->diagnostics.items[0]->id, DIAG_UNKNOWN_LEVEL);
    session_free(session);
}

static void test_numbers_as_levels(void **state) {
    (void)state;
    Session *session = session_new();
    static const char *const digits[] = {"0", "1"};
    BuildTarget target = class_target(2);
    target.levels = digits;
    const double weight[] = {5};
    const char *const name[] = {"1.0"};
    Call *call = call_find(session, ENTRY_LOSS, "cross_entropy", NULL);
    call_set_numbers(call, "class_weights", weight, name, 1);
    assert_true(weight_of_row(session, call, &target, 0) == 5.0);
    session_free(session);
}

/* ---- refusals
 * ------------------------------------------------------------------------------------------------------------ */

static void assert_refuses(const char *entry, BuildTarget target, const double *weights, int64_t weight_count,
                           DiagId id) {
    Session *session = session_new();
    Call *call = call_find(session, ENTRY_LOSS, entry, NULL);
    if (weights != NULL) call_set_numbers(call, "class_weights", weights, NULL, weight_count);
    assert_int_equal(call->entry->head_units(session, call, &target), 0);
    assert_int_equal(session->error_count, 1);
    assert_int_equal(session->diagnostics.items[0]->id, id);
    session_free(session);
}

static void test_refusals(void **state) {
    (void)state;
    const double two[] = {1, 2}, none[] = {0, 0, 0};
    assert_refuses("mse", class_target(2), NULL, 0, DIAG_REGRESSION_LOSS_ON_CATEGORICAL);
    assert_refuses("huber", class_target(0), NULL, 0, DIAG_REGRESSION_LOSS_ON_CATEGORICAL);
    assert_refuses("cross_entropy", real_target(), NULL, 0, DIAG_CLASSIFICATION_LOSS_ON_CONTINUOUS);
    assert_refuses("binary_cross_entropy", class_target(3), NULL, 0, DIAG_LOSS_TARGET_MISMATCH);
    assert_refuses("ordinal_cross_entropy", class_target(3), NULL, 0, DIAG_LOSS_TARGET_MISMATCH);
    assert_refuses("hinge", real_target(), NULL, 0, DIAG_CLASSIFICATION_LOSS_ON_CONTINUOUS);
    assert_refuses("poisson", class_target(2), NULL, 0, DIAG_REGRESSION_LOSS_ON_CATEGORICAL);
    assert_refuses("cross_entropy", class_target(1), NULL, 0, DIAG_LOSS_TARGET_MISMATCH);
    assert_refuses("cross_entropy", class_target(3), two, 2, DIAG_ARGUMENT_TYPE);
    assert_refuses("cross_entropy", class_target(3), none, 3, DIAG_ARGUMENT_RANGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_every_loss),
        cmocka_unit_test(test_two_class_prediction),
        cmocka_unit_test(test_ordinal_prediction),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_class_weights),
        cmocka_unit_test(test_numbers_as_levels),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
