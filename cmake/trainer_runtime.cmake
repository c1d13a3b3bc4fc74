# What every trainer is linked with. Released builds: runtime, musl and its start files prelinked into one object that the
# compiler carries. Builds with sanitizers: the host's library, linked by the host's compiler, so that trainers are checked too.
if(LSPEC_SANITIZE)
  set(trainer_linker linker_host.c)
  set(trainer_runtime_source)
  add_library(lrt_trainer STATIC runtime/main.c)
  target_link_libraries(lrt_trainer PUBLIC lrt_host)
  set(trainer_link_definitions
      LSPEC_TRAINER_CC="${CMAKE_C_COMPILER} -fsanitize=${LSPEC_SANITIZE} -no-pie"
      LSPEC_TRAINER_LIBRARIES="$<TARGET_FILE:lrt_trainer> $<TARGET_FILE:lrt_host> -lm -lpthread")
  return()
endif()

set(musl_triple ${CMAKE_SYSTEM_PROCESSOR}-linux-musl)
find_path(MUSL_INCLUDE stdio.h PATHS /usr/include/${musl_triple} /usr/local/musl/include NO_DEFAULT_PATH REQUIRED)
find_file(MUSL_LIBC libc.a PATHS /usr/lib/${musl_triple} /usr/local/musl/lib NO_DEFAULT_PATH REQUIRED)
get_filename_component(musl_lib ${MUSL_LIBC} DIRECTORY)
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include OUTPUT_VARIABLE compiler_include OUTPUT_STRIP_TRAILING_WHITESPACE)
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-resource-dir OUTPUT_VARIABLE resource_dir OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(compiler_include ${resource_dir}/include)
endif()
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-libgcc-file-name OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT EXISTS ${libgcc})
  execute_process(COMMAND gcc -print-libgcc-file-name OUTPUT_VARIABLE libgcc OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

add_library(lrt_trainer OBJECT ${runtime_sources} runtime/main.c)
target_include_directories(lrt_trainer PRIVATE runtime runtime/include)
target_compile_definitions(lrt_trainer PRIVATE _GNU_SOURCE)
target_include_directories(lrt_trainer SYSTEM PRIVATE third_party)
set(musl_options -nostdinc "SHELL:-isystem ${MUSL_INCLUDE}" "SHELL:-isystem ${compiler_include}" -fno-pic -fno-pie
    -fno-stack-protector -U_FORTIFY_SOURCE -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables)
target_compile_options(lrt_trainer PRIVATE ${musl_options} ${lspec_warnings} -O2 -ffp-contract=off)
add_library(third_party_trainer OBJECT ${third_party_sources})
target_compile_options(third_party_trainer PRIVATE ${musl_options} ${third_party_options})
set(trainer_runtime ${CMAKE_CURRENT_BINARY_DIR}/trainer_runtime.o)
add_custom_command(OUTPUT ${trainer_runtime}
  COMMAND ld -r --unique -o ${trainer_runtime} ${musl_lib}/crt1.o ${musl_lib}/crti.o $<TARGET_OBJECTS:lrt_trainer>
          $<TARGET_OBJECTS:third_party_trainer> --start-group ${MUSL_LIBC} ${libgcc} --end-group ${musl_lib}/crtn.o
  COMMAND ${CMAKE_OBJCOPY} --strip-debug --remove-section=.eh_frame ${trainer_runtime}
  DEPENDS lrt_trainer $<TARGET_OBJECTS:lrt_trainer> third_party_trainer $<TARGET_OBJECTS:third_party_trainer> ${MUSL_LIBC} COMMAND_EXPAND_LISTS VERBATIM)
embed_file(trainer_runtime_source lspec_trainer_runtime ${trainer_runtime})
set(trainer_linker linker_static.c)
set(trainer_link_definitions)
if(LSPEC_HAVE_LLD)
  list(APPEND trainer_link_definitions LSPEC_HAVE_LLD=1)
endif()
