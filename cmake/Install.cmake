# Headers, pkg-config file and CMake package, all relocatable: they find the rest from where they lie themselves.

include(CMakePackageConfigHelpers)
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  message(FATAL_ERROR "CMAKE_INSTALL_LIBDIR and CMAKE_INSTALL_INCLUDEDIR must be relative to the prefix")
endif()
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/memsim)
file(RELATIVE_PATH MEMSIM_PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

configure_file(cmake/memsim.pc.in memsim.pc @ONLY)
configure_package_config_file(cmake/memsimConfig.cmake.in memsimConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(memsimConfigVersion.cmake COMPATIBILITY SameMinorVersion)

install(FILES include/memsim.h bindings/cpp/memsim.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY bindings/cpp/memsim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${CMAKE_BINARY_DIR}/memsim.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${CMAKE_BINARY_DIR}/memsimConfig.cmake ${CMAKE_BINARY_DIR}/memsimConfigVersion.cmake
  DESTINATION ${package_dir})
