/* The profile for scripts: one object, the columns in the order of the file. */
#include <math.h>

#include "lrt/json.h"
#include "profile/profile.h"

enum { LEVELS_WRITTEN = 50 };

static void put_text(LrtJsonWriter *json, const char *key, const char *text) {
    lrt_json_key(json, key);
    lrt_json_string(json, text);
}

static void put_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void put_number(LrtJsonWriter *json, const char *key, double value) {
    lrt_json_key(json, key);
    lrt_json_number(json, value);
}

static void put_bool(LrtJsonWriter *json, const char *key, bool value) {
    lrt_json_key(json, key);
    lrt_json_bool(json, value);
}

static void put_numbers(LrtJsonWriter *json, const ProfileColumn *column) {
    const ProfileQuantiles *q = &column->quantiles;
    const Moments *moments = &column->sums.moments;
    put_number(json, "min", moments->low);
    put_number(json, "max", moments->high);
    put_number(json, "mean", moments->mean);
    put_number(json, "deviation", moments_deviation(moments));
    put_number(json, "skewness", moments_skewness(moments));
    put_number(json, "mad", q->mad);
    put_integer(json, "negative", column->sums.negative);
    put_integer(json, "zero", column->sums.zero);
    lrt_json_key(json, "quantiles");
    lrt_json_object_begin(json);
    put_number(json, "0.001", q->q001);
    put_number(json, "0.01", q->q01);
    put_number(json, "0.05", q->q05);
    put_number(json, "0.25", q->q25);
    put_number(json, "0.5", q->q50);
    put_number(json, "0.75", q->q75);
    put_number(json, "0.95", q->q95);
    put_number(json, "0.99", q->q99);
    put_number(json, "0.999", q->q999);
    lrt_json_object_end(json);
}

/* The frequent levels. Of a sketched column a count may be too low, by `count_error` at most. */
static void put_levels(LrtJsonWriter *json, const ProfileColumn *column) {
    lrt_json_key(json, "levels");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < column->level_count && i < LEVELS_WRITTEN; i++) {
        lrt_json_object_begin(json);
        put_text(json, "text", column->levels[i].text);
        put_integer(json, "count", column->levels[i].count);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
    if (!column->distinct_exact) put_integer(json, "count_error", column->sums.frequent.dropped);
}

static void put_column(LrtJsonWriter *json, const Profile *profile, int64_t c) {
    const ProfileColumn *column = &profile->columns[c];
    lrt_json_object_begin(json);
    put_text(json, "name", column->name);
    put_text(json, "type", profile_type_name(column->type));
    if (column->format != NULL) put_text(json, "format", column->format);
    put_text(json, "reason", column->reason);
    put_integer(json, "missing", column->missing);
    put_integer(json, "distinct", column->distinct);
    put_bool(json, "distinct_exact", column->distinct_exact);
    if (column->is_number || column->type == PROFILE_TIMESTAMP) put_bool(json, "ascending", column->ascending);
    if (column->is_number) put_numbers(json, column);
    put_levels(json, column);
    if (profile->target >= 0 && c != profile->target)
        put_number(json, "relation", profile_relation(profile, c, profile->target));
    lrt_json_object_end(json);
}

static void put_findings(LrtJsonWriter *json, const Profile *profile) {
    lrt_json_key(json, "findings");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < profile->findings.count; i++) {
        const ProfileFinding *finding = &profile->findings.items[i];
        lrt_json_object_begin(json);
        put_text(json, "name", finding->name);
        put_text(json, "column", finding->column >= 0 ? profile->columns[finding->column].name : NULL);
        put_text(json, "text", finding->text);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

void profile_print_json(const Profile *profile, FILE *out) {
    LrtJsonWriter json;
    char delimiter[2] = {profile->source.delimiter != 0 ? profile->source.delimiter : ',', '\0'};
    char decimal[2] = {profile->source.decimal, '\0'};
    lrt_json_init(&json, out, true);
    lrt_json_object_begin(&json);
    put_text(&json, "file", profile->path);
    put_integer(&json, "bytes", profile->bytes);
    put_integer(&json, "rows", profile->row_count);
    put_text(&json, "delimiter", delimiter);
    put_text(&json, "decimal", decimal);
    put_bool(&json, "header", profile->source.header);
    lrt_json_key(&json, "missing");
    lrt_json_array_begin(&json);
    for (int64_t i = 0; i < profile->missing_count; i++) lrt_json_string(&json, profile->missing[i]);
    lrt_json_array_end(&json);
    put_text(&json, "target", profile->target >= 0 ? profile->columns[profile->target].name : NULL);
    put_integer(&json, "sample_rows", profile->sample_count);
    lrt_json_key(&json, "columns");
    lrt_json_array_begin(&json);
    for (int64_t c = 0; c < profile->column_count; c++) put_column(&json, profile, c);
    lrt_json_array_end(&json);
    put_findings(&json, profile);
    lrt_json_object_end(&json);
    fputc('\n', out);
}
