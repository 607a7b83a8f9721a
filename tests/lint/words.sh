#!/usr/bin/env bash
# Left-overs have no place in the tree: unfinished marks, machine paths, large or binary files.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
failures=0
complain() { echo "$1"; failures=$((failures + 1)); }

files() { git ls-files -z 2>/dev/null | xargs -0 -r ls -d 2>/dev/null; }

while read -r line; do
  complain "$line: unfinished"
done < <(files | grep -E '\.(c|h|lua|sh|cmake)$' | grep -v '^tests/lint/' | xargs -r -d '\n' grep -nE '\b(TODO|FIXME|XXX|HACK)\b' | cut -d: -f1,2)

while read -r line; do
  complain "$line: a path of one machine"
done < <(files | grep -vE '\.png$|^tests/lint/|^LICENSE$' | xargs -r -d '\n' grep -nE '(^|[^.A-Za-z])/(home|root|work|Users)/[A-Za-z]' | cut -d: -f1,2)

while read -r size name; do
  [ "$size" -gt 1000000 ] && complain "$name: $size bytes"
done < <(files | xargs -r -d '\n' stat -c '%s %n')

echo "words: $failures complaints"
[ "$failures" -eq 0 ]
