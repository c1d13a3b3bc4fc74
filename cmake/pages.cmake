# docs/diagnostics/*.md and docs/checks/*.md as a C table for `lspec explain`.
file(GLOB page_files CONFIGURE_DEPENDS docs/diagnostics/*.md docs/diagnostics/trainer/*.md docs/checks/*.md)
set(pages_source ${CMAKE_CURRENT_BINARY_DIR}/pages.c)
add_custom_command(OUTPUT ${pages_source}
  COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/tools/make_pages.sh ${pages_source} ${page_files}
  DEPENDS ${page_files} tools/make_pages.sh VERBATIM)
