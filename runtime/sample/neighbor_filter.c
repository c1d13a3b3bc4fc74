/* The sums are chains in the order of the columns. Fused or not, with wide registers or narrow ones: their rounding
 * differs, the bound on it does not, and no more than the bound reaches the result. */
#include "core/unfused.h"

#include "sample/neighbor_filter.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/cpu_features.h"

static void filter_rows(const float *const rows[FILTER_ROWS], const float norms[FILTER_ROWS], const FilterLanes *query,
                        int64_t width, const FilterLanes *limits, uint32_t out_lanes[FILTER_ROWS]) {
    for (int r = 0; r < FILTER_ROWS; r++) {
        Octet low = norms[r] - (Octet){0}, high = low;
        for (int64_t c = 0; c < width; c++) {
            low += query[c].low * rows[r][c];
            high += query[c].high * rows[r][c];
        }
        out_lanes[r] = 0;
        for (int lane = 0; lane < FILTER_LANES / 2; lane++) {
            out_lanes[r] |= (uint32_t)(low[lane] <= limits->low[lane]) << lane;
            out_lanes[r] |= (uint32_t)(high[lane] <= limits->high[lane]) << (lane + FILTER_LANES / 2);
        }
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void
filter_rows_fused(const float *const rows[FILTER_ROWS], const float norms[FILTER_ROWS], const FilterLanes *query,
                  int64_t width, const FilterLanes *limits, uint32_t out_lanes[FILTER_ROWS]) {
    /* Named one by one, so that they stay in registers whatever the compiler unrolls. */
    __m256 low0 = _mm256_set1_ps(norms[0]), low1 = _mm256_set1_ps(norms[1]), low2 = _mm256_set1_ps(norms[2]),
           low3 = _mm256_set1_ps(norms[3]), high0 = low0, high1 = low1, high2 = low2, high3 = low3;
    const float *row0 = rows[0], *row1 = rows[1], *row2 = rows[2], *row3 = rows[3];
    for (int64_t c = 0; c < width; c++) {
        __m256 query_low = (__m256)query[c].low, query_high = (__m256)query[c].high;
        __m256 value0 = _mm256_set1_ps(row0[c]), value1 = _mm256_set1_ps(row1[c]);
        __m256 value2 = _mm256_set1_ps(row2[c]), value3 = _mm256_set1_ps(row3[c]);
        low0 = _mm256_fmadd_ps(query_low, value0, low0);
        high0 = _mm256_fmadd_ps(query_high, value0, high0);
        low1 = _mm256_fmadd_ps(query_low, value1, low1);
        high1 = _mm256_fmadd_ps(query_high, value1, high1);
        low2 = _mm256_fmadd_ps(query_low, value2, low2);
        high2 = _mm256_fmadd_ps(query_high, value2, high2);
        low3 = _mm256_fmadd_ps(query_low, value3, low3);
        high3 = _mm256_fmadd_ps(query_high, value3, high3);
    }
    const __m256 low[FILTER_ROWS] = {low0, low1, low2, low3}, high[FILTER_ROWS] = {high0, high1, high2, high3};
    for (int r = 0; r < FILTER_ROWS; r++) {
        uint32_t low_lanes = (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(low[r], (__m256)limits->low, _CMP_LE_OQ));
        uint32_t high_lanes = (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(high[r], (__m256)limits->high, _CMP_LE_OQ));
        out_lanes[r] = low_lanes | high_lanes << FILTER_LANES / 2;
    }
}
#endif

void filter_lanes_set(FilterLanes *lanes, int lane, float value) {
    if (lane < FILTER_LANES / 2) {
        lanes->low[lane] = value;
    } else {
        lanes->high[lane - FILTER_LANES / 2] = value;
    }
}

FilterFunction *neighbor_filter(void) {
#if defined(__x86_64__)
    char missing[16];
    if (cpu_has_features("avx2,fma", missing, sizeof missing)) {
        return filter_rows_fused;
    }
#endif
    return filter_rows;
}
