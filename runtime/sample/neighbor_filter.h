/* Which of 16 points may be near to which of 4 rows: |x|^2 - 2 q.x against a limit, in float. */
#ifndef SAMPLE_NEIGHBOR_FILTER_H
#define SAMPLE_NEIGHBOR_FILTER_H

#include <stdint.h>

enum { FILTER_LANES = 16, FILTER_ROWS = 4 };

/* Eight floats are what compilers handle well; wider vectors are taken apart lane by lane where no register holds them.
 */
typedef float Octet __attribute__((vector_size(8 * sizeof(float))));

/* One number of each of 16 points. */
typedef struct FilterLanes {
    Octet low, high;
} FilterLanes;

/* For each row the bits of the lanes whose sum norms[row] + query . row is at most their limit. */
typedef void FilterFunction(const float *const rows[FILTER_ROWS], const float norms[FILTER_ROWS],
                            const FilterLanes *query, int64_t width, const FilterLanes *limits,
                            uint32_t out_lanes[FILTER_ROWS]);

/* The fastest that the processor has. */
FilterFunction *neighbor_filter(void);

void filter_lanes_set(FilterLanes *lanes, int lane, float value);

#endif
