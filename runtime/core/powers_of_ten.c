/* The table itself; 11 KB. */
#include "core/powers_of_ten.h"

static const PowerOfTen powers[] = {
#define POWER(high, low) {high, low},
#include "core/powers_of_ten.def"
#undef POWER
};

PowerOfTen power_of_ten(int k) { return powers[k - POWER_FIRST]; }
