# runtime/numerics: each template to bitcode by clang 19, joined to one module, embedded; and the same source natively.
file(GLOB kernel_sources CONFIGURE_DEPENDS runtime/numerics/ref/*.c)
file(GLOB kernel_headers CONFIGURE_DEPENDS runtime/numerics/*.h runtime/include/lrt/scalar_ops.*
     runtime/include/lrt/recurrent.h)
set(kernel_flags -std=gnu11 -O1 -Xclang -disable-llvm-passes -ffp-contract=off -fno-math-errno -fno-trapping-math
    -ffreestanding -mavx512f -Wall -Wextra -Wno-unknown-warning-option
    -I${CMAKE_CURRENT_SOURCE_DIR}/runtime -I${CMAKE_CURRENT_SOURCE_DIR}/runtime/numerics -I${CMAKE_CURRENT_SOURCE_DIR}/runtime/include)
set(kernel_modules)
foreach(source ${kernel_sources})
  get_filename_component(name ${source} NAME_WE)
  set(module ${CMAKE_CURRENT_BINARY_DIR}/kernels/${name}.bc)
  add_custom_command(OUTPUT ${module}
    COMMAND ${CLANG_19} ${kernel_flags} -emit-llvm -c ${source} -o ${module}
    DEPENDS ${source} ${kernel_headers} VERBATIM)
  list(APPEND kernel_modules ${module})
endforeach()
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/kernels)
set(kernels_bitcode ${CMAKE_CURRENT_BINARY_DIR}/kernels/kernels.bitcode)
add_custom_command(OUTPUT ${kernels_bitcode}
  COMMAND ${LLVM_LINK} ${kernel_modules} -o ${kernels_bitcode} DEPENDS ${kernel_modules} VERBATIM)
include(cmake/embed.cmake)
embed_file(kernels_object_source lspec_kernels_bitcode ${kernels_bitcode})

# -mfma: a fused multiply-add must be one instruction, not a call of libm.
file(GLOB native_kernel_sources CONFIGURE_DEPENDS runtime/numerics/native/*.c)
set(native_objects)
foreach(source ${kernel_sources} ${native_kernel_sources})
  get_filename_component(name ${source} NAME_WE)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/kernels/${name}.native.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${CLANG_19} -std=gnu11 -O2 -march=x86-64-v3 -ffp-contract=off -fno-math-errno -fno-trapping-math -Wno-psabi
            -I${CMAKE_CURRENT_SOURCE_DIR}/runtime -I${CMAKE_CURRENT_SOURCE_DIR}/runtime/numerics
            -I${CMAKE_CURRENT_SOURCE_DIR}/runtime/include -c ${source} -o ${object}
    DEPENDS ${source} ${kernel_headers} VERBATIM)
  list(APPEND native_objects ${object})
endforeach()
add_library(kernels_native STATIC ${native_objects})
set_target_properties(kernels_native PROPERTIES LINKER_LANGUAGE C)
target_link_libraries(kernels_native PUBLIC m)
