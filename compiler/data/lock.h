/* The layout of NAME.lspec.lock. */
#ifndef LSPEC_DATA_LOCK_H
#define LSPEC_DATA_LOCK_H

#define LOCK_ABOUT "what `lspec build` learnt from the data; with it the spec compiles where the data is not"
enum { LOCK_VERSION = 1, LOCK_MAX_BYTES = 64 << 20 };

#endif
