# A room is a folder of core/ with one job. It sees the public headers of the rooms it names, and no others:
# each room's headers are laid out in a folder of their own in the build tree, and only that folder is on the path of
# those who link the room. A wrong #include fails to compile.
#
#   muster_room(register ROOMS base LIBRARIES somelib)
#
# Sources are core/<room>/*.c; public headers are core/include/muster/<room>.h and core/include/muster/<room>/*.h.
function(muster_room name)
  cmake_parse_arguments(room "" "" "ROOMS;LIBRARIES" ${ARGN})
  set(headers ${CMAKE_SOURCE_DIR}/core/include)
  set(shown ${CMAKE_BINARY_DIR}/rooms/${name})
  file(GLOB public CONFIGURE_DEPENDS RELATIVE ${headers} ${headers}/muster/${name}.h ${headers}/muster/${name}/*.h)
  foreach(header IN LISTS public)
    get_filename_component(folder ${shown}/${header} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    file(CREATE_LINK ${headers}/${header} ${shown}/${header} SYMBOLIC)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
  add_library(muster_${name} STATIC ${sources})
  target_include_directories(muster_${name} PUBLIC ${shown})
  list(TRANSFORM room_ROOMS PREPEND muster_)
  target_link_libraries(muster_${name} PUBLIC ${room_ROOMS} PRIVATE ${room_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY MUSTER_ROOMS ${name})
endfunction()
