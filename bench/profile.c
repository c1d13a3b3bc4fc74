/* How fast `lspec profile` reads a table of numbers, categories, texts and times: bench/profile [MB]. Prints MB/s of
 * processor time and the memory beyond the mapped file. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lrt/random.h"
#include "profile/profile.h"

enum { MEGABYTES = 500, REPEATS = 3 };

/* Processor time: the profile has one thread, and the machine may have other work. */
static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void write_file(FILE *file, long size) {
    static const char *const regions[] = {"north", "south", "east", "west"};
    LrtRandom random = lrt_random_stream(1, "profile", 0);
    fputs("a,b,c,amount,d,maybe,count,age,region,city,time\n", file);
    for (int64_t row = 0; ftell(file) < size; row++) {
        double u[6];
        for (int i = 0; i < 6; i++) u[i] = 2 * lrt_random_uniform(&random) - 1;
        fprintf(file, "%.6f,%.4f,%.6g,%.3f,%.8f,", u[0], u[1], u[2], exp(3 * u[3]), u[4]);
        if (row % 17 != 0) fprintf(file, "%.2f", u[5]);
        fprintf(file, ",%d,%d,%s,city_%d,2024-%02d-%02dT%02d:15:00\n", (int)(1e5 * (u[0] + 1)), (int)(45 * (u[1] + 1)),
                regions[row % 4], (int)(1500 * (u[2] + 1)), (int)(1 + row % 12), (int)(1 + row % 28), (int)(row % 24));
    }
}

int main(int argc, char **argv) {
    long megabytes = argc > 1 ? atol(argv[1]) : MEGABYTES;
    char path[] = "/tmp/lspec-bench-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    if (!file) return 1;
    write_file(file, megabytes * 1000000);
    double size = (double)ftell(file) / 1e6, best = 1e9;
    fclose(file);
    int64_t rows = 0;
    for (int i = 0; i < REPEATS; i++) {
        Arena *arena = arena_new();
        LrtError error = {0};
        LrtSource source;
        double start = now();
        Profile *profile = lrt_source_sniff(path, &source, &error) ? profile_read(arena, &source, NULL, NULL, &error) : NULL;
        if (profile == NULL) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
        best = fmin(best, now() - start);
        rows = profile->row_count;
        profile_free(profile);
        arena_free(arena);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.1f MB, %" PRId64 " rows of 11 columns: %.3f s, %.0f MB/s\n", size, rows, best, size / best);
    printf("%.1f MB resident beyond the mapped file\n", (double)usage.ru_maxrss * 1024 / 1e6 - size);
    unlink(path);
    return 0;
}
