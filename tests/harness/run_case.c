#include "harness/run_case.h"

#include <math.h>
#include <string.h>

enum { EPOCHS = 50, STEPS = 20 };
static const char spec[] = "lspec 1 # 0.1 l2 relu units output train stop 50 32 sgd(lr: 0.1)";

static LrtSpan place(const char *name, const char *text) {
    const char *at = strstr(spec, text);
    uint32_t begin = (uint32_t)(at - spec);
    return (LrtSpan){name, begin, begin + (uint32_t)strlen(text)};
}

static double healthy(int64_t epoch) { return 0.1 + 0.9 / (1 + 0.5 * (double)epoch); }

void run_case_init(RunCase *run) {
    *run = (RunCase){.target = {.name = "y", .is_class = true, .level_count = 2}};
    const LrtSpan spans[] = {place("lr", "0.1"),       place("optimizer", "sgd(lr: 0.1)"), place("activation", "relu"), place("output", "output"),
                             place("epochs", "50"), place("batch", "32"),              place("after_train", "train"), place("loss_end", "l2")};
    memcpy(run->spans, spans, sizeof spans);
    run->program = (LrtProgram){.spec_text = spec, .train = {.epochs = EPOCHS, .shuffle = true}};
    run->program.optimizer.name = "sgd";
    run->program.data.targets = &run->target;
    run->program.data.target_count = 1;
    run->program.diagnose = (LrtDiagnose){.plateau_window = 10, .spans = run->spans, .span_count = sizeof spans / sizeof spans[0]};
    Diagnosis *diagnosis = &run->diagnosis;
    diagnosis->stopping = LRT_CHECK_COUNT;
    diagnosis->facts = (Facts){.program = &run->program, .epochs = EPOCHS, .steps_per_epoch = STEPS, .batch = 50, .last_batch = 50,
                               .training_rows = 1000, .validation_rows = 300, .is_class = true, .constant_train = 1,
                               .constant_validation = 1, .initial_loss = 1.05, .peak_rate = 0.1};
    diagnosis->probes = (Probes){.done = true, .probed_rows = 1000, .noise_scale = NAN, .fresh_share = NAN, .drift_column = -1,
                                 .accuracy = 0.9, .least_recall = 0.85, .spread_known = true, .initial_spread = 0.1, .last_spread = 0.4,
                                 .weight_shrink = 1};
    trace_init(&diagnosis->trace, STEPS, EPOCHS);
    run->view = (View){.facts = &diagnosis->facts, .trace = &diagnosis->trace, .probes = &diagnosis->probes,
                       .failure = &diagnosis->failure, .over = true};
    run_case_losses(run, healthy);
}

void run_case_free(RunCase *run) { trace_free(&run->diagnosis.trace); }

void run_case_losses(RunCase *run, double (*loss)(int64_t epoch)) {
    Trace *trace = &run->diagnosis.trace;
    trace->point_count = EPOCHS;
    for (int64_t i = 0; i < EPOCHS; i++) {
        trace->points[i] = (EpochPoint){.epoch = i + 1, .steps = (i + 1) * STEPS, .train_loss = loss(i), .validation_loss = loss(i),
                                        .running_loss = loss(i), .last_batch_loss = loss(i), .row_deviation = 0.5,
                                        .validation_deviation = 0.5, .learning_rate = 0.1, .highest_rate = 0.1, .gradient_norm = 0.5,
                                        .highest_norm = 1, .update_ratio = 1e-3, .validation_accuracy = 0.9};
    }
}

EpochPoint *run_case_point(RunCase *run, int64_t epoch) { return &run->diagnosis.trace.points[epoch]; }

bool run_case_holds(RunCase *run, LrtCheckId check) {
    run->finding = (Finding){.check = check, .severity = check_table[check].severity};
    return check_table[check].run(&run->view, &run->finding);
}

LrtCheckId run_case_root(RunCase *run, int looks) {
    Diagnosis *diagnosis = &run->diagnosis;
    diagnosis->finding_count = diagnosis->note_count = 0;
    for (int i = 0; i < LRT_CHECK_COUNT; i++) {
        diagnosis->watches[i].held = looks;
    }
    findings_collect(diagnosis, &run->view);
    return diagnosis->finding_count > 0 ? diagnosis->findings[0].check : LRT_CHECK_COUNT;
}
