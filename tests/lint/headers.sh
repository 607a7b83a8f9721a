#!/usr/bin/env bash
# Every public header compiles alone and together with all others, as pedantic C11, and as C++ where there is a C++ compiler.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../../core/include" || exit 2
failures=0
compile() { # compile NAME COMPILER...  with the source on stdin
  local name=$1
  shift
  "$@" -I. -fsyntax-only - || { echo "$name does not compile with: $*"; failures=$((failures + 1)); }
}
strict=(gcc -x c -std=c11 -pedantic -Wall -Wextra -Werror)
while read -r header; do
  printf '#include "%s"\ntypedef int not_empty;\n' "$header" | compile "$header" "${strict[@]}"
done < <(find muster -name '*.h' | sort)
all=$(find muster -maxdepth 1 -name '*.h' | sort | sed 's/.*/#include "&"/'; echo 'typedef int not_empty;')
compile "all headers" "${strict[@]}" <<<"$all"
command -v g++ >/dev/null && compile "all headers" g++ -x c++ -std=c++17 <<<"$all"
echo "headers: $failures complaints"
[ "$failures" -eq 0 ]
