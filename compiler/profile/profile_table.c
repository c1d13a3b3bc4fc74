/* A table that a spec's reader has read, as the cells of the profile's pass; and the types that a spec declares, which
 * win over the guesses. Images and vectors have no cell of one number and are left out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/number.h"
#include "profile/profile.h"
#include "support/panic.h"
#include "support/str.h"

static bool has_cells(const LrtTableColumn *column) { return column->real != NULL || column->code != NULL; }

void profile_begin_table(Profile *profile, const LrtDataSpec *spec, const LrtTable *table) {
    const char **names = ARENA_ARRAY(profile->arena, const char *, spec->column_count + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < spec->column_count; i++)
        if (has_cells(&table->columns[i])) names[count++] = spec->columns[i].name;
    profile_begin(profile, names, count);
}

typedef char NumberText[LRT_NUMBER_TEXT];

static LrtCell cell_of(const LrtTableColumn *column, int64_t row, NumberText text) {
    if (column->code != NULL) {
        const char *level = column->code[row] >= 0 ? column->levels[column->code[row]] : "";
        return (LrtCell){level, strlen(level)};
    }
    if (isnan(column->real[row])) return (LrtCell){"", 0};
    return (LrtCell){text, lrt_format_double(column->real[row], text)};
}

void profile_add_table(Profile *profile, const LrtDataSpec *spec, const LrtTable *table) {
    size_t room = (size_t)(PROFILE_BLOCK * profile->column_count) + 1;
    LrtCell *cells = malloc(room * sizeof *cells);
    NumberText *texts = malloc(room * sizeof *texts);
    if (cells == NULL || texts == NULL) panic_system("no memory for the profile");
    for (int64_t first = 0; first < table->row_count; first += PROFILE_BLOCK) {
        int64_t rows = table->row_count - first < PROFILE_BLOCK ? table->row_count - first : PROFILE_BLOCK, at = 0;
        for (int64_t i = 0; i < spec->column_count; i++) {
            if (!has_cells(&table->columns[i])) continue;
            for (int64_t r = 0; r < rows; r++, at++) cells[at] = cell_of(&table->columns[i], first + r, texts[at]);
            at += PROFILE_BLOCK - rows;
        }
        profile_add_block(profile, cells, PROFILE_BLOCK, rows);
    }
    free(cells);
    free(texts);
}

static bool declared_type(const LrtColumn *declared, const ProfileColumn *column, ProfileType *out) {
    switch (declared->type) {
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_WEIGHT: *out = PROFILE_REAL; return column->is_number;
    case LRT_COLUMN_INT: *out = PROFILE_INT; return column->is_number;
    case LRT_COLUMN_BOOL: *out = PROFILE_BOOL; return true;
    case LRT_COLUMN_CATEGORY:
    case LRT_COLUMN_ORDINAL:
    case LRT_COLUMN_GROUP:
    case LRT_COLUMN_FOLD: *out = PROFILE_CATEGORY; return true;
    case LRT_COLUMN_TIMESTAMP: *out = PROFILE_TIMESTAMP; return true;
    case LRT_COLUMN_KEY: *out = PROFILE_KEY; return true;
    case LRT_COLUMN_IGNORE: *out = PROFILE_IGNORE; return true;
    case LRT_COLUMN_TEXT: *out = PROFILE_TEXT; return true;
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: break;
    }
    return false;
}

void profile_declare(Profile *profile, const LrtDataSpec *spec) {
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileColumn *column = &profile->columns[c];
        for (int64_t i = 0; i < spec->column_count; i++) {
            ProfileType type;
            if (!str_equal(spec->columns[i].name, column->name) || !declared_type(&spec->columns[i], column, &type))
                continue;
            column->type = type;
            column->reason = "so the spec declares it";
            column->format = type == PROFILE_TIMESTAMP ? spec->columns[i].format : NULL;
        }
    }
}
