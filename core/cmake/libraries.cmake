# What each room links beside the rooms below it. The include folder of a library is PRIVATE to its one room.
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(LUA REQUIRED IMPORTED_TARGET lua5.4)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(GD REQUIRED IMPORTED_TARGET gdlib)
pkg_check_modules(FREETYPE REQUIRED IMPORTED_TARGET freetype2)
pkg_check_modules(PNG REQUIRED IMPORTED_TARGET libpng)

# libgd as an archive where there is one: the shared library loads every codec it knows (HEIF, AVIF, TIFF, X11 ...), fifty libraries
# that take two thirds of the time a small command needs, and charts draw PNG only.
find_library(GD_ARCHIVE libgd.a)
pkg_check_modules(GD_NEEDS IMPORTED_TARGET libpng zlib fontconfig)
add_library(gd_library INTERFACE IMPORTED)
if(GD_ARCHIVE AND GD_NEEDS_FOUND)
  target_include_directories(gd_library INTERFACE ${GD_INCLUDE_DIRS})
  target_link_libraries(gd_library INTERFACE ${GD_ARCHIVE} PkgConfig::GD_NEEDS PkgConfig::FREETYPE m)
else()
  target_link_libraries(gd_library INTERFACE PkgConfig::GD)
endif()
find_library(CSV_LIBRARY csv REQUIRED)
find_path(CSV_INCLUDE csv.h REQUIRED)
add_library(csv_library INTERFACE IMPORTED)
target_include_directories(csv_library INTERFACE ${CSV_INCLUDE})
target_link_libraries(csv_library INTERFACE ${CSV_LIBRARY})

# What `muster --version` says is linked.
string(CONCAT MUSTER_LIBRARIES "SQLite ${SQLITE_VERSION}, libgd ${GD_VERSION}, libpng ${PNG_VERSION}, FreeType ${FREETYPE_VERSION}, GSL ${GSL_VERSION}, "
                               "libsodium ${SODIUM_VERSION}, jansson ${JANSSON_VERSION}, libcsv 3")

# The same for programs that link the archive of libmuster: they find them through the two package files made from these lists.
set(MUSTER_NEEDS_MODULES libsodium jansson lua5.4 sqlite3 gsl gdlib freetype2 libpng)
set(MUSTER_NEEDS_LIBRARIES csv m)
