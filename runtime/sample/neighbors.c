/* Built by splitting at the median of the widest column down to leaves of at most 16 points. The points of a leaf
 * search together, each in a lane of a vector: they go down the nearer child first and leave out boxes that lie farther
 * than the worst of their best.
 *
 * In a leaf most pairs are decided by a filter in float, |x|^2 - 2 q.x against a limit, on points that are centered and
 * scaled to at most 1. Its rounding is bounded and lies in the limits, so it never loses a neighbour; what it lets
 * through is measured in double on the given numbers. So the result depends neither on the filter nor on the processor.
 */
#include "core/unfused.h"

#include "sample/neighbors.h"

#include <math.h>

#include "sample/neighbor_filter.h"

enum { MAX_DEPTH = 64 };
enum { BUCKET = 64 }; /* points that are scanned together: a box costs as much as a few points */

typedef struct Node {
    int64_t begin, end;  /* of `order` */
    int32_t left, right; /* children, or -1 in a leaf */
    bool known;          /* a leaf whose points have been searched for */
} Node;

typedef struct Found {
    double distance; /* squared */
    int32_t point;
} Found;

struct Neighbors {
    NeighborPoints points;
    int64_t width;
    int32_t *order; /* points in the order of the leaves */
    int32_t *leaf;  /* [count] the leaf of each point */
    Node *nodes;
    int32_t node_count;
    float *boxes;    /* [node][width][low, high] */
    double *center;  /* [width] */
    double scale;    /* a power of 2 */
    double rounding; /* the filter is off by at most this share of |q|^2 + |x|^2 */
    float *filtered; /* [count, width] (number - center) * scale, in the order of the leaves */
    float *norms;    /* [count] their squared norms, less the rounding */
    FilterFunction *filter;
    int64_t wanted;     /* k */
    int32_t *found;     /* [count, k] of the leaves that are known */
    FilterLanes *query; /* [width] -2 times the points of the search under way */
    Found *best;        /* [FILTER_LANES, k], each sorted, nearest first */
};

static const float *point_numbers(const NeighborPoints *points, int64_t point) {
    return points->own_numbers ? points->own_numbers + point * points->number_width
                               : points->numbers + points->rows[point] * points->number_width;
}

static const float *numbers_of(const Neighbors *n, int64_t point) { return point_numbers(&n->points, point); }

double neighbor_distance(const NeighborPoints *points, int64_t a, int64_t b) {
    const float *from = point_numbers(points, a), *to = point_numbers(points, b);
    double sum = 0;
    for (int64_t c = 0; c < points->number_width; c++) {
        double distance = (double)from[c] - (double)to[c];
        sum += distance * distance;
    }
    const int32_t *first = points->indices + points->rows[a] * points->index_width;
    const int32_t *second = points->indices + points->rows[b] * points->index_width;
    for (int64_t i = 0; i < points->index_width; i++) {
        sum += first[i] != second[i] ? points->index_distance : 0;
    }
    return sum;
}

/* ---- building -------------------------------------------------------------------------------------------------- */

static bool is_before(const Neighbors *n, int64_t column, int32_t a, int32_t b) {
    float x = numbers_of(n, a)[column], y = numbers_of(n, b)[column];
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
    for (int64_t c = 0; c < n->width; c++) {
        box[2 * c] = INFINITY;
        box[2 * c + 1] = -INFINITY;
    }
    for (int64_t i = n->nodes[node].begin; i < n->nodes[node].end; i++) {
        const float *numbers = numbers_of(n, n->order[i]);
        for (int64_t c = 0; c < n->width; c++) {
            box[2 * c] = numbers[c] < box[2 * c] ? numbers[c] : box[2 * c];
            box[2 * c + 1] = numbers[c] > box[2 * c + 1] ? numbers[c] : box[2 * c + 1];
        }
    }
    int64_t widest = 0;
    double width = -1;
    for (int64_t c = 0; c < n->width; c++) {
        double of = (double)box[2 * c + 1] - (double)box[2 * c];
        if (of > width) {
            width = of;
            widest = c;
        }
    }
    return widest;
}

/* Splits ever the oldest node that is not split; nodes are made in that order. */
static void split_nodes(Neighbors *n) {
    n->nodes[n->node_count++] = (Node){.begin = 0, .end = n->points.count};
    for (int32_t i = 0; i < n->node_count; i++) {
        Node *node = &n->nodes[i];
        int64_t column = measure_box(n, i);
        if (node->end - node->begin <= FILTER_LANES) {
            node->left = node->right = -1;
            for (int64_t k = node->begin; k < node->end; k++) {
                n->leaf[n->order[k]] = i;
            }
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

/* The box of all points says where their middle is and how far they reach. */
static void set_filter(Neighbors *n) {
    double reach = 0;
    for (int64_t c = 0; c < n->width; c++) {
        double low = (double)n->boxes[2 * c], high = (double)n->boxes[2 * c + 1], sum = 0;
        for (int64_t i = 0; i < n->points.count; i++) {
            sum += (double)numbers_of(n, i)[c];
        }
        n->center[c] = sum / (double)n->points.count;
        double far = fmax(high - n->center[c], n->center[c] - low);
        reach = far > reach ? far : reach;
    }
    int exponent = 0;
    frexp(reach, &exponent);
    n->scale = ldexp(1, -exponent);
    n->rounding = (double)(n->width + 16) * 0x1p-23;
    for (int64_t i = 0; i < n->points.count; i++) {
        const float *numbers = numbers_of(n, n->order[i]);
        double norm = 0;
        for (int64_t c = 0; c < n->width; c++) {
            float value = (float)(((double)numbers[c] - n->center[c]) * n->scale);
            n->filtered[i * n->width + c] = value;
            norm += (double)value * (double)value;
        }
        n->norms[i] = (float)(norm * (1 - n->rounding));
    }
}

Neighbors *neighbors_build(const NeighborPoints *points, int64_t k, Region *region, LrtError *error) {
    Neighbors *n = REGION_ARRAY(region, Neighbors, 1, error);
    if (!n) {
        return NULL;
    }
    int64_t count = points->count, width = points->number_width;
    int64_t leaves = count / (FILTER_LANES / 2) + 1,
            nodes = 2 * leaves; /* more than FILTER_LANES are halved: a leaf holds half of it */
    *n = (Neighbors){.points = *points, .width = width, .wanted = k, .filter = neighbor_filter()};
    n->order = REGION_ARRAY(region, int32_t, count, error);
    n->leaf = REGION_ARRAY(region, int32_t, count, error);
    n->nodes = REGION_ARRAY(region, Node, nodes, error);
    n->boxes = REGION_ARRAY(region, float, nodes *width * 2, error);
    n->center = REGION_ARRAY(region, double, width, error);
    n->filtered = REGION_ARRAY(region, float, count *width, error);
    n->norms = REGION_ARRAY(region, float, count, error);
    n->found = REGION_ARRAY(region, int32_t, count *k, error);
    n->query = REGION_ARRAY(region, FilterLanes, width, error);
    n->best = REGION_ARRAY(region, Found, FILTER_LANES * k, error);
    if (!n->order || !n->leaf || !n->nodes || !n->boxes || !n->center || !n->filtered || !n->norms || !n->found ||
        !n->query || !n->best) {
        return NULL;
    }
    for (int64_t i = 0; i < count; i++) {
        n->order[i] = (int32_t)i;
    }
    split_nodes(n);
    set_filter(n);
    return n;
}

/* ---- searching ------------------------------------------------------------------------------------------------- */

/* The points of one leaf on their search. */
typedef struct Search {
    Neighbors *n;
    const Node *leaf;
    int32_t leaf_number;
    int lanes;                    /* points in the leaf */
    double norms[FILTER_LANES];   /* squared, as the filter scales them */
    int64_t counts[FILTER_LANES]; /* found so far */
    double worst[FILTER_LANES];   /* distance of the farthest of the best; infinite until there are k */
    double worst_of_all;
    FilterLanes limits; /* of the filter; below every sum in lanes without a point */
} Search;

/* Between the nearest corners, edges or faces of two boxes; a little less, so that rounding never hides an equal. */
static double box_distance(const Neighbors *n, int32_t a, int32_t b) {
    const float *first = n->boxes + (int64_t)a * n->width * 2, *second = n->boxes + (int64_t)b * n->width * 2;
    double sum = 0;
    for (int64_t c = 0; c < n->width; c++) {
        double below = (double)second[2 * c] - (double)first[2 * c + 1],
               above = (double)first[2 * c] - (double)second[2 * c + 1];
        double distance = below > above ? below : above;
        sum += distance > 0 ? distance * distance : 0;
    }
    return sum * (1 - 1e-12);
}

/* |x|^2 - 2 q.x <= worst - |q|^2, both sides with what rounding and underflow may have taken. */
static void set_limit(Search *search, int lane) {
    const Neighbors *n = search->n;
    double limit = search->worst[lane] * n->scale * n->scale - search->norms[lane] * (1 - n->rounding);
    filter_lanes_set(&search->limits, lane, limit < 1e30 ? (float)(limit + fabs(limit) * 0x1p-20 + 1e-30) : INFINITY);
    search->worst_of_all = 0;
    for (int i = 0; i < search->lanes; i++) {
        search->worst_of_all = fmax(search->worst_of_all, search->worst[i]);
    }
}

/* Puts a point among the best of a lane if it is near enough. */
static void offer(Search *search, int lane, int32_t point) {
    const Neighbors *n = search->n;
    Found *best = n->best + lane * n->wanted;
    Found found = {.distance = neighbor_distance(&n->points, n->order[search->leaf->begin + lane], point), .point = point};
    int64_t at = search->counts[lane];
    while (at > 0 && (best[at - 1].distance > found.distance ||
                      (best[at - 1].distance == found.distance && best[at - 1].point > point))) {
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
    if (search->counts[lane] == n->wanted) {
        search->worst[lane] = best[n->wanted - 1].distance;
        set_limit(search, lane);
    }
}

/* Four points of a node at a time; where there are fewer, the last stands in and is passed over. */
static void scan_points(Search *search, const Node *node) {
    const Neighbors *n = search->n;
    for (int64_t begin = node->begin; begin < node->end; begin += FILTER_ROWS) {
        const float *rows[FILTER_ROWS];
        float norms[FILTER_ROWS];
        uint32_t lanes[FILTER_ROWS];
        for (int r = 0; r < FILTER_ROWS; r++) {
            int64_t place = begin + r < node->end ? begin + r : node->end - 1;
            rows[r] = n->filtered + place * n->width;
            norms[r] = n->norms[place];
        }
        n->filter(rows, norms, n->query, n->width, &search->limits, lanes);
        for (int r = 0; r < FILTER_ROWS && begin + r < node->end; r++) {
            for (uint32_t left = lanes[r]; left; left &= left - 1) {
                int lane = __builtin_ctz(left);
                if (begin + r != search->leaf->begin + lane) {
                    offer(search, lane, n->order[begin + r]);
                }
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
        if (visit.distance > search->worst_of_all) {
            continue;
        }
        if (node->left < 0 || node->end - node->begin <= BUCKET) {
            scan_points(search, node);
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
    Search search = {.n = n, .leaf = leaf, .leaf_number = number, .lanes = (int)(leaf->end - leaf->begin)};
    for (int lane = 0; lane < FILTER_LANES; lane++) {
        bool used = lane < search.lanes;
        const float *values = n->filtered + (leaf->begin + lane) * n->width;
        search.worst[lane] = INFINITY;
        for (int64_t c = 0; c < n->width; c++) {
            float value = used ? values[c] : 0;
            filter_lanes_set(&n->query[c], lane, -2 * value);
            search.norms[lane] += (double)value * (double)value;
        }
        if (used) {
            set_limit(&search, lane);
        } else {
            filter_lanes_set(&search.limits, lane, -INFINITY);
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
