/* A few child processes at a time. Signals that tell of a child's end or of an interrupt are blocked for as long as the doctor works,
 * and waited for here, so that there is no handler and nothing global. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "driver/doctor.h"

double doctor_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int64_t jobs_parallel(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 1 ? (int64_t)count : 1;
}

static sigset_t waited_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

void jobs_watch_signals(void) {
    sigset_t signals = waited_signals();
    sigprocmask(SIG_BLOCK, &signals, NULL);
}

bool jobs_interrupted(void) {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

static void start(Job *job) {
    job->started = doctor_clock();
    pid_t parent = getpid();
    job->pid = fork();
    if (job->pid < 0) {
        job->ended = true;
        return;
    }
    if (job->pid > 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1); /* it died in between */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nowhere = open("/dev/null", O_RDWR);
    for (int stream = 0; nowhere >= 0 && stream < 3; stream++) dup2(nowhere, stream);
    _exit(job->in_child(job->context));
}

/* Takes note of the children that have ended, and ends those whose time is up. Returns how many run. */
static int64_t look_after(Job *jobs, int64_t count, bool end_all) {
    int64_t running = 0;
    double now = doctor_clock();
    for (int64_t i = 0; i < count; i++) {
        Job *job = &jobs[i];
        if (job->pid <= 0 || job->ended) continue;
        int status;
        bool late = end_all || now - job->started > job->limit;
        if (late) kill(job->pid, SIGKILL);
        if (waitpid(job->pid, &status, late ? 0 : WNOHANG) != job->pid) {
            running++;
            continue;
        }
        job->ended = true;
        job->seconds = doctor_clock() - job->started;
        job->status = WIFEXITED(status) && !late ? WEXITSTATUS(status) : -1;
    }
    return running;
}

bool jobs_run(Job *jobs, int64_t count, double deadline) {
    sigset_t waited = waited_signals();
    int64_t begun = 0, running = 0, parallel = jobs_parallel();
    bool interrupted = false;
    for (int64_t i = 0; i < count; i++) jobs[i].status = -1;
    for (;;) {
        bool over = interrupted || doctor_clock() >= deadline;
        running = look_after(jobs, count, over);
        if (over || (begun == count && running == 0)) break;
        for (; begun < count && running < parallel; begun++, running++) start(&jobs[begun]);
        const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
        int signal = sigtimedwait(&waited, NULL, &moment);
        interrupted = signal == SIGINT || signal == SIGTERM;
    }
    return !interrupted;
}
