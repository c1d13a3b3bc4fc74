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

static void set_handler(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_watch(void) {
    requested = 0;
    set_handler(note);
}

void interrupt_unwatch(void) { set_handler(SIG_DFL); }

bool interrupt_requested(void) { return requested != 0; }
