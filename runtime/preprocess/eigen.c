/* Householder's reduction to a tridiagonal matrix, then QL with implicit shifts (Bowdler, Martin, Reinsch and Wilkinson
 * 1968, procedures tred2 and tql2, Handbook for Automatic Computation II). Vectors lie in rows, so that every inner loop
 * runs along memory. */
#include "core/unfused.h"

#include "preprocess/eigen.h"

#include <float.h>
#include <math.h>

typedef struct Eigen {
    double *v; /* [n, n]: element k of vector j is v[j * n + k] */
    double *d, *e;
    int64_t n;
} Eigen;

static double length_of(double a, double b) {
    double large = fmax(fabs(a), fabs(b)), small = fmin(fabs(a), fabs(b));
    return large > 0 ? large * sqrt(1 + (small / large) * (small / large)) : 0;
}

/* The reflection that clears row i left of the subdiagonal, applied to the matrix above it. */
static double reflect_row(const Eigen *at, int64_t i, double scale) {
    double *v = at->v, *d = at->d, *e = at->e, h = 0;
    int64_t n = at->n;
    for (int64_t k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
    }
    double f = d[i - 1], g = f > 0 ? -sqrt(h) : sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (int64_t j = 0; j < i; j++) {
        e[j] = 0;
    }
    for (int64_t j = 0; j < i; j++) {
        f = d[j];
        v[i * n + j] = f;
        g = e[j] + v[j * n + j] * f;
        for (int64_t k = j + 1; k < i; k++) {
            g += v[j * n + k] * d[k];
            e[k] += v[j * n + k] * f;
        }
        e[j] = g;
    }
    f = 0;
    for (int64_t j = 0; j < i; j++) {
        e[j] /= h;
        f += e[j] * d[j];
    }
    for (int64_t j = 0; j < i; j++) {
        e[j] -= f / (h + h) * d[j];
    }
    for (int64_t j = 0; j < i; j++) {
        f = d[j];
        g = e[j];
        for (int64_t k = j; k < i; k++) {
            v[j * n + k] -= f * e[k] + g * d[k];
        }
        d[j] = v[j * n + i - 1];
        v[j * n + i] = 0;
    }
    return h;
}

static void reduce(const Eigen *at) {
    double *v = at->v, *d = at->d, *e = at->e;
    int64_t n = at->n;
    for (int64_t j = 0; j < n; j++) {
        d[j] = v[j * n + n - 1];
    }
    for (int64_t i = n - 1; i > 0; i--) {
        double scale = 0;
        for (int64_t k = 0; k < i; k++) {
            scale += fabs(d[k]);
        }
        if (scale > 0) {
            d[i] = reflect_row(at, i, scale);
            continue;
        }
        e[i] = d[i - 1];
        for (int64_t j = 0; j < i; j++) {
            d[j] = v[j * n + i - 1];
            v[j * n + i] = v[i * n + j] = 0;
        }
        d[i] = 0;
    }
}

/* The product of the reflections. */
static void accumulate(const Eigen *at) {
    double *v = at->v, *d = at->d;
    int64_t n = at->n;
    for (int64_t i = 0; i + 1 < n; i++) {
        double h = d[i + 1], *next = v + (i + 1) * n;
        v[i * n + n - 1] = v[i * n + i];
        v[i * n + i] = 1;
        for (int64_t k = 0; h != 0 && k <= i; k++) {
            d[k] = next[k] / h;
        }
        for (int64_t j = 0; h != 0 && j <= i; j++) {
            double g = 0;
            for (int64_t k = 0; k <= i; k++) {
                g += next[k] * v[j * n + k];
            }
            for (int64_t k = 0; k <= i; k++) {
                v[j * n + k] -= g * d[k];
            }
        }
        for (int64_t k = 0; k <= i; k++) {
            next[k] = 0;
        }
    }
    for (int64_t j = 0; j < n; j++) {
        d[j] = v[j * n + n - 1];
        v[j * n + n - 1] = 0;
    }
    v[n * n - 1] = 1;
    at->e[0] = 0;
}

static void rotate_vectors(const Eigen *at, int64_t i, double s, double c) {
    double *left = at->v + i * at->n, *right = left + at->n;
    for (int64_t k = 0; k < at->n; k++) {
        double h = right[k];
        right[k] = s * left[k] + c * h;
        left[k] = c * left[k] - s * h;
    }
}

/* One QL sweep over the block from l to m; returns the shift that it took off. */
static double sweep(const Eigen *at, int64_t l, int64_t m) {
    double *d = at->d, *e = at->e;
    double g = d[l], p = (d[l + 1] - g) / (2 * e[l]), r = length_of(p, 1);
    r = p < 0 ? -r : r;
    d[l] = e[l] / (p + r);
    d[l + 1] = e[l] * (p + r);
    double next = d[l + 1], shift = g - d[l];
    for (int64_t i = l + 2; i < at->n; i++) {
        d[i] -= shift;
    }
    p = d[m];
    double c = 1, c2 = 1, c3 = 1, s = 0, s2 = 0, behind = e[l + 1];
    for (int64_t i = m - 1; i >= l; i--) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        double h = c * p;
        r = length_of(p, e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = p / r;
        p = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        rotate_vectors(at, i, s, c);
    }
    p = -s * s2 * c3 * behind * e[l] / next;
    e[l] = s * p;
    d[l] = c * p;
    return shift;
}

static void diagonalize(const Eigen *at) {
    double *d = at->d, *e = at->e, shift = 0, largest = 0;
    for (int64_t i = 1; i < at->n; i++) {
        e[i - 1] = e[i];
    }
    e[at->n - 1] = 0;
    for (int64_t l = 0; l < at->n; l++) {
        largest = fmax(largest, fabs(d[l]) + fabs(e[l]));
        int64_t m = l;
        while (fabs(e[m]) > DBL_EPSILON * largest) {
            m++;
        }
        while (m > l && fabs(e[l]) > DBL_EPSILON * largest) {
            shift += sweep(at, l, m);
        }
        d[l] += shift;
        e[l] = 0;
    }
}

static void swap_vectors(const Eigen *at, int64_t i, int64_t j) {
    double value = at->d[i];
    at->d[i] = at->d[j];
    at->d[j] = value;
    for (int64_t k = 0; k < at->n; k++) {
        double element = at->v[i * at->n + k];
        at->v[i * at->n + k] = at->v[j * at->n + k];
        at->v[j * at->n + k] = element;
    }
}

void eigen_symmetric(double *vectors, int64_t n, double *values, double *scratch) {
    const Eigen at = {vectors, values, scratch, n};
    reduce(&at);
    accumulate(&at);
    diagonalize(&at);
    for (int64_t i = 0; i + 1 < n; i++) {
        int64_t most = i;
        for (int64_t j = i + 1; j < n; j++) {
            most = values[j] > values[most] ? j : most;
        }
        if (most != i) {
            swap_vectors(&at, i, most);
        }
    }
}
