/* `doctor`: fixes what is certain, runs the spec, and looks for changes that help: by what the compiler and the runs prescribe, one
 * upon the other where one is not enough. What is reported was measured against no change and against chance, on seeds in pairs. */
#include <errno.h>
#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/commands.h"
#include "driver/doctor.h"
#include "lrt/json.h"
#include "lrt/number.h"
#include "support/io.h"
#include "support/str.h"

enum { DIAGNOSIS_SEEDS = 3, FIRST_SEEDS = 2, LAST_SEEDS = 5, MOST_CHANGES = 10, MOST_VARIANTS = 32, MOST_STEPS = 6, DETOURS = 2 };
static const double USEFUL = 0.01;   /* of R: less is not worth a change */
static const double HARMFUL = 0.02;
static const double BUILD_SECONDS = 0.4; /* about, of one variant */
static const double GOOD = 0.5;      /* above it one change at a time will do */
static const double SEARCH_SHARE = 0.65; /* of the budget; the rest is for the comparison at the end */

/* ---- the search ------------------------------------------------------------------------------------------------- */

typedef struct Search {
    Doctor *doctor;
    Measure measure;
    Variant *base;
    Variant *path[MOST_STEPS + 1]; /* from the base on */
    int steps;
    ChangeList tried;
} Search;

static Variant *base_new(Doctor *doctor, const char *text, size_t length) {
    Variant *variant = ARENA_NEW(doctor->arena, Variant);
    variant->text = text;
    variant->length = length;
    variant->is_base = true;
    return variant;
}

/* `from` with changes that were each made for its text; NULL where they meet. */
static Variant *variant_new(Doctor *doctor, const Variant *from, const Change *const *changes, int64_t count) {
    Variant *variant = base_new(doctor, from->text, from->length);
    variant->is_base = false;
    for (int64_t i = 0; i < count && variant->text != NULL; i++) {
        Change change = *changes[i];
        for (int64_t k = 0; k < i; k++)
            if (!change_move(doctor->arena, &variant->changes.items[k], &change)) return NULL;
        variant->text = change_apply(doctor->arena, variant->text, &variant->length, &change);
        vec_push(doctor->arena, &variant->changes, change);
    }
    return variant->text != NULL ? variant : NULL;
}

static bool same_text(const Variant *left, const Variant *right) {
    return left->length == right->length && memcmp(left->text, right->text, left->length) == 0;
}

static bool in_time(const Search *search) {
    const Doctor *doctor = search->doctor;
    return !doctor->interrupted && doctor_clock() - doctor->begun < SEARCH_SHARE * (doctor->deadline - doctor->begun);
}

/* What is prescribed for a text: by its runs, then by the compiler. */
static void list_changes(Search *search, const Variant *from, ChangeList *out) {
    Doctor *doctor = search->doctor;
    int seed = 0, runs;
    if (from->legal && variant_root(from, DIAGNOSIS_SEEDS, &seed, &runs) == NULL)
        for (seed = 0; seed < DIAGNOSIS_SEEDS - 1 && !from->outcomes[seed].has_findings;) seed++;
    if (from->legal) doctor_finding_changes(doctor, from, seed, out);
    doctor_check_changes(doctor, from->text, from->length, out);
    out->count = out->count < MOST_CHANGES ? out->count : MOST_CHANGES;
}

typedef struct Candidates {
    Variant *items[MOST_VARIANTS];
    int64_t count;
} Candidates;

/* Unless it does not go together, or leads to a text that was seen. */
static void add_candidate(Search *search, Variant *from, const Change *const *changes, int64_t count, Candidates *out) {
    Variant *variant = out->count < MOST_VARIANTS ? variant_new(search->doctor, from, changes, count) : NULL;
    bool is_new = variant != NULL;
    for (int k = 0; is_new && k <= search->steps; k++) is_new = !same_text(variant, search->path[k]);
    for (int64_t k = 0; is_new && k < out->count; k++) is_new = !same_text(variant, out->items[k]);
    if (is_new) out->items[out->count++] = variant;
}

static void add_single(Search *search, Variant *from, const ChangeList *changes, Candidates *out) {
    for (int64_t i = 0; i < changes->count; i++) {
        const Change *change = &changes->items[i];
        add_candidate(search, from, &change, 1, out);
        vec_push(search->doctor->arena, &search->tried, *change);
    }
}

/* As many as go together, in the order of their causes: all of them, all but one; then every two. */
static void add_combined(Search *search, Variant *from, const ChangeList *changes, Candidates *out) {
    for (int64_t left_out = -1; left_out < changes->count; left_out++) {
        const Change *chosen[MOST_CHANGES];
        int64_t count = 0;
        for (int64_t i = 0; i < changes->count; i++) {
            chosen[count] = &changes->items[i];
            if (i != left_out && variant_new(search->doctor, from, chosen, count + 1) != NULL) count++;
        }
        if (count > 1) add_candidate(search, from, chosen, count, out);
    }
    for (int64_t i = 0; i < changes->count; i++)
        for (int64_t k = i + 1; k < changes->count; k++) {
            const Change *chosen[] = {&changes->items[i], &changes->items[k]};
            add_candidate(search, from, chosen, 2, out);
        }
}

static int compare_values(const void *left, const void *right) {
    const Variant *a = *(Variant *const *)left, *b = *(Variant *const *)right;
    return a->value > b->value ? -1 : a->value < b->value;
}

/* How many variants half of the time that is left for the search is enough for: at first runs take as long as those of the text as it
 * is. Candidates come in the order of their worth, so that the last ones are done without. */
static int64_t affordable(const Search *search) {
    enum { FEWEST = 3 };
    const Doctor *doctor = search->doctor;
    double left = SEARCH_SHARE * (doctor->deadline - doctor->begun) - (doctor_clock() - doctor->begun);
    double each = ((double)FIRST_SEEDS * doctor->run_seconds + BUILD_SECONDS) / (double)jobs_parallel();
    int64_t count = left > 0 && left / each < 1e6 ? (int64_t)(left / 2 / each) : left > 0 ? MOST_VARIANTS : 0;
    return count < FEWEST ? FEWEST : count > MOST_VARIANTS ? MOST_VARIANTS : count;
}

/* The better half after a few seeds gets more of them; sorted by what they came to. */
static int64_t halve(Search *search, Variant **variants, int64_t count) {
    Doctor *doctor = search->doctor;
    count = count < affordable(search) ? count : affordable(search);
    if (!doctor_build(doctor, variants, count) || !doctor_run(doctor, variants, count, 0, FIRST_SEEDS)) return 0;
    int64_t legal = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!variants[i]->legal) continue;
        variants[i]->value = variant_mean(variants[i], search->measure, FIRST_SEEDS);
        variants[legal++] = variants[i];
    }
    qsort(variants, (size_t)legal, sizeof *variants, compare_values);
    int64_t kept = legal > 4 ? (legal + 1) / 2 : legal;
    if (!doctor_run(doctor, variants, kept, FIRST_SEEDS, DIAGNOSIS_SEEDS)) return 0;
    for (int64_t i = 0; i < kept; i++) variants[i]->value = variant_mean(variants[i], search->measure, DIAGNOSIS_SEEDS);
    qsort(variants, (size_t)kept, sizeof *variants, compare_values);
    return kept;
}

/* A step that does not help yet, but after which something else is wrong: one change may only uncover the next. */
static Variant *find_detour(const Candidates *candidates, int64_t count, const Variant *from) {
    int seed, runs;
    const char *root = from->legal ? variant_root(from, DIAGNOSIS_SEEDS, &seed, &runs) : NULL;
    for (int64_t i = 0; i < count; i++) {
        Variant *variant = candidates->items[i];
        const char *other = variant_root(variant, DIAGNOSIS_SEEDS, &seed, &runs);
        bool from_check = root == NULL || !str_equal(variant->changes.items[0].reason, root);
        if (variant->value >= from->value - HARMFUL && (from_check || !str_equal(root, other))) return variant;
    }
    return NULL;
}

static bool improves(const Variant *variant, const Variant *from) { return variant->value > from->value + USEFUL / 2; }

/* The best single change, or several together where none does much, or a detour; NULL where nothing leads on. */
static Variant *find_step(Search *search, Variant *from, int *detours) {
    ChangeList changes = {0};
    Candidates single = {0}, combined = {0};
    list_changes(search, from, &changes);
    add_single(search, from, &changes, &single);
    int64_t count = halve(search, single.items, single.count);
    Variant *best = count > 0 && improves(single.items[0], from) ? single.items[0] : from;
    if (best->value < GOOD && changes.count > 1 && in_time(search)) {
        add_combined(search, from, &changes, &combined);
        int64_t kept = halve(search, combined.items, combined.count);
        if (kept > 0 && improves(combined.items[0], best)) best = combined.items[0];
    }
    if (best != from) return best;
    return (*detours)++ < DETOURS ? find_detour(&single, count, from) : NULL;
}

/* Steps from the base as long as they lead anywhere. */
static void search_changes(Search *search) {
    int detours = 0;
    search->path[0] = search->base;
    while (search->steps < MOST_STEPS && in_time(search)) {
        Variant *next = find_step(search, search->path[search->steps], &detours);
        if (next == NULL) break;
        search->path[++search->steps] = next;
    }
    while (search->steps > 0 && !improves(search->path[search->steps], search->path[search->steps - 1]))
        search->steps--; /* where it led nowhere */
}

/* The changes of the path that it needs: each is left out in turn, the last first, and stays out where that costs nothing. */
static Variant *drop_needless(Search *search, ChangeList *changes) {
    Doctor *doctor = search->doctor;
    Variant *best = search->path[search->steps];
    for (int i = 1; i <= search->steps; i++)
        for (int64_t k = 0; k < search->path[i]->changes.count; k++)
            vec_push(doctor->arena, changes, search->path[i]->changes.items[k]);
    for (int64_t i = changes->count - 1; i >= 0 && changes->count > 1 && in_time(search); i--) {
        ChangeList rest;
        size_t length = search->base->length;
        const char *text = changes_replay(doctor->arena, search->base->text, &length, changes, i, &rest);
        if (text == NULL) continue;
        Variant *shorter = base_new(doctor, text, length);
        shorter->is_base = false;
        if (!doctor_build(doctor, &shorter, 1) || !shorter->legal || !doctor_run(doctor, &shorter, 1, 0, DIAGNOSIS_SEEDS)) continue;
        shorter->value = variant_mean(shorter, search->measure, DIAGNOSIS_SEEDS);
        if (shorter->value < best->value - USEFUL / 2) continue;
        best = shorter;
        *changes = rest;
    }
    return best;
}

/* ---- the comparison --------------------------------------------------------------------------------------------- */

static int paired(const Search *search, const Variant *left, const Variant *right, int seeds, double differences[DOCTOR_SEEDS]) {
    int count = 0;
    for (int i = 0; i < seeds; i++)
        if (left->outcomes[i].done && right->outcomes[i].done)
            differences[count++] = outcome_measure(&left->outcomes[i], search->measure) -
                                   outcome_measure(&right->outcomes[i], search->measure);
    return count;
}

/* Another random change a seed, against no change. */
static Effect measure_chance(Search *search, int seeds) {
    Doctor *doctor = search->doctor;
    double differences[DOCTOR_SEEDS];
    Variant *variants[DOCTOR_SEEDS];
    int count = 0;
    for (int i = 0; i < seeds; i++) {
        Change change;
        if (!search->base->legal || !doctor_random_change(doctor, search->base->text, search->base->length, (uint64_t)i, &change))
            continue;
        const Change *chosen = &change;
        Variant *variant = variant_new(doctor, search->base, &chosen, 1);
        if (variant != NULL) variants[count++] = variant;
    }
    int pairs = 0;
    if (doctor_build(doctor, variants, count)) {
        for (int i = 0; i < count; i++) doctor_run(doctor, &variants[i], 1, i, i + 1);
        for (int i = 0; i < count; i++) {
            const Outcome *outcome = &variants[i]->outcomes[i];
            if (!variants[i]->legal || !search->base->outcomes[i].done) continue;
            differences[pairs++] = (outcome->done ? outcome_measure(outcome, search->measure) : -1) -
                                   outcome_measure(&search->base->outcomes[i], search->measure);
        }
    }
    return effect_of(differences, pairs);
}

static void compare(Search *search, Variant *best, DoctorReport *report) {
    Doctor *doctor = search->doctor;
    Variant *both[] = {search->base, best};
    doctor_run(doctor, both, 2, DIAGNOSIS_SEEDS, LAST_SEEDS);
    double differences[DOCTOR_SEEDS];
    int count = paired(search, best, search->base, LAST_SEEDS, differences);
    report->effect = effect_of(differences, count);
    report->value_before = variant_mean(search->base, search->measure, DIAGNOSIS_SEEDS);
    report->value_after = variant_mean(best, search->measure, DIAGNOSIS_SEEDS);
    double harm = variant_mean(best, MEASURE_SAVED, DIAGNOSIS_SEEDS) - variant_mean(search->base, MEASURE_SAVED, DIAGNOSIS_SEEDS);
    report->helped = count > 1 && report->effect.low > 0 && report->effect.mean >= USEFUL &&
                     (search->measure != MEASURE_LAST || harm > -HARMFUL);
    if (report->helped) {
        report->random = measure_chance(search, count);
        report->helped = report->random.seeds == 0 || report->effect.mean > report->random.mean;
    }
}

/* ---- the command ------------------------------------------------------------------------------------------------ */

/* "60s", "2min", "90" (seconds). */
static bool read_budget(const char *text, double *out) {
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"", 1}, {"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}};
    char *end;
    double value = strtod(text, &end);
    for (size_t i = 0; end != text && i < sizeof units / sizeof *units; i++)
        if (str_equal(end, units[i].unit) && value > 0 && value < 1e7) {
            *out = value * units[i].seconds;
            return true;
        }
    return false;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info, (void)kind, (void)place;
    return remove(path);
}

static const char *make_folder(Arena *arena) {
    const char *base = getenv("TMPDIR");
    char *folder = arena_printf(arena, "%s/lspec-doctor-XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
    return mkdtemp(folder);
}

/* What the run says of its first finding. */
static const char *finding_fact(Doctor *doctor, const Variant *variant, int seed) {
    char *data;
    size_t length, place;
    const char *why, *path = arena_printf(doctor->arena, "%s/diagnosis.json", doctor_run_folder(doctor, variant, seed));
    if (!io_read_file(doctor->arena, path, 0, &data, &length, &why)) return NULL;
    LrtJson *json = lrt_json_parse(data, length, &place);
    const LrtJson *findings = json != NULL ? lrt_json_member(json, "findings") : NULL;
    const LrtJson *fact = findings != NULL && findings->count > 0 ? lrt_json_member(&findings->items[0], "message") : NULL;
    const char *text = fact != NULL ? arena_strdup(doctor->arena, fact->string) : NULL;
    if (json != NULL) lrt_json_free(json);
    return text;
}

/* Runs the text as it is; false where it cannot be run, or not in time. */
static bool run_base(Search *search, DoctorReport *report) {
    Doctor *doctor = search->doctor;
    Variant *base = search->base;
    int seed = 0;
    doctor_build(doctor, &base, 1);
    if (!base->legal) return !doctor->interrupted;
    doctor_run(doctor, &base, 1, 0, DIAGNOSIS_SEEDS);
    for (int i = 0; i < DIAGNOSIS_SEEDS; i++) report->runs += base->outcomes[i].done;
    if (report->runs < DIAGNOSIS_SEEDS) return false;
    report->complaint = variant_root(base, DIAGNOSIS_SEEDS, &seed, &report->complaint_runs);
    if (report->complaint != NULL) report->fact = finding_fact(doctor, base, seed);
    return true;
}

/* The complaint that decides what is measured: of the runs, or of the compiler. */
static const char *first_complaint(Search *search, const DoctorReport *report) {
    ChangeList changes = {0};
    if (report->complaint != NULL) return report->complaint;
    doctor_check_changes(search->doctor, search->base->text, search->base->length, &changes);
    return changes.count > 0 ? changes.items[0].reason : NULL;
}

static void examine(Doctor *doctor, const char *text, size_t length, DoctorReport *report) {
    Search search = {.doctor = doctor, .base = base_new(doctor, text, length)};
    report->after = text;
    if (!run_base(&search, report)) return;
    search.measure = measure_of_complaint(first_complaint(&search, report));
    report->measure = search.measure;
    report->warning = report->complaint == NULL && report->runs > 0 ? first_complaint(&search, report) : NULL;
    search.base->value = search.base->legal ? variant_mean(search.base, search.measure, DIAGNOSIS_SEEDS) : -1;
    report->value_before = search.base->value;
    search_changes(&search);
    ChangeList needed = {0};
    if (search.steps > 0) {
        Variant *best = drop_needless(&search, &needed);
        if (search.base->legal)
            compare(&search, best, report);
        else
            report->helped = best->value > 0;
        if (report->helped) {
            report->applied = needed;
            report->after = best->text;
            report->value_after = best->value;
        }
    }
    if (report->complaint == NULL) return;
    for (int64_t i = 0; i < search.tried.count; i++) {
        bool used = false;
        for (int64_t k = 0; k < report->applied.count; k++) used |= str_equal(search.tried.items[i].title, report->applied.items[k].title);
        for (int64_t k = 0; k < report->refused.count; k++) used |= str_equal(search.tried.items[i].title, report->refused.items[k].title);
        if (!used) vec_push(doctor->arena, &report->refused, search.tried.items[i]);
    }
}

/* DIR/doctor.json and the text that it recommends. */
static int write_out(const Doctor *doctor, const DoctorReport *report) {
    const char *why = NULL, *folder = doctor->options->output_folder;
    if (folder == NULL) return 0;
    const char *name = strrchr(doctor->path, '/');
    const char *spec = arena_printf(doctor->arena, "%s/%s", folder, name != NULL ? name + 1 : doctor->path);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        fprintf(stderr, "lspec: %s cannot be made: %s\n", folder, strerror(errno));
        return 3;
    }
    char *data = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&data, &length);
    if (memory == NULL) return 3;
    doctor_json(report, memory);
    fclose(memory);
    bool good = io_write_file(doctor->arena, arena_printf(doctor->arena, "%s/doctor.json", folder), data, length, &why) &&
                io_write_file(doctor->arena, spec, report->after, strlen(report->after), &why);
    free(data);
    if (!good) fprintf(stderr, "lspec: %s cannot be written: %s\n", folder, why);
    return good ? 0 : 3;
}

static int write_results(Doctor *doctor, DoctorReport *report) {
    const char *why = NULL;
    bool changed = !str_equal(report->before, report->after);
    if (doctor->options->apply && changed) {
        if (!io_write_file(doctor->arena, doctor->path, report->after, strlen(report->after), &why)) {
            fprintf(stderr, "lspec: %s cannot be written: %s; it is unchanged\n", doctor->path, why);
            return 3;
        }
        report->wrote = true;
    }
    report->seconds = doctor_clock() - doctor->begun;
    report->out_of_time = doctor_clock() >= doctor->deadline;
    if (doctor->options->json)
        doctor_json(report, stdout);
    else
        doctor_print(report, stdout);
    return write_out(doctor, report);
}

/* Prints what `check` has against the text; the exit status for it. */
static int refuse(const Doctor *doctor, const char *text, size_t length) {
    Session *session = session_new();
    Pipeline pipeline;
    pipeline_run_text(session, doctor->options, doctor->path, text, length, STAGE_LOWER, &pipeline);
    pipeline_report(session, doctor->options);
    session_free(session);
    return 1;
}

static int consult(Doctor *doctor, const char *text, size_t length) {
    DoctorReport report = {.spec = doctor->path, .before = text, .after = text};
    int64_t errors = 0;
    const char *fixed = doctor_certain_fixes(doctor, text, &length, &report.certain, &errors);
    examine(doctor, fixed != NULL ? fixed : text, length, &report);
    if (doctor->interrupted || jobs_interrupted()) return 130;
    if (errors > 0 && !report.helped) return refuse(doctor, fixed != NULL ? fixed : text, length);
    return write_results(doctor, &report);
}

int command_doctor(const Options *options) {
    const char *path = command_one_spec(options), *why = NULL;
    double budget = 60, seed = 1;
    if (path == NULL) return 2;
    if (options->budget != NULL && !read_budget(options->budget, &budget))
        return options_usage_error("`%s` is not a time; write --budget 60s or --budget 2min", options->budget);
    if (options->seed != NULL) {
        char *end;
        seed = strtod(options->seed, &end);
        if (*end != '\0' || end == options->seed || seed < 0 || seed > 1e15 || floor(seed) != seed)
            return options_usage_error("`%s` is not a seed; write --seed 1", options->seed);
    }
    jobs_watch_signals();
    Arena *arena = arena_new();
    Doctor doctor = {.arena = arena, .options = options, .path = path, .seed = (uint64_t)seed, .begun = doctor_clock()};
    doctor.deadline = doctor.begun + budget;
    char *text;
    size_t length;
    int status = 3;
    if (!io_read_file(arena, path, 64u << 20, &text, &length, &why)) {
        fprintf(stderr, "lspec: %s cannot be read: %s\n", path, why);
    } else if ((doctor.folder = make_folder(arena)) == NULL) {
        fprintf(stderr, "lspec: no temporary folder can be made: %s\n", strerror(errno));
    } else {
        status = consult(&doctor, text, length);
        nftw(doctor.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    arena_free(arena);
    return status;
}
