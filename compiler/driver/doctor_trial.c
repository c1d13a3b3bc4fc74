/* Building variants and running them. Both happen in child processes: a variant that takes too long, or brings the compiler or a
 * trainer down, costs its own trial alone. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/doctor.h"
#include "lrt/json.h"
#include "support/io.h"
#include "support/str.h"

static const double BUILD_LIMIT = 60, SLOWER = 5, FEW_SECONDS = 2;
static const double RUN_SHARE = 0.1; /* of the budget, for one run */

typedef struct BuildTask {
    const Doctor *doctor;
    const Variant *variant;
    const char *trainer;
} BuildTask;

static int build_in_child(const void *context) {
    const BuildTask *task = context;
    Session *session = session_new();
    Pipeline pipeline;
    const Variant *variant = task->variant;
    if (!pipeline_run_text(session, task->doctor->options, task->doctor->path, variant->text, variant->length, STAGE_PLAN,
                           &pipeline))
        return 1;
    return pipeline_write(&pipeline, task->doctor->options, task->trainer);
}

bool doctor_build(Doctor *doctor, Variant **variants, int64_t count) {
    Job *jobs = ARENA_ARRAY(doctor->arena, Job, count + 1);
    BuildTask *tasks = ARENA_ARRAY(doctor->arena, BuildTask, count + 1);
    int64_t job_count = 0;
    for (int64_t i = 0; i < count; i++) {
        if (variants[i]->trainer != NULL) continue;
        BuildTask *task = &tasks[job_count];
        *task = (BuildTask){doctor, variants[i], arena_printf(doctor->arena, "%s/%lld", doctor->folder, (long long)doctor->built++)};
        jobs[job_count++] = (Job){.in_child = build_in_child, .context = task, .limit = BUILD_LIMIT};
    }
    bool going = jobs_run(jobs, job_count, doctor->deadline);
    for (int64_t i = 0, k = 0; i < count; i++) {
        if (variants[i]->trainer != NULL) continue;
        variants[i]->trainer = tasks[k].trainer;
        variants[i]->legal = jobs[k++].status == 0;
    }
    doctor->interrupted |= !going;
    return going && doctor_clock() < doctor->deadline;
}

typedef struct RunTask {
    const Doctor *doctor;
    Variant *variant;
    int seed;
} RunTask;

const char *doctor_run_folder(const Doctor *doctor, const Variant *variant, int seed) {
    return arena_printf(doctor->arena, "%s.%d", variant->trainer, seed);
}

static double longest_run(const Doctor *doctor) { return RUN_SHARE * (doctor->deadline - doctor->begun); }

static int run_in_child(const void *context) {
    const RunTask *task = context;
    const Doctor *doctor = task->doctor;
    char seed[32], limit[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)doctor->seed + (unsigned long long)task->seed);
    bool by_steps = doctor->max_steps > 0;
    if (by_steps)
        snprintf(limit, sizeof limit, "%lld", (long long)doctor->max_steps);
    else
        snprintf(limit, sizeof limit, "%.0fs", ceil(longest_run(doctor)));
    execl(task->variant->trainer, task->variant->trainer, "train", "--quiet", "--threads", "1", "--seed", seed, "--out",
          doctor_run_folder(doctor, task->variant, task->seed), by_steps ? "--max-steps" : "--time-limit", limit, (char *)NULL);
    return 3;
}

static double number_of(const LrtJson *object, const char *key) {
    const LrtJson *found = object != NULL && object->kind == LRT_JSON_OBJECT ? lrt_json_member(object, key) : NULL;
    return found != NULL && found->kind == LRT_JSON_NUMBER ? found->number : (double)NAN;
}

static const LrtJson *member_of(const LrtJson *object, const char *key, LrtJsonKind kind) {
    const LrtJson *found = object != NULL && object->kind == LRT_JSON_OBJECT ? lrt_json_member(object, key) : NULL;
    return found != NULL && found->kind == kind ? found : NULL;
}

/* Worse than a constant by its whole loss is as bad as any run can be. */
static double within(double gain) { return isnan(gain) || gain < -1 ? -1 : gain; }

static void read_outcome(Doctor *doctor, const char *folder, Outcome *out) {
    char *text;
    size_t length, place;
    const char *why;
    *out = (Outcome){.saved = -1, .even = -1, .last = -1};
    const char *path = arena_printf(doctor->arena, "%s/diagnosis.json", folder);
    if (!io_read_file(doctor->arena, path, 0, &text, &length, &why)) return;
    LrtJson *json = lrt_json_parse(text, length, &place);
    const LrtJson *yardstick = member_of(json, "yardstick", LRT_JSON_OBJECT);
    const LrtJson *part = member_of(yardstick, "validation", LRT_JSON_OBJECT);
    const char *last = "R_validation";
    if (part == NULL) {
        part = member_of(yardstick, "train", LRT_JSON_OBJECT);
        last = "R_train";
    }
    double epochs = number_of(json, "epochs"), steps = number_of(json, "steps");
    const LrtJson *end = member_of(json, "end", LRT_JSON_STRING);
    out->done = yardstick != NULL;
    out->saved = within(number_of(part, "R"));
    out->even = within(number_of(part, "even_R"));
    out->last = within(number_of(yardstick, last));
    out->epochs = isnan(epochs) ? 0 : (int64_t)epochs;
    out->steps = isnan(steps) ? 0 : (int64_t)steps;
    out->cut_short = end != NULL && str_equal(end->string, "time_limit");
    const LrtJson *findings = member_of(json, "findings", LRT_JSON_ARRAY);
    out->has_findings = findings != NULL && findings->count > 0;
    for (int64_t i = 0; findings != NULL && i < findings->count; i++) {
        const LrtJson *name = member_of(&findings->items[i], "name", LRT_JSON_STRING);
        const LrtJson *severity = member_of(&findings->items[i], "severity", LRT_JSON_STRING);
        if (name == NULL || severity == NULL || str_equal(severity->string, "note") || out->root[0] != '\0') continue;
        snprintf(out->root, sizeof out->root, "%s", name->string);
        out->is_error = str_equal(severity->string, "error");
    }
    if (json != NULL) lrt_json_free(json);
}

bool doctor_run(Doctor *doctor, Variant **variants, int64_t count, int first, int last) {
    int64_t most = count * (last - first), job_count = 0;
    Job *jobs = ARENA_ARRAY(doctor->arena, Job, most + 1);
    RunTask *tasks = ARENA_ARRAY(doctor->arena, RunTask, most + 1);
    double limit = doctor->run_seconds > 0 ? SLOWER * doctor->run_seconds + FEW_SECONDS : (double)INFINITY;
    for (int seed = first; seed < last; seed++)
        for (int64_t i = 0; i < count; i++) {
            if (!variants[i]->legal || variants[i]->outcomes[seed].done) continue;
            tasks[job_count] = (RunTask){doctor, variants[i], seed};
            jobs[job_count] = (Job){.in_child = run_in_child, .context = &tasks[job_count], .limit = limit};
            job_count++;
        }
    bool going = jobs_run(jobs, job_count, doctor->deadline);
    for (int64_t i = 0; i < job_count; i++) {
        Variant *variant = tasks[i].variant;
        const char *folder = doctor_run_folder(doctor, variant, tasks[i].seed);
        read_outcome(doctor, folder, &variant->outcomes[tasks[i].seed]);
        const Outcome *outcome = &variant->outcomes[tasks[i].seed];
        if (!variant->is_base || !outcome->done) continue;
        doctor->run_seconds = fmax(doctor->run_seconds, jobs[i].seconds);
        if (outcome->cut_short && (doctor->max_steps == 0 || outcome->steps < doctor->max_steps)) doctor->max_steps = outcome->steps;
    }
    doctor->interrupted |= !going;
    return going && doctor_clock() < doctor->deadline;
}

double outcome_measure(const Outcome *outcome, Measure measure) {
    return measure == MEASURE_EVEN ? outcome->even : measure == MEASURE_LAST ? outcome->last : outcome->saved;
}

double variant_mean(const Variant *variant, Measure measure, int seeds) {
    double sum = 0;
    for (int i = 0; i < seeds; i++) sum += variant->outcomes[i].done ? outcome_measure(&variant->outcomes[i], measure) : -1;
    return sum / seeds;
}

const char *variant_root(const Variant *variant, int seeds, int *out_seed, int *out_runs) {
    const char *root = NULL;
    bool is_error = false;
    *out_runs = 0;
    for (int i = 0; i < seeds; i++) {
        const Outcome *outcome = &variant->outcomes[i];
        int same = 0;
        for (int k = 0; k < seeds; k++) same += str_equal(outcome->root, variant->outcomes[k].root);
        bool stronger = outcome->is_error && !is_error;
        bool enough = outcome->is_error || 2 * same > seeds;
        if (outcome->root[0] == '\0' || !enough || !(stronger || (outcome->is_error == is_error && same > *out_runs))) continue;
        root = outcome->root;
        is_error = outcome->is_error;
        *out_runs = same;
        *out_seed = i;
    }
    return root;
}
