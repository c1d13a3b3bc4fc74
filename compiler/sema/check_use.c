/* `use "file.lspec"`: definitions and constants of another file. What begins with `std/` comes with the compiler and is
 * looked for beside the spec, then where the compiler is installed. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sema/checker.h"
#include "support/io.h"
#include "support/str.h"

enum { MAX_USED_FILES = 64 };

/* The folder `share/lspec/specs` beside the folder of the running program, or NULL. */
static const char *installed_folder(Arena *arena) {
    char *program = realpath("/proc/self/exe", NULL);
    if (!program) return NULL;
    const char *folder = NULL;
    char *slash = strrchr(program, '/');
    if (slash) {
        *slash = '\0';
        folder = arena_printf(arena, "%s/../share/lspec/specs", program);
    }
    free(program);
    return folder;
}

static void add_place(Arena *arena, WordList *places, const char *folder, const char *name) {
    if (folder && *folder) vec_push(arena, places, arena_printf(arena, "%s/%s", folder, name));
}

/* Where the file may be, the first that is there wins. */
static void used_places(Checker *checker, const char *name, WordList *out) {
    Arena *arena = checker->arena;
    const char *spec = checker->session->sources.sources.items[checker->file->source].path;
    vec_push(arena, out, io_resolve(arena, spec, name));
    if (!str_starts_with(name, "std/")) return;
    add_place(arena, out, getenv("LSPEC_STD"), name + strlen("std/"));
    add_place(arena, out, installed_folder(arena), name);
#ifdef LSPEC_SPECS_DIR
    add_place(arena, out, LSPEC_SPECS_DIR, name);
#endif
}

static int32_t read_used(Checker *checker, const AstExpr *value) {
    WordList places = {0};
    used_places(checker, value->text, &places);
    const char *why = NULL, *first_why = NULL;
    for (int64_t i = 0; i < places.count; i++) {
        if (i + 1 < places.count && access(places.items[i], F_OK) != 0) continue;
        int32_t source = source_read(&checker->session->sources, places.items[i], &why);
        if (source >= 0) return source;
        if (!first_why) first_why = why;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_SPEC_NOT_READ, value->span, "the file `%s` cannot be read: %s",
                                value->text, first_why ? first_why : "not found");
    for (int64_t i = 0; i < places.count; i++) diag_evidence(d, "looked for %s", places.items[i]);
    return -1;
}

static const char *section_of_use(const AstSection *section) {
    return section->kind == AST_USE ? "use" : section->name.text;
}

/* A used file holds `lspec 1`, definitions and lets; anything else would be a second model. */
static void check_used_section(Checker *checker, const AstExpr *value, const AstSection *section) {
    if (section->kind == AST_VERSION || section->kind == AST_TOP_LET || section->kind == AST_BAD_SECTION) return;
    if (section->kind == AST_DEF) {
        vec_push(checker->arena, &checker->definitions, section);
        return;
    }
    Position at = source_position(&checker->session->sources, section->span.source, section->span.begin);
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, value->span,
                                "`%s` has a section `%s` in its line %u, which a file to be used cannot have",
                                value->text, section_of_use(section), at.line);
    diag_advice(d, "it holds `lspec 1`, definitions and lets alone");
}

/* One file is read once, however often it is named. */
static bool already_used(const Checker *checker, const AstExpr *value) {
    int64_t uses = 0;
    for (int64_t i = 0; i < checker->file->section_count; i++) {
        const AstSection *other = &checker->file->sections[i];
        if (other->kind != AST_USE || other->disabled || !other->value || other->value->kind != AST_STRING) continue;
        if (other->value == value) return uses >= MAX_USED_FILES;
        if (strcmp(other->value->text, value->text) == 0) return true;
        uses++;
    }
    return false;
}

void check_use(Checker *checker, const AstSection *section) {
    const AstExpr *value = section->value;
    if (!value || value->kind != AST_STRING || already_used(checker, value)) return;
    int32_t source = read_used(checker, value);
    if (source < 0) return;
    const AstFile *file = syntax_parse(checker->session, source);
    for (int64_t i = 0; i < file->section_count; i++)
        if (!file->sections[i].disabled) check_used_section(checker, value, &file->sections[i]);
    check_constants_collect(checker, file);
}
