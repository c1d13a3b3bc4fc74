/* cpuid says what the processor can, xgetbv what the system saves of its registers; both must agree before a wide instruction may
 * run. */
#include "core/cpu_features.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>

typedef struct Feature {
    const char *name;
    bool present;
} Feature;

enum { YMM_STATE = 0x6, ZMM_STATE = 0xe6 };

static uint32_t saved_registers(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static bool has_feature(const char *name, size_t length) {
    uint32_t a, b, c, d, basic = 0, extended = 0;
    if (__get_cpuid(1, &a, &b, &c, &d)) {
        basic = c;
    }
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        extended = b;
    }
    uint32_t saved = basic >> 27 & 1 ? saved_registers() : 0;
    bool ymm = (saved & YMM_STATE) == YMM_STATE, zmm = (saved & ZMM_STATE) == ZMM_STATE;
    const Feature features[] = {
        {"avx2", ymm && extended >> 5 & 1},      {"fma", ymm && basic >> 12 & 1},
        {"avx512f", zmm && extended >> 16 & 1},  {"avx512dq", zmm && extended >> 17 & 1},
        {"avx512bw", zmm && extended >> 30 & 1}, {"avx512vl", zmm && extended >> 31 & 1},
    };
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (strlen(features[i].name) == length && strncmp(features[i].name, name, length) == 0) {
            return features[i].present;
        }
    }
    return false; /* a name that this runtime cannot look for */
}
#else
static bool has_feature(const char *name, size_t length) {
    (void)name;
    (void)length;
    return true; /* every processor of the other targets has what their baseline names */
}
#endif

bool cpu_has_features(const char *wanted, char *out_missing, size_t size) {
    for (const char *at = wanted ? wanted : ""; *at;) {
        size_t length = strcspn(at, ",");
        if (length > 0 && !has_feature(at, length)) {
            snprintf(out_missing, size, "%.*s", (int)length, at);
            return false;
        }
        at += length + (at[length] == ',');
    }
    return true;
}
