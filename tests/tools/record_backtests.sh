#!/usr/bin/env bash
# Records the backtest of every pack that ships, on a synthetic year that anybody can make: rules/*/backtest.json.
#   tests/tools/record_backtests.sh PROGRAM [PACK...]
# To be run whenever a rule changes: a record that was made with other rules is stale, and the tests say so.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
muster=${1:?names the program}
shift
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
export LC_ALL=C
words="--schools 24 --pupils 6000 --year 2025 --seed 2025 --effect mentor:-1.0"
"$muster" synth $words --out "$here/trust" 2>/dev/null
[ $# -gt 0 ] || set -- "$root"/rules/*/
for pack in "$@"; do
  "$muster" backtest "$pack" "$here/trust" --from 2025-09-01 --to 2026-07-17 --every week --outcome persistent --out "$here/out" \
    --record "a synthetic year, no real pupil: muster synth $words" >/dev/null 2>"$here/err" || { cat "$here/err" >&2; exit 1; }
  echo "$(basename "$pack"): recorded"
done
