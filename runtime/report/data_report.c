/* The split in figures, so that an unlucky one is seen before it has cost an hour. */
#include "report/data_report.h"

#include <inttypes.h>

#include "report/error_report.h"
#include "report/text.h"

enum { LEVELS_SHOWN = 8 };

const char *part_name(LrtPart part) {
    switch (part) {
    case LRT_PART_TRAIN:
        return "train";
    case LRT_PART_VALIDATION:
        return "validation";
    case LRT_PART_TEST:
        return "test";
    case LRT_PART_COUNT:
    case LRT_PART_NONE:
        break;
    }
    return "";
}

static double class_share(const LrtDataset *dataset, LrtPart part, const LrtTarget *target, int64_t level) {
    int64_t count = 0;
    for (int64_t i = 0; i < dataset->part_count[part]; i++) {
        count += dataset->labels[dataset->part_rows[part][i] * dataset->label_width + target->offset] == level;
    }
    return (double)count / (double)dataset->part_count[part];
}

static double target_mean(const LrtDataSpec *spec, const LrtDataset *dataset, LrtPart part, int64_t target, int64_t k) {
    double sum = 0;
    for (int64_t i = 0; i < dataset->part_count[part]; i++) {
        int64_t row = dataset->part_rows[part][i];
        double value = (double)dataset->targets[row * dataset->target_width + spec->targets[target].offset + k];
        lrt_target_invert(spec, dataset->fits, target, k, &value, 1);
        sum += value;
    }
    return sum / (double)dataset->part_count[part];
}

static void print_target(const LrtDataSpec *spec, const LrtDataset *dataset, LrtPart part, int64_t index, FILE *out) {
    const LrtTarget *target = &spec->targets[index];
    if (!target->is_class) {
        for (int64_t k = 0; k < lrt_target_width(target); k++) {
            char text[TEXT_NUMBER];
            text_number(target_mean(spec, dataset, part, index, k), text);
            fprintf(out, "  %s%s%s: mean %s", target->name, target->parts ? ":" : "", target->parts ? target->parts[k] : "", text);
        }
        return;
    }
    fprintf(out, "  %s:", target->name);
    if (target->level_count > LEVELS_SHOWN) {
        double least = 1, most = 0;
        for (int64_t k = 0; k < target->level_count; k++) {
            double share = class_share(dataset, part, target, k);
            least = share < least ? share : least;
            most = share > most ? share : most;
        }
        fprintf(out, " %" PRId64 " classes of %.1f %% to %.1f %%", target->level_count, 100 * least, 100 * most);
        return;
    }
    for (int64_t k = 0; k < target->level_count; k++) {
        fprintf(out, "%s %s %.1f %%", k ? "," : "", target->levels[k], 100 * class_share(dataset, part, target, k));
    }
}

void data_report_print(const LrtDataSpec *spec, const LrtDataset *dataset, FILE *out) {
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        int64_t rows = dataset->part_count[part];
        char text[TEXT_NUMBER];
        text_count(rows, text);
        fprintf(out, "%-10s %9s rows", part_name((LrtPart)part), text);
        if (part == LRT_PART_TRAIN && dataset->train_before_sampling != rows) {
            text_count(dataset->train_before_sampling, text);
            fprintf(out, " (%s before sampling)", text);
        }
        for (int64_t i = 0; rows > 0 && i < spec->target_count; i++) {
            print_target(spec, dataset, (LrtPart)part, i, out);
        }
        fputc('\n', out);
    }
    if (dataset->dropped_without_target > 0) {
        fprintf(out, "left out   %9" PRId64 " rows without a target\n", dataset->dropped_without_target);
    }
    if (dataset->dropped_outliers > 0) {
        fprintf(out, "left out   %9" PRId64 " rows of the training part as outliers\n", dataset->dropped_outliers);
    }
    if (dataset->dropped_without_future > 0) {
        fprintf(out, "left out   %9" PRId64 " rows at the end of their series, whose target lies behind it\n",
                dataset->dropped_without_future);
    }
    if (dataset->dropped_without_history > 0) {
        fprintf(out, "left out   %9" PRId64 " rows at the beginning of their series, which lack rows before them\n",
                dataset->dropped_without_history);
    }
    if (dataset->dropped_without_window > 0) {
        fprintf(out, "left out   %9" PRId64 " rows without a whole window in their part and series\n",
                dataset->dropped_without_window);
    }
    if (dataset->put_in > 0) {
        fprintf(out, "put in     %9" PRId64 " rows into gaps, to be read by those behind them\n", dataset->put_in);
    }
    if (dataset->purged > 0) {
        fprintf(out, "left out   %9" PRId64 " rows between the parts (purge, embargo)\n", dataset->purged);
    }
    if (dataset->dropped_without_fold > 0) {
        fprintf(out, "left out   %9" PRId64 " rows that the column of type fold puts into no part\n", dataset->dropped_without_fold);
    }
    for (int64_t i = 0; i < dataset->note_count; i++) {
        warning_print(dataset->notes[i].name, dataset->notes[i].message, false, out);
    }
}

static void write_part(const LrtDataSpec *spec, const LrtDataset *dataset, LrtPart part, LrtJsonWriter *json) {
    int64_t rows = dataset->part_count[part];
    lrt_json_object_begin(json);
    lrt_json_key(json, "name");
    lrt_json_string(json, part_name(part));
    lrt_json_key(json, "rows");
    lrt_json_integer(json, rows);
    if (part == LRT_PART_TRAIN) {
        lrt_json_key(json, "rows_before_sampling");
        lrt_json_integer(json, dataset->train_before_sampling);
    }
    lrt_json_key(json, "targets");
    lrt_json_object_begin(json);
    for (int64_t i = 0; rows > 0 && i < spec->target_count; i++) {
        const LrtTarget *target = &spec->targets[i];
        lrt_json_key(json, target->name);
        lrt_json_object_begin(json);
        lrt_json_key(json, target->is_class ? "shares" : "mean");
        if (target->is_class) {
            lrt_json_object_begin(json);
            for (int64_t k = 0; k < target->level_count; k++) {
                lrt_json_key(json, target->levels[k]);
                lrt_json_number(json, class_share(dataset, part, target, k));
            }
            lrt_json_object_end(json);
        } else {
            lrt_json_number(json, target_mean(spec, dataset, part, i, 0));
        }
        lrt_json_object_end(json);
    }
    lrt_json_object_end(json);
    lrt_json_object_end(json);
}

void data_report_json(const LrtDataSpec *spec, const LrtDataset *dataset, LrtJsonWriter *json) {
    lrt_json_array_begin(json);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        write_part(spec, dataset, (LrtPart)part, json);
    }
    lrt_json_array_end(json);
}
