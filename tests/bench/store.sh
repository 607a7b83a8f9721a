#!/usr/bin/env bash
# Stores: 50,000 pupils and 19 million marks from long CSV into a store, and from the store to flags, beside DuckDB's own file, Polars'
# parquet and ipc files, and data.table's rds file. All are run in rotation in one go; what counts are the ratios.
#
#   import          the CSV files into the program's own store
#   flags           the peers' job: six flags a pupil from that store. muster's is tests/bench/flags, six rules in Lua without evidence or plans
#   whole pack      muster only: all eight rules of rules/early-warning with evidence, first days and plans, recorded in the store
#
# muster's import checks every row against pupils, calendar and codes, keeps the digest of each file and syncs to disk; the peers' imports do
# not. The flags are compared pupil by pupil, but for Mondays and Fridays, which the rule weighs by rates and the peers by counts.
#
# Usage: tests/bench/store.sh [ROUNDS] [THREADS] [FOLDER]
# Peers that are not there are left out, as in trust.sh.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=${1:-5} threads=${2:-1} folder=${3:-${TMPDIR:-/tmp}/muster-bench}
muster=${MUSTER:-$root/build/muster} peers=$root/tests/bench/peers as_of=2026-07-17
mkdir -p "$folder/store"
[ -f "$folder/trust/marks.csv" ] || "$muster" synth --schools 50 --pupils 50000 --seed 1 --out "$folder/trust"
data=$folder/store/data own=$folder/store
mkdir -p "$data" # the same files for all: no answers of surveys, which the peers do not read
for file in schools pupils calendar terms marks; do ln -sf "$folder/trust/$file.csv" "$data/$file.csv"; done
cat "$data/marks.csv" >/dev/null # all start with the file in memory

declare -A job
job[muster,import]="$muster import $data $own/muster.db --jobs $threads"
job[muster,flags]="$muster run $root/tests/bench/flags $own/muster.db --as-of $as_of --known-at 2199-12-31 --jobs $threads --charts none --out $own/muster"
job[muster,whole]="$muster run $root/rules/early-warning $own/whole.db --as-of $as_of --jobs $threads --charts none --out $own/whole"
if node -e 'require("@duckdb/node-api")' 2>/dev/null; then
  job[duckdb,import]="node $peers/duckdb.js $data import $as_of $threads $own/marks.duckdb"
  job[duckdb,flags]="node $peers/duckdb.js $data $own/duckdb.csv $as_of $threads $own/marks.duckdb"
fi
if node -e 'require("nodejs-polars")' 2>/dev/null; then
  for form in ipc parquet; do
    job[polars-$form,import]="env POLARS_MAX_THREADS=$threads node $peers/polars.js $data import $as_of $own/marks.$form"
    job[polars-$form,flags]="env POLARS_MAX_THREADS=$threads node $peers/polars.js $data $own/polars-$form.csv $as_of $own/marks.$form"
  done
fi
if Rscript -e 'library(data.table)' >/dev/null 2>&1; then
  job[datatable,import]="Rscript $peers/datatable.R $data import $as_of $threads $own/marks.rds"
  job[datatable,flags]="Rscript $peers/datatable.R $data $own/datatable.csv $as_of $threads $own/marks.rds"
fi
declare -A store=([muster]=muster.db [duckdb]=marks.duckdb [polars-ipc]=marks.ipc [polars-parquet]=marks.parquet [datatable]=marks.rds)

timed() { # NAME ROUND COMMAND...
  /usr/bin/env python3 - "$own/times.tsv" "$@" <<'PY'
import os, sys, time
path, name, turn, argv = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
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
}

programs=$(printf '%s\n' "${!job[@]}" | cut -d, -f1 | sort -u)
: >"$own/times.tsv"
for ((round = 0; round <= rounds; round++)); do # the first is a warm-up
  for program in $programs; do
    rm -f "$own/${store[$program]}" "$own/${store[$program]}"-*
    timed "import:$program" "$round" ${job[$program,import]}
  done
  for program in $programs; do timed "flags:$program" "$round" ${job[$program,flags]}; done
  cp "$own/muster.db" "$own/whole.db"
  timed whole:muster "$round" ${job[muster,whole]}
done
for program in $programs; do echo "$program $(stat -c %s "$own/${store[$program]}")"; done >"$own/sizes"

python3 - "$own" "$threads" <<'PY'
import collections, statistics, sys
own, threads = sys.argv[1:]
marks = sum(1 for _ in open(f"{own}/data/marks.csv", "rb")) - 1
rows = collections.defaultdict(dict)
for line in open(f"{own}/times.tsv"):
    name, turn, wall, cpu, memory = line.split()
    rows[name][turn] = (float(wall), float(cpu), float(memory))
sizes = dict(line.split() for line in open(f"{own}/sizes"))
titles = {"import": "CSV to the program's own store", "flags": "store to six flags", "whole": "store to the whole early-warning pack"}
for part in ("import", "flags", "whole"):
    print(f"\n{titles[part]}, {threads} thread{'s' * (threads != '1')}")
    print(f"{'program':<18}{'wall s':>9}{'best':>9}{'CPU s':>9}{'memory MB':>11}{'times muster: CPU (median, least, most)':>43}{'wall':>8}")
    ours = rows["flags:muster" if part == "whole" else f"{part}:muster"]
    names = [n for n in rows if n.startswith(part + ":")]
    for name in sorted(names, key=lambda n: statistics.median(v[1] for v in rows[n].values())):
        runs = rows[name]
        ratios, walls = (sorted(runs[t][k] / ours[t][k] for t in runs) for k in (1, 0))
        size = sizes.get(name.split(":")[1]) if part == "import" else None
        print(f"{name.split(':')[1]:<18}{statistics.median(v[0] for v in runs.values()):>9.3f}{min(v[0] for v in runs.values()):>9.3f}"
              f"{statistics.median(v[1] for v in runs.values()):>9.3f}{max(v[2] for v in runs.values()):>11.0f}"
              f"{statistics.median(ratios):>25.1f}{ratios[0]:>9.1f}{ratios[-1]:>9.1f}{statistics.median(walls):>8.1f}"
              + (f"   {int(size) / 1e6:.1f} MB, {int(size) / marks:.2f} bytes a mark" if size else ""))
whole = rows["whole:muster"]
for part in sorted(n for n in rows if n.startswith("flags:") and n != "flags:muster"):
    ratios = sorted(rows[part][t][1] / whole[t][1] for t in whole)
    print(f"  {part.split(':')[1]}'s six flags take {statistics.median(ratios):.1f} times the CPU of muster's whole pack")
PY

python3 - "$own" <<'PY'
import csv, os, sys
own, as_of = sys.argv[1], "2026-07-17"
flags = ("persistent", "severe", "unauthorised", "broken", "long")
ours = {flag: set() for flag in flags}
for row in csv.DictReader(open(f"{own}/muster/findings.csv")):
    rule = row["rule"].split("/")[1]
    if rule in ours: ours[rule].add(row["subject"])
left = {r["pupil_id"] for r in csv.DictReader(open(f"{own}/data/pupils.csv")) if (r["end_date"] and r["end_date"] < as_of) or (r["start_date"] and r["start_date"] > as_of)}
bad = seen = 0
for name in ("duckdb", "polars-ipc", "polars-parquet", "datatable"):
    if not os.path.exists(f"{own}/{name}.csv"): continue
    theirs = {flag: set() for flag in flags}
    for row in csv.DictReader(open(f"{own}/{name}.csv")):
        for flag in flags:
            if row[flag] == "1" and row["pupil_id"] not in left: theirs[flag].add(row["pupil_id"])
    for flag in flags:
        seen += 1
        odd = ours[flag] ^ theirs[flag]
        bad += len(odd)
        print(f"{name:<16}{flag:<14}{len(theirs[flag]):>8} pupils, {len(odd)} differ")
if seen: print("the flags are the same" if not bad else "the flags differ")
sys.exit(bad > 0)
PY
