/* Short notations for specs and tables, so that a case of a test is one line. */
#include "harness/table_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lrt/json.h"
#include "lrt/number.h"

static LrtColumnType type_of_word(const char *word) {
    static const char *const words[] = {
#define COLUMN_TYPE(id, word, built, doc) word,
#include "lrt/column_types.def"
#undef COLUMN_TYPE
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], word) == 0) return (LrtColumnType)i;
    fprintf(stderr, "no column type `%s`\n", word);
    abort();
}

static void set_bounds(LrtColumn *column, const char *text) {
    const char *end = text + strlen(text), *dots = strstr(text, "..");
    column->has_low = dots > text && lrt_number_scan(text, dots, '.', &column->low) == dots;
    column->has_high = dots + 2 < end && lrt_number_scan(dots + 2, end, '.', &column->high) == end;
}

static void set_levels(LrtColumn *column, const char **levels, char *text) {
    for (char *level = text; level; column->level_count++) {
        char *comma = strchr(level, ',');
        if (comma) *comma = '\0';
        levels[column->level_count] = level;
        level = comma ? comma + 1 : NULL;
    }
    column->levels = levels;
    column->closed = true;
}

static void set_column(CaseSpec *out, int64_t index, char *name) {
    LrtColumn *column = &out->columns[index];
    char *type = strchr(name, ' ');
    if (!type) abort();
    *type++ = '\0';
    char *rest = strchr(type, ' ');
    if (rest) *rest++ = '\0';
    column->optional = type[strlen(type) - 1] == '?';
    if (column->optional) type[strlen(type) - 1] = '\0';
    column->type = type_of_word(type);
    column->spec_line = (int32_t)index + 1;
    column->name = name + (*name == '*');
    out->slots[index] = (LrtSlot){.name = column->name, .column = (int32_t)index};
    if (*name == '*') out->inputs[out->spec.input_count++] = (LrtInput){.name = column->name, .slot = (int32_t)index};
    if (!rest) return;
    if (column->type == LRT_COLUMN_VECTOR || column->type == LRT_COLUMN_IMAGE) {
        for (char *at = rest; at; column->rank++) {
            column->dims[column->rank] = strtoll(at, &at, 10);
            at = *at == 'x' ? at + 1 : NULL;
        }
    } else if (column->type == LRT_COLUMN_TIMESTAMP)
        column->format = rest;
    else if (strstr(rest, ".."))
        set_bounds(column, rest);
    else
        set_levels(column, out->levels[index], rest);
}

void case_spec_init(CaseSpec *out, const char *notation) {
    memset(out, 0, sizeof *out);
    snprintf(out->notation, sizeof out->notation, "%s", notation);
    out->spec = (LrtDataSpec){.spec_file = "case.lspec",
                              .source = {.quote = '"', .decimal = '.', .header = true, .spec_line = 99},
                              .columns = out->columns,
                              .slots = out->slots,
                              .inputs = out->inputs,
                              .weight_slot = -1};
    for (char *column = out->notation; column;) {
        char *next = strstr(column, "; ");
        if (next) *next = '\0';
        set_column(out, out->spec.column_count++, column);
        column = next ? next + 2 : NULL;
    }
    out->spec.slot_count = out->spec.column_count;
}

void case_file_write(char out_path[64], const char *ending, const void *content, size_t length) {
    snprintf(out_path, 64, "/tmp/lspec-case-XXXXXX%s", ending);
    int descriptor = mkstemps(out_path, (int)strlen(ending));
    if (descriptor < 0 || write(descriptor, content, length) != (ssize_t)length) abort();
    close(descriptor);
}

static void print_array(const LrtTableColumn *column, int64_t row, FILE *out) {
    char text[32];
    for (int64_t j = 0; j < column->width; j++) {
        int64_t at = row * column->width + j;
        double value = column->bytes ? (double)column->bytes[at] : (double)column->floats[at];
        lrt_format_number(value, text);
        fprintf(out, "%s%s", j ? " " : "", isnan(value) ? "-" : text);
    }
}

static void print_cell(const LrtTableColumn *column, int64_t row, FILE *out) {
    char text[32];
    if (column->present && column->width > 0) {
        print_array(column, row, out);
    } else if (!column->present) {
        fputs("!", out);
    } else if (column->code) {
        fputs(column->code[row] < 0 ? "-" : column->levels[column->code[row]], out);
    } else {
        lrt_format_number(column->real[row], text);
        fputs(isnan(column->real[row]) ? "-" : text, out);
    }
}

char *case_table_print(const CaseSpec *spec, const LrtTable *table) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) abort();
    for (int64_t row = 0; row < table->row_count; row++) {
        bool first = true;
        for (int64_t i = 0; i < table->column_count; i++) {
            if (spec->columns[i].type == LRT_COLUMN_IGNORE) continue;
            if (!first) fputc('|', out);
            first = false;
            print_cell(&table->columns[i], row, out);
        }
        fputc('\n', out);
    }
    fclose(out);
    return text;
}
