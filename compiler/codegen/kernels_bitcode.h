/* The kernel templates of runtime/numerics as LLVM bitcode, made and embedded when lspec is built. */
#ifndef LSPEC_CODEGEN_KERNELS_BITCODE_H
#define LSPEC_CODEGEN_KERNELS_BITCODE_H

#include <stddef.h>

extern const unsigned char lspec_kernels_bitcode[];
extern const size_t lspec_kernels_bitcode_size;

#endif
