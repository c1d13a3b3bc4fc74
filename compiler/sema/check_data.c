/* The section `data`: the source, its options, and the header of its file, which globs and `rest` are expanded from. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lrt/json.h"
#include "lrt/reader.h"
#include "sema/checker.h"
#include "support/io.h"
#include "support/panic.h"
#include "support/str.h"

typedef VEC(LrtSourceFile) SourceFiles;

static const LrtReader *reader_of(const char *word) {
    static const LrtReader *const readers[] = {&lrt_reader_csv, &lrt_reader_npy, &lrt_reader_npz, &lrt_reader_idx,
                                              &lrt_reader_jsonl, &lrt_reader_sqlite, &lrt_reader_images};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (strcmp(readers[i]->word, word) == 0) return readers[i];
    BUG("no reader of `%s`", word);
}

/* ---- options --------------------------------------------------------------------------------------------------- */

/* Options of one character. False where reported. */
static bool read_character(Checker *checker, const Argument *argument, const char *name, char *out) {
    if (!argument->given) return true;
    if (argument->word[0] == '\0' || argument->word[1] != '\0') {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, argument->span, "`%s` of `csv` is one character", name);
        return false;
    }
    if (strchr("\n\r", argument->word[0])) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, argument->span, "`%s` of `csv` cannot be the end of a line",
                    name);
        return false;
    }
    *out = argument->word[0];
    return true;
}

static bool check_decimal(Checker *checker, const Argument *decimal, const LrtSource *source) {
    if (!decimal->given) return true;
    if (strcmp(decimal->word, ".") != 0 && strcmp(decimal->word, ",") != 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, decimal->span,
                                    "the decimal sign is \".\" or \",\", not \"%s\"", decimal->word);
        diag_advice(d, "`decimal: \",\"` for 1,5");
        return false;
    }
    if (source->delimiter == decimal->word[0]) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, decimal->span,
                    "the decimal sign and the delimiter are the same character");
        return false;
    }
    return true;
}

/* The file as the trainer opens it from anywhere: absolute where the file is there, else beside the spec. */
static const char *absolute_path(Checker *checker, const char *spec_path) {
    const char *spec = checker->session->sources.sources.items[checker->file->source].path;
    const char *path = io_resolve(checker->arena, spec, spec_path);
    char *real = realpath(path, NULL);
    if (real) path = arena_strdup(checker->arena, real);
    free(real);
    return path;
}

/* ---- files ----------------------------------------------------------------------------------------------------- */

/* The file and, where the source has one, the file of labels beside it. */
static bool add_file(Checker *checker, LrtPart part, const char *path, const char *label, Span span, SourceFiles *files) {
    if (path[0] == '\0' || (label && label[0] == '\0')) {
        diag_report(checker->session, DIAG_DATA_NOT_FOUND, span, "the path of the data is empty");
        return false;
    }
    LrtSourceFile file = {.part = part, .spec_path = path, .path = absolute_path(checker, path), .spec_label_path = label};
    if (label) file.label_path = absolute_path(checker, label);
    vec_push(checker->arena, files, file);
    if (files->count == 1) checker->data_path_span = span;
    return true;
}

/* `train: "a.csv"`, or `train: [images, labels]` where a part has two files. */
static bool read_part(Checker *checker, const LrtReader *reader, const Argument *argument, LrtPart part,
                      SourceFiles *files) {
    const Scope *scope;
    const AstExpr *expr = expr_resolve(checker, NULL, argument->expr, &scope);
    const char *paths[2] = {NULL, NULL};
    int64_t count = expr->kind == AST_LIST ? expr->arg_count : 1;
    bool fine = count >= 1 && count <= (reader->label_file ? 2 : 1);
    for (int64_t i = 0; fine && i < count; i++) {
        const AstExpr *path =
            expr->kind == AST_LIST ? expr_resolve(checker, NULL, expr->args[i].value, &scope) : expr;
        fine = path->kind == AST_STRING && (expr->kind != AST_LIST || expr->args[i].key_kind == AST_KEY_NONE);
        paths[i] = path->text;
    }
    if (!fine) {
        if (expr->kind == AST_ERROR) return false;
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, argument->span,
                                    reader->label_file ? "a part of `%s` is a file, or two in brackets"
                                                       : "a part of `%s` is one file in quotes",
                                    reader->word);
        if (reader->label_file) diag_advice(d, "[\"x\", \"%s\"]", reader->label_file);
        return false;
    }
    return add_file(checker, part, paths[0], paths[1], argument->span, files);
}

static bool is_packed(const LrtSourceFile *file, const LrtUnpacker *unpacker) {
    return str_ends_with(file->path, unpacker->ending) ||
           (file->label_path && str_ends_with(file->label_path, unpacker->ending));
}

static bool report_no_file(Checker *checker, const Call *call, bool has_part) {
    Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, call->name_span,
                                has_part ? "`%s` lacks the file of the training part" : "`%s` lacks its file",
                                call->entry->name);
    if (has_part)
        diag_advice(d, "`train:` besides the other parts");
    else
        diag_advice(d, "`%s`", call->entry->example);
    return false;
}

/* The first argument is the file, unless `train:` and the other parts have one each. */
static bool read_files(Checker *checker, const Call *call, const LrtReader *reader) {
    static const char *const parts[] = {"train", "validation", "test"};
    const Argument *file = &call->args[0], *label = reader->label_file ? &call->args[1] : NULL, *given = NULL;
    SourceFiles files = {0};
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        const Argument *argument = call_argument(call, parts[part]);
        if (!argument->given) continue;
        given = given ? given : argument;
        if (!read_part(checker, reader, argument, (LrtPart)part, &files)) return false;
    }
    if (given && (file->given || (label && label->given))) {
        Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, file->given ? file->span : label->span,
                                    "`%s` takes one file or a file for each part, not both", call->entry->name);
        diag_label(d, given->span, "a file of a part");
        return false;
    }
    if (!given && !file->given) return report_no_file(checker, call, false);
    if (given && files.items[0].part != LRT_PART_TRAIN) return report_no_file(checker, call, true);
    if (!given && !add_file(checker, LRT_PART_NONE, file->word, label && label->given ? label->word : NULL, file->span,
                            &files))
        return false;
    LrtSource *source = &checker->model->data.source;
    for (int64_t i = 0; i < files.count; i++) {
        if (is_packed(&files.items[i], &lrt_unpacker_gzip)) source->gzip = &lrt_unpacker_gzip;
        if (is_packed(&files.items[i], &lrt_unpacker_zstd)) source->zstd = &lrt_unpacker_zstd;
    }
    source->files = files.items;
    source->file_count = files.count;
    source->path = files.items[0].path;
    source->spec_path = files.items[0].spec_path;
    source->spec_line =
        (int32_t)source_position(&checker->session->sources, call->span.source, call->span.begin).line;
    return true;
}

static bool read_csv(Checker *checker, const Call *call) {
    LrtSource *source = &checker->model->data.source;
    const Argument *decimal = call_argument(call, "decimal");
    source->header = call_bool(call, "header");
    source->missing = call_argument(call, "missing")->words;
    source->missing_count = call_argument(call, "missing")->count;
    bool fine = read_character(checker, call_argument(call, "delimiter"), "delimiter", &source->delimiter);
    fine &= read_character(checker, call_argument(call, "quote"), "quote", &source->quote);
    fine &= check_decimal(checker, decimal, source);
    if (fine && decimal->given) source->decimal = decimal->word[0];
    return fine;
}

static bool read_options(Checker *checker, const Call *call) {
    LrtSource *source = &checker->model->data.source;
    const LrtReader *reader = reader_of(call->entry->name);
    source->reader = reader;
    source->quote = '"';
    source->decimal = '.';
    source->header = !reader->is_nameless;
    if (!read_files(checker, call, reader)) return false;
    if (reader == &lrt_reader_sqlite) source->query = call_word(call, "query");
    if (reader == &lrt_reader_images) {
        source->image_height = call_argument(call, "size")->rows;
        source->image_width = call_argument(call, "size")->columns;
        source->image_channels = call_argument(call, "channels")->given ? call_integer(call, "channels") : 0;
    }
    return reader != &lrt_reader_csv || read_csv(checker, call);
}

/* ---- the header ------------------------------------------------------------------------------------------------ */

static void report_header(Checker *checker, const LrtError *error) {
    DiagId id = DIAG_DATA_NOT_READ;
    diag_find(error->name, &id);
    Diagnostic *d = diag_report(checker->session, id, checker->data_path_span, "%s", error->message);
    if (error->why[0]) diag_why(d, "%s", error->why);
    if (error->fix[0]) diag_advice(d, "%s", error->fix);
    if (error->line > 0)
        diag_cell(d, (DiagCell){.file = arena_strdup(checker->arena, error->file),
                                .row = error->row,
                                .line = error->line,
                                .column = error->column[0] ? arena_strdup(checker->arena, error->column) : NULL,
                                .text = error->text[0] ? arena_strdup(checker->arena, error->text) : NULL});
}

static void keep_header(Checker *checker, char *const *names, int64_t count) {
    checker->header_known = true;
    checker->header_count = count;
    if (!names) return;
    checker->header = ARENA_ARRAY(checker->arena, char *, count + 1);
    for (int64_t i = 0; i < count; i++) checker->header[i] = arena_strdup(checker->arena, names[i]);
}

/* The names of the lock's columns; they expand globs and `rest`, since `data_missing` says that no header vouches. */
static void keep_lock_names(Checker *checker, const LrtJson *lock) {
    const LrtJson *columns = lock->kind == LRT_JSON_OBJECT ? lrt_json_member(lock, "columns") : NULL;
    if (!columns || columns->kind != LRT_JSON_ARRAY) return;
    char **names = ARENA_ARRAY(checker->arena, char *, columns->count + 1);
    for (int64_t i = 0; i < columns->count; i++) {
        const LrtJson *column = &columns->items[i];
        const LrtJson *name = column->kind == LRT_JSON_OBJECT ? lrt_json_member(column, "name") : NULL;
        if (!name || name->kind != LRT_JSON_STRING) return;
        names[i] = name->string;
    }
    keep_header(checker, names, columns->count);
}

/* Where the lock alone is there. What it holds besides is read, and held against the model, once the model is made. */
static bool header_from_lock(Checker *checker) {
    enum { LOCK_LIMIT = 64 << 20 };
    const char *spec = checker->session->sources.sources.items[checker->file->source].path;
    const char *path = arena_printf(checker->arena, "%s.lock", spec);
    char *text = NULL;
    size_t length = 0, place = 0;
    const char *why = NULL;
    if (!checker->options->use_lock || access(path, F_OK) != 0) return false;
    if (!io_read_file(checker->arena, path, LOCK_LIMIT, &text, &length, &why)) return false;
    LrtJson *lock = lrt_json_parse(text, length, &place);
    if (lock) keep_lock_names(checker, lock);
    lrt_json_free(lock);
    return true;
}

static void read_header(Checker *checker) {
    const LrtSource *source = &checker->model->data.source;
    struct stat status;
    if (stat(source->path, &status) != 0 && header_from_lock(checker)) {
        checker->data_missing = true;
        return;
    }
    char **names = NULL;
    int64_t count = 0;
    LrtError error = {0};
    if (!lrt_header_read(source, source->path, &names, &count, &error)) {
        checker->data_missing = true;
        report_header(checker, &error);
        return;
    }
    keep_header(checker, names, count);
    lrt_header_free(names, count);
}

/* ---- the section ----------------------------------------------------------------------------------------------- */

/* `data: "credit.csv"`: a path without its reader. */
static void report_no_source(Checker *checker, const AstExpr *value) {
    if (value->kind == AST_ERROR) return;
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "`data` wants a source of data");
    if (value->kind == AST_STRING)
        diag_fix(d, true, value->span,
                 arena_printf(checker->arena, "csv(%s)",
                              source_text(&checker->session->sources, checker->arena, value->span)),
                 NULL);
    else
        diag_advice(d, "`data: csv(\"file.csv\")`");
}

void check_data(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_DATA];
    checker->data_path_span = section ? section->name.span : SPAN_NONE;
    checker->data_missing = true;
    checker->model->data.source.header = true;
    if (!section || !section_wants_field(checker, section, "data: csv(\"file.csv\")")) return;
    const Scope *scope;
    const AstExpr *value = section->value;
    const AstExpr *resolved = value->kind == AST_NAME && catalog_find(ENTRY_SOURCE, value->text)
                                  ? value
                                  : expr_resolve(checker, NULL, value, &scope);
    if (!expr_word(resolved)) {
        report_no_source(checker, value);
        return;
    }
    const CatalogEntry *entry = bind_entry(checker, ENTRY_SOURCE, resolved);
    Call *call = entry ? bind_call(checker, NULL, entry, resolved) : NULL;
    if (!call || !read_options(checker, call)) return;
    checker->data_missing = false;
    if (!checker->options->no_data) read_header(checker);
}
