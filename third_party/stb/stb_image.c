/* stb_image for bytes in memory, PNG and JPEG alone; without the instructions of one processor, so that a picture has the
 * same bytes on all. */
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_SIMD
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_NO_THREAD_LOCALS
#define STBI_MAX_DIMENSIONS 32768
#include "stb_image.h"
