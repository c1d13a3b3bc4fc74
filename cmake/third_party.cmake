# third_party/: libraries that trainers need, compiled from source for the host and for musl alike. Their warnings are their authors'
# business, sanitizers are for our own code, and nothing of them is visible outside what they are linked into.
set(third_party_sources
    third_party/zlib/inflate.c third_party/zlib/inftrees.c third_party/zlib/inffast.c third_party/zlib/adler32.c
    third_party/zstd/zstddeclib.c)
set_source_files_properties(third_party/zstd/zstddeclib.c PROPERTIES COMPILE_OPTIONS "-DZSTD_DISABLE_ASM;-DZSTDLIB_VISIBLE=")
set(third_party_options -w -O2 -ffp-contract=off -fvisibility=hidden -DZ_PREFIX -DZ_SOLO -DNO_GZIP -DHAVE_MEMCPY "SHELL:-include string.h")

add_library(third_party_host OBJECT ${third_party_sources})
target_compile_options(third_party_host PRIVATE ${third_party_options})
