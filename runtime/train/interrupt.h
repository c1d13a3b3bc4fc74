/* SIGINT and SIGTERM end a run in order; a second SIGINT ends the process at once. */
#ifndef TRAIN_INTERRUPT_H
#define TRAIN_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);
void interrupt_unwatch(void);
bool interrupt_requested(void);

#endif
