/* How fast lrt_table_read reads numbers: bench/csv [ROWS]. Prints the file's size, the time and MB/s, with and without
 * what is not parsing, and the memory beyond the file as a multiple of the columns. The peer is csv_pandas.py. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "lrt/dataset.h"
#include "lrt/number.h"
#include "lrt/random.h"

enum { COLUMNS = 20, ROWS = 300000, REPEATS = 5 };

/* Processor time: the reader has one thread, and the machine may have other work. */
static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Columns of three kinds: as many digits as a double has, four decimals, whole numbers. */
static void write_file(FILE *file, int64_t rows) {
    LrtRandom random = lrt_random_stream(1, "csv", 0);
    for (int i = 0; i < COLUMNS; i++) fprintf(file, "%sx%d", i ? "," : "", i);
    fputc('\n', file);
    for (int64_t row = 0; row < rows; row++) {
        for (int i = 0; i < COLUMNS; i++) {
            char text[LRT_NUMBER_TEXT];
            double value = 200 * lrt_random_uniform(&random) - 100;
            if (i % 3 == 1) value = (double)(int64_t)(value * 1e4) / 1e4;
            if (i % 3 == 2) value = (double)(int64_t)(value * 10);
            lrt_format_double(value, text);
            fprintf(file, "%s%s", i ? "," : "", text);
        }
        fputc('\n', file);
    }
}

int main(int argc, char **argv) {
    int64_t rows = argc > 1 ? atoll(argv[1]) : ROWS;
    char path[] = "/tmp/lspec-bench-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    if (!file) return 1;
    write_file(file, rows);
    long size = ftell(file);
    fclose(file);

    char names[COLUMNS][8];
    LrtColumn columns[COLUMNS];
    memset(columns, 0, sizeof columns);
    for (int i = 0; i < COLUMNS; i++) {
        snprintf(names[i], sizeof names[i], "x%d", i);
        columns[i] = (LrtColumn){.name = names[i], .type = LRT_COLUMN_REAL};
    }
    LrtDataSpec spec = {.source = {.path = path, .quote = '"', .decimal = '.', .header = true},
                        .columns = columns,
                        .column_count = COLUMNS,
                        .weight_slot = -1};
    double best = 1e9;
    for (int i = 0; i < REPEATS; i++) {
        LrtError error = {0};
        double start = now();
        LrtTable *table = lrt_table_read(&spec, NULL, LRT_READ_TRAIN, &error);
        double seconds = now() - start;
        if (!table) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
        best = seconds < best ? seconds : best;
        lrt_table_free(table);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double columns_size = (double)(rows * COLUMNS * 8);
    printf("%.1f MB, %" PRId64 " rows of %d numbers: %.3f s, %.0f MB/s\n", (double)size / 1e6, rows, COLUMNS, best,
           (double)size / 1e6 / best);
    printf("resident at most %.1f MB: the mapped file and %.2f times the columns\n",
           (double)usage.ru_maxrss * 1024 / 1e6, ((double)usage.ru_maxrss * 1024 - (double)size) / columns_size);
    unlink(path);
    return 0;
}
