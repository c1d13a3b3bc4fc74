/* Rows of the training set-ups in runs/ and in ../healthy/, as csv on standard output: `rows NAME SEED`. The same rows for the same
 * seed everywhere: the generator of random numbers is our own, and a row is a pure function of it. The column `fold` says which part
 * a row belongs to, where a set-up has a validation part. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 80 };

typedef struct Rows {
    uint64_t state;                /* of splitmix64 (Steele, Lea and Flood 2014) */
    int64_t train, validation, done;
    double fields[MOST_COLUMNS];
    int width;
} Rows;

static double uniform(Rows *rows) {
    uint64_t z = rows->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double between(Rows *rows, double low, double high) { return low + (high - low) * uniform(rows); }

/* Box and Muller 1958, one of the two. */
static double normal(Rows *rows) {
    double radius = sqrt(-2 * log(1 - uniform(rows)));
    return radius * cos(6.283185307179586 * uniform(rows));
}

static int below(Rows *rows, int n) { return (int)(uniform(rows) * n); }

static bool in_training(const Rows *rows) { return rows->done < rows->train; }

static void add(Rows *rows, double value) { rows->fields[rows->width++] = value; }

/* The row is whole: its last `targets` fields are targets. */
static void end_row(Rows *rows, int targets) {
    if (rows->done == 0) {
        for (int i = 0; i < rows->width; i++) {
            if (i < rows->width - targets) {
                printf("x%d,", i);
            } else {
                targets == 1 ? printf("y,") : printf("y%d,", i - rows->width + targets);
            }
        }
        printf("fold\n");
    }
    for (int i = 0; i < rows->width; i++) {
        isnan(rows->fields[i]) ? printf(",") : printf("%.7g,", rows->fields[i]);
    }
    puts(in_training(rows) ? "train" : "validation");
    rows->width = 0;
    rows->done++;
}

static bool more(const Rows *rows) { return rows->done < rows->train + rows->validation; }

static void make_xor(Rows *rows) {
    for (int i = 0; more(rows); i++) {
        add(rows, i >> 1);
        add(rows, i & 1);
        add(rows, (i >> 1) ^ (i & 1));
        end_row(rows, 1);
    }
}

static void make_circles(Rows *rows) {
    for (int i = 0; more(rows); i++) {
        double angle = between(rows, 0, 6.283185307179586), radius = i % 2 == 0 ? 1.0 : 0.8;
        add(rows, radius * cos(angle) + 0.1 * normal(rows));
        add(rows, radius * sin(angle) + 0.1 * normal(rows));
        add(rows, i % 2);
        end_row(rows, 1);
    }
}

static void make_blobs(Rows *rows) {
    double centres[3][2];
    for (int i = 0; i < 6; i++) {
        centres[i / 2][i % 2] = between(rows, -10, 10);
    }
    while (more(rows)) {
        int level = below(rows, 3);
        add(rows, centres[level][0] + 2 * normal(rows));
        add(rows, centres[level][1] + 2 * normal(rows));
        add(rows, level);
        end_row(rows, 1);
    }
}

static void make_x2(Rows *rows) {
    for (int i = 0; more(rows); i++) {
        double x = 0.1 * i, noise = normal(rows);
        add(rows, x);
        add(rows, 5 * x * x + noise * noise * noise);
        end_row(rows, 1);
    }
}

static void make_x4(Rows *rows) {
    for (int i = 0; more(rows); i++) {
        double x = -100 + 0.5 * i;
        add(rows, x);
        add(rows, x * x * x * x);
        end_row(rows, 1);
    }
}

static void make_boxes(Rows *rows) {
    while (more(rows)) {
        int level = below(rows, 2);
        add(rows, level ? between(rows, 0.5, 0.7) : between(rows, 0.2, 0.4));
        add(rows, level ? between(rows, 0.5, 0.7) : between(rows, 0.2, 0.4));
        add(rows, level);
        end_row(rows, 1);
    }
}

static void make_lin1e4(Rows *rows) {
    while (more(rows)) {
        double a = between(rows, 0, 1e4), b = between(rows, 0, 1e4), c = between(rows, 0, 1e4);
        add(rows, a);
        add(rows, b);
        add(rows, c);
        add(rows, 2 * a + b + 0.5 * c + 2.2);
        end_row(rows, 1);
    }
}

static void make_perm8(Rows *rows) {
    int words[256];
    for (int i = 0; i < 256; i++) {
        words[i] = i;
    }
    for (int i = 255; i > 0; i--) {
        int k = below(rows, i + 1), swap = words[i];
        words[i] = words[k];
        words[k] = swap;
    }
    for (int i = 0; more(rows); i++) {
        for (int bit = 0; bit < 8; bit++) {
            add(rows, (i >> bit) & 1);
        }
        for (int bit = 0; bit < 8; bit++) {
            add(rows, (words[i] >> bit) & 1);
        }
        end_row(rows, 8);
    }
}

static void make_digits(Rows *rows, double unit) {
    double prototypes[10][64];
    for (int i = 0; i < 640; i++) {
        prototypes[i / 64][i % 64] = uniform(rows);
    }
    while (more(rows)) {
        int level = below(rows, 10);
        for (int i = 0; i < 64; i++) {
            double value = prototypes[level][i] + 0.9 * normal(rows);
            add(rows, unit * (value < 0 ? 0 : value > 1 ? 1 : value));
        }
        add(rows, level);
        end_row(rows, 1);
    }
}

static void make_digits_unit(Rows *rows) { make_digits(rows, 1); }
static void make_digits_bytes(Rows *rows) { make_digits(rows, 255); }

static void make_iris(Rows *rows) {
    static const double means[3][4] = {{5.006, 3.428, 1.462, 0.246}, {5.936, 2.77, 4.26, 1.326}, {6.588, 2.974, 5.552, 2.026}};
    static const double deviations[3][4] = {{0.352, 0.379, 0.174, 0.105}, {0.516, 0.314, 0.470, 0.198}, {0.636, 0.322, 0.552, 0.275}};
    for (int i = 0; more(rows); i++) {
        for (int k = 0; k < 4; k++) {
            add(rows, means[i % 3][k] + deviations[i % 3][k] * normal(rows));
        }
        add(rows, i % 3);
        end_row(rows, 1);
    }
}

/* Linear in five features, with one product and noise; or with one target in a hundred a thousand times as large. */
static void make_linear(Rows *rows, bool wild, bool hole) {
    double q[5];
    for (int i = 0; i < 5; i++) {
        q[i] = normal(rows);
    }
    while (more(rows)) {
        double x[5], y = (wild ? 0.1 : 0.3) * normal(rows);
        for (int i = 0; i < 5; i++) {
            x[i] = normal(rows);
            y += q[i] * x[i];
            add(rows, hole && rows->done == 17 && i == 2 ? (double)NAN : x[i]);
        }
        y += wild ? 0 : 0.5 * x[0] * x[1];
        add(rows, wild && uniform(rows) < 0.01 ? 1000 * y : y);
        end_row(rows, 1);
    }
}

static void make_linreg(Rows *rows) { make_linear(rows, false, false); }
static void make_hole(Rows *rows) { make_linear(rows, false, true); }
static void make_outl(Rows *rows) { make_linear(rows, true, false); }

static void make_units(Rows *rows) {
    while (more(rows)) {
        double a = normal(rows), b = normal(rows);
        add(rows, a);
        add(rows, b);
        add(rows, 1e4 * normal(rows));
        add(rows, 1e5 + 1e3 * normal(rows));
        add(rows, a * b > 0);
        end_row(rows, 1);
    }
}

/* A half space in `width` dimensions, the first `used` of which matter, with a share of the labels turned. */
static void make_half_space(Rows *rows, int width, int used, double turned, bool turned_in_training_alone) {
    double q[MOST_COLUMNS];
    for (int i = 0; i < used; i++) {
        q[i] = normal(rows);
    }
    while (more(rows)) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double x = normal(rows);
            sum += i < used ? q[i] * x : 0;
            add(rows, x);
        }
        bool turn = uniform(rows) < turned && (in_training(rows) || !turned_in_training_alone);
        add(rows, (sum > 0) != turn);
        end_row(rows, 1);
    }
}

static void make_noisy(Rows *rows) { make_half_space(rows, 10, 10, 0.4, false); }
static void make_small(Rows *rows) { make_half_space(rows, 30, 5, 0.15, true); }

/* a + b modulo 23, both as one of 23: the rule is found long after the rows are known by heart. */
static void make_modular(Rows *rows) {
    while (more(rows)) {
        int a = below(rows, 23), b = below(rows, 23);
        add(rows, a);
        add(rows, b);
        add(rows, (a + b) % 23);
        end_row(rows, 1);
    }
}

/* Sparse features: each is 0 in three rows of four. */
static void make_sparse(Rows *rows) {
    double q[20];
    for (int i = 0; i < 20; i++) {
        q[i] = normal(rows);
    }
    while (more(rows)) {
        double y = 0.1 * normal(rows);
        for (int i = 0; i < 20; i++) {
            double x = uniform(rows) < 0.25 ? fabs(normal(rows)) : 0;
            y += q[i] * x;
            add(rows, x);
        }
        add(rows, y);
        end_row(rows, 1);
    }
}

static const struct {
    const char *name;
    void (*make)(Rows *rows);
    int64_t train, validation;
} tables[] = {
    {"xor", make_xor, 4, 0},
    {"circles", make_circles, 700, 300},
    {"blobs", make_blobs, 700, 300},
    {"x2", make_x2, 50, 0},
    {"x4", make_x4, 400, 0},
    {"boxes", make_boxes, 200, 100},
    {"lin1e4", make_lin1e4, 2000, 500},
    {"perm8", make_perm8, 256, 0},
    {"digits", make_digits_unit, 1500, 500},
    {"digits255", make_digits_bytes, 1500, 500},
    {"iris", make_iris, 150, 60},
    {"linreg", make_linreg, 1000, 300},
    {"hole", make_hole, 1000, 300},
    {"outl", make_outl, 1000, 300},
    {"units", make_units, 1000, 300},
    {"noisy", make_noisy, 1000, 500},
    {"small", make_small, 60, 500},
    {"modular", make_modular, 2000, 500},
    {"sparse", make_sparse, 1000, 300},
};

int main(int argc, char **argv) {
    for (size_t i = 0; argc == 3 && i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(tables[i].name, argv[1]) == 0) {
            Rows rows = {.state = strtoull(argv[2], NULL, 10), .train = tables[i].train, .validation = tables[i].validation};
            uniform(&rows); /* small seeds are alike; their second numbers are not */
            tables[i].make(&rows);
            return fflush(stdout) == 0 ? 0 : 3;
        }
    }
    fputs("usage: rows NAME SEED\nnames:", stderr);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        fprintf(stderr, " %s", tables[i].name);
    }
    fputs("\n", stderr);
    return 2;
}
