/* The standard normal distribution, the same bits on every machine. */
#ifndef LRT_NORMAL_H
#define LRT_NORMAL_H

/* The x below which the share `p` lies, 0 < p < 1; to about 1e-15 of its value. */
double lrt_normal_quantile(double p);
/* The share below x, to about 1e-13 of its value. */
double lrt_normal_share_below(double x);

#endif
