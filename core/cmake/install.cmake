# `cmake --install BUILD --prefix P`: the program with its manual page and completions, libmuster with its headers, the SQLite extension,
# the packs that ship, and the stubs for editors. The tree may be moved afterwards: nothing in it names the prefix.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/muster)
set(share_dir ${CMAKE_INSTALL_DATADIR}/muster)

install(TARGETS muster RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS muster_sql LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/muster)

# ---- the library ----

install(TARGETS libmuster EXPORT muster
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY core/include/muster DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT muster NAMESPACE muster:: FILE muster-targets.cmake DESTINATION ${package_dir})
configure_package_config_file(core/cmake/muster-config.cmake.in ${CMAKE_BINARY_DIR}/muster-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/muster-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/muster-config.cmake ${CMAKE_BINARY_DIR}/muster-config-version.cmake DESTINATION ${package_dir})

# pkg-config lists what an archive needs as the program's own needs, and what a shared library brings along as private ones.
list(JOIN MUSTER_NEEDS_MODULES ", " pc_modules)
list(TRANSFORM MUSTER_NEEDS_LIBRARIES PREPEND "-l" OUTPUT_VARIABLE pc_libraries)
list(JOIN pc_libraries " " pc_libraries)
set(pc_own "-L\${libdir} -lmuster")
if(BUILD_SHARED_LIBS)
  set(pc_needs "Requires.private: ${pc_modules}\nLibs: ${pc_own}\nLibs.private: ${pc_libraries} -pthread")
else()
  set(pc_needs "Requires: ${pc_modules}\nLibs: ${pc_own} ${pc_libraries} -pthread")
endif()
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
configure_file(core/cmake/muster.pc.in ${CMAKE_BINARY_DIR}/muster.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/muster.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# ---- what the program writes about itself ----

if(NOT CMAKE_CROSSCOMPILING)
  set(words ${CMAKE_BINARY_DIR}/words)
  add_custom_command(
    OUTPUT ${words}/muster.1 ${words}/muster ${words}/muster.fish
    COMMAND ${CMAKE_COMMAND} -E make_directory ${words}
    COMMAND muster manual > ${words}/muster.1
    COMMAND muster completion bash > ${words}/muster
    COMMAND muster completion fish > ${words}/muster.fish
    DEPENDS muster COMMENT "The manual page and completions" VERBATIM)
  add_custom_target(words ALL DEPENDS ${words}/muster.1)
  install(FILES ${words}/muster.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${words}/muster DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${words}/muster.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

# ---- packs, stubs, documents ----

install(DIRECTORY rules DESTINATION ${share_dir})
install(DIRECTORY lua/meta/ DESTINATION ${share_dir}/lua)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN quickstart.sh EXCLUDE)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
