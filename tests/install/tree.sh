#!/usr/bin/env bash
# `cmake --install` gives a tree that works wherever it stands: the program finds its packs, C programs find and link libmuster.
source "$(dirname "$0")/../cli/_lib.sh"
build=${MUSTER_BUILD:?names the build folder}
export MUSTER_PACKS=$here/no-packs

cmake --install "$build" --prefix "$here/first" >install.log || { cat install.log >&2; fail "it does not install"; }
mv first tree
lib=$(dirname "$(find tree -name muster.pc)")/..

shows "the program runs, and finds the packs that ship by their names"
strips data "P1=$(printf 'O%.0s' {1..20})"
status 0 tree/bin/muster --version; prints "muster"
status 0 tree/bin/muster run early-warning data --as-of 2025-09-12 --out f
grep -q severe-absence f/findings.csv || fail "no finding"
status 0 tree/bin/muster run early-warning data --as-of 2025-09-12 --out g --isolate
cmp f/findings.csv g/findings.csv
for pack in "$root"/rules/*/; do status 0 tree/bin/muster test "$(basename "$pack")"; done
status 0 tree/bin/muster pack list; says "first-weeks"

shows "a folder and an installed pack come before a pack that ships; other names are not found"
mkdir -p early-warning
status 4 tree/bin/muster test early-warning; says "pack.lua"
rmdir early-warning
status 0 tree/bin/muster pack install "$root/rules/illness" --allow-unsigned --packs own
status 0 tree/bin/muster run illness data --as-of 2025-09-12 --out h --packs own
grep -q "allowed by flag" h/run.json || fail "the installed pack was not taken"
status 5 tree/bin/muster test early-warnin; says "no installed pack"
status 5 tree/bin/muster test early-warning@1.0.0

shows "manual, completions, documents, stubs, the extension for SQLite"
for file in share/man/man1/muster.1 share/bash-completion/completions/muster share/fish/vendor_completions.d/muster.fish \
  share/doc/muster/README.md share/doc/muster/LICENSE share/doc/muster/rules.md share/muster/lua/muster.lua; do
  [ -s "tree/$file" ] || fail "$file is missing"
done
bash -n tree/share/bash-completion/completions/muster
tree/bin/muster import data store.db >/dev/null 2>&1
[ "$(sqlite3 -readonly store.db ".load $(find tree -name muster_sql.so | sed 's/\.so$//')" 'SELECT count(*) FROM mark')" = 20 ] ||
  fail "muster_sql.so does not read the store"

shows "a C program by pkg-config, another by CMake: the rates are those of muster measure"
tree/bin/muster measure data --by school --format csv 2>/dev/null | tail -n +2 | cut -d, -f2,13 >expected.csv
export PKG_CONFIG_PATH=$here/$lib/pkgconfig
cc -std=c11 -Wall -Wextra -Werror "$root/examples/library/rates.c" $(pkg-config --cflags --libs muster) -o by-pkg-config
LD_LIBRARY_PATH=$here/$lib ./by-pkg-config data >rates.csv
same rates.csv <expected.csv
status 5 env LD_LIBRARY_PATH="$here/$lib" ./by-pkg-config nowhere; says "nowhere"
cmake -S "$root/examples/library" -B by-cmake -DCMAKE_PREFIX_PATH="$here/tree" >cmake.log 2>&1 && cmake --build by-cmake >>cmake.log 2>&1 ||
  { cat cmake.log >&2; fail "a CMake project does not find or link it"; }
by-cmake/rates data >rates.csv
same rates.csv <expected.csv

shows "nothing in the tree names where it was built or installed"
if grep -rlF -e "$root/" -e "$here/" tree; then fail "these files do"; fi
