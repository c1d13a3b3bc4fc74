/* Which of two places is misspelt. A name that is used and not declared stands near one that is declared and not used: where
 * the uses agree with one another, it is the declaration that is at fault. Names are counted in the text, which tells more
 * than what has been checked so far. */
#include <ctype.h>
#include <string.h>

#include "sema/checker.h"
#include "support/fuzzy.h"
#include "support/str.h"

enum { MOST_LETTERS = 2 }; /* that a misspelling gets wrong */

static bool is_name_letter(char letter) { return isalnum((unsigned char)letter) || letter == '_'; }

/* How often the word stands in a source, comments aside. */
static int64_t count_word(const Source *source, const char *word) {
    size_t length = strlen(word);
    int64_t count = 0;
    for (uint32_t at = 0; at < source->length; at++) {
        char letter = source->text[at];
        if (letter == '#') {
            while (at < source->length && source->text[at] != '\n') at++;
        } else if (is_name_letter(letter)) {
            uint32_t begin = at;
            while (at < source->length && is_name_letter(source->text[at])) at++;
            count += at - begin == length && memcmp(source->text + begin, word, length) == 0;
            at--;
        }
    }
    return count;
}

bool misspelt_blame_declaration(Checker *checker, Diagnostic *d, const char *used, const char *declared, Span declaration) {
    if (d->session == NULL || span_is_none(declaration) || declaration.source != d->span.source) return false;
    const Source *source = &checker->session->sources.sources.items[declaration.source];
    int distance = fuzzy_distance(used, declared, MOST_LETTERS);
    if (distance > MOST_LETTERS || 2 * (size_t)distance >= strlen(declared)) return false;
    int64_t uses = count_word(source, used);
    if (uses < 2 || count_word(source, declared) != 1) return false;
    Span use = d->span;
    d->span = declaration;
    d->message = arena_printf(checker->arena, "`%s` is declared and never used; `%s` is used and not declared", declared, used);
    d->fixes.count = 0;
    diag_caret(d, "most likely misspelt");
    diag_label(d, use, "the first of %lld places that say `%s`", (long long)uses, used);
    bool is_word = declaration.end - declaration.begin == strlen(declared) &&
                   memcmp(source->text + declaration.begin, declared, strlen(declared)) == 0;
    if (is_word)
        diag_fix(d, false, declaration, used, arena_printf(checker->arena, "did you mean `%s`?", used));
    else
        diag_advice(d, "did you mean `%s`?", used);
    return true;
}

/* The first two words of a line. */
static bool line_declares_constant(const char *line, size_t length) {
    size_t at = 0;
    for (int word = 0; word < 2; word++) {
        while (at < length && !is_name_letter(line[at])) at++;
        size_t begin = at;
        while (at < length && is_name_letter(line[at])) at++;
        if ((at - begin == 5 && memcmp(line + begin, "param", 5) == 0) ||
            (at - begin == 3 && memcmp(line + begin, "let", 3) == 0))
            return true;
    }
    return false;
}

void misspelt_find_hidden(Checker *checker) {
    for (int64_t i = 0; i < checker->session->diagnostics.count; i++) {
        Span span = checker->session->diagnostics.items[i]->span;
        if (span_is_none(span)) continue;
        const SourceSet *sources = &checker->session->sources;
        size_t length;
        const char *line = source_line(sources, span.source, source_line_number(sources, span.source, span.begin), &length);
        if (!line_declares_constant(line, length)) continue;
        checker->constants_hidden = true;
        checker->columns_poisoned = true; /* a `let` may stand for columns */
    }
}

/* A column that has an output and is no target was to be one. */
static void find_lost_targets(Checker *checker, const AstExpr *expr, int depth) {
    for (; expr != NULL && depth < CHECK_MAX_DEPTH; expr = expr->left) {
        for (int64_t i = 0; i < expr->arg_count; i++) {
            const AstExpr *arg = expr->args[i].value;
            bool names = i == 0 && arg != NULL && arg->kind == AST_NAME && expr->kind == AST_CALL && str_equal(expr->text, "output");
            int32_t column = names && target_find(checker, arg->text) < 0 ? variable_find(checker, arg->text) : -1;
            if (column >= 0) checker->target_disputed = checker->variables.items[column].poisoned = true;
        }
        find_lost_targets(checker, expr->right, depth + 1);
    }
}

void misspelt_find_lost_targets(Checker *checker, const AstSection *network) {
    for (int64_t i = 0; i < network->stmt_count; i++)
        if (!network->stmts[i].disabled) find_lost_targets(checker, network->stmts[i].value, 0);
}
