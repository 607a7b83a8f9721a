# The part of the rule language that is written in Lua, as C arrays in the script room, so that a program needs no files
# at run time.
set(embedded_lua ${CMAKE_BINARY_DIR}/script_embedded.c)
file(GLOB embedded_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/lua/muster/*.lua)
add_custom_command(
  OUTPUT ${embedded_lua}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded_lua} "-DSOURCES=${embedded_sources}" -P ${CMAKE_SOURCE_DIR}/core/cmake/embed_files.cmake
  DEPENDS ${embedded_sources} ${CMAKE_SOURCE_DIR}/core/cmake/embed_files.cmake
  COMMENT "Embedding lua/muster"
  VERBATIM)
target_sources(muster_script PRIVATE ${embedded_lua})
target_include_directories(muster_script PRIVATE ${CMAKE_SOURCE_DIR}/core/script)
