/* The sections of a file: which there are, in which order, which are missing or doubled. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static const char *const section_words[SECTION_COUNT] = {
    [SECTION_LSPEC] = "lspec", [SECTION_USE] = "use", [SECTION_MODEL] = "model", [SECTION_CONSTANTS] = "let",
    [SECTION_DATA] = "data", [SECTION_COLUMNS] = "columns", [SECTION_TARGET] = "target", [SECTION_SPLIT] = "split",
    [SECTION_PREPROCESS] = "preprocess", [SECTION_SAMPLING] = "sampling", [SECTION_AUGMENT] = "augment",
    [SECTION_DEF] = "def", [SECTION_NETWORK] = "network", [SECTION_LOSS] = "loss", [SECTION_OPTIMIZER] = "optimizer",
    [SECTION_TRAIN] = "train", [SECTION_STOP] = "stop", [SECTION_METRICS] = "metrics", [SECTION_DIAGNOSE] = "diagnose",
    [SECTION_TUNE] = "tune", [SECTION_REPORT] = "report",
};

const char *section_word(SectionId id) {
    return section_words[id];
}

/* The section's kind, or SECTION_COUNT where its word is none. */
static SectionId section_id(const AstSection *section) {
    switch (section->kind) {
    case AST_VERSION: return SECTION_LSPEC;
    case AST_USE: return SECTION_USE;
    case AST_PARAM: case AST_TOP_LET: return SECTION_CONSTANTS;
    case AST_DEF: return SECTION_DEF;
    case AST_BAD_SECTION: return SECTION_COUNT;
    case AST_FIELD: case AST_BLOCK: break;
    }
    for (int id = 0; id < SECTION_COUNT; id++)
        if (id != SECTION_LSPEC && id != SECTION_USE && id != SECTION_CONSTANTS && id != SECTION_DEF &&
            strcmp(section_words[id], section->name.text) == 0)
            return (SectionId)id;
    return SECTION_COUNT;
}

/* Returns the section that was meant as far as that is plain, so that what it holds is read; else SECTION_COUNT. */
static bool stands_elsewhere(const Checker *checker, SectionId id) {
    for (int64_t i = 0; i < checker->file->section_count; i++)
        if (!checker->file->sections[i].disabled && section_id(&checker->file->sections[i]) == id) return true;
    return false;
}

/* Sections whose absence others would suffer from: a misspelt one is read as what it is most likely meant to be. */
static bool others_rest_on(SectionId id) {
    return id == SECTION_DATA || id == SECTION_COLUMNS || id == SECTION_TARGET || id == SECTION_SPLIT ||
           id == SECTION_PREPROCESS || id == SECTION_NETWORK || id == SECTION_LOSS || id == SECTION_OPTIMIZER;
}

static SectionId report_unknown_section(Checker *checker, const AstSection *section) {
    WordList words = {0};
    for (int id = SECTION_MODEL; id < SECTION_COUNT; id++)
        if (id != SECTION_CONSTANTS && id != SECTION_DEF)
            vec_push(checker->arena, &words, section_words[id]);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_SECTION, section->name.span, "no section is called `%s`",
                                section->name.text);
    const char *meant = suggest_fix(d, checker->arena, section->name.span, section->name.text, &words);
    for (int id = SECTION_MODEL; meant && id < SECTION_COUNT; id++)
        if (strcmp(section_words[id], meant) == 0 && others_rest_on((SectionId)id) &&
            !stands_elsewhere(checker, (SectionId)id))
            return (SectionId)id;
    return SECTION_COUNT;
}

static void report_duplicate(Checker *checker, const AstSection *section, const AstSection *first) {
    Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SECTION, section->name.span,
                                "the spec has a second section `%s`", section->name.text);
    diag_label(d, first->name.span, "the first one");
    diag_advice(d, "join them, or comment one out with `/-`");
}

/* Sections out of order are those outside a longest run of sections whose order is right: the fewest to move. Where two
 * stand crosswise, the later one is reported. */
typedef struct OrderItem {
    const AstSection *section;
    SectionId id;
    int64_t length;    /* of the longest run that ends here */
    int64_t previous;
} OrderItem;

typedef VEC(OrderItem) OrderList;

static bool may_follow(SectionId before, SectionId after) {
    if (after == SECTION_DEF)
        return before >= SECTION_CONSTANTS || before == SECTION_LSPEC || before == SECTION_USE || before == SECTION_MODEL;
    if (before == SECTION_DEF)
        return after > SECTION_CONSTANTS;
    return before <= after;
}

static void report_order(Checker *checker, const OrderList *items, int64_t at, const bool *placed) {
    const OrderItem *item = &items->items[at];
    const OrderItem *other = NULL;
    bool too_late = false;
    for (int64_t i = 0; i < items->count && !other; i++)
        if (placed[i] && i < at && !may_follow(items->items[i].id, item->id)) {
            other = &items->items[i];
            too_late = true;
        }
    for (int64_t i = items->count; i-- > 0 && !other;)
        if (placed[i] && i > at && !may_follow(item->id, items->items[i].id))
            other = &items->items[i];
    if (!other)
        return;
    SectionId early = too_late ? other->id : item->id, late = too_late ? item->id : other->id;
    DiagId id = DIAG_SECTION_ORDER;
    if (late == SECTION_SPLIT && early == SECTION_PREPROCESS)
        id = DIAG_FIT_BEFORE_SPLIT;
    if (late == SECTION_SPLIT && early == SECTION_SAMPLING)
        id = DIAG_RESAMPLE_BEFORE_SPLIT;
    Diagnostic *d = diag_report(checker->session, id, item->section->name.span, "`%s` stands %s `%s`",
                                section_words[item->id], too_late ? "behind" : "before", section_words[other->id]);
    diag_label(d, other->section->name.span, "belongs %s it", too_late ? "behind" : "before");
    diag_why(d, "the order of the sections is the order of the work");
    Span moved = item->section->span;
    const char *text = source_text(&checker->session->sources, checker->arena, moved);
    Span place = other->section->span;
    Span insertion = too_late ? (Span){place.source, place.begin, place.begin} : (Span){place.source, place.end, place.end};
    diag_fix(d, true, moved, "", arena_printf(checker->arena, "move `%s` %s `%s`", section_words[item->id],
                                              too_late ? "before" : "behind", section_words[other->id]));
    diag_fix_also(d, insertion, too_late ? arena_printf(checker->arena, "%s\n\n", text)
                                         : arena_printf(checker->arena, "\n\n%s", text));
}

static void check_order(Checker *checker, OrderList *items) {
    if (items->count == 0)
        return;
    bool *placed = ARENA_ARRAY(checker->arena, bool, items->count);
    int64_t best = 0;
    for (int64_t i = 0; i < items->count; i++) {
        OrderItem *item = &items->items[i];
        item->length = 1;
        item->previous = -1;
        /* Constants and definitions come by the hundred, so far ones are not looked at; of equal runs the one through the
         * earlier section is kept, which leaves the later one to be reported. */
        for (int64_t k = i - 1; k >= 0 && k >= i - 2000; k--)
            if (may_follow(items->items[k].id, item->id) && items->items[k].length + 1 >= item->length) {
                item->length = items->items[k].length + 1;
                item->previous = k;
            }
        if (item->length > items->items[best].length)
            best = i;
    }
    for (int64_t i = best; i >= 0; i = items->items[i].previous)
        placed[i] = true;
    for (int64_t i = 0; i < items->count; i++)
        if (!placed[i])
            report_order(checker, items, i, placed);
}

/* The place of a missing section: the first one that belongs behind it, else the last of the file. */
static Span missing_place(const Checker *checker, SectionId id) {
    for (int next = (int)id + 1; next < SECTION_COUNT; next++)
        if (checker->sections[next])
            return checker->sections[next]->name.span;
    for (int previous = (int)id; previous-- > 0;)
        if (checker->sections[previous])
            return checker->sections[previous]->name.span;
    return (Span){checker->file->source, 0, 0};
}

static void check_missing(Checker *checker, bool damaged) {
    static const SectionId required[] = {SECTION_LSPEC, SECTION_DATA, SECTION_COLUMNS, SECTION_TARGET,
                                         SECTION_NETWORK, SECTION_LOSS, SECTION_OPTIMIZER};
    static const char *const examples[] = {"lspec 1", "data: csv(\"file.csv\")", "columns { … }", "target: COLUMN",
                                           "network { features -> dense(32) -> relu -> output(TARGET) }",
                                           "loss: cross_entropy", "optimizer: adam(lr: 1e-3)"};
    if (damaged)
        return;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        if (checker->sections[required[i]])
            continue;
        Span place = missing_place(checker, required[i]);
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_SECTION, place, "the spec has no `%s`%s",
                                    required[i] == SECTION_LSPEC ? "lspec 1" : section_words[required[i]],
                                    required[i] == SECTION_LSPEC ? " on its first line" : " section");
        if (required[i] == SECTION_LSPEC)
            diag_fix(d, true, (Span){checker->file->source, 0, 0}, "lspec 1\n", "begin with `lspec 1`");
        else
            diag_advice(d, "`%s`", examples[i]);
    }
}

static void check_version(Checker *checker, const AstSection *section) {
    const AstExpr *value = section->value;
    if (!value || value->kind != AST_NUMBER || value->number == 1)
        return;
    Diagnostic *d = diag_report(checker->session, DIAG_UNSUPPORTED_VERSION, value->span,
                                "the spec is written in version %s of the language; this compiler knows version 1",
                                value->text);
    diag_fix(d, false, value->span, "1", "lspec 1");
}

void check_sections(Checker *checker) {
    OrderList items = {0};
    for (int64_t i = 0; i < checker->file->section_count; i++) {
        const AstSection *section = &checker->file->sections[i];
        if (section->kind == AST_BAD_SECTION)
            checker->damaged = true;
        if (section->disabled || section->kind == AST_BAD_SECTION)
            continue;
        SectionId id = section_id(section);
        if (id == SECTION_COUNT) {
            id = report_unknown_section(checker, section);
            if (id == SECTION_COUNT)
                checker->damaged = true;
            else
                checker->sections[id] = section;
            continue;
        }
        vec_push(checker->arena, &items, (OrderItem){.section = section, .id = id});
        if (id == SECTION_DEF) {
            vec_push(checker->arena, &checker->definitions, section);
        } else if (id != SECTION_CONSTANTS && id != SECTION_USE && checker->sections[id]) {
            report_duplicate(checker, section, checker->sections[id]);
            items.count--;
            continue;
        }
        if (!checker->sections[id])
            checker->sections[id] = section;
    }
    check_order(checker, &items);
    check_missing(checker, checker->damaged || checker->session->error_count > 0);
    if (checker->sections[SECTION_LSPEC])
        check_version(checker, checker->sections[SECTION_LSPEC]);
}

bool section_wants_block(Checker *checker, const AstSection *section, const char *example) {
    if (section->kind == AST_BLOCK)
        return true;
    if (section->value && section->value->kind == AST_ERROR)
        return false;
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, section->name.span, "`%s` is a block in braces",
                                section->name.text);
    diag_advice(d, "`%s`", example);
    return false;
}

bool section_wants_field(Checker *checker, const AstSection *section, const char *example) {
    if (section->kind == AST_FIELD)
        return section->value && section->value->kind != AST_ERROR;
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, section->name.span,
                                "`%s` takes one value behind a colon, not a block", section->name.text);
    diag_advice(d, "`%s`", example);
    return false;
}

void section_refuse_statement(Checker *checker, const AstStmt *stmt, const char *section, const char *wanted) {
    if (stmt->kind == AST_BAD || (stmt->value && stmt->value->kind == AST_ERROR))
        return;
    if (stmt->kind == AST_BIND && strcmp(wanted, "NAME: VALUE") == 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_COLON, stmt->names[0].span,
                                    "`=` stands where `%s` wants `:`", section);
        diag_caret(d, "`%s:`", stmt->names[0].text);
        Span between = {stmt->names[0].span.source, stmt->names[0].span.end, stmt->value->span.begin};
        diag_fix(d, true, between, ": ", arena_printf(checker->arena, "%s: …", stmt->names[0].text));
        return;
    }
    if (diag_line_is_broken(checker->session, stmt->span)) return; /* the other half of `age ; int` */
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stmt->span, "this means nothing in `%s`", section);
    diag_caret(d, "wants %s", wanted);
}
