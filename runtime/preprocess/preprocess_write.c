/* preprocess.json: what was learnt from the training part, under names that a person can read, with numbers that read
 * back as the same doubles. The same data and spec give the same bytes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lrt/json.h"
#include "lrt/output_file.h"
#include "preprocess/preprocess_json.h"
#include "preprocess/transform.h"
#include "sample/sampler.h"
#include "split/split.h"

static const char *split_word(LrtSplitKind kind) {
    static const char *const words[] = {
#define SPLIT(id, word, built, doc) [LRT_SPLIT_##id] = word,
#include "lrt/splits.def"
#undef SPLIT
    };
    return words[kind];
}

static void write_text(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void write_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void write_number(LrtJsonWriter *json, const char *key, double value) {
    lrt_json_key(json, key);
    lrt_json_number(json, value);
}

static void write_data(const LrtDataSpec *spec, const LrtTable *table, const LrtDataset *dataset, LrtJsonWriter *json) {
    lrt_json_key(json, "data");
    lrt_json_object_begin(json);
    bool is_the_specs = strcmp(table->path, spec->source.path) == 0; /* not another that the command line gave */
    write_text(json, "file", is_the_specs ? spec->source.spec_path : table->path);
    write_text(json, "sha256", table->digest);
    write_integer(json, "rows", table->row_count);
    write_integer(json, "left_out_without_target", dataset->dropped_without_target);
    if (spec->series.used) {
        write_integer(json, "left_out_without_history", dataset->dropped_without_history);
        write_integer(json, "left_out_without_future", dataset->dropped_without_future);
        write_integer(json, "left_out_without_window", dataset->dropped_without_window);
        write_integer(json, "put_into_gaps", dataset->put_in);
    }
    write_integer(json, "left_out_without_fold", dataset->dropped_without_fold);
    write_integer(json, "left_out_between_parts", dataset->purged);
    write_integer(json, "left_out_as_outliers", dataset->dropped_outliers);
    lrt_json_object_end(json);
}

static void write_split(const LrtDataSpec *spec, const LrtDataset *dataset, LrtJsonWriter *json) {
    const LrtSplit *split = &spec->split;
    lrt_json_key(json, "split");
    lrt_json_object_begin(json);
    write_text(json, "kind", split_word(split->kind));
    if (split->kind == LRT_SPLIT_RANDOM || split->kind == LRT_SPLIT_STRATIFIED || split->kind == LRT_SPLIT_GROUPED) {
        write_integer(json, "seed", (int64_t)split->seed);
    }
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        lrt_json_key(json, split_part_word((LrtPart)part));
        lrt_json_object_begin(json);
        if (split->kind != LRT_SPLIT_PREDEFINED) {
            write_number(json, "share", split->share[part]);
        }
        write_integer(json, "rows",
                      part == LRT_PART_TRAIN ? dataset->train_before_sampling : dataset->part_count[part]);
        lrt_json_object_end(json);
    }
    lrt_json_object_end(json);
}

static void write_names(LrtJsonWriter *json, const char *key, char *const *names, int64_t count) {
    lrt_json_key(json, key);
    lrt_json_array_begin(json);
    for (int64_t k = 0; k < count; k++) {
        lrt_json_string(json, names[k]);
    }
    lrt_json_array_end(json);
}

/* The named numbers, then the list of all that follow. */
static void write_statistics(const TransformText *text, const LrtFit *fit, LrtJsonWriter *json) {
    if (fit->number_count == 0) {
        return;
    }
    lrt_json_key(json, "statistics");
    lrt_json_object_begin(json);
    int64_t k = 0;
    for (; k < fit->number_count && text->names[k]; k++) {
        write_number(json, text->names[k], fit->numbers[k]);
    }
    if (text->list) {
        lrt_json_key(json, text->list);
        lrt_json_array_begin(json);
        for (; k < fit->number_count; k++) {
            lrt_json_number(json, fit->numbers[k]);
        }
        lrt_json_array_end(json);
    }
    lrt_json_object_end(json);
}

/* A list for each statistic, an element of the image or vector after the other. */
static void write_element_statistics(const TransformText *text, const LrtFit *fit, LrtJsonWriter *json) {
    int64_t count = fit->number_count / fit->width;
    if (count == 0) {
        return;
    }
    lrt_json_key(json, "statistics");
    lrt_json_object_begin(json);
    for (int64_t k = 0; k < count; k++) {
        lrt_json_key(json, text->names[k]);
        lrt_json_array_begin(json);
        for (int64_t j = 0; j < fit->width; j++) {
            lrt_json_number(json, fit->numbers[j * count + k]);
        }
        lrt_json_array_end(json);
    }
    lrt_json_object_end(json);
}

static void write_step(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit, LrtJsonWriter *json) {
    const TransformEntry *entry = transform_entry(step->transform);
    TransformText text = {0};
    if (entry->describe) {
        entry->describe(step, &text);
    }
    lrt_json_object_begin(json);
    write_text(json, "column", spec->slots[step->output].name);
    write_text(json, "transform", entry->word);
    if (text.how) {
        write_text(json, "how", text.how);
    }
    if (step_is_of_elements(spec, step)) {
        write_element_statistics(&text, fit, json);
    } else {
        write_statistics(&text, fit, json);
    }
    if (fit->name_count > 0) {
        bool pooled = step->transform == LRT_TRANSFORM_ONE_HOT && fit->width < fit->name_count;
        int64_t own = pooled ? fit->width : fit->name_count;
        write_names(json, "levels", fit->names, own);
        if (pooled) {
            write_names(json, "pooled", fit->names + own, fit->name_count - own);
        }
    }
    write_integer(json, "width", fit->width);
    lrt_json_object_end(json);
}

static void write_counts(const LrtTarget *target, const char *key, const int64_t *counts, int64_t count,
                         LrtJsonWriter *json) {
    lrt_json_key(json, key);
    lrt_json_object_begin(json);
    for (int64_t k = 0; k < count; k++) {
        write_integer(json, target->levels[k], counts[k]);
    }
    lrt_json_object_end(json);
}

static void write_sampling(const LrtDataSpec *spec, const LrtDataset *dataset, LrtJsonWriter *json) {
    lrt_json_key(json, "sampling");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < dataset->sampled_count; i++) {
        const LrtSampled *sampled = &dataset->sampled[i];
        const LrtTarget *target = &spec->targets[sampled->target];
        lrt_json_object_begin(json);
        write_text(json, "sampler", sampler_word(spec->samplers[i].kind));
        write_text(json, "target", target->name);
        LrtSamplerKind kind = spec->samplers[i].kind;
        if (sampler_has_ratio(kind)) {
            write_number(json, "ratio", spec->samplers[i].ratio);
        }
        if (sampler_has_neighbors(kind)) {
            write_integer(json, "neighbors", spec->samplers[i].neighbors);
        }
        if (kind == LRT_SAMPLER_NEAR_MISS) {
            write_integer(json, "version", spec->samplers[i].version);
        }
        if (sampler_has_seed(kind)) {
            write_integer(json, "seed", (int64_t)spec->samplers[i].seed);
        }
        write_counts(target, "rows_before", sampled->before, sampled->level_count, json);
        write_counts(target, "rows_after", sampled->after, sampled->level_count, json);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static void write_notes(const LrtDataset *dataset, LrtJsonWriter *json) {
    lrt_json_key(json, "notes");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < dataset->note_count; i++) {
        lrt_json_object_begin(json);
        write_text(json, "name", dataset->notes[i].name);
        write_text(json, "message", dataset->notes[i].message);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

bool lrt_preprocess_write(const LrtDataSpec *spec, const LrtTable *table, const LrtDataset *dataset, const char *path,
                          LrtError *error) {
    LrtOutputFile output;
    LrtJsonWriter json;
    if (!lrt_output_open(&output, path, error)) {
        return false;
    }
    lrt_json_init(&json, output.file, true);
    lrt_json_object_begin(&json);
    write_text(&json, "format", PREPROCESS_FORMAT);
    write_integer(&json, "version", PREPROCESS_VERSION);
    write_data(spec, table, dataset, &json);
    write_split(spec, dataset, &json);
    lrt_json_key(&json, "steps");
    lrt_json_array_begin(&json);
    for (int64_t i = 0; i < spec->step_count; i++) {
        write_step(spec, &spec->steps[i], &dataset->fits[i], &json);
    }
    lrt_json_array_end(&json);
    write_sampling(spec, dataset, &json);
    write_notes(dataset, &json);
    lrt_json_object_end(&json);
    fputc('\n', output.file);
    return lrt_output_commit(&output, error);
}
