/* Golden texts: what was printed once and read by a human, kept in a file and compared byte for byte.
 * A test program called with `--bless` rewrites the files instead: a proposal, to be read line by line. */
#ifndef TESTS_HARNESS_GOLDEN_H
#define TESTS_HARNESS_GOLDEN_H

#include <stdbool.h>
#include <stdio.h>

/* Reads the command line of the test program: --bless. */
void golden_begin(int argc, char **argv);

/* Fails the cmocka test where the file does not hold exactly `text`; or writes it. */
void golden_check(const char *path, const char *text);

/* Calls `visit` for each file of `folder` that ends in `suffix`, in the order of their names: the path from the root of
 * the tree, and the same without the suffix. Returns how many there were. */
int golden_each(const char *folder, const char *suffix, void (*visit)(const char *path, const char *stem));

/* What `write` prints, as a text that the caller frees. */
char *golden_capture(void (*write)(FILE *out, const void *argument), const void *argument);

#endif
