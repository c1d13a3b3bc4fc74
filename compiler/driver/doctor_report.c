/* What came of it: for people, and as one JSON object. */
#include <string.h>

#include "driver/doctor.h"
#include "lrt/json.h"

static void print_changes(const char *heading, const ChangeList *changes, FILE *out) {
    for (int64_t i = 0; i < changes->count; i++) {
        if (i == 0) fprintf(out, "%s\n", heading);
        fprintf(out, "    %s  [%s]\n", changes->items[i].title, changes->items[i].reason);
    }
}

static void print_effect(const DoctorReport *report, FILE *out) {
    const Effect *effect = &report->effect;
    fprintf(out, "  %s: %.2f as it was, %.2f with it", measure_words(report->measure), report->value_before, report->value_after);
    if (effect->seeds > 1)
        fprintf(out, "; difference %+.3f, 95 %% between %+.3f and %+.3f, over %d seeds in pairs", effect->mean, effect->low,
                effect->high, effect->seeds);
    if (report->random.seeds > 0) fprintf(out, "; a random change: %+.3f", report->random.mean);
    fprintf(out, "\n");
}

static void print_finding(const DoctorReport *report, FILE *out) {
    if (report->complaint == NULL && report->warning != NULL)
        fprintf(out, "%s: `lspec check` warns of `%s`\n", report->spec, report->warning);
    if (report->complaint == NULL) return;
    fprintf(out, "%s: `%s` in %d of %d runs", report->spec, report->complaint, report->complaint_runs, report->runs);
    fprintf(out, "%s%s\n", report->fact != NULL ? ": " : "", report->fact != NULL ? report->fact : "");
}

void doctor_print(const DoctorReport *report, FILE *out) {
    bool changed = report->certain.count + report->applied.count > 0;
    print_finding(report, out);
    print_changes("  certain fixes of `lspec check`:", &report->certain, out);
    if (report->helped) {
        print_changes("  helps:", &report->applied, out);
        print_effect(report, out);
    } else if (report->complaint == NULL && report->runs > 0) {
        fprintf(out, "%s: well in %d of %d runs from different seeds%s\n", report->spec, report->runs, report->runs,
                changed ? "" : "; nothing to change");
    } else if (report->runs == 0) {
        fprintf(out, "%s: %s\n", report->spec,
                report->out_of_time ? "no run ended within the budget; `--budget` gives it more time" : "no run could be made");
    } else {
        fprintf(out, "  none of the changes tried helped measurably; nothing to recommend\n");
    }
    print_changes("  tried, and of no measurable use:", &report->refused, out);
    if (changed) {
        changes_print_difference(report->before, report->after, out);
        if (report->wrote)
            fprintf(out, "  written to %s\n", report->spec);
        else
            fprintf(out, "  `lspec doctor %s --apply` writes this\n", report->spec);
    }
    fprintf(out, "  %.1f s%s\n", report->seconds, report->out_of_time && report->runs > 0 ? ", the whole budget" : "");
}

static void write_text(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void write_number(LrtJsonWriter *json, const char *key, double value) {
    lrt_json_key(json, key);
    lrt_json_number(json, value);
}

static void write_changes(LrtJsonWriter *json, const char *key, const ChangeList *changes) {
    lrt_json_key(json, key);
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < changes->count; i++) {
        lrt_json_object_begin(json);
        write_text(json, "title", changes->items[i].title);
        write_text(json, "reason", changes->items[i].reason);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static void write_effect(LrtJsonWriter *json, const char *key, const Effect *effect) {
    lrt_json_key(json, key);
    if (effect->seeds == 0) {
        lrt_json_null(json);
        return;
    }
    lrt_json_object_begin(json);
    write_number(json, "mean", effect->mean);
    write_number(json, "low", effect->low);
    write_number(json, "high", effect->high);
    write_number(json, "seeds", effect->seeds);
    lrt_json_object_end(json);
}

void doctor_json(const DoctorReport *report, FILE *out) {
    LrtJsonWriter json;
    lrt_json_init(&json, out, true);
    lrt_json_object_begin(&json);
    write_text(&json, "spec", report->spec);
    write_text(&json, "complaint", report->complaint);
    write_number(&json, "complaint_runs", report->complaint_runs);
    write_number(&json, "runs", report->runs);
    write_changes(&json, "certain", &report->certain);
    write_changes(&json, "applied", &report->applied);
    write_changes(&json, "refused", &report->refused);
    lrt_json_key(&json, "helped");
    lrt_json_bool(&json, report->helped);
    lrt_json_key(&json, "written");
    lrt_json_bool(&json, report->wrote);
    write_text(&json, "measure", measure_words(report->measure));
    write_number(&json, "before", report->runs > 0 ? report->value_before : (double)__builtin_nan(""));
    write_number(&json, "after", report->helped ? report->value_after : (double)__builtin_nan(""));
    write_effect(&json, "effect", &report->effect);
    write_effect(&json, "random", &report->random);
    write_text(&json, "text", report->after);
    write_number(&json, "seconds", report->seconds);
    lrt_json_object_end(&json);
    fputc('\n', out);
}
