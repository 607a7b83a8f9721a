# Helpers of the command-line tests. Each test runs in a folder of its own, says what it shows, and stops at the first thing that is not so.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
muster=${MUSTER:?names the program}
shared=${MUSTER_SHARED:-$root/../shared}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
export LC_ALL=C

shows() { echo "- $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# status N COMMAND...: runs it, output in ./out and ./err, and wants that exit status
status() {
  local want=$1 got=0
  shift
  "$@" >out 2>err || got=$?
  [ "$got" -eq "$want" ] || { cat out err >&2; fail "exit status $got, expected $want: $*"; }
}

# says TEXT: the last command's stderr holds it; prints TEXT: its stdout
says() { grep -qF -- "$1" err || { cat err >&2; fail "stderr does not say: $1"; }; }
prints() { grep -qF -- "$1" out || { cat out >&2; fail "stdout does not print: $1"; }; }

# same FILE < expected: the file is exactly what stands on stdin
same() { diff -u - "$1" >&2 || fail "$1 differs"; }

# strips FOLDER PUPIL=MARKS...: a DATA folder of strips from 1 September 2025, all in school S1
strips() {
  local folder=$1 pair
  shift
  mkdir -p "$folder"
  echo "pupil_id,start_date,marks" >"$folder/marks.csv"
  echo "pupil_id,school_id" >"$folder/pupils.csv"
  for pair in "$@"; do
    echo "${pair%%=*},2025-09-01,${pair#*=}" >>"$folder/marks.csv"
    echo "${pair%%=*},S1" >>"$folder/pupils.csv"
  done
}
