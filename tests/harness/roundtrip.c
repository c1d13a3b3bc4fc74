/* Parse, print, parse, print. */
#include "harness/roundtrip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "syntax/ast.h"

static char *tree_text(const AstFile *file) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    syntax_dump_ast(file, out);
    fclose(out);
    return text;
}

static void render(Session *session) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    diag_finish(session);
    diag_render_text(session, out, true, true);
    diag_render_json(session, out, true);
    fclose(out);
    free(text);
}

static const char *compare(Session *session, const AstFile *file, const char *printed) {
    size_t length = strlen(printed);
    int32_t source = source_add(&session->sources, "printed", printed, length);
    const AstFile *again = syntax_parse(session, source);
    if (session->error_count > 0) return "what was printed does not parse";
    char *left = tree_text(file), *right = tree_text(again);
    const char *problem = strcmp(left, right) != 0 ? "what was printed has another tree" : NULL;
    free(left);
    free(right);
    if (problem != NULL) return problem;
    if (file->comment_count != again->comment_count) return "a comment was lost or made";
    return strcmp(syntax_print(session, again), printed) != 0 ? "printing twice changes the text" : NULL;
}

const char *roundtrip_check(const uint8_t *bytes, size_t size) {
    Session *session = session_new();
    const char *text = arena_strndup(session->arena, (const char *)bytes, size);
    int32_t source = source_add(&session->sources, "fuzz", text, size);
    const AstFile *file = syntax_parse(session, source);
    const char *problem = NULL;
    if (session->error_count > 0) {
        int64_t count;
        size_t length;
        render(session);
        diag_apply_fixes(session, source, &length, &count);
    } else {
        problem = compare(session, file, syntax_print(session, file));
    }
    session_free(session);
    return problem;
}
