/* Fits are compared number by number and name by name, the training rows cell by cell, synthetic ones among them. */
#include "audit/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "audit/poison.h"
#include "preprocess/transform.h"

enum { DIFFERENCES_SHOWN = 20 };

void audit_difference(Audit *audit, FILE *out, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (audit->differences++ == 0) {
        snprintf(audit->first, sizeof audit->first, "%s", text);
    }
    if (out && audit->differences <= DIFFERENCES_SHOWN) {
        fprintf(out, "differs: %s\n", text);
    } else if (out && audit->differences == DIFFERENCES_SHOWN + 1) {
        fprintf(out, "differs: … and more\n");
    }
}

static void compare_fit(Audit *audit, const LrtDataSpec *spec, int64_t number, FILE *out) {
    const LrtFit *before = &audit->before->fits[number], *after = &audit->after->fits[number];
    const LrtStep *step = &spec->steps[number];
    const char *word = transform_entry(step->transform)->word, *column = spec->slots[step->output].name;
    if (before->width != after->width || before->name_count != after->name_count ||
        before->number_count != after->number_count) {
        audit_difference(audit, out, "`%s` of `%s` has %" PRId64 " columns, %" PRId64 " names and %" PRId64
                         " statistics, with other validation and test cells %" PRId64 ", %" PRId64 " and %" PRId64,
                         word, column, before->width, before->name_count, before->number_count, after->width,
                         after->name_count, after->number_count);
        return;
    }
    for (int64_t k = 0; k < before->number_count; k++) {
        if (memcmp(&before->numbers[k], &after->numbers[k], sizeof(double)) != 0) {
            audit_difference(audit, out, "statistic %" PRId64 " of `%s` of `%s` is %.9g, with other validation and test cells %.9g",
                             k + 1, word, column, before->numbers[k], after->numbers[k]);
            return;
        }
    }
    for (int64_t k = 0; k < before->name_count; k++) {
        if (strcmp(before->names[k], after->names[k]) != 0) {
            audit_difference(audit, out, "`%s` of `%s` has the level `%s`, with other validation and test cells `%s`", word,
                             column, before->names[k], after->names[k]);
            return;
        }
    }
}

static bool same_cells(const void *before, const void *after, size_t size, int64_t width, int64_t a, int64_t b) {
    size_t bytes = size * (size_t)width;
    return width == 0 || memcmp((const char *)before + (size_t)a * bytes, (const char *)after + (size_t)b * bytes, bytes) == 0;
}

static bool same_row(const LrtDataset *a, int64_t i, const LrtDataset *b, int64_t j) {
    return same_cells(a->features, b->features, sizeof(float), a->feature_width, i, j) &&
           same_cells(a->indices, b->indices, sizeof(int32_t), a->index_width, i, j) &&
           same_cells(a->targets, b->targets, sizeof(float), a->target_width, i, j) &&
           same_cells(a->labels, b->labels, sizeof(int32_t), a->label_width, i, j) &&
           (!a->weights || same_cells(a->weights, b->weights, sizeof(float), 1, i, j));
}

static void compare_rows(Audit *audit, FILE *out) {
    const LrtDataset *before = audit->before, *after = audit->after;
    int64_t count = before->part_count[LRT_PART_TRAIN], different = 0;
    if (count != after->part_count[LRT_PART_TRAIN] || before->feature_width != after->feature_width ||
        before->index_width != after->index_width) {
        audit_difference(audit, out, "training has %" PRId64 " rows of %" PRId64 " features, with other validation and test cells %" PRId64
                         " of %" PRId64, count, before->feature_width, after->part_count[LRT_PART_TRAIN],
                         after->feature_width);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        different += !same_row(before, before->part_rows[LRT_PART_TRAIN][i], after, after->part_rows[LRT_PART_TRAIN][i]);
    }
    if (different > 0) {
        audit_difference(audit, out, "%" PRId64 " of %" PRId64 " training rows hold other values with other validation and test cells",
                         different, count);
    }
}

/* The larger poison first; where a step refuses it, the copies as they are. */
static bool prepare_poisoned(Audit *audit, const LrtDataSpec *spec, LrtTable *table, AuditPrepare *prepare,
                             LrtError *error) {
    for (int scaled = 1; scaled >= 0 && !audit->after; scaled--) {
        *error = (LrtError){0};
        if (!poison_table(spec, table, scaled, &audit->region, &audit->poisoned_rows, error)) {
            return false;
        }
        audit->after = prepare(spec, table, true, error);
    }
    return audit->after != NULL;
}

bool audit_data(Audit *audit, const LrtDataSpec *spec, LrtTable *table, AuditPrepare *prepare, FILE *out,
                LrtError *error) {
    *audit = (Audit){0};
    table->parts = malloc((size_t)table->row_count + 1);
    if (!table->parts) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the parts of the rows");
    }
    memset(table->parts, LRT_PART_NONE, (size_t)table->row_count);
    audit->before = prepare(spec, table, true, error);
    table->parts_given = true;
    bool good = audit->before && prepare_poisoned(audit, spec, table, prepare, error);
    free(table->parts);
    table->parts = NULL;
    table->parts_given = false;
    for (int64_t i = 0; good && i < spec->step_count; i++) {
        compare_fit(audit, spec, i, out);
    }
    if (good) {
        compare_rows(audit, out);
    }
    return good;
}

void audit_free(Audit *audit) {
    lrt_dataset_free(audit->before);
    lrt_dataset_free(audit->after);
    region_free(&audit->region);
    *audit = (Audit){0};
}
