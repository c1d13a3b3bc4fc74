/* The version of the compiler. */
#ifndef LSPEC_SUPPORT_VERSION_H
#define LSPEC_SUPPORT_VERSION_H

#define LSPEC_VERSION "0.1.0"

#endif
