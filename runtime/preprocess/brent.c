/* R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 5; the bracket grows by golden sections
 * and parabolas. */
#include "core/unfused.h"

#include "preprocess/brent.h"

#include <math.h>
#include <stdbool.h>

enum { MOST_BRACKETS = 1000, MOST_ITERATIONS = 500 };
static const double golden = 1.618034, smallest = 1e-21, farthest = 110;
static const double section = 0.3819660, tolerance = 1.48e-8, least_tolerance = 1e-11;

typedef struct Point {
    double x, f;
} Point;

typedef struct Search {
    BrentFunction *f;
    const void *context;
} Search;

static Point point_at(const Search *search, double x) { return (Point){x, search->f(search->context, x)}; }

/* Where the parabola through three points has its extremum. */
static double parabola_extremum(Point a, Point b, Point c) {
    double left = (b.x - a.x) * (b.f - c.f), right = (b.x - c.x) * (b.f - a.f), difference = right - left;
    double denominator = 2 * (fabs(difference) < smallest ? smallest : difference);
    return b.x - ((b.x - c.x) * right - (b.x - a.x) * left) / denominator;
}

/* One step of the bracket's growth: true where a, b, c enclose a minimum. */
static bool grow_bracket(const Search *search, Point *a, Point *b, Point *c) {
    double w = parabola_extremum(*a, *b, *c), limit = b->x + farthest * (c->x - b->x);
    Point next;
    if ((w - c->x) * (b->x - w) > 0) {
        next = point_at(search, w);
        if (next.f < c->f) {
            *a = *b;
            *b = next;
            return true;
        }
        if (next.f > b->f) {
            *c = next;
            return true;
        }
        next = point_at(search, c->x + golden * (c->x - b->x));
    } else if ((w - limit) * (limit - c->x) >= 0) {
        next = point_at(search, limit);
    } else if ((w - limit) * (c->x - w) > 0) {
        next = point_at(search, w);
        if (next.f < c->f) {
            *b = *c;
            *c = next;
            next = point_at(search, c->x + golden * (c->x - b->x));
        }
    } else {
        next = point_at(search, c->x + golden * (c->x - b->x));
    }
    *a = *b;
    *b = *c;
    *c = next;
    return false;
}

static void find_bracket(const Search *search, Point *a, Point *b, Point *c) {
    if (a->f < b->f) {
        Point other = *a;
        *a = *b;
        *b = other;
    }
    *c = point_at(search, b->x + golden * (b->x - a->x));
    for (int i = 0; i < MOST_BRACKETS && c->f < b->f; i++) {
        if (grow_bracket(search, a, b, c)) {
            return;
        }
    }
}

/* The interval [low, high], its best point, the second best and the one before that. */
typedef struct Closing {
    double low, high, step, before; /* step: the last one; before: the one before it */
    Point best, second, third;
} Closing;

/* The next step: to the parabola's minimum, or a golden section of the larger part. */
static void choose_step(Closing *at, double middle, double tol) {
    double x = at->best.x, last = at->before;
    if (fabs(last) > tol) {
        double r = (x - at->second.x) * (at->best.f - at->third.f);
        double q = (x - at->third.x) * (at->best.f - at->second.f);
        double p = (x - at->third.x) * q - (x - at->second.x) * r;
        q = 2 * (q - r);
        p = q > 0 ? -p : p;
        q = fabs(q);
        at->before = at->step;
        if (p > q * (at->low - x) && p < q * (at->high - x) && fabs(p) < fabs(0.5 * q * last)) {
            at->step = p / q;
            double u = x + at->step;
            if (u - at->low < 2 * tol || at->high - u < 2 * tol) {
                at->step = middle - x >= 0 ? tol : -tol;
            }
            return;
        }
    }
    at->before = x >= middle ? at->low - x : at->high - x;
    at->step = section * at->before;
}

static void take_point(Closing *at, Point u) {
    if (!(u.f > at->best.f)) {
        *(u.x >= at->best.x ? &at->low : &at->high) = at->best.x;
        at->third = at->second;
        at->second = at->best;
        at->best = u;
        return;
    }
    *(u.x < at->best.x ? &at->low : &at->high) = u.x;
    if (u.f <= at->second.f || at->second.x == at->best.x) {
        at->third = at->second;
        at->second = u;
    } else if (u.f <= at->third.f || at->third.x == at->best.x || at->third.x == at->second.x) {
        at->third = u;
    }
}

double brent_minimize(BrentFunction *f, const void *context, double first, double second) {
    const Search search = {f, context};
    Point a = point_at(&search, first), b = point_at(&search, second), c;
    find_bracket(&search, &a, &b, &c);
    Closing at = {.low = a.x < c.x ? a.x : c.x, .high = a.x < c.x ? c.x : a.x, .best = b, .second = b, .third = b};
    for (int i = 0; i < MOST_ITERATIONS; i++) {
        double tol = tolerance * fabs(at.best.x) + least_tolerance, middle = 0.5 * (at.low + at.high);
        if (fabs(at.best.x - middle) < 2 * tol - 0.5 * (at.high - at.low)) {
            break;
        }
        choose_step(&at, middle, tol);
        double step = fabs(at.step) >= tol ? at.step : at.step >= 0 ? tol : -tol;
        take_point(&at, point_at(&search, at.best.x + step));
    }
    return at.best.x;
}
