/* The entry point of every trainer: the runtime meets the compiled spec. */
#include "lrt/trainer.h"

int main(int argc, char **argv) { return lrt_trainer_main(&lrt_program, argc, argv); }
