#!/usr/bin/env bash
# The trust: 50,000 pupils and 19 million marks from long CSV to findings, beside DuckDB, Polars and data.table flagging the same pupils.
# All are run in rotation in one go; what counts are the ratios. muster runs the whole early-warning pack (eight rules, evidence, first days,
# plans); the peers compute flags for six of them, so the ratios are on the cautious side. The flags are compared, but for Mondays and
# Fridays, which the rule weighs by rates and the peers by counts.
#
# Usage: tests/bench/trust.sh [ROUNDS] [THREADS] [FOLDER]
# Peers that are not there are left out. npm packages: @duckdb/node-api, nodejs-polars (NODE_PATH says where); Debian: r-cran-data.table.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=${1:-5} threads=${2:-1} folder=${3:-${TMPDIR:-/tmp}/muster-bench}
muster=${MUSTER:-$root/build/muster} peers=$root/tests/bench/peers as_of=2026-07-17
mkdir -p "$folder"
[ -f "$folder/trust/marks.csv" ] || "$muster" synth --schools 50 --pupils 50000 --seed 1 --out "$folder/trust"
cat "$folder/trust/marks.csv" >/dev/null # all start with the file in memory

declare -A command
command[muster]="$muster run $root/rules/early-warning $folder/trust --as-of $as_of --jobs $threads --charts none --out $folder/muster"
if node -e 'require("@duckdb/node-api")' 2>/dev/null; then command[duckdb]="node $peers/duckdb.js $folder/trust $folder/duckdb.csv $as_of $threads"; fi
if node -e 'require("nodejs-polars")' 2>/dev/null; then
  command[polars]="env POLARS_MAX_THREADS=$threads node $peers/polars.js $folder/trust $folder/polars.csv $as_of"
  command[polars-streaming]="env ENGINE=streaming POLARS_MAX_THREADS=$threads node $peers/polars.js $folder/trust $folder/streaming.csv $as_of"
fi
if Rscript -e 'library(data.table)' >/dev/null 2>&1; then command[datatable]="Rscript $peers/datatable.R $folder/trust $folder/datatable.csv $as_of $threads"; fi

names=$(printf '%s\n' "${!command[@]}" | sort)
: >"$folder/times.tsv"
for ((round = 0; round <= rounds; round++)); do # the first is a warm-up
  for name in $names; do
    /usr/bin/env python3 - "$name" "$round" "$folder/times.tsv" ${command[$name]} <<'PY'
import os, sys, time
name, turn, path, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
begun = time.monotonic()
pid = os.fork()
if pid == 0:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1), os.dup2(null, 2)
    os.execvp(argv[0], argv)
_, status, used = os.wait4(pid, 0)
if status: sys.exit(f"{name} failed: {' '.join(argv)}")
if turn: open(path, "a").write(f"{name}\t{turn}\t{time.monotonic() - begun:.4f}\t{used.ru_utime + used.ru_stime:.4f}\t{used.ru_maxrss / 1024:.0f}\n")
PY
  done
done

python3 - "$folder/times.tsv" "$threads" <<'PY'
import collections, statistics, sys
rows = collections.defaultdict(dict)
for line in open(sys.argv[1]):
    name, turn, wall, cpu, memory = line.split()
    rows[name][turn] = (float(wall), float(cpu), float(memory))
print(f"{'program':<18}{'wall s':>9}{'best':>9}{'CPU s':>9}{'memory MB':>11}{'times muster (median, least, most)':>38}   threads: {sys.argv[2]}")
ours = rows["muster"]
for name in sorted(rows, key=lambda n: statistics.median(v[0] for v in rows[n].values())):
    runs = rows[name]
    wall, cpu = [v[0] for v in runs.values()], [v[1] for v in runs.values()]
    ratios = sorted(runs[t][0] / ours[t][0] for t in runs)
    print(f"{name:<18}{statistics.median(wall):>9.3f}{min(wall):>9.3f}{statistics.median(cpu):>9.3f}{max(v[2] for v in runs.values()):>11.0f}"
          f"{statistics.median(ratios):>20.1f}{ratios[0]:>9.1f}{ratios[-1]:>9.1f}")
PY

python3 - "$folder" <<'PY'
import csv, os, sys
folder = sys.argv[1]
rules = {"persistent-absence": "persistent", "severe-absence": "severe", "unauthorised-ten": "unauthorised", "broken-weeks": "broken", "long-absence": "long"}
ours = {flag: set() for flag in rules.values()}
for row in csv.DictReader(open(f"{folder}/muster/findings.csv")):
    rule = row["rule"].split("/")[1]
    if rule in rules: ours[rules[rule]].add(row["subject"])
as_of = "2026-07-17"
left = {r["pupil_id"] for r in csv.DictReader(open(f"{folder}/trust/pupils.csv")) if (r.get("end_date") and r["end_date"] < as_of) or (r.get("start_date") and r["start_date"] > as_of)}
bad = 0
for name in ("duckdb", "polars", "streaming", "datatable"):
    path = f"{folder}/{name}.csv"
    if not os.path.exists(path): continue
    theirs = {flag: set() for flag in ours}
    for row in csv.DictReader(open(path)):
        for flag in theirs:
            if row[flag] == "1" and row["pupil_id"] not in left: theirs[flag].add(row["pupil_id"])
    for flag in ours:
        odd = ours[flag] ^ theirs[flag]
        bad += len(odd)
        if odd: print(f"{name}, {flag}: {len(odd)} pupils differ")
print("the flags are the same" if not bad else "the flags differ")
sys.exit(bad > 0)
PY
