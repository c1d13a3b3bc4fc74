/* Built by splitting at the median of the widest column. A search goes down the nearer child first and leaves out boxes that lie
 * farther than the worst of the k best so far. Leaves are scanned in float, which decides most points; the few that may belong
 * to the best are measured again in double, always in the same order of columns. */
#include "core/unfused.h"

#include "sample/neighbors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16, LEAF_POINTS = 32, COLUMNS_BETWEEN_CHECKS = 8, MAX_DEPTH = 64 };

typedef struct Node {
    int64_t begin, end;            /* of `order` */
    int32_t left, right;           /* children, or -1 in a leaf */
    int64_t block;                 /* leaf: the first of its blocks */
} Node;

typedef struct Found {
    double distance;               /* squared */
    int32_t point;
} Found;

struct Neighbors {
    NeighborPoints points;
    int32_t *columns;              /* the columns of numbers, of falling variance: most distances are decided by the first */
    int64_t width;
    int32_t *order;                /* points in the order of the leaves */
    Node *nodes;
    int32_t node_count;
    float *boxes;                  /* [node][width][low, high] */
    float *blocks;                 /* [block][width][LANES]; lanes without a point hold NaN */
    int32_t *lanes;                /* [block][LANES] points, -1: none */
    int64_t block_count;
    int64_t wanted;                /* k */
    float *query;                  /* [width] of the search under way */
    Found *best;                   /* [k] */
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

static void fill_leaf(Neighbors *n, Node *leaf) {
    leaf->left = leaf->right = -1;
    leaf->block = n->block_count;
    for (int64_t i = leaf->begin; i < leaf->end; i += LANES) {
        int64_t block = n->block_count++;
        for (int lane = 0; lane < LANES; lane++) {
            int32_t point = i + lane < leaf->end ? n->order[i + lane] : -1;
            n->lanes[block * LANES + lane] = point;
            for (int64_t c = 0; c < n->width; c++) {
                n->blocks[(block * n->width + c) * LANES + lane] = point < 0 ? NAN : number_at(n, point, c);
            }
        }
    }
}

/* Splits ever the oldest node that is not split; nodes are made in that order. */
static void split_nodes(Neighbors *n) {
    n->nodes[n->node_count++] = (Node){.begin = 0, .end = n->points.count};
    for (int32_t i = 0; i < n->node_count; i++) {
        Node *node = &n->nodes[i];
        int64_t column = measure_box(n, i);
        if (node->end - node->begin <= LEAF_POINTS) {
            fill_leaf(n, node);
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

Neighbors *neighbors_build(const NeighborPoints *points, int64_t k, Region *region, LrtError *error) {
    Neighbors *n = REGION_ARRAY(region, Neighbors, 1, error);
    if (!n) {
        return NULL;
    }
    n->points = *points;
    n->width = points->number_width;
    n->wanted = k;
    /* Halves of more than LEAF_POINTS: a leaf holds at least half of that, and fills at most two blocks. */
    int64_t leaves = points->count / (LEAF_POINTS / 2) + 1, nodes = 2 * leaves;
    n->order = REGION_ARRAY(region, int32_t, points->count, error);
    n->nodes = REGION_ARRAY(region, Node, nodes, error);
    n->boxes = REGION_ARRAY(region, float, nodes * n->width * 2, error);
    n->blocks = REGION_ARRAY(region, float, 2 * leaves * n->width * LANES, error);
    n->lanes = REGION_ARRAY(region, int32_t, 2 * leaves * LANES, error);
    n->query = REGION_ARRAY(region, float, n->width, error);
    n->best = REGION_ARRAY(region, Found, k, error);
    if (!n->order || !n->nodes || !n->boxes || !n->blocks || !n->lanes || !n->query || !n->best || !order_columns(n, region, error)) {
        return NULL;
    }
    for (int64_t i = 0; i < points->count; i++) {
        n->order[i] = (int32_t)i;
    }
    split_nodes(n);
    return n;
}

/* ---- searching ------------------------------------------------------------------------------------------------- */

typedef struct Search {
    const Neighbors *n;
    int32_t point;
    const float *query;            /* [width] in the order of columns */
    Found *best;                   /* sorted, nearest first */
    int64_t count, wanted;
} Search;

static double worst(const Search *search) { return search->count < search->wanted ? INFINITY : search->best[search->count - 1].distance; }

/* From the query to the nearest corner, edge or face of a box; a little less, so that rounding never hides an equal. */
static double box_distance(const Search *search, int32_t node) {
    const float *box = search->n->boxes + (int64_t)node * search->n->width * 2;
    double sum = 0;
    for (int64_t c = 0; c < search->n->width; c++) {
        double value = (double)search->query[c], low = (double)box[2 * c], high = (double)box[2 * c + 1];
        double distance = value < low ? low - value : value > high ? value - high : 0;
        sum += distance * distance;
    }
    return sum * (1 - 1e-12);
}

static double exact_distance(const Search *search, int32_t point) {
    const Neighbors *n = search->n;
    double sum = 0;
    for (int64_t c = 0; c < n->width; c++) {
        double distance = (double)number_at(n, point, c) - (double)search->query[c];
        sum += distance * distance;
    }
    const int32_t *a = n->points.indices + n->points.rows[point] * n->points.index_width;
    const int32_t *b = n->points.indices + n->points.rows[search->point] * n->points.index_width;
    for (int64_t i = 0; i < n->points.index_width; i++) {
        sum += a[i] != b[i] ? 2 : 0;
    }
    return sum;
}

static void offer(Search *search, int32_t point) {
    Found found = {.distance = exact_distance(search, point), .point = point};
    int64_t place = search->count;
    while (place > 0 && (search->best[place - 1].distance > found.distance ||
                         (search->best[place - 1].distance == found.distance && search->best[place - 1].point > point))) {
        place--;
    }
    if (place >= search->wanted) {
        return;
    }
    search->count += search->count < search->wanted;
    for (int64_t i = search->count - 1; i > place; i--) {
        search->best[i] = search->best[i - 1];
    }
    search->best[place] = found;
}

/* Whether a lane of the block may lie within `limit`: false only where none does. Sums are left in `sums`. */
static bool scan_block(const float *block, const float *query, int64_t width, float limit, float sums[LANES]) {
    for (int lane = 0; lane < LANES; lane++) {
        sums[lane] = 0;
    }
    for (int64_t c = 0; c < width;) {
        int64_t stop = c + COLUMNS_BETWEEN_CHECKS < width ? c + COLUMNS_BETWEEN_CHECKS : width;
        for (; c < stop; c++) {
            for (int lane = 0; lane < LANES; lane++) {
                float distance = block[c * LANES + lane] - query[c];
                sums[lane] += distance * distance;
            }
        }
        int near = 0;
        for (int lane = 0; lane < LANES; lane++) {
            near |= sums[lane] <= limit;
        }
        if (!near) {
            return false;
        }
    }
    return true;
}

/* The rounding of a float sum of `width` squares, and what underflows in it, may not exclude a point. */
static float filter_limit(const Search *search) {
    double limit = worst(search) * (1 + (double)(search->n->width + 4) * 0x1p-23) + 1e-37;
    return (float)limit;
}

static void scan_leaf(Search *search, const Node *leaf) {
    const Neighbors *n = search->n;
    int64_t blocks = (leaf->end - leaf->begin + LANES - 1) / LANES;
    for (int64_t b = leaf->block; b < leaf->block + blocks; b++) {
        float sums[LANES], limit = filter_limit(search);
        if (!scan_block(n->blocks + b * n->width * LANES, search->query, n->width, limit, sums)) {
            continue;
        }
        for (int lane = 0; lane < LANES; lane++) {
            int32_t point = n->lanes[b * LANES + lane];
            if (point >= 0 && point != search->point && sums[lane] <= filter_limit(search)) {
                offer(search, point);
            }
        }
    }
}

typedef struct Visit {
    int32_t node;
    double distance;
} Visit;

void neighbors_find(Neighbors *n, int64_t point, int32_t *out_points) {
    Search search = {.n = n, .point = (int32_t)point, .query = n->query, .best = n->best, .wanted = n->wanted};
    for (int64_t c = 0; c < n->width; c++) {
        n->query[c] = number_at(n, (int32_t)point, c);
    }
    Visit stack[MAX_DEPTH] = {{.node = 0}};
    for (int depth = 1; depth > 0;) {
        Visit visit = stack[--depth];
        const Node *node = &n->nodes[visit.node];
        if (visit.distance > worst(&search)) {
            continue;
        }
        if (node->left < 0) {
            scan_leaf(&search, node);
            continue;
        }
        Visit left = {node->left, box_distance(&search, node->left)}, right = {node->right, box_distance(&search, node->right)};
        bool left_first = left.distance <= right.distance;
        stack[depth++] = left_first ? right : left;
        stack[depth++] = left_first ? left : right;
    }
    for (int64_t i = 0; i < n->wanted; i++) {
        out_points[i] = n->best[i].point;
    }
}
