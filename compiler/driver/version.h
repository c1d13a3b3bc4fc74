/* The version of the compiler, as `lspec --version` and model metadata give it. */
#ifndef LSPEC_DRIVER_VERSION_H
#define LSPEC_DRIVER_VERSION_H

#include "support/version.h"

#endif
