/* The trainer: the whole program behind a compiled spec. */
#ifndef LRT_TRAINER_H
#define LRT_TRAINER_H

#include "lrt/program.h"

/* main() of a trainer: reads the command line, does what it says, returns the exit status of CLI.md. */
int lrt_trainer_main(const LrtProgram *program, int argc, char **argv);

#endif
