/* The one piece of global state of the runtime: a signal handler has no other way to reach the loop. */
#include "train/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "lrt/error.h"

static volatile sig_atomic_t requested;

static void note(int signal) {
    if (requested && signal == SIGINT) {
        _exit(LRT_EXIT_INTERRUPTED);
    }
    requested = 1;
}

/* A terminal that goes away ends the run in order, too, unless nohup has it go on. */
static bool hangs_up(void) {
    struct sigaction action;
    return sigaction(SIGHUP, NULL, &action) == 0 && action.sa_handler != SIG_IGN;
}

static void set_handler(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (hangs_up()) {
        sigaction(SIGHUP, &action, NULL);
    }
}

void interrupt_watch(void) {
    requested = 0;
    set_handler(note);
}

void interrupt_unwatch(void) { set_handler(SIG_DFL); }

bool interrupt_requested(void) { return requested != 0; }
