# libmuster: every room in one library, for programs that want the engine without the command line. The program itself links the
# rooms, so that a shared library need not be found when it starts.
get_property(rooms GLOBAL PROPERTY MUSTER_ROOMS)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:muster_\\1>" OUTPUT_VARIABLE objects)
add_library(libmuster ${objects})
add_library(muster::muster ALIAS libmuster)
set_target_properties(libmuster PROPERTIES
  OUTPUT_NAME muster EXPORT_NAME muster LINKER_LANGUAGE C
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
target_include_directories(libmuster INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/core/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

set(gd gd_library)
if(BUILD_SHARED_LIBS)
  set(gd PkgConfig::GD) # archives of distributions do not go into shared libraries
endif()
target_link_libraries(libmuster PRIVATE
  $<BUILD_INTERFACE:PkgConfig::SODIUM> $<BUILD_INTERFACE:PkgConfig::JANSSON> $<BUILD_INTERFACE:PkgConfig::LUA>
  $<BUILD_INTERFACE:PkgConfig::SQLITE> $<BUILD_INTERFACE:PkgConfig::GSL> $<BUILD_INTERFACE:${gd}>
  $<BUILD_INTERFACE:PkgConfig::FREETYPE> $<BUILD_INTERFACE:PkgConfig::PNG>
  $<BUILD_INTERFACE:csv_library> $<BUILD_INTERFACE:Threads::Threads> $<BUILD_INTERFACE:m>)
