#!/usr/bin/env bash
# A backtest of 39 weeks with a whole pack of Lua rules over a trust of 50,000 pupils, one school year.
# Told are processor time, wall time and memory; of the same data a run at one date, which reads it as well.
#
# Usage: tests/bench/backtest.sh [THREADS] [PACK] [FOLDER]     FOLDER is where trust.sh keeps its data
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
threads=${1:-1} pack=${2:-$root/rules/early-warning} folder=${3:-${TMPDIR:-/tmp}/muster-bench}
muster=${MUSTER:-$root/build/muster}
mkdir -p "$folder"
[ -f "$folder/trust/marks.csv" ] || "$muster" synth --schools 50 --pupils 50000 --seed 1 --out "$folder/trust"
[ "$folder/trust.db" -nt "$folder/trust/marks.csv" ] || "$muster" import "$folder/trust" "$folder/trust.db" >/dev/null
timed() {
  python3 - "$@" <<'PY'
import os, sys, time
name, argv = sys.argv[1], sys.argv[2:]
begun, pid = time.monotonic(), os.fork()
if pid == 0:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1), os.dup2(null, 2)
    os.execvp(argv[0], argv)
_, status, used = os.wait4(pid, 0)
if status: sys.exit(f"{name} failed: {' '.join(argv)}")
print(f"{name}: {used.ru_utime + used.ru_stime:.1f} s CPU, {time.monotonic() - begun:.1f} s wall, {used.ru_maxrss / 1024:.0f} MB")
PY
}
timed "a run at one date" "$muster" run "$pack" "$folder/trust.db" --as-of 2026-07-17 --jobs "$threads" --charts none --out "$folder/one"
timed "a backtest of 39 weeks" "$muster" backtest "$pack" "$folder/trust.db" --from 2025-09-01 --to 2026-07-17 --jobs "$threads" --out "$folder/backtest"
[ "$(cut -d, -f1 "$folder/backtest/weeks.csv" | sort -u | grep -c ^20)" -eq 39 ] || { echo "not 39 weeks" >&2; exit 1; }
