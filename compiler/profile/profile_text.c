/* The profile for people: a line a column, then what to look at, then how exact it is. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "profile/profile.h"
#include "support/str.h"
#include "support/utf8.h"

enum { NAME_MOST = 28, LEVELS_SHOWN = 5, LEVEL_MOST = 24, COLUMNS_SHOWN = 400 };

/* Columns that the text takes on a terminal. */
static size_t text_width(const char *text) {
    size_t width = 0, left = strlen(text), taken;
    uint32_t code_point;
    for (; (taken = utf8_decode(text, left, &code_point)) > 0; text += taken, left -= taken)
        width += (size_t)utf8_width(code_point);
    return width;
}

static const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

/* The type as `columns` would declare it. */
static const char *type_text(const Profile *profile, const ProfileColumn *column) {
    Arena *arena = profile->arena;
    const char *name = profile_type_name(column->type), *optional = column->missing > 0 ? "?" : "";
    if (column->type == PROFILE_IGNORE || column->type == PROFILE_KEY) optional = "";
    if (column->format != NULL) return arena_printf(arena, "timestamp(\"%s\")%s", column->format, optional);
    return arena_printf(arena, "%s%s", name, optional);
}

/* At most `most` characters of the text, without what would break the line. */
static const char *shorten(Arena *arena, const char *text, size_t most) {
    Str out;
    str_init(&out, arena);
    size_t shown = 0;
    for (const char *at = text; *at != '\0'; at++) {
        bool begins = ((unsigned char)*at & 0xc0) != 0x80;
        if (begins && shown++ == most) {
            str_append(&out, "…");
            break;
        }
        str_append_char(&out, (unsigned char)*at < ' ' ? ' ' : *at);
    }
    return out.data;
}

static const char *time_text(Arena *arena, double seconds) {
    time_t moment = (time_t)seconds;
    struct tm parts;
    char text[32] = "";
    if (gmtime_r(&moment, &parts) != NULL) strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    size_t length = strlen(text);
    if (length > 9 && strcmp(text + length - 9, " 00:00:00") == 0) text[length - 9] = '\0';
    return arena_strdup(arena, text);
}

static void append_levels(const Profile *profile, const ProfileColumn *column, Str *out) {
    for (int64_t i = 0; i < column->level_count && i < LEVELS_SHOWN; i++)
        str_printf(out, "%s%s %.3g %%", i > 0 ? ", " : "", shorten(profile->arena, column->levels[i].text, LEVEL_MOST),
                   100 * (double)column->levels[i].count / (double)column->filled);
    if (column->level_count > LEVELS_SHOWN || !column->distinct_exact) str_append(out, ", …");
}

static const char *summary(const Profile *profile, const ProfileColumn *column) {
    Str out;
    str_init(&out, profile->arena);
    const Moments *m = &column->sums.moments;
    const ProfileQuantiles *q = &column->quantiles;
    switch (column->type) {
    case PROFILE_REAL:
    case PROFILE_INT:
        str_printf(&out, "%.6g … %.6g … %.6g … %.6g … %.6g, mean %.6g, deviation %.4g", m->low, q->q25, q->q50, q->q75,
                   m->high, m->mean, moments_deviation(m));
        break;
    case PROFILE_CATEGORY:
    case PROFILE_BOOL: append_levels(profile, column, &out); break;
    case PROFILE_TIMESTAMP:
        if (column->sums.texts > 0)
            str_printf(&out, "%s to %s%s", time_text(profile->arena, column->sums.first_time),
                       time_text(profile->arena, column->sums.last_time), column->ascending ? ", ascending" : "");
        else
            str_printf(&out, "%.0f to %.0f%s", m->low, m->high, column->ascending ? ", ascending" : "");
        break;
    case PROFILE_KEY:
    case PROFILE_TEXT:
    case PROFILE_IGNORE: str_append(&out, column->reason); break;
    }
    return out.data;
}

static void print_padded(FILE *out, const char *text, size_t width) {
    size_t shown = text_width(text);
    fputs(text, out);
    for (; shown < width; shown++) fputc(' ', out);
}

static void print_columns(const Profile *profile, FILE *out) {
    size_t names = 6, types = 4;
    for (int64_t c = 0; c < profile->column_count; c++) {
        size_t name = text_width(profile->columns[c].name), type = strlen(type_text(profile, &profile->columns[c]));
        if (name > names) names = name < NAME_MOST ? name : NAME_MOST;
        if (type > types) types = type;
    }
    print_padded(out, "column", names);
    fputs("  ", out);
    print_padded(out, "type", types);
    fputs("  missing  different  cells\n", out);
    for (int64_t c = 0; c < profile->column_count && c < COLUMNS_SHOWN; c++) {
        const ProfileColumn *column = &profile->columns[c];
        print_padded(out, shorten(profile->arena, column->name, NAME_MOST - 1), names);
        fputs("  ", out);
        print_padded(out, type_text(profile, column), types);
        double missing = 100 * (double)column->missing / (double)profile->row_count;
        char share[16] = "-";
        if (column->missing > 0) snprintf(share, sizeof share, missing < 0.1 ? "<0.1 %%" : "%.3g %%", missing);
        fprintf(out, "  %7s  %s%*lld  %s\n", share, column->distinct_exact ? "" : "~", column->distinct_exact ? 9 : 8,
                (long long)column->distinct, summary(profile, column));
    }
    if (profile->column_count > COLUMNS_SHOWN)
        fprintf(out, "… and %lld more columns; `--json` has them all\n",
                (long long)(profile->column_count - COLUMNS_SHOWN));
}

typedef struct Related {
    int64_t column;
    double score;
} Related;

static void print_relations(const Profile *profile, FILE *out) {
    enum { SHOWN = 8 };
    Related best[SHOWN];
    int count = 0;
    for (int64_t c = 0; c < profile->column_count; c++) {
        ProfileType type = profile->columns[c].type;
        if (c == profile->target || type == PROFILE_KEY || type == PROFILE_IGNORE || type == PROFILE_TEXT) continue;
        double score = profile_relation(profile, c, profile->target);
        int at = count < SHOWN ? count++ : SHOWN;
        while (at > 0 && best[at - 1].score < score) {
            if (at < SHOWN) best[at] = best[at - 1];
            at--;
        }
        if (at < SHOWN) best[at] = (Related){c, score};
    }
    fprintf(out,
            "\nwhat each column alone tells of `%s` (0: nothing, 1: all):", profile->columns[profile->target].name);
    for (int i = 0; i < count; i++)
        fprintf(out, "%s %s %.2f", i > 0 ? "," : "",
                shorten(profile->arena, profile->columns[best[i].column].name, NAME_MOST), best[i].score);
    fputs("\n", out);
}

static void print_missing_words(const Profile *profile, FILE *out) {
    if (profile->missing_count == 0) return;
    fputs("; missing cells are written", out);
    for (int64_t i = 0; i < profile->missing_count; i++)
        fprintf(out, "%s \"%s\"", i > 0 ? "," : "", profile->missing[i]);
}

void profile_print(const Profile *profile, FILE *out) {
    fprintf(out, "%s: %lld row%s, %lld column%s, %.4g MB", profile->path, (long long)profile->row_count,
            plural(profile->row_count), (long long)profile->column_count, plural(profile->column_count),
            (double)profile->bytes / 1e6);
    if (profile->source.delimiter != 0 && profile->source.delimiter != ',')
        fprintf(out, profile->source.delimiter == '\t' ? "; tabs divide the cells" : "; `%c` divides the cells",
                profile->source.delimiter);
    if (profile->source.decimal == ',') fputs("; decimal comma", out);
    if (!profile->source.header) fputs("; no header", out);
    print_missing_words(profile, out);
    fputs("\n\n", out);
    print_columns(profile, out);
    if (profile->target >= 0) print_relations(profile, out);
    if (profile->findings.count > 0) fputs("\nto look at:\n", out);
    for (int64_t i = 0; i < profile->findings.count; i++) {
        const ProfileFinding *finding = &profile->findings.items[i];
        if (finding->column >= 0)
            fprintf(out, "  `%s`: %s [%s]\n", profile->columns[finding->column].name, finding->text, finding->name);
        else
            fprintf(out, "  %s [%s]\n", finding->text, finding->name);
    }
}
