# libFuzzer targets: cmake --preset fuzz; build-fuzz/fuzz/fuzz_parser tests/fuzz/corpus/parser
# What a target asserts stands in tests/harness, where the replay of its corpus finds it too.
set(fuzz_harness tests/harness/roundtrip.c tests/harness/check_any.c)
file(GLOB fuzz_sources CONFIGURE_DEPENDS tests/fuzz/fuzz_*.c)
foreach(source ${fuzz_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source} ${fuzz_harness})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_include_directories(${name} PRIVATE tests)
  target_link_libraries(${name} PRIVATE lspec_core lrt_host lspec_flags)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz)
endforeach()
