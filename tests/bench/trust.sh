#!/usr/bin/env bash
# The trust: 50,000 pupils and 19 million marks from CSV to flags, beside DuckDB, Polars and data.table doing the same.
#
# Four jobs, each with all its programs in rotation in one go; what counts are the ratios of one round.
#   flags   the flags of six rules, from the long layout. muster does it twice: `muster` runs tests/bench/flags, the rules the peers
#           have and nothing else (and still looks back for the day on which each began); `whole-pack` runs all of rules/early-warning:
#           eight rules, evidence, first days, lifecycle, plans.
#   simple  possible and absent sessions and persistent absence of each pupil, no dates
#   small   the flags of one school of 1,000 pupils, whole processes
#   wide    the flags from the strip layout, a row a pupil
# Answers are compared one by one. Mondays and Fridays alone differ by design: the rule weighs rates, the peers count.
#
# Usage: [JOBS="flags simple small wide"] [PEERS="duckdb polars"] tests/bench/trust.sh [ROUNDS] [THREADS] [FOLDER]
# Peers that are not there are left out. npm packages: @duckdb/node-api, nodejs-polars (NODE_PATH says where); Debian: r-cran-data.table.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rounds=${1:-5} threads=${2:-1} folder=${3:-${TMPDIR:-/tmp}/muster-bench}
muster=${MUSTER:-$root/build/muster} peers=$root/tests/bench/peers as_of=2026-07-17
have() { case " ${PEERS-duckdb polars datatable} " in *" $1 "*) ;; *) return 1 ;; esac; shift; "$@" >/dev/null 2>&1; }
duckdb=0 polars=0 datatable=0
if have duckdb node -e 'require("@duckdb/node-api")'; then duckdb=1; fi
if have polars node -e 'require("nodejs-polars")'; then polars=1; fi
if have datatable Rscript -e 'library(data.table)'; then datatable=1; fi

data() { # data NAME OPTIONS...: made once, in memory when the programs start
  local to=$folder/$1
  shift
  mkdir -p "$folder"
  [ -f "$to/marks.csv" ] || "$muster" synth --seed 1 --out "$to" "$@"
  cat "$to/marks.csv" >/dev/null
}

# Runs the commands of `command` in rotation and prints their times; the round before the first warms up the cheap ones.
rotate() {
  local job=$1 name round
  : >"$folder/$job.tsv"
  for ((round = 0; round <= rounds; round++)); do
    for name in $(printf '%s\n' "${!command[@]}" | sort); do
      if [ $round = 0 ] && [ "$job" != small ] && [ "$name" != muster ]; then continue; fi
      python3 - "$name" "$round" "$folder/$job.tsv" ${command[$name]} <<'PY'
import os, sys, time
name, turn, path, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:]
out = os.open(argv.pop(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644) if argv[-2:-1] == [">"] else os.open(os.devnull, os.O_WRONLY)
if argv[-1] == ">": argv.pop()
begun = time.monotonic()
pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
_, status, used = os.wait4(pid, 0)
if status: sys.exit(f"{name} failed: {' '.join(argv)}")
if turn: open(path, "a").write(f"{name}\t{turn}\t{time.monotonic() - begun:.4f}\t{used.ru_utime + used.ru_stime:.4f}\t{used.ru_maxrss / 1024:.0f}\n")
PY
    done
  done
  python3 - "$folder/$job.tsv" "$job" "$threads" "$rounds" <<'PY'
import collections, statistics, sys
path, job, threads, rounds = sys.argv[1:]
rows = collections.defaultdict(dict)
for line in open(path):
    name, turn, wall, cpu, memory = line.split()
    rows[name][turn] = (float(wall), float(cpu), float(memory))
median = statistics.median
def ratios(name, to, k):
    all_ = sorted(rows[name][t][k] / max(rows[to][t][k], 1e-4) for t in rows[name])
    return f"{median(all_):7.1f} [{all_[0]:.1f}..{all_[-1]:.1f}]"
print(f"\n{job}: {rounds} rounds, {threads} threads; medians, [least..most]")
ours = [n for n in ("muster", "whole-pack") if n in rows]
heads = "".join(f"{'wall / ' + n:>26}{'CPU / ' + n:>26}" for n in ours)
print(f"{'program':<18}{'wall s':>9}{'best':>9}{'CPU s':>9}{'best':>9}{'MB':>7}{heads}")
for name in sorted(rows, key=lambda n: median(v[1] for v in rows[n].values())):
    wall, cpu = [v[0] for v in rows[name].values()], [v[1] for v in rows[name].values()]
    print(f"{name:<18}{median(wall):>9.3f}{min(wall):>9.3f}{median(cpu):>9.3f}{min(cpu):>9.3f}{max(v[2] for v in rows[name].values()):>7.0f}"
          + "".join(f"{ratios(name, n, 0):>26}{ratios(name, n, 1):>26}" for n in ours))
PY
}

# same_flags DATA FINDINGS PEER.csv...: five flags of every pupil on roll
same_flags() {
  python3 - "$as_of" "$@" <<'PY'
import csv, os, sys
as_of, data, findings, peers = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
names = {"persistent-absence": "persistent", "severe-absence": "severe", "unauthorised-ten": "unauthorised", "broken-weeks": "broken", "long-absence": "long"}
flags = list(names.values())
ours = {flag: set() for flag in flags}
for row in csv.DictReader(open(f"{findings}/findings.csv")):
    rule = row["rule"].split("/")[1]
    rule = names.get(rule, rule)
    if rule in ours: ours[rule].add(row["subject"])
left = {r["pupil_id"] for r in csv.DictReader(open(f"{data}/pupils.csv")) if (r.get("end_date") and r["end_date"] < as_of) or (r.get("start_date") and r["start_date"] > as_of)}
bad = compared = 0
for path in filter(os.path.exists, peers):
    theirs = {flag: set() for flag in flags}
    for row in csv.DictReader(open(path)):
        for flag in flags:
            if row["pupil_id"] in left: continue
            compared += 1
            if row[flag] == "1": theirs[flag].add(row["pupil_id"])
    for flag in flags:
        odd = ours[flag] ^ theirs[flag]
        bad += len(odd)
        if odd: print(f"{path}, {flag}: {len(odd)} pupils differ")
print(f"{findings}: {compared} flags compared, {bad} differ")
sys.exit(bad > 0)
PY
}

flag_job() { # flag_job JOB DATA LAYOUT
  local job=$1 from=$folder/$2
  declare -gA command=()
  command[muster]="$muster run $root/tests/bench/flags $from --as-of $as_of --jobs $threads --charts none --out $folder/$job-flags"
  command[whole-pack]="$muster run $root/rules/early-warning $from --as-of $as_of --jobs $threads --charts none --out $folder/$job-pack"
  if [ $duckdb = 1 ]; then command[duckdb]="env LAYOUT=$3 node $peers/duckdb.js $from $folder/$job-duckdb.csv $as_of $threads"; fi
  if [ "$3" = long ]; then
    if [ $polars = 1 ]; then
      command[polars]="env POLARS_MAX_THREADS=$threads node $peers/polars.js $from $folder/$job-polars.csv $as_of"
      command[polars-streaming]="env ENGINE=streaming POLARS_MAX_THREADS=$threads node $peers/polars.js $from $folder/$job-streaming.csv $as_of"
    fi
    if [ $datatable = 1 ]; then command[datatable]="Rscript $peers/datatable.R $from $folder/$job-datatable.csv $as_of $threads"; fi
  fi
  rotate "$job"
  for of in flags pack; do
    same_flags "$from" "$folder/$job-$of" "$folder/$job"-{duckdb,polars,streaming,datatable}.csv
  done
}

simple_job() {
  local from=$folder/trust
  declare -gA command=()
  command[muster]="$muster measure $from --by pupil --definition plain --format csv --as-of $as_of --jobs $threads > $folder/simple-muster.csv"
  if [ $duckdb = 1 ]; then command[duckdb]="node $peers/duckdb_simple.js $from $folder/simple-duckdb.csv $as_of $threads"; fi
  if [ $polars = 1 ]; then
    command[polars]="env POLARS_MAX_THREADS=$threads node $peers/polars_simple.js $from $folder/simple-polars.csv $as_of"
    command[polars-streaming]="env ENGINE=streaming POLARS_MAX_THREADS=$threads node $peers/polars_simple.js $from $folder/simple-streaming.csv $as_of"
  fi
  if [ $datatable = 1 ]; then command[datatable]="Rscript $peers/datatable_simple.R $from $folder/simple-datatable.csv $as_of $threads"; fi
  rotate simple
  python3 - "$folder" <<'PY'
import csv, os, sys
folder = sys.argv[1]
ours = {r["id"]: (r["possible"], r["absent"], r["persistent"]) for r in csv.DictReader(open(f"{folder}/simple-muster.csv"))}
bad = compared = 0
for name in ("duckdb", "polars", "streaming", "datatable"):
    path = f"{folder}/simple-{name}.csv"
    if not os.path.exists(path): continue
    for r in csv.DictReader(open(path)):
        compared += 1
        bad += ours.get(r["pupil_id"]) != (r["possible"], r["absent"], r["persistent"])
print(f"simple: {compared} pupils compared, {bad} differ")
sys.exit(bad > 0)
PY
}

for job in ${JOBS:-flags simple small wide}; do
  case $job in
    flags | simple) data trust --schools 50 --pupils 50000 ;;
    small) data small --schools 1 --pupils 1000 ;;
    wide) data wide --schools 50 --pupils 50000 --layout strip ;;
  esac
  case $job in
    flags) flag_job flags trust long ;;
    simple) simple_job ;;
    small) flag_job small small long ;;
    wide) flag_job wide wide strip ;;
    *) echo "there is no job $job" >&2; exit 2 ;;
  esac
done
