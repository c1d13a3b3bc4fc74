/* Parsing of one source: checks of its bytes, the strict pass and, where that fails, the pass that recovers and
 * reports. */
#include <string.h>

#include "parser.h"
#include "support/panic.h"
#include "support/utf8.h"
#include "syntax/allow.h"
#include "syntax/parse.h"

/* Bytes that no spec has: a binary file gets one message, not a flood of them. */
static bool check_bytes(Session *session, int32_t source) {
    const Source *text = &session->sources.sources.items[source];
    const char *nul = memchr(text->text, '\0', text->length);
    size_t bad = utf8_first_bad(text->text, text->length);
    if (nul != NULL && (size_t)(nul - text->text) <= bad) {
        uint32_t at = (uint32_t)(nul - text->text);
        Diagnostic *diagnostic = diag_report(session, DIAG_NUL_BYTE, (Span){source, at, at + 1},
                                             "the file holds a NUL byte, which no text has");
        diag_advice(diagnostic, "give the path of a .lspec file, which is UTF-8 text");
        return false;
    }
    if (bad < text->length) {
        Diagnostic *diagnostic = diag_report(
            session, DIAG_INVALID_ENCODING, (Span){source, (uint32_t)bad, (uint32_t)bad + 1},
            "the file is not UTF-8 text: the byte 0x%02X cannot stand here", (unsigned)(unsigned char)text->text[bad]);
        diag_advice(diagnostic, "save the file as UTF-8");
        return false;
    }
    return true;
}

/* One pass over the source. False where it met an error. */
static bool parse_once(Parse *parse, bool strict) {
    Session *session = parse->session;
    int32_t source = parse->source;
    *parse = (Parse){.session = session, .arena = session->arena, .source = source, .strict = strict};
    scanner_init(&parse->scanner, session->arena, source, &session->sources.sources.items[source]);
    int status = grammar_parse(parse);
    scanner_free(&parse->scanner);
    return status == 0 && !parse->failed;
}

AstFile *syntax_parse(Session *session, int32_t source) {
    AstFile *file = ARENA_NEW(session->arena, AstFile);
    file->source = source;
    if (!check_bytes(session, source)) return file;
    Parse *parse = ARENA_NEW(session->arena, Parse);
    parse->session = session;
    parse->source = source;
    if (!parse_once(parse, true)) {
        int64_t errors = session->error_count;
        parse_once(parse, false);
        if (session->error_count == errors && session->diagnostics.count == 0)
            BUG("the strict pass met an error that the second one did not report");
    }
    file->sections = parse->sections.items;
    file->section_count = parse->sections.count;
    file->comments = parse->scanner.comments.items;
    file->comment_count = parse->scanner.comments.count;
    allow_register(session, file);
    return file;
}
