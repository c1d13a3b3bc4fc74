/* A spec and its data in a folder of their own, taken through parser, checker and data_learn. */
#ifndef TESTS_LEARN_CASE_H
#define TESTS_LEARN_CASE_H

#include "sema/model.h"
#include "syntax/ast.h"

typedef struct LearnCase {
    char folder[64];
    Session *session;
    Model *model;
    bool learnt;
} LearnCase;

/* Makes the folder. */
void learn_case_init(LearnCase *out);
void learn_case_free(LearnCase *learn);
/* Writes a file into the folder; NULL removes it. */
void learn_case_write(const LearnCase *learn, const char *name, const char *text);
/* The bytes of a file of the folder, to be freed; NULL where it is not there. */
char *learn_case_read(const LearnCase *learn, const char *name);
/* Checks case.lspec, in a session of its own, and learns. */
void learn_case_run(LearnCase *learn);
/* The same with the spec made of its columns, target and the sections behind. */
void learn_case_run_spec(LearnCase *learn, const char *columns, const char *target, const char *sections);
/* The one diagnostic above a note, which must have that name; the test fails otherwise. NULL: there must be none. */
const Diagnostic *learn_case_expect(const LearnCase *learn, const char *name);
/* The text that a span stands for. */
const char *learn_case_text(const LearnCase *learn, Span span);

#endif
