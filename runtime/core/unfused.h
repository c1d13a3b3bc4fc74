/* Include first in a file whose results may influence trained bits: no multiplication and addition of it is fused, whatever the
 * compiler's flags and the target. */
#ifndef LRT_CORE_UNFUSED_H
#define LRT_CORE_UNFUSED_H

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

#endif
