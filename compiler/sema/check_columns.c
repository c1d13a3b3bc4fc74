/* The section `columns`: which columns there are, in the order of their declaration, each held against the header.
 * Columns named one by one come first in right, then globs in the order of the text, then `rest`: each takes what the
 * ones before it left. */
#include <ctype.h>
#include <string.h>

#include "sema/checker.h"
#include "support/fuzzy.h"
#include "support/map.h"
#include "support/str.h"

typedef enum NameKind { NAME_PLAIN, NAME_GLOB, NAME_REST } NameKind;

/* The whole block while it is read. */
typedef struct ColumnBlock {
    Checker *checker;
    Map declared; /* names, globs and `rest` -> index in `spans` */
    VEC(Span) spans;
    Map header;                /* names of the header -> position */
    Map taken;                 /* names of the header that a glob took */
    Map meant;                 /* declared names that the header lacks -> position of the name that was meant */
    const AstName *meant_rest; /* a misspelt `rest`, or NULL */
    bool has_doubled;          /* a declared name stands twice in the header, perhaps in place of one that lacks */
    VEC(const char *) globs;
    bool name_lost; /* a damaged statement does not tell which columns it was about */
} ColumnBlock;

static NameKind name_kind(const ColumnBlock *block, const AstName *name) {
    int64_t position;
    if (!name->quoted) return strcmp(name->text, "rest") == 0 || name == block->meant_rest ? NAME_REST : NAME_PLAIN;
    /* A header may hold the very text. */
    if (!glob_is_pattern(name->text) || map_find(&block->header, name->text, &position)) return NAME_PLAIN;
    return NAME_GLOB;
}

/* Key under which the name is declared: the column "rest" in quotes is another one than `rest`. */
static const char *name_key(ColumnBlock *block, const AstName *name, NameKind kind) {
    return kind == NAME_REST ? "*rest*" : arena_printf(block->checker->arena, "=%s", name->text);
}

/* ---- names ----------------------------------------------------------------------------------------------------- */

static bool declare_name(ColumnBlock *block, const AstName *name) {
    Checker *checker = block->checker;
    NameKind kind = name_kind(block, name);
    int64_t first;
    const char *key = name_key(block, name, kind);
    if (map_find(&block->declared, key, &first)) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span,
                                    "the column `%s` is declared twice", name->text);
        diag_label(d, block->spans.items[first], "first here");
        checker->columns_poisoned = true; /* one of the two was to be another, which is not known now */
        return false;
    }
    map_insert(&block->declared, key, block->spans.count);
    vec_push(checker->arena, &block->spans, name->span);
    if (*name->text == '\0') {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, name->span, "an empty text names no column");
        return false;
    }
    if (kind == NAME_GLOB) vec_push(checker->arena, &block->globs, name->text);
    const Constant *constant = kind == NAME_PLAIN && !name->quoted ? constant_find(checker, name->text) : NULL;
    if (constant) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span,
                                    "`%s` names a column and a constant", name->text);
        diag_label(d, constant->span, "the constant");
        diag_advice(d, "another name for the constant");
        return false;
    }
    return true;
}

static bool is_declaration(const AstStmt *stmt) { return !stmt->disabled && stmt->kind == AST_ENTRY; }

/* All names first: a glob must know what is declared by itself further down. */
static bool *declare_names(ColumnBlock *block, const AstSection *section) {
    Checker *checker = block->checker;
    int64_t count = 0, at = 0;
    for (int64_t i = 0; i < section->stmt_count; i++)
        count += is_declaration(&section->stmts[i]) ? section->stmts[i].name_count : 0;
    bool *fine = ARENA_ARRAY(checker->arena, bool, count + 1);
    for (int64_t i = 0; i < section->stmt_count; i++)
        for (int64_t k = 0; is_declaration(&section->stmts[i]) && k < section->stmts[i].name_count; k++)
            fine[at++] = declare_name(block, &section->stmts[i].names[k]);
    /* What a damaged statement names is left out of `rest`, too. */
    for (int64_t i = 0; i < section->stmt_count; i++) {
        block->name_lost |= section->stmts[i].kind == AST_BAD && section->stmts[i].name_count == 0;
        for (int64_t k = 0; !is_declaration(&section->stmts[i]) && k < section->stmts[i].name_count; k++) {
            const AstName *name = &section->stmts[i].names[k];
            map_insert(&block->declared, name_key(block, name, NAME_PLAIN), block->spans.count);
            vec_push(checker->arena, &block->spans, name->span);
        }
    }
    return fine;
}

/* A name that is no word of the language is quoted. */
static const char *column_as_written(Arena *arena, const char *name) {
    bool is_word = *name == '_' || isalpha((unsigned char)*name);
    for (const char *at = name; *at && is_word; at++) is_word = *at == '_' || isalnum((unsigned char)*at);
    return is_word ? name : arena_printf(arena, "\"%s\"", name);
}

/* ---- against the header ---------------------------------------------------------------------------------------- */

static bool is_declared(ColumnBlock *block, const char *column) {
    int64_t index;
    return map_find(&block->declared, arena_printf(block->checker->arena, "=%s", column), &index);
}

static WordList undeclared_names(ColumnBlock *block) {
    Checker *checker = block->checker;
    WordList words = {0};
    for (int64_t i = 0; i < checker->header_count; i++)
        if (!is_declared(block, checker->header[i])) vec_push(checker->arena, &words, checker->header[i]);
    return words;
}

/* With the lock alone the names may lack what the spec has gained since. */
static bool header_vouches(const Checker *checker) { return checker->header && !checker->data_missing; }

/* A misspelt name stands for the one that was meant: no `rest` takes that one, and its uses are not reported. */
static void find_meant(ColumnBlock *block, const AstName *name) {
    static const char *const rest[] = {"rest"};
    Checker *checker = block->checker;
    int64_t position;
    if (name_kind(block, name) != NAME_PLAIN || map_find(&block->header, name->text, &position)) return;
    WordList words = undeclared_names(block);
    const char *nearest = fuzzy_nearest(name->text, words.items, (size_t)words.count);
    if (nearest && map_find(&block->header, nearest, &position)) {
        map_insert(&block->meant, name->text, position);
        map_insert(&block->declared, arena_printf(checker->arena, "=%s", nearest), block->spans.count);
        vec_push(checker->arena, &block->spans, name->span);
    } else if (!name->quoted && !map_find(&block->declared, "*rest*", &position) &&
               fuzzy_nearest(name->text, rest, 1)) {
        block->meant_rest = name;
    }
}

/* What `timestamp(from: [year, month])` lists, or NULL: the file has no column of its own for it. */
static const AstExpr *moment_parts(const AstStmt *stmt) {
    const AstExpr *value = stmt->value;
    while (value && value->kind == AST_OPTIONAL) value = value->left;
    if (!value || value->kind != AST_CALL || strcmp(value->text, "timestamp") != 0) return NULL;
    for (int64_t i = 0; i < value->arg_count; i++)
        if (value->args[i].key_kind != AST_KEY_NONE && strcmp(value->args[i].key, "from") == 0)
            return value->args[i].value;
    return NULL;
}

static void find_all_meant(ColumnBlock *block, const AstSection *section) {
    if (!header_vouches(block->checker)) return;
    for (int64_t i = 0; i < section->stmt_count; i++)
        for (int64_t k = 0; is_declaration(&section->stmts[i]) && !moment_parts(&section->stmts[i]) &&
                            k < section->stmts[i].name_count; k++)
            find_meant(block, &section->stmts[i].names[k]);
}

static void report_not_in_data(ColumnBlock *block, const AstName *name) {
    Checker *checker = block->checker;
    const LrtSource *source = &checker->model->data.source;
    Diagnostic *d = diag_report(checker->session, DIAG_COLUMN_NOT_IN_DATA, name->span, "%s has no column `%s`",
                                source->spec_path, name->text);
    diag_evidence(d, "its header has %lld columns", (long long)checker->header_count);
    WordList words = undeclared_names(block);
    int64_t position;
    if (name == block->meant_rest) {
        diag_fix(d, false, name->span, "rest", "did you mean `rest`?");
    } else if (map_find(&block->meant, name->text, &position)) {
        const char *meant = checker->header[position];
        diag_fix(d, false, name->span, column_as_written(checker->arena, meant),
                 arena_printf(checker->arena, "did you mean `%s`?", meant));
    } else {
        if (words.count > 0 && words.count <= 12)
            diag_advice(d, "not declared yet: %s", words_joined(checker->arena, &words));
        checker->columns_poisoned |= words.count > 0; /* one of these may be meant, which is not known now */
    }
}

/* The header's names by place; one that is declared and stands twice is told before those that lack. */
static void check_doubled(ColumnBlock *block) {
    Checker *checker = block->checker;
    for (int64_t i = 0; checker->header && i < checker->header_count; i++) {
        const char *name = checker->header[i];
        int64_t first, declared;
        if (!map_find(&block->header, name, &first) || first == i ||
            !map_find(&block->declared, arena_printf(checker->arena, "=%s", name), &declared))
            continue;
        Diagnostic *d =
            diag_report(checker->session, DIAG_DUPLICATE_COLUMN, block->spans.items[declared],
                        "column `%s` stands twice in the header of %s", name, checker->model->data.source.spec_path);
        diag_evidence(d, "as its columns %lld and %lld", (long long)first + 1, (long long)i + 1);
        diag_advice(d, "rename one of them in the file");
        block->has_doubled = true;
    }
}

static void add_column(ColumnBlock *block, const char *name, const AstName *declared, const LrtColumn *type,
                       bool fine) {
    Checker *checker = block->checker;
    LrtColumn column = *type;
    column.name = name;
    column.spec_line =
        (int32_t)source_position(&checker->session->sources, declared->span.source, declared->span.begin).line;
    int32_t variable = variable_add_column(checker, &column, declared->span);
    checker->variables.items[variable].poisoned = !fine;
    checker->variables.items[variable].from_rest = name_kind(block, declared) == NAME_REST;
}

/* A pattern takes what no name declares and no earlier pattern took; `rest` waits for the globs below it, too. */
static bool pattern_takes(ColumnBlock *block, const AstName *name, const char *column) {
    int64_t at;
    if (map_find(&block->declared, arena_printf(block->checker->arena, "=%s", column), &at) ||
        map_find(&block->taken, column, &at))
        return false;
    if (name_kind(block, name) != NAME_REST) return glob_matches(name->text, column);
    for (int64_t i = 0; i < block->globs.count; i++)
        if (glob_matches(block->globs.items[i], column)) return false;
    return true;
}

static void add_pattern(ColumnBlock *block, const AstName *name, const LrtColumn *type, bool fine) {
    Checker *checker = block->checker;
    /* What took a column whose own declaration is lost says nothing of it. */
    fine = fine && !block->name_lost;
    if (!checker->header) {
        LrtColumn column = *type;
        column.name = name->text;
        /* It stands for columns whose names only the header tells: entered as a pattern, which no name finds. */
        int32_t variable = variable_add_pattern(checker, &column, name->span);
        checker->variables.items[variable].poisoned = !fine;
        checker->variables.items[variable].from_rest = name_kind(block, name) == NAME_REST;
        return;
    }
    int64_t before = checker->columns.count;
    for (int64_t i = 0; i < checker->header_count; i++) {
        if (!pattern_takes(block, name, checker->header[i])) continue;
        map_insert(&block->taken, checker->header[i], i);
        add_column(block, checker->header[i], name, type, fine);
    }
    if (checker->columns.count > before || checker->data_missing || name_kind(block, name) == NAME_REST) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_COLUMN_NOT_IN_DATA, name->span, "%s has no column left that matches `%s`",
                    checker->model->data.source.spec_path, name->text);
    diag_evidence(d, "its header has %lld columns", (long long)checker->header_count);
}

static void add_plain(ColumnBlock *block, const AstName *name, const LrtColumn *type, bool made, bool fine) {
    Checker *checker = block->checker;
    int64_t position;
    bool there = made || !header_vouches(checker) || map_find(&block->header, name->text, &position);
    if (!there && !block->has_doubled) report_not_in_data(block, name);
    add_column(block, name->text, name, type, fine && there);
    if (!there && map_find(&block->meant, name->text, &position))
        map_insert(&checker->variable_names, checker->header[position], checker->variables.count - 1);
}

/* ---- statements ------------------------------------------------------------------------------------------------ */

/* One of a kind: a second weight or fold would have to be ignored. */
static bool check_single(Checker *checker, const AstStmt *stmt, LrtColumnType type) {
    if (type != LRT_COLUMN_WEIGHT && type != LRT_COLUMN_FOLD) return true;
    const Variable *first = NULL;
    for (int64_t i = 0; i < checker->variables.count && !first; i++)
        if (checker->variables.items[i].type == type && !checker->variables.items[i].poisoned)
            first = &checker->variables.items[i];
    if (!first && stmt->name_count == 1) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, stmt->names[stmt->name_count - 1].span,
                                "a second column of the type `%s`", column_type_word(type));
    diag_label(d, first ? first->span : stmt->names[0].span, "the first one");
    diag_advice(d, "declare one of them `ignore`");
    return false;
}

static void check_entry(ColumnBlock *block, const AstStmt *stmt, const bool *named) {
    Checker *checker = block->checker;
    LrtColumn type = {.type = LRT_COLUMN_IGNORE};
    bool fine = column_type_read(checker, stmt->value, &type) && check_single(checker, stmt, type.type);
    for (int64_t i = 0; i < stmt->name_count; i++) {
        const AstName *name = &stmt->names[i];
        int64_t first;
        if (!named[i]) {
            if (!map_find(&block->declared, name_key(block, name, name_kind(block, name)), &first) ||
                block->spans.items[first].begin != name->span.begin)
                continue;
            add_column(block, name->text, name, &type, false);
        } else if (name_kind(block, name) == NAME_PLAIN) {
            add_plain(block, name, &type, moment_parts(stmt) != NULL, fine);
        } else {
            if (name == block->meant_rest) report_not_in_data(block, name);
            add_pattern(block, name, &type, fine && name != block->meant_rest);
        }
    }
}

/* What the statement would have declared is known from then on, and nothing is said of it. */
static void add_damaged(ColumnBlock *block, const AstStmt *stmt) {
    Checker *checker = block->checker;
    const LrtColumn type = {.type = LRT_COLUMN_IGNORE};
    if (stmt->name_count == 0) checker->columns_poisoned = true;
    for (int64_t i = 0; i < stmt->name_count; i++) {
        if (name_kind(block, &stmt->names[i]) != NAME_PLAIN)
            checker->columns_poisoned = true;
        else if (variable_find(checker, stmt->names[i].text) < 0)
            add_column(block, stmt->names[i].text, &stmt->names[i], &type, false);
    }
}

static void check_statement(ColumnBlock *block, const AstStmt *stmt) {
    Checker *checker = block->checker;
    if (stmt->kind == AST_BIND) {
        section_refuse_statement(checker, stmt, "columns", "NAME: VALUE");
    } else if (stmt->kind == AST_VALUE && stmt->value->kind == AST_NAME) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stmt->span, "the column `%s` has no type",
                                    stmt->value->text);
        diag_advice(d, "`%s : real`, or another type", stmt->value->text);
        AstName name = {.text = stmt->value->text, .span = stmt->value->span};
        const AstStmt named = {.kind = AST_BAD, .span = stmt->span, .names = &name, .name_count = 1};
        add_damaged(block, &named);
        return;
    } else {
        section_refuse_statement(checker, stmt, "columns", "NAME : TYPE");
    }
    add_damaged(block, stmt);
}

/* Without a header row the names of `columns` are those of the file, in order. */
static void check_count(Checker *checker, const AstSection *section) {
    int64_t made = 0;
    for (int64_t i = 0; i < checker->columns.count; i++) made += checker->columns.items[i].from_count > 0;
    if (!checker->header_known || checker->data_missing || checker->header ||
        checker->columns.count - made <= checker->header_count)
        return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_COLUMN_NOT_IN_DATA, checker->column_spans.items[checker->header_count],
                    "%s has %lld columns, `columns` declares %lld", checker->model->data.source.spec_path,
                    (long long)checker->header_count, (long long)checker->columns.count);
    diag_label(d, section->name.span, "in the order of the file, since it has no header");
}

/* `"pixel*"` and `rest` need names, which a file without a header row does not have. */
static bool report_pattern_without_header(Checker *checker, const AstSection *section, const ColumnBlock *block) {
    if (checker->model->data.source.header) return false;
    for (int64_t i = 0; i < section->stmt_count; i++)
        for (int64_t k = 0; is_declaration(&section->stmts[i]) && k < section->stmts[i].name_count; k++)
            if (name_kind(block, &section->stmts[i].names[k]) != NAME_PLAIN) {
                Diagnostic *d = diag_report(checker->session, DIAG_COLUMN_NOT_IN_DATA, section->stmts[i].names[k].span,
                                            "a file without a header has no names that `%s` could match",
                                            section->stmts[i].names[k].text);
                diag_advice(d, "name the columns one by one, in the order of the file");
                return true;
            }
    return false;
}

/* ---- moments of several columns ---------------------------------------------------------------------------------- */

static const char *const moment_words[] = {"year", "month", "day", "hour", "minute", "second"};
enum { MOMENT_PARTS = 6 };

/* A part that `columns` does not declare is an int column of the file. */
static int32_t part_column(ColumnBlock *block, const AstExpr *part) {
    Checker *checker = block->checker;
    int64_t position;
    const char *name = part->kind == AST_NAME || part->kind == AST_STRING ? part->text : NULL;
    if (!name) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, part->span, "`from` lists the columns that make up the moment");
        return -1;
    }
    int32_t found = variable_find(checker, name);
    if (found < 0 && (!header_vouches(checker) || map_find(&block->header, name, &position))) {
        const LrtColumn type = {.type = LRT_COLUMN_INT, .name = name};
        found = variable_add_column(checker, &type, part->span);
    }
    if (found < 0) {
        report_unknown_column(checker, part->span, name);
        return -1;
    }
    Variable *variable = &checker->variables.items[found];
    if (variable->kind != VALUE_NUMBER) {
        if (!variable->poisoned)
            diag_report(checker->session, DIAG_TYPE_MISMATCH, part->span, "a moment is made of numbers; `%s` is %s", name,
                        value_kind_text(variable));
        return -1;
    }
    variable->used_up = true;
    return variable->column;
}

/* Columns that bear the names of parts may stand in any order. */
static int64_t part_place(const AstExpr *list, int64_t place) {
    int64_t places[MOMENT_PARTS] = {0};
    for (int64_t i = 0; i < list->arg_count; i++) {
        while (places[i] < MOMENT_PARTS && strcmp(moment_words[places[i]], list->args[i].value->text) != 0) places[i]++;
        if (places[i] >= list->arg_count) return place;
    }
    return places[place];
}

static void join_moment(ColumnBlock *block, const AstStmt *stmt, const AstExpr *list) {
    Checker *checker = block->checker;
    int32_t variable = variable_find(checker, stmt->names[0].text);
    bool fine = variable >= 0 && !checker->variables.items[variable].poisoned;
    if (fine && (list->kind != AST_LIST || list->arg_count < 1 || list->arg_count > MOMENT_PARTS)) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, list->span,
                                    "`from` lists one to six columns, from the year to the second");
        diag_advice(d, "timestamp(from: [year, month, day, hour])");
        fine = false;
    }
    int32_t *from = ARENA_ARRAY(checker->arena, int32_t, MOMENT_PARTS);
    for (int64_t i = 0; fine && i < list->arg_count; i++) {
        int32_t column = part_column(block, list->args[i].value);
        fine = column >= 0;
        if (fine) from[part_place(list, i)] = column;
    }
    if (variable < 0) return;
    if (!fine) {
        checker->variables.items[variable].poisoned = true;
        return;
    }
    LrtColumn *column = &checker->columns.items[checker->variables.items[variable].column];
    column->from = from;
    column->from_count = list->arg_count;
    for (int64_t i = 0; i < list->arg_count; i++) column->optional |= checker->columns.items[from[i]].optional;
}

static void join_moments(ColumnBlock *block, const AstSection *section) {
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        const AstExpr *parts = !stmt->disabled && is_declaration(stmt) ? moment_parts(stmt) : NULL;
        if (parts && parts->kind != AST_ERROR && stmt->name_count == 1) join_moment(block, stmt, parts);
    }
}

void check_columns(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_COLUMNS];
    if (!section || !section_wants_block(checker, section, "columns { income : real }")) {
        checker->columns_poisoned = true;
        return;
    }
    int64_t errors = checker->session->error_count - (checker->damaged ? 1 : 0);
    ColumnBlock block = {.checker = checker};
    map_init(&block.declared, checker->arena);
    map_init(&block.header, checker->arena);
    map_init(&block.taken, checker->arena);
    for (int64_t i = 0; checker->header && i < checker->header_count; i++)
        map_insert(&block.header, checker->header[i], i);
    map_init(&block.meant, checker->arena);
    const bool *named = declare_names(&block, section);
    find_all_meant(&block, section);
    check_doubled(&block);
    if (report_pattern_without_header(checker, section, &block)) checker->columns_poisoned = true;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled) continue;
        if (!is_declaration(stmt)) {
            check_statement(&block, stmt);
            continue;
        }
        check_entry(&block, stmt, named);
        named += stmt->name_count;
    }
    join_moments(&block, section);
    check_count(checker, section);
    /* Columns whose own declaration went wrong have fallen into `rest`. */
    for (int64_t i = 0; i < checker->variables.count && checker->session->error_count > errors; i++)
        checker->variables.items[i].poisoned |= checker->variables.items[i].from_rest || checker->variables.items[i].is_pattern;
    if (checker->variables.count == 0 && !checker->columns_poisoned) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_MISSING_SECTION, section->name.span, "`columns` declares none");
        diag_advice(d, "a line for each column, such as `income : real(0..)?`");
        checker->columns_poisoned = true;
    }
}
