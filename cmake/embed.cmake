# embed_file(out_source symbol file): a source that holds the file's bytes as `const unsigned char symbol[]` and
# `const size_t symbol_size`.
function(embed_file out symbol file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.S)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "
    .section .rodata
    .global @symbol@
    .balign 64
@symbol@:
    .incbin \"@file@\"
1:
    .byte 0
    .global @symbol@_size
    .balign 8
@symbol@_size:
    .quad 1b - @symbol@
    .section .note.GNU-stack,\"\",%progbits
")
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file} LANGUAGE ASM)
  set(${out} ${source} PARENT_SCOPE)
endfunction()
