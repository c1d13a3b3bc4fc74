/* The text of a starter spec, section by section. Every choice says in a comment why it was made, so that whoever goes
 * on from here knows what to change. */
#include "starter/starter.h"

#include <math.h>
#include <string.h>

static const double train_share = 0.7;
enum { COMMENTED_COLUMNS = 60, SMALL_TABLE = 800, MEDIUM_TABLE = 10000, PENALIZED_TABLE = 2000, UPDATES = 3000 };

/* ---- data and columns ------------------------------------------------------------------------------------------- */

static void write_head(const Starter *starter, const char *model_name, Str *out) {
    const Profile *profile = starter->profile;
    str_printf(out,
               "# A starter, made by `lspec new` from %lld rows and %lld columns. All of it is meant to be changed.\n",
               (long long)profile->row_count, (long long)profile->column_count);
    str_printf(out, "lspec 1\nmodel: %s\n\n", model_name);
}

/* A name for a binding that no column has. */
static const char *free_name(const Starter *starter, const char *wanted) {
    const char *name = wanted;
    for (int64_t c = 0; c < starter->profile->column_count; c++)
        if (str_equal(starter->profile->columns[c].name, name)) {
            name = arena_printf(starter->arena, "%s_", name);
            c = -1;
        }
    return name;
}

/* The network takes embedded categories one by one, so that the others need a name together. */
static void write_constants(const Starter *starter, Str *out) {
    if (!starter->has_embedding) return;
    str_printf(out, "let %s = [", free_name(starter, "plain"));
    bool first = true;
    for (int64_t c = 0; c < starter->profile->column_count; c++) {
        const StarterColumn *column = &starter->columns[c];
        if (column->treatment != TREAT_NUMBER && column->treatment != TREAT_BOOL && column->treatment != TREAT_ONE_HOT)
            continue;
        str_printf(out, "%s%s", first ? "" : ", ", column->name);
        first = false;
    }
    str_append(out, "]  # all features but the embedded ones\n\n");
}

static void write_data(const Starter *starter, const char *data_path, Str *out) {
    const Profile *profile = starter->profile;
    Str path;
    str_init(&path, starter->arena);
    for (const char *at = data_path; *at != '\0'; at++)
        str_printf(&path, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
    str_printf(out, "data: csv(\"%s\"", path.data);
    if (profile->source.delimiter == '\t' && !str_ends_with(data_path, ".tsv"))
        str_append(out, ", delimiter: \"\\t\"");
    else if (profile->source.delimiter != 0 && profile->source.delimiter != ',' && profile->source.delimiter != '\t')
        str_printf(out, ", delimiter: \"%c\"", profile->source.delimiter);
    if (profile->source.decimal == ',') str_append(out, ", decimal: \",\"");
    if (!profile->source.header) str_append(out, ", header: false");
    if (profile->missing_count + starter->missing_number_count > 0) {
        str_append(out, ", missing: [");
        for (int64_t i = 0; i < profile->missing_count; i++)
            str_printf(out, "%s\"%s\"", i > 0 ? ", " : "", profile->missing[i]);
        for (int64_t i = 0; i < starter->missing_number_count; i++)
            str_printf(out, "%s\"%s\"", i + profile->missing_count > 0 ? ", " : "", starter->missing_numbers[i]);
        str_append(out, "]");
    }
    str_append(out, ")\n\n");
}

/* A line a column, with what was seen of it; where there are many, a line a type. */
static void write_columns(const Starter *starter, Str *out) {
    int64_t count = starter->profile->column_count;
    str_append(out, "columns {\n");
    bool *written = ARENA_ARRAY(starter->arena, bool, count);
    for (int64_t c = 0; c < count; c++) {
        const StarterColumn *column = &starter->columns[c];
        if (written[c]) continue;
        str_printf(out, "    %s", column->name);
        for (int64_t k = c + 1; count > COMMENTED_COLUMNS && starter->profile->source.header && k < count; k++) {
            if (!str_equal(starter->columns[k].type, column->type) || starter->columns[k].treatment == TREAT_TARGET ||
                column->treatment == TREAT_TARGET)
                continue;
            str_printf(out, ", %s", starter->columns[k].name);
            written[k] = true;
        }
        str_printf(out, " : %s", column->type);
        if (count <= COMMENTED_COLUMNS && column->note[0] != '\0') str_printf(out, "  # %s", column->note);
        if (count > COMMENTED_COLUMNS && column->treatment == TREAT_TARGET) str_append(out, "  # the target");
        str_append(out, "\n");
    }
    str_append(out, "}\n\n");
}

/* ---- target and split ------------------------------------------------------------------------------------------- */

static const char *target_name(const Starter *starter) { return starter->columns[starter->profile->target].name; }

static void write_target(const Starter *starter, Str *out) {
    const char *name = target_name(starter);
    switch (starter->kind) {
    case TARGET_BINARY:
    case TARGET_CLASSES:
    case TARGET_COUNT: str_printf(out, "target: %s\n\n", name); break;
    case TARGET_NUMBER:
        str_printf(out, "target {\n    %s -> scale(standard)  # predictions and metrics are turned back\n}\n\n", name);
        break;
    case TARGET_POSITIVE:
        str_printf(out,
                   "target {\n    %s -> rescale(1 / %.2g)  # near 1; predictions and metrics are turned back\n}\n\n",
                   name, starter->profile->columns[starter->profile->target].quantiles.q50);
        break;
    }
}

static void write_split(const Starter *starter, Str *out) {
    const char *shares = "train: 70%, validation: 15%, test: 15%";
    if (starter->has_fold)
        str_append(out, "split: predefined\n\n");
    else if (starter->has_time || starter->in_order)
        str_printf(out, "split: chronological(%s)  # learns from the past, is measured on what comes after\n\n",
                   shares);
    else if (starter->kind == TARGET_BINARY || starter->kind == TARGET_CLASSES)
        str_printf(out, "split: stratified(%s, seed: 1)  # each part has its share of every class\n\n", shares);
    else
        str_printf(out, "split: random(%s, seed: 1)\n\n", shares);
}

/* ---- preprocess ------------------------------------------------------------------------------------------------- */

static const char *flow_comment(const char *flow) {
    if (strstr(flow, "log1p") != NULL) return "  # long tails, never negative";
    if (strstr(flow, "winsorize") != NULL) return "  # far values are pulled in";
    if (strstr(flow, "one_hot") != NULL) return "  # rare levels share one column with those to come";
    return "";
}

/* One flow for all columns that take the same steps. */
static void write_preprocess(const Starter *starter, Str *out) {
    int64_t count = starter->profile->column_count;
    bool *written = ARENA_ARRAY(starter->arena, bool, count), any = false;
    for (int64_t c = 0; c < count; c++) {
        const StarterColumn *column = &starter->columns[c];
        if (written[c] || column->flow[0] == '\0' || column->treatment == TREAT_APART ||
            column->treatment == TREAT_TARGET)
            continue;
        if (!any) str_append(out, "preprocess {  # what is fitted sees the training part alone\n");
        any = true;
        str_printf(out, "    %s", column->name);
        for (int64_t k = c + 1; k < count; k++)
            if (str_equal(starter->columns[k].flow, column->flow)) {
                str_printf(out, ", %s", starter->columns[k].name);
                written[k] = true;
            }
        str_printf(out, " -> %s%s\n", column->flow, flow_comment(column->flow));
    }
    if (any) str_append(out, "}\n\n");
}

/* ---- network and training --------------------------------------------------------------------------------------- */

static bool has_plain(const Starter *starter) {
    for (int64_t c = 0; c < starter->profile->column_count; c++)
        if (starter->columns[c].treatment == TREAT_NUMBER || starter->columns[c].treatment == TREAT_BOOL ||
            starter->columns[c].treatment == TREAT_ONE_HOT)
            return true;
    return false;
}

static void write_input(const Starter *starter, const char *name, Str *out) {
    if (!starter->has_embedding) {
        str_printf(out, "    %s = features\n", name);
        return;
    }
    bool first = !has_plain(starter);
    str_printf(out, "    %s = concat(%s", name, first ? "" : free_name(starter, "plain"));
    for (int64_t c = 0; c < starter->profile->column_count; c++) {
        const StarterColumn *column = &starter->columns[c];
        if (column->treatment != TREAT_EMBED) continue;
        str_printf(out, "%s%s -> embedding(%lld)", first ? "" : ", ", column->name, (long long)column->width);
        first = false;
    }
    str_append(out, ")\n");
}

/* A linear path beside the hidden layers: what is linear need not be learnt by them, and few rows suffice for it. */
static void write_network(const Starter *starter, Str *out) {
    int64_t rows = starter->training_rows;
    int width = rows < SMALL_TABLE ? 32 : rows < MEDIUM_TABLE ? 64 : 128;
    const char *x = free_name(starter, "inputs"), *h = free_name(starter, "hidden");
    str_append(out, "network {\n");
    write_input(starter, x, out);
    if (rows < SMALL_TABLE)
        str_printf(out, "    %s = %s -> dense(%d) -> relu -> dropout(20%%)\n", h, x, width);
    else
        str_printf(out, "    %s = %s -> dense(%d) -> relu -> dropout(10%%) -> dense(%d) -> relu\n", h, x, width,
                   width / 2);
    str_printf(out, "    concat(%s, %s) -> output(%s)  # a linear path beside the hidden layer%s\n}\n\n", x, h,
               target_name(starter), rows < SMALL_TABLE ? "" : "s");
}

static bool has_far_target(const Starter *starter) {
    const ProfileColumn *column = &starter->profile->columns[starter->profile->target];
    const ProfileQuantiles *q = &column->quantiles;
    double spread = 1.4826 * q->mad;
    return spread > 0 && fmax(column->sums.moments.high - q->q50, q->q50 - column->sums.moments.low) > 8 * spread;
}

static void write_loss(const Starter *starter, Str *out) {
    const char *penalty = starter->training_rows < PENALIZED_TABLE ? "1e-3" : "1e-4";
    const char *loss = "mse";
    if (starter->kind == TARGET_BINARY || starter->kind == TARGET_CLASSES)
        loss = "cross_entropy";
    else if (starter->kind == TARGET_COUNT)
        loss = "poisson";
    else if (starter->kind == TARGET_POSITIVE)
        loss = "gamma";
    else if (has_far_target(starter))
        loss = "huber(delta: 2)";
    const char *note = starter->kind == TARGET_POSITIVE ? "  # above 0 with a long tail: errors count as shares" : "";
    str_printf(out, "loss:      %s + l2(%s)%s\n", loss, penalty, note);
}

/* Batches grow with the table; epochs make up about as many updates whatever its size. */
static void write_training(const Starter *starter, Str *out) {
    int64_t rows = starter->training_rows > 0 ? starter->training_rows : 1;
    int64_t batch = rows < 2000 ? 32 : rows < 20000 ? 64 : rows < 100000 ? 256 : 512;
    if (batch > rows / 4) batch = rows / 4 > 0 ? rows / 4 : 1;
    int64_t steps = (rows + batch - 1) / batch, epochs = (UPDATES + steps - 1) / steps;
    epochs = epochs < 20 ? 20 : epochs > 150 ? 150 : epochs;
    int64_t patience = epochs / 4 < 8 ? 8 : epochs / 4;
    str_printf(out,
               "optimizer: clip_norm(5.0) -> adamw(lr: cosine(3e-3..1e-5, warmup: %lld steps), weight_decay: 1e-3)\n\n",
               (long long)(steps * epochs / 50 > 0 ? steps * epochs / 50 : 1));
    str_printf(out, "train {\n    batch: %lld\n    epochs: %lld\n    seed: 1\n}\n\n", (long long)batch,
               (long long)epochs);
    str_printf(out, "stop {\n    early(validation.loss, patience: %lld, restore: best)\n}\n\n", (long long)patience);
}

static void write_metrics(const Starter *starter, Str *out) {
    const char *positive = starter->level_count == 2 ? starter->levels[1] : "";
    switch (starter->kind) {
    case TARGET_BINARY:
        if (starter->imbalanced)
            str_printf(
                out,
                "metrics: [auc, pr_auc(%s), f1(%s), f1(macro), log_loss, accuracy]  # classes of unlike size: accuracy "
                "alone tells little; `cross_entropy(class_weights: balanced)` weighs them",
                positive, positive);
        else
            str_printf(out, "metrics: [accuracy, auc, f1(%s), log_loss]", positive);
        break;
    case TARGET_CLASSES:
        str_append(out, "metrics: [accuracy, f1(macro), log_loss]");
        if (starter->imbalanced) str_append(out, "  # classes of unlike size: f1(macro) counts each of them the same");
        break;
    case TARGET_COUNT: str_append(out, "metrics: [rmse, mae, r2]"); break;
    case TARGET_NUMBER:
    case TARGET_POSITIVE: str_append(out, "metrics: [r2, rmse, mae]"); break;
    }
    str_append(out, "\n");
}

const char *starter_write(const Profile *profile, const StarterRequest *request, const char **why) {
    Starter *starter = ARENA_NEW(profile->arena, Starter);
    *starter = (Starter){.arena = profile->arena, .profile = profile, .request = request};
    starter->columns = ARENA_ARRAY(profile->arena, StarterColumn, profile->column_count);
    starter->training_rows = (int64_t)(train_share * (double)profile->columns[profile->target].filled);
    starter_plan_columns(starter);
    if (!starter_plan_target(starter, why)) return NULL;
    if (!has_plain(starter) && !starter->has_embedding) {
        *why = "no other column can be a feature";
        return NULL;
    }
    Str text;
    str_init(&text, profile->arena);
    write_head(starter, request->model_name, &text);
    write_constants(starter, &text);
    write_data(starter, request->data_path, &text);
    write_columns(starter, &text);
    write_target(starter, &text);
    write_split(starter, &text);
    write_preprocess(starter, &text);
    write_network(starter, &text);
    write_loss(starter, &text);
    write_training(starter, &text);
    write_metrics(starter, &text);
    return text.data;
}
