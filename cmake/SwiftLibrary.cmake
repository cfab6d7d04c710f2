# libmemsim.so from `swift build`, once per instruction set.

set(MEMSIM_SONAME libmemsim.so.${PROJECT_VERSION_MAJOR})

# The ELF note that GNU ld writes for `-z` makes the loader of an older CPU refuse with a sentence instead of a crash.
set(MEMSIM_V3_FLAGS -Xcc -march=x86-64-v3 -Xlinker -z -Xlinker x86-64-v3)
set(MEMSIM_V4_FLAGS -Xcc -march=x86-64-v4 -Xcc -mprefer-vector-width=512 -Xswiftc -DMEMSIM_V4
  -Xlinker -z -Xlinker x86-64-v4)

# Self-contained, with nothing visible but what the version script lets through.
set(MEMSIM_PACKAGING_FLAGS
  -Xswiftc -static-stdlib -Xswiftc -use-ld=bfd
  -Xlinker --version-script=${CMAKE_SOURCE_DIR}/cmake/memsim.map
  -Xlinker -soname=${MEMSIM_SONAME} -Xlinker --gc-sections -Xlinker -s
  # Sleeping workers and the threads' last errors outlive a dlclose: the code must too.
  -Xlinker -z -Xlinker nodelete
  # Regular expressions and tasks, which nothing here uses, would be a third of the library.
  -Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import
  -Xswiftc -Xfrontend -Xswiftc -disable-implicit-concurrency-module-import)

# Builds build/lib/<folder>/libmemsim.so.<version> with the flags given and installs it under the same folder.
function(memsim_swift_library folder)
  string(MAKE_C_IDENTIFIER "${folder}" suffix)
  set(target memsim_swift${suffix})
  set(scratch ${CMAKE_BINARY_DIR}/swift${suffix})
  cmake_path(APPEND CMAKE_BINARY_DIR lib ${folder} OUTPUT_VARIABLE out)
  set(library ${out}/libmemsim.so.${PROJECT_VERSION})
  add_custom_target(${target} ALL
    # A compiler that the user exports is for C: Swift's own C parts need the clang it comes with.
    COMMAND ${CMAKE_COMMAND} -E env --unset=CC --unset=CXX ${SWIFT} build -c release --product memsim --package-path ${CMAKE_SOURCE_DIR}
            --scratch-path ${scratch} ${MEMSIM_PACKAGING_FLAGS} ${ARGN}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${scratch}/release/libmemsim.so ${library}
    COMMAND ${CMAKE_COMMAND} -E create_symlink libmemsim.so.${PROJECT_VERSION} ${out}/${MEMSIM_SONAME}
    COMMAND ${CMAKE_COMMAND} -E create_symlink ${MEMSIM_SONAME} ${out}/libmemsim.so
    BYPRODUCTS ${library} ${out}/libmemsim.so USES_TERMINAL VERBATIM)
  set(links ${out}/${MEMSIM_SONAME})
  if(NOT folder) # a linker looks only here
    list(APPEND links ${out}/libmemsim.so)
  endif()
  install(PROGRAMS ${library} DESTINATION ${CMAKE_INSTALL_LIBDIR}/${folder})
  install(FILES ${links} DESTINATION ${CMAKE_INSTALL_LIBDIR}/${folder})
endfunction()
