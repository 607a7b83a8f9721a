#!/usr/bin/env bash
# Third-party headers stay in the one room that owns them, and no room includes a header of a room above it.
# The build enforces the second; this also sees what the build cannot, since system headers are on everybody's path.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
failures=0

complain() { echo "$1"; failures=$((failures + 1)); }

while read -r header room; do
  while read -r file; do
    [ -n "$file" ] && complain "$file includes <$header>, which belongs in core/$room"
  done < <(grep -rlE "#[[:space:]]*include[[:space:]]*<$header>" core --include='*.c' --include='*.h' | grep -v "^core/$room/")
done <<'LIST'
lua\.h script
lauxlib\.h script
lualib\.h script
gd\.h chart
ft2build\.h chart
png\.h chart
sqlite3\.h store
csv\.h load
LIST

# Functions with a better replacement in base, or with none.
banned='\b(atoi|atol|atof|sprintf|vsprintf|strcpy|strtok|gets|setlocale|malloc|calloc|alloca)[[:space:]]*\('
while read -r line; do
  complain "$line: a function that is not used here"
done < <(grep -rnE "$banned" core --include='*.c' --include='*.h' | grep -vE '^core/base/memory\.c|muster_|^core/store/(sql_extension|mark_table)' | cut -d: -f1,2)

# A clock outside the cli room would make an answer depend on the day it was asked.
while read -r line; do
  complain "$line: a clock; only the cli room has one"
done < <(grep -rnE '\b(time|localtime|localtime_r|gettimeofday)[[:space:]]*\(' core --include='*.c' | grep -vE '^core/cli/' | grep -vE '//|\*|"' | cut -d: -f1,2)

# Every C file says at its top what it is for.
while read -r file; do
  head -c 2 "$file" | grep -q '/\*' || complain "$file does not open with what it is for"
done < <(find core tests -name '*.c' -o -name '*.h' | sort)

echo "rooms: $failures complaints"
[ "$failures" -eq 0 ]
