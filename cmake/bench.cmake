# Benchmarks are built by `make bench` alone: bench/NAME.c is a program that prints its own table.
file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c)
add_custom_target(bench_programs)
foreach(source ${bench_sources})
  get_filename_component(name ${source} NAME_WE)
  if(name STREQUAL "kernels")
    set(program ${CMAKE_CURRENT_BINARY_DIR}/bench/kernels)
    add_custom_command(OUTPUT ${program}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/bench
      COMMAND ${CLANG_19} -O3 -march=native -ffp-contract=off -I${CMAKE_CURRENT_SOURCE_DIR}/runtime ${source} -o ${program}
      DEPENDS ${source} ${kernel_sources} ${kernel_headers} VERBATIM)
    add_custom_target(bench_kernels DEPENDS ${program})
    add_dependencies(bench_programs bench_kernels)
  else()
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(bench_${name} PRIVATE lspec_codegen lspec_link lspec_core lrt_host kernels_native lspec_flags)
    set_target_properties(bench_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/bench OUTPUT_NAME ${name})
    add_dependencies(bench_programs bench_${name})
  endif()
endforeach()
