/* Whole rows from shares: each part gets the floor of what is due to it, and the rows left over go where most is
 * missing. */
#include <math.h>

#include "split/split.h"

enum { PARTS = LRT_PART_COUNT + 1 };

static const double negligible = 1e-9; /* what adding shares leaves in binary */

Apportionment apportionment_begin(const LrtSplit *split) {
    Apportionment state = {0};
    double rest = 1;
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        state.share[part] = split->share[part];
        rest -= split->share[part];
    }
    state.share[LRT_PART_COUNT] = rest > negligible ? rest : 0;
    return state;
}

/* The part with a share to which most is due beyond its whole rows and that has not been given one yet; -1 where there
 * is none. */
static int most_due(const Apportionment *state, const double due[PARTS], const bool given[PARTS]) {
    int best = -1;
    for (int part = 0; part < PARTS; part++) {
        bool more = best < 0 || due[part] > due[best] + negligible;
        if (state->share[part] > 0 && !given[part] && more) {
            best = part;
        }
    }
    return best;
}

void apportionment_next(Apportionment *state, int64_t count, int64_t out_sizes[PARTS]) {
    double due[PARTS];
    bool given[PARTS] = {false};
    int64_t left = count;
    for (int part = 0; part < PARTS; part++) {
        double ideal = state->share[part] * (double)count;
        out_sizes[part] = (int64_t)floor(ideal + negligible);
        due[part] = ideal - (double)out_sizes[part] + state->carry[part];
        left -= out_sizes[part];
    }
    while (left > 0) {
        int part = most_due(state, due, given);
        if (part < 0) {
            break;
        }
        out_sizes[part]++;
        due[part] -= 1;
        given[part] = true;
        left--;
    }
    for (int part = 0; part < PARTS; part++) {
        state->carry[part] = due[part];
    }
}
