/* The session: one arena that owns everything, and the list of diagnostics. */
#include "diag/diag.h"

Session *session_new(void) {
    Arena *arena = arena_new();
    Session *session = ARENA_NEW(arena, Session);
    session->arena = arena;
    session->sources.arena = arena;
    map_init(&session->reported, arena);
    return session;
}

void session_free(Session *session) {
    if (session != NULL) arena_free(session->arena);
}
