/* Numbers for people. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdint.h>

enum { TEXT_NUMBER = 40 };

/* Four significant figures at least, whole numbers not rounded: 0.3121, 24310, 1.2e-07; "-" where there is none. */
void text_number(double value, char out[TEXT_NUMBER]);
/* With commas between thousands. */
void text_count(int64_t value, char out[TEXT_NUMBER]);
/* "12.3 MiB" */
void text_bytes(int64_t bytes, char out[TEXT_NUMBER]);

#endif
