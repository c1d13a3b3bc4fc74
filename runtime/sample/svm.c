/* Sequential minimal optimisation with second-order choice of the pair (Fan, Chen and Lin 2005, JMLR 6, WSS 2, tau 1e-12), stopped at
 * a violation of 1e-3, as LIBSVM does it: min ½ α'Qα - Σα over 0 <= α <= C, Σ yα = 0, with Q_ij = y_i y_j K_ij.
 * Rows of the kernel are kept in a cache of bounded size. */
#include "core/unfused.h"

#include "sample/svm.h"

#include <math.h>

#include "lrt/real_math.h"

enum { CACHE_BYTES = 256 << 20 };

static const double penalty = 1, tolerance = 1e-3, least_curvature = 1e-12;

typedef struct Solver {
    const SvmPoints *svm;
    int64_t count;
    double *alpha, *gradient; /* [count] */
    float *rows;              /* [slots, count] of K */
    int64_t *slot_of;         /* [count] or -1 */
    int64_t *held;            /* [slots] the point whose row it is, or -1 */
    int64_t slots, next;      /* the slot that is overwritten next */
} Solver;

static bool prepare(Solver *solver, Region *region, LrtError *error) {
    int64_t n = solver->count, fitting = CACHE_BYTES / (n * (int64_t)sizeof(float)) + 2;
    solver->slots = fitting < n ? fitting : n;
    solver->alpha = REGION_ARRAY(region, double, n, error);
    solver->gradient = REGION_ARRAY(region, double, n, error);
    solver->slot_of = REGION_ARRAY(region, int64_t, n, error);
    solver->held = REGION_ARRAY(region, int64_t, solver->slots, error);
    solver->rows = REGION_ARRAY(region, float, solver->slots * n, error);
    if (!solver->alpha || !solver->gradient || !solver->slot_of || !solver->held || !solver->rows) {
        return false;
    }
    for (int64_t i = 0; i < n; i++) {
        solver->gradient[i] = -1;
        solver->slot_of[i] = -1;
    }
    for (int64_t i = 0; i < solver->slots; i++) {
        solver->held[i] = -1;
    }
    return true;
}

/* K of point `i` with all; `keep` is a point whose row must not be overwritten, or -1. */
static const float *kernel_row(Solver *solver, int64_t i, int64_t keep) {
    if (solver->slot_of[i] >= 0) {
        return solver->rows + solver->slot_of[i] * solver->count;
    }
    if (keep >= 0 && solver->slot_of[keep] == solver->next) {
        solver->next = (solver->next + 1) % solver->slots;
    }
    int64_t slot = solver->next;
    solver->next = (slot + 1) % solver->slots;
    if (solver->held[slot] >= 0) {
        solver->slot_of[solver->held[slot]] = -1;
    }
    solver->held[slot] = i;
    solver->slot_of[i] = slot;
    float *row = solver->rows + slot * solver->count;
    for (int64_t k = 0; k < solver->count; k++) {
        row[k] = (float)lrt_exp(-solver->svm->gamma * neighbor_distance(solver->svm->points, i, k));
    }
    return row;
}

static bool may_rise(const Solver *solver, int64_t i) {
    return solver->svm->side[i] > 0 ? solver->alpha[i] < penalty : solver->alpha[i] > 0;
}

static bool may_fall(const Solver *solver, int64_t i) {
    return solver->svm->side[i] > 0 ? solver->alpha[i] > 0 : solver->alpha[i] < penalty;
}

/* The pair of the next step; false where no pair violates the optimum by the tolerance. */
static bool choose_pair(Solver *solver, int64_t *out_i, int64_t *out_j) {
    int64_t i = -1, j = -1;
    double greatest = -INFINITY, least = INFINITY, best = INFINITY;
    for (int64_t t = 0; t < solver->count; t++) {
        double violation = -solver->svm->side[t] * solver->gradient[t];
        if (may_rise(solver, t) && violation > greatest) {
            greatest = violation;
            i = t;
        }
    }
    const float *row = i >= 0 ? kernel_row(solver, i, -1) : NULL;
    for (int64_t t = 0; row && t < solver->count; t++) {
        double violation = -solver->svm->side[t] * solver->gradient[t];
        if (!may_fall(solver, t)) {
            continue;
        }
        least = violation < least ? violation : least;
        double gap = greatest - violation;
        if (gap > 0) {
            double curvature = 2 - 2 * (double)row[t]; /* K(x, x) is 1 */
            double gain = -gap * gap / (curvature > 0 ? curvature : least_curvature);
            if (gain < best) {
                best = gain;
                j = t;
            }
        }
    }
    *out_i = i;
    *out_j = j;
    return j >= 0 && greatest - least >= tolerance;
}

static double clamp(double value) { return value < 0 ? 0 : value > penalty ? penalty : value; }

/* Moves α_i and α_j along y_i α_i + y_j α_j = constant to the best place within the box, and the gradient with them. */
static void step_pair(Solver *solver, int64_t i, int64_t j) {
    const signed char *side = solver->svm->side;
    const float *row_i = kernel_row(solver, i, j), *row_j = kernel_row(solver, j, i);
    double curvature = 2 - 2 * (double)row_i[j], old_i = solver->alpha[i], old_j = solver->alpha[j];
    double step = (side[j] * solver->gradient[j] - side[i] * solver->gradient[i]) / (curvature > 0 ? curvature : least_curvature);
    /* α_i moves by y_i · step, α_j by -y_j · step; the shorter of the ways to the two bounds counts */
    double new_i = clamp(old_i + side[i] * step);
    double way = side[i] * (new_i - old_i), new_j = clamp(old_j - side[j] * way);
    way = side[j] * (old_j - new_j);
    new_i = clamp(old_i + side[i] * way);
    solver->alpha[i] = new_i;
    solver->alpha[j] = new_j;
    double change_i = (new_i - old_i) * side[i], change_j = (new_j - old_j) * side[j];
    for (int64_t t = 0; t < solver->count; t++) {
        solver->gradient[t] += side[t] * (change_i * (double)row_i[t] + change_j * (double)row_j[t]);
    }
}

bool svm_mark_support(const SvmPoints *svm, bool *out_support, Region *region, LrtError *error) {
    Solver solver = {.svm = svm, .count = svm->points->count};
    if (!prepare(&solver, region, error)) {
        return false;
    }
    int64_t i, j, most = 100 * solver.count > 10000000 ? 100 * solver.count : 10000000; /* LIBSVM's bound */
    for (int64_t step = 0; step < most && choose_pair(&solver, &i, &j); step++) {
        step_pair(&solver, i, j);
    }
    for (int64_t t = 0; t < solver.count; t++) {
        out_support[t] = solver.alpha[t] > 0;
    }
    return true;
}
