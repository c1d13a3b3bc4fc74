# third_party/: libraries that trainers need, compiled from source for the host and for musl alike. Their warnings are their authors'
# business, sanitizers are for our own code, and nothing of them is visible outside what they are linked into.
set(third_party_sources
    third_party/zlib/inflate.c third_party/zlib/inftrees.c third_party/zlib/inffast.c third_party/zlib/adler32.c
    third_party/zstd/zstddeclib.c third_party/stb/stb_image.c third_party/sqlite/sqlite3.c)
set_source_files_properties(third_party/zstd/zstddeclib.c PROPERTIES COMPILE_OPTIONS "-DZSTD_DISABLE_ASM;-DZSTDLIB_VISIBLE=")
# One thread reads; -O1, since it takes half the time to compile and the time of a query goes elsewhere.
set_source_files_properties(third_party/sqlite/sqlite3.c PROPERTIES COMPILE_OPTIONS
    "-O1;-DSQLITE_THREADSAFE=0;-DSQLITE_OMIT_LOAD_EXTENSION;-DSQLITE_DEFAULT_MEMSTATUS=0;-DSQLITE_DQS=0;-DSQLITE_ENABLE_MATH_FUNCTIONS;-DSQLITE_USE_URI=0")
set(third_party_options -w -O2 -ffp-contract=off -fvisibility=hidden -DZ_PREFIX -DZ_SOLO -DNO_GZIP -DHAVE_MEMCPY -D_GNU_SOURCE "SHELL:-include string.h")

add_library(third_party_host OBJECT ${third_party_sources})
target_compile_options(third_party_host PRIVATE ${third_party_options})
