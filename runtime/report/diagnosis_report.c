/* Findings are written as the checks made them; places of edits become lines and columns here alone. */
#include "report/diagnosis_report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "lrt/output_file.h"

const Finding *diagnosis_error(const Diagnosis *diagnosis) {
    for (int i = 0; i < diagnosis->finding_count; i++) {
        if (diagnosis->findings[i].severity == FINDING_ERROR) {
            return &diagnosis->findings[i];
        }
    }
    return NULL;
}

static const char *severity_word(FindingSeverity severity) {
    return severity == FINDING_ERROR ? "error" : severity == FINDING_WARNING ? "warning" : "note";
}

/* Line and column, from 1, in characters, of a byte of the spec. */
static void place_of(const char *text, uint32_t offset, int64_t *out_line, int64_t *out_column) {
    *out_line = *out_column = 1;
    for (uint32_t i = 0; i < offset && text[i]; i++) {
        if (text[i] == '\n') {
            ++*out_line;
            *out_column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*out_column;
        }
    }
}

static void write_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void write_text(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void write_edit(LrtJsonWriter *json, const LrtProgram *program, const Edit *edit) {
    int64_t line, column, end_line, end_column;
    place_of(program->spec_text, edit->begin, &line, &column);
    place_of(program->spec_text, edit->end, &end_line, &end_column);
    lrt_json_object_begin(json);
    write_text(json, "file", program->spec_file);
    write_integer(json, "line", line);
    write_integer(json, "column", column);
    write_integer(json, "end_line", end_line);
    write_integer(json, "end_column", end_column);
    write_text(json, "text", edit->text);
    lrt_json_object_end(json);
}

static void write_prescriptions(LrtJsonWriter *json, const LrtProgram *program, const Finding *finding) {
    lrt_json_key(json, "prescriptions");
    lrt_json_array_begin(json);
    for (int i = 0; i < finding->prescription_count; i++) {
        const Prescription *prescription = &finding->prescriptions[i];
        lrt_json_object_begin(json);
        write_text(json, "title", prescription->title);
        lrt_json_key(json, "edits");
        lrt_json_array_begin(json);
        for (int k = 0; k < prescription->edit_count; k++) {
            write_edit(json, program, &prescription->edits[k]);
        }
        lrt_json_array_end(json);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static void write_evidence(LrtJsonWriter *json, const Finding *finding) {
    lrt_json_key(json, "evidence");
    lrt_json_object_begin(json);
    for (int i = 0; i < finding->evidence_count; i++) {
        lrt_json_key(json, finding->evidence[i].key);
        lrt_json_number(json, finding->evidence[i].value);
    }
    if (finding->cause) {
        write_text(json, "cause", finding->cause);
    }
    if (finding->symptom_count > 0) {
        lrt_json_key(json, "symptoms");
        lrt_json_array_begin(json);
        for (int i = 0; i < finding->symptom_count; i++) {
            lrt_json_string(json, finding->symptoms[i]);
        }
        lrt_json_array_end(json);
    }
    lrt_json_object_end(json);
}

static void write_finding(LrtJsonWriter *json, const LrtProgram *program, const Finding *finding) {
    lrt_json_object_begin(json);
    write_text(json, "name", check_table[finding->check].name);
    write_text(json, "severity", severity_word(finding->severity));
    lrt_json_key(json, "confidence");
    lrt_json_number(json, finding->confidence);
    write_integer(json, "first_epoch", finding->first_epoch);
    write_integer(json, "last_epoch", finding->last_epoch);
    if (finding->layer[0]) {
        write_text(json, "layer", finding->layer);
    }
    if (finding->column[0]) {
        write_text(json, "column", finding->column);
    }
    write_text(json, "message", finding->fact);
    write_evidence(json, finding);
    write_text(json, "why", finding->why);
    write_prescriptions(json, program, finding);
    lrt_json_object_end(json);
}

static void write_number(LrtJsonWriter *json, const char *key, double value) {
    lrt_json_key(json, key);
    lrt_json_number(json, value);
}

/* The share of the best constant's loss that the last epoch has taken away; of the saved weights, that of the log loss or the squared
 * error, whatever the spec's own loss is. */
static void write_gains(LrtJsonWriter *json, const Diagnosis *diagnosis, const LrtProgram *program, const SavedParts *saved) {
    const Trace *trace = &diagnosis->trace;
    const EpochPoint *last = trace->point_count > 0 ? &trace->points[trace->point_count - 1] : NULL;
    lrt_json_key(json, "yardstick");
    lrt_json_object_begin(json);
    write_number(json, "constant_loss", diagnosis->facts.constant_train + diagnosis->facts.floor);
    write_number(json, "R_train", last ? 1 - last->train_loss / diagnosis->facts.constant_train : (double)NAN);
    write_number(json, "R_validation", last ? 1 - last->validation_loss / diagnosis->facts.constant_validation : (double)NAN);
    for (int64_t i = 0; i < saved->count; i++) {
        lrt_json_key(json, saved->reports[i].part);
        lrt_json_object_begin(json);
        write_number(json, "R", part_report_gain(&saved->reports[i], program, false));
        write_number(json, "even_R", part_report_gain(&saved->reports[i], program, true));
        lrt_json_object_end(json);
    }
    lrt_json_object_end(json);
}

void diagnosis_json(const Diagnosis *diagnosis, const LrtProgram *program, const SavedParts *saved, LrtJsonWriter *json) {
    lrt_json_object_begin(json);
    write_text(json, "verdict", verdict_word(diagnosis->verdict));
    write_integer(json, "epochs", saved->epochs);
    write_integer(json, "steps", saved->steps);
    write_text(json, "end", saved->end);
    write_gains(json, diagnosis, program, saved);
    lrt_json_key(json, "findings");
    lrt_json_array_begin(json);
    for (int i = 0; i < diagnosis->finding_count; i++) {
        write_finding(json, program, &diagnosis->findings[i]);
    }
    lrt_json_array_end(json);
    lrt_json_key(json, "notes");
    lrt_json_array_begin(json);
    for (int i = 0; i < diagnosis->note_count; i++) {
        write_finding(json, program, &diagnosis->notes[i]);
    }
    lrt_json_array_end(json);
    lrt_json_object_end(json);
}

bool diagnosis_save(const Diagnosis *diagnosis, const LrtProgram *program, const SavedParts *saved, const char *directory,
                    LrtError *error) {
    char path[LRT_PATH_MAX];
    LrtOutputFile output;
    if (!lrt_path_join(path, directory, "diagnosis.json", error) || !lrt_output_open(&output, path, error)) {
        return false;
    }
    LrtJsonWriter json;
    lrt_json_init(&json, output.file, true);
    diagnosis_json(diagnosis, program, saved, &json);
    fputc('\n', output.file);
    return lrt_output_commit(&output, error);
}

static void print_prescription(const LrtProgram *program, const Prescription *prescription, FILE *out) {
    fprintf(out, "%s", prescription->title);
    if (prescription->edit_count > 0) {
        const Edit *edit = &prescription->edits[0];
        int64_t line, column;
        place_of(program->spec_text, edit->begin, &line, &column);
        fprintf(out, " (%s:%" PRId64 ":%" PRId64 ")", program->spec_file, line, column);
    }
}

static void print_finding(const LrtProgram *program, const Finding *finding, FILE *out) {
    fprintf(out, "Diagnosis: %s[%s]: %s. Why: %s.", severity_word(finding->severity), check_table[finding->check].name, finding->fact,
            finding->why);
    if (finding->cause) {
        fprintf(out, " The compiler has warned of what brings it about: `%s`.", finding->cause);
    }
    for (int i = 0; i < finding->symptom_count; i++) {
        fprintf(out, "%s%s", i == 0 ? " It explains also: " : ", ", finding->symptoms[i]);
    }
    fprintf(out, "%s", finding->symptom_count > 0 ? "." : "");
    for (int i = 0; i < finding->prescription_count; i++) {
        fprintf(out, "%s", i == 0 ? " Fix: " : "; or ");
        print_prescription(program, &finding->prescriptions[i], out);
    }
    fprintf(out, "%s\n", finding->prescription_count > 0 ? "." : "");
}

static const char *verdict_sentence(Verdict verdict) {
    switch (verdict) {
    case VERDICT_IMPROVING:
        return "the run is well; it ended while the loss still fell, so more epochs may do more";
    case VERDICT_UNKNOWN:
        return "the run is too short to tell how it went";
    case VERDICT_CONVERGED:
    case VERDICT_UNDERFITTED:
    case VERDICT_OVERFITTED:
    case VERDICT_RECURRING:
    case VERDICT_STALLED:
    case VERDICT_DIVERGED:
        break;
    }
    return "the run is well: it has learnt, has levelled out, and nothing recurs, diverges or overfits";
}

void diagnosis_print(const Diagnosis *diagnosis, const LrtProgram *program, FILE *out) {
    for (int i = 0; i < diagnosis->finding_count; i++) {
        print_finding(program, &diagnosis->findings[i], out);
    }
    if (diagnosis->finding_count == 0) {
        fprintf(out, "Diagnosis: %s.", verdict_sentence(diagnosis->verdict));
        if (diagnosis->note_count > 0) {
            fprintf(out, " Notes in diagnosis.json:");
        }
        for (int i = 0; i < diagnosis->note_count; i++) {
            fprintf(out, "%s %s", i > 0 ? "," : "", check_table[diagnosis->notes[i].check].name);
        }
        fprintf(out, "%s\n", diagnosis->note_count > 0 ? "." : "");
    }
}
