/* Built by splitting at the median of the widest column down to leaves of at most 16 points. The points of a leaf search
 * together, each in a lane of a vector: they go down the nearer child first and leave out boxes that lie farther than the worst
 * of their best. Sums in float decide most pairs; the few that may belong to the best are measured again in double, always in
 * the same order of columns, so the result does not depend on the width of the processor's registers. */
#include "core/unfused.h"

#include "sample/neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/cpu_features.h"

enum { LANES = 16, COLUMNS_BETWEEN_CHECKS = 8, MAX_DEPTH = 64 };

/* Eight floats are what compilers handle well: wider vectors are taken apart lane by lane where no register holds them. */
typedef float Octet __attribute__((vector_size(8 * sizeof(float))));
typedef int32_t OctetMask __attribute__((vector_size(8 * sizeof(int32_t))));

typedef struct Lanes {
    Octet low, high;
} Lanes;

typedef struct Node {
    int64_t begin, end;            /* of `order` */
    int32_t left, right;           /* children, or -1 in a leaf */
    bool known;                    /* a leaf whose points have been searched for */
} Node;

typedef struct Found {
    double distance;               /* squared */
    int32_t point;
} Found;

/* Whether a lane of `query` may lie within `limits` of `row`: false only where none does. Sums are left in `sums`. */
typedef bool ScanFunction(const float *row, const Lanes *query, int64_t width, const Lanes *limits, Lanes *sums);

struct Neighbors {
    NeighborPoints points;
    int32_t *columns;              /* the columns of numbers, of falling variance: most distances are decided by the first */
    int64_t width;
    int32_t *order;                /* points in the order of the leaves */
    int32_t *leaf;                 /* [count] the leaf of each point */
    float *values;                 /* [count, width] of the points in that order, columns in theirs */
    Node *nodes;
    int32_t node_count;
    float *boxes;                  /* [node][width][low, high] */
    int64_t wanted;                /* k */
    int32_t *found;                /* [count, k] of the leaves that are known */
    ScanFunction *scan;
    Lanes *query;                  /* [width] the search under way */
    Found *best;                   /* [LANES, k], each sorted, nearest first */
};

static float number_at(const Neighbors *n, int32_t point, int64_t column) {
    return n->points.numbers[n->points.rows[point] * n->points.number_width + n->columns[column]];
}

/* ---- building -------------------------------------------------------------------------------------------------- */

typedef struct Spread {
    double variance;
    int32_t column;
} Spread;

static int compare_spreads(const void *left, const void *right) {
    const Spread *a = left, *b = right;
    if (a->variance != b->variance) {
        return a->variance > b->variance ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

static bool order_columns(Neighbors *n, Region *region, LrtError *error) {
    Spread *spreads = REGION_ARRAY(region, Spread, n->width, error);
    n->columns = REGION_ARRAY(region, int32_t, n->width, error);
    if (!spreads || !n->columns) {
        return false;
    }
    for (int64_t c = 0; c < n->width; c++) {
        double sum = 0, squares = 0;
        for (int64_t i = 0; i < n->points.count; i++) {
            double value = (double)n->points.numbers[n->points.rows[i] * n->points.number_width + c];
            sum += value;
            squares += value * value;
        }
        double variance = squares - sum * (sum / (double)n->points.count);
        spreads[c] = (Spread){.variance = isfinite(variance) ? variance : INFINITY, .column = (int32_t)c};
    }
    qsort(spreads, (size_t)n->width, sizeof *spreads, compare_spreads);
    for (int64_t c = 0; c < n->width; c++) {
        n->columns[c] = spreads[c].column;
    }
    return true;
}

static bool is_before(const Neighbors *n, int64_t column, int32_t a, int32_t b) {
    float x = number_at(n, a, column), y = number_at(n, b, column);
    return x != y ? x < y : a < b;
}

/* Hoare's selection: order[middle] becomes what sorting begin..end by the column would put there. */
static void select_middle(Neighbors *n, int64_t column, int64_t begin, int64_t end, int64_t middle) {
    int32_t *order = n->order;
    int64_t low = begin, high = end - 1;
    while (low < high) {
        int32_t pivot = order[low + (high - low) / 2];
        int64_t i = low, j = high;
        while (i <= j) {
            while (is_before(n, column, order[i], pivot)) {
                i++;
            }
            while (is_before(n, column, pivot, order[j])) {
                j--;
            }
            if (i <= j) {
                int32_t point = order[i];
                order[i++] = order[j];
                order[j--] = point;
            }
        }
        if (middle <= j) {
            high = j;
        } else if (middle >= i) {
            low = i;
        } else {
            return;
        }
    }
}

/* Fills the box of a node and returns its widest column. */
static int64_t measure_box(Neighbors *n, int32_t node) {
    float *box = n->boxes + (int64_t)node * n->width * 2;
    int64_t widest = 0;
    float width = -1;
    for (int64_t c = 0; c < n->width; c++) {
        float low = INFINITY, high = -INFINITY;
        for (int64_t i = n->nodes[node].begin; i < n->nodes[node].end; i++) {
            float value = number_at(n, n->order[i], c);
            low = value < low ? value : low;
            high = value > high ? value : high;
        }
        box[2 * c] = low;
        box[2 * c + 1] = high;
        if (high - low > width) {
            width = high - low;
            widest = c;
        }
    }
    return widest;
}

static void fill_leaf(Neighbors *n, int32_t number) {
    Node *leaf = &n->nodes[number];
    leaf->left = leaf->right = -1;
    for (int64_t i = leaf->begin; i < leaf->end; i++) {
        n->leaf[n->order[i]] = number;
        for (int64_t c = 0; c < n->width; c++) {
            n->values[i * n->width + c] = number_at(n, n->order[i], c);
        }
    }
}

/* Splits ever the oldest node that is not split; nodes are made in that order. */
static void split_nodes(Neighbors *n) {
    n->nodes[n->node_count++] = (Node){.begin = 0, .end = n->points.count};
    for (int32_t i = 0; i < n->node_count; i++) {
        Node *node = &n->nodes[i];
        int64_t column = measure_box(n, i);
        if (node->end - node->begin <= LANES) {
            fill_leaf(n, i);
            continue;
        }
        int64_t middle = node->begin + (node->end - node->begin) / 2;
        if (n->width > 0) {
            select_middle(n, column, node->begin, node->end, middle);
        }
        node->left = n->node_count;
        n->nodes[n->node_count++] = (Node){.begin = node->begin, .end = middle};
        node->right = n->node_count;
        n->nodes[n->node_count++] = (Node){.begin = middle, .end = node->end};
    }
}

static ScanFunction scan_row, scan_row_wide;

Neighbors *neighbors_build(const NeighborPoints *points, int64_t k, Region *region, LrtError *error) {
    Neighbors *n = REGION_ARRAY(region, Neighbors, 1, error);
    char missing[16];
    if (!n) {
        return NULL;
    }
    n->points = *points;
    n->width = points->number_width;
    n->wanted = k;
    n->scan = cpu_has_features("avx2", missing, sizeof missing) ? scan_row_wide : scan_row;
    int64_t leaves = points->count / (LANES / 2) + 1, nodes = 2 * leaves; /* more than LANES are halved: a leaf holds half of it */
    n->order = REGION_ARRAY(region, int32_t, points->count, error);
    n->leaf = REGION_ARRAY(region, int32_t, points->count, error);
    n->values = REGION_ARRAY(region, float, points->count * n->width, error);
    n->nodes = REGION_ARRAY(region, Node, nodes, error);
    n->boxes = REGION_ARRAY(region, float, nodes * n->width * 2, error);
    n->found = REGION_ARRAY(region, int32_t, points->count * k, error);
    n->query = REGION_ARRAY(region, Lanes, n->width, error);
    n->best = REGION_ARRAY(region, Found, LANES * k, error);
    if (!n->order || !n->leaf || !n->values || !n->nodes || !n->boxes || !n->found || !n->query || !n->best ||
        !order_columns(n, region, error)) {
        return NULL;
    }
    for (int64_t i = 0; i < points->count; i++) {
        n->order[i] = (int32_t)i;
    }
    split_nodes(n);
    return n;
}

/* ---- searching ------------------------------------------------------------------------------------------------- */

static float lane_get(const Lanes *lanes, int lane) { return lane < 8 ? lanes->low[lane] : lanes->high[lane - 8]; }

static void lane_set(Lanes *lanes, int lane, float value) {
    if (lane < 8) {
        lanes->low[lane] = value;
    } else {
        lanes->high[lane - 8] = value;
    }
}

/* The points of one leaf on their search. */
typedef struct Search {
    Neighbors *n;
    const Node *leaf;
    int32_t leaf_number;
    int lanes;                     /* points in the leaf */
    int64_t counts[LANES];         /* found so far */
    Lanes limits;                  /* beyond this a sum in float cannot belong to the best; below 0 in lanes without a point */
    double worst;                  /* of all lanes */
} Search;

static inline __attribute__((always_inline)) bool any_near(const Octet *sum, const Octet *limit) {
    OctetMask near = *sum <= *limit;
    uint64_t words[4];
    memcpy(words, &near, sizeof words);
    return (words[0] | words[1] | words[2] | words[3]) != 0;
}

static inline __attribute__((always_inline)) bool scan_row_body(const float *row, const Lanes *query, int64_t width,
                                                                const Lanes *limits, Lanes *sums) {
    Octet low = {0}, high = {0};
    for (int64_t c = 0; c < width;) {
        int64_t stop = c + COLUMNS_BETWEEN_CHECKS < width ? c + COLUMNS_BETWEEN_CHECKS : width;
        for (; c < stop; c++) {
            Octet low_distance = query[c].low - row[c], high_distance = query[c].high - row[c];
            low += low_distance * low_distance;
            high += high_distance * high_distance;
        }
        if (!any_near(&low, &limits->low) && !any_near(&high, &limits->high)) {
            return false;
        }
    }
    sums->low = low;
    sums->high = high;
    return true;
}

static bool scan_row(const float *row, const Lanes *query, int64_t width, const Lanes *limits, Lanes *sums) {
    return scan_row_body(row, query, width, limits, sums);
}

#if defined(__x86_64__)
__attribute__((target("avx2")))
#endif
static bool scan_row_wide(const float *row, const Lanes *query, int64_t width, const Lanes *limits, Lanes *sums) {
    return scan_row_body(row, query, width, limits, sums);
}

/* Between the nearest corners, edges or faces of two boxes; a little less, so that rounding never hides an equal. */
static double box_distance(const Neighbors *n, int32_t a, int32_t b) {
    const float *first = n->boxes + (int64_t)a * n->width * 2, *second = n->boxes + (int64_t)b * n->width * 2;
    double sum = 0;
    for (int64_t c = 0; c < n->width; c++) {
        double below = (double)second[2 * c] - (double)first[2 * c + 1], above = (double)first[2 * c] - (double)second[2 * c + 1];
        double distance = below > above ? below : above;
        sum += distance > 0 ? distance * distance : 0;
    }
    return sum * (1 - 1e-12);
}

static double exact_distance(const Neighbors *n, int64_t from, int64_t to) {
    const float *a = n->values + from * n->width, *b = n->values + to * n->width;
    double sum = 0;
    for (int64_t c = 0; c < n->width; c++) {
        double distance = (double)a[c] - (double)b[c];
        sum += distance * distance;
    }
    const int32_t *first = n->points.indices + n->points.rows[n->order[from]] * n->points.index_width;
    const int32_t *second = n->points.indices + n->points.rows[n->order[to]] * n->points.index_width;
    for (int64_t i = 0; i < n->points.index_width; i++) {
        sum += first[i] != second[i] ? 2 : 0;
    }
    return sum;
}

/* The rounding of a float sum of `width` squares, and what underflows in it, may not exclude a point. */
static float float_limit(const Search *search, double worst) {
    double limit = worst * (1 + (double)(search->n->width + 4) * 0x1p-23) + 1e-37;
    return limit < 3e38 ? (float)limit : INFINITY;
}

static void set_limit(Search *search, int lane) {
    int64_t k = search->n->wanted;
    const Found *best = search->n->best + lane * k;
    lane_set(&search->limits, lane, float_limit(search, search->counts[lane] < k ? INFINITY : best[k - 1].distance));
    search->worst = 0;
    for (int i = 0; i < search->lanes; i++) {
        double worst = search->counts[i] < k ? INFINITY : search->n->best[i * k + k - 1].distance;
        search->worst = worst > search->worst ? worst : search->worst;
    }
}

/* Point number `place` in order, among the best of a lane if it is near enough. */
static void offer(Search *search, int lane, int64_t place) {
    const Neighbors *n = search->n;
    Found *best = n->best + lane * n->wanted;
    Found found = {.distance = exact_distance(n, search->leaf->begin + lane, place), .point = n->order[place]};
    int64_t at = search->counts[lane];
    while (at > 0 && (best[at - 1].distance > found.distance ||
                      (best[at - 1].distance == found.distance && best[at - 1].point > found.point))) {
        at--;
    }
    if (at >= n->wanted) {
        return;
    }
    search->counts[lane] += search->counts[lane] < n->wanted;
    for (int64_t i = search->counts[lane] - 1; i > at; i--) {
        best[i] = best[i - 1];
    }
    best[at] = found;
    set_limit(search, lane);
}

static void scan_leaf(Search *search, const Node *leaf) {
    const Neighbors *n = search->n;
    for (int64_t place = leaf->begin; place < leaf->end; place++) {
        Lanes sums;
        if (!n->scan(n->values + place * n->width, n->query, n->width, &search->limits, &sums)) {
            continue;
        }
        for (int lane = 0; lane < search->lanes; lane++) {
            if (lane_get(&sums, lane) <= lane_get(&search->limits, lane) && place != search->leaf->begin + lane) {
                offer(search, lane, place);
            }
        }
    }
}

typedef struct Visit {
    int32_t node;
    double distance;
} Visit;

static void walk(Search *search) {
    const Neighbors *n = search->n;
    Visit stack[MAX_DEPTH] = {{.node = 0}};
    for (int depth = 1; depth > 0;) {
        Visit visit = stack[--depth];
        const Node *node = &n->nodes[visit.node];
        if (visit.distance > search->worst) {
            continue;
        }
        if (node->left < 0) {
            scan_leaf(search, node);
            continue;
        }
        Visit left = {node->left, box_distance(n, node->left, search->leaf_number)};
        Visit right = {node->right, box_distance(n, node->right, search->leaf_number)};
        bool left_first = left.distance <= right.distance;
        stack[depth++] = left_first ? right : left;
        stack[depth++] = left_first ? left : right;
    }
}

static void search_leaf(Neighbors *n, int32_t number) {
    Node *leaf = &n->nodes[number];
    Search search = {.n = n, .leaf = leaf, .leaf_number = number, .lanes = (int)(leaf->end - leaf->begin), .worst = INFINITY};
    for (int lane = 0; lane < LANES; lane++) {
        bool used = lane < search.lanes;
        lane_set(&search.limits, lane, used ? INFINITY : -1);
        for (int64_t c = 0; c < n->width; c++) {
            lane_set(&n->query[c], lane, used ? n->values[(leaf->begin + lane) * n->width + c] : 0);
        }
    }
    walk(&search);
    for (int lane = 0; lane < search.lanes; lane++) {
        for (int64_t i = 0; i < n->wanted; i++) {
            n->found[n->order[leaf->begin + lane] * n->wanted + i] = n->best[lane * n->wanted + i].point;
        }
    }
    leaf->known = true;
}

const int32_t *neighbors_of(Neighbors *n, int64_t point) {
    int32_t leaf = n->leaf[point];
    if (!n->nodes[leaf].known) {
        search_leaf(n, leaf);
    }
    return n->found + point * n->wanted;
}
