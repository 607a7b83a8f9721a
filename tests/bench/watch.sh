#!/usr/bin/env bash
# muster run --watch on a school of 1,000 pupils: from a saved rule to the answer. The early-warning pack, eight rules with evidence, holds and
# plans; every save changes a threshold, so that pupils come and go. Told are processor time a re-run (that of N runs less that of one, by
# N - 1; what counts on a shared machine) and the wall time from the save to the answer.
#
# Usage: tests/bench/watch.sh [RUNS] [THREADS] [PACK]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=${1:-20} threads=${2:-1} pack=${3:-$root/rules/early-warning}
muster=${MUSTER:-$root/build/muster}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
"$muster" synth --schools 1 --pupils 1000 --phases secondary=1 --seed 1 --out "$here/school" 2>/dev/null
cp -r "$pack" "$here/pack"
python3 - "$muster" "$here" "$runs" "$threads" <<'PY'
import glob, os, re, resource, statistics, subprocess, sys, time
muster, here, runs, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
rule = os.path.join(here, "pack/rules/broken-weeks.lua")
if not os.path.exists(rule): rule = sorted(r for r in glob.glob(os.path.join(here, "pack/rules/*.lua")) if not r.endswith("_test.lua"))[0]
text = open(rule).read()
def save(k):
    changed = re.sub(r"integer \{ \d+", lambda m: "integer { %d" % (2 + k % 3), text, count=1)
    open(rule + ".new", "w").write(changed + "-- save %d\n" % k)
    os.replace(rule + ".new", rule)
def watch(n):
    before, walls = resource.getrusage(resource.RUSAGE_CHILDREN), []
    child = subprocess.Popen([muster, "run", here + "/pack", here + "/school", "--as-of", "2026-03-20", "--watch", "--watch-runs", str(n), "--jobs", threads],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    seen = 0
    while seen < n:
        begun = time.monotonic()
        if seen: save(seen)
        for line in child.stdout:
            if line.startswith("run %d," % (seen + 1)): break
        else: sys.exit("the watch ended")
        if seen: walls.append(time.monotonic() - begun)
        seen += 1
    child.stdout.read()
    if child.wait(): sys.exit("status %d" % child.returncode)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, walls
watch(2)
alone = statistics.median(watch(1)[0] for _ in range(5))
cpu, walls = watch(runs)
each = 1000 * (cpu - alone) / (runs - 1)
walls = sorted(1000 * w for w in walls)
print("one run, data read: %.0f ms CPU" % (1000 * alone))
print("a re-run: %.1f ms CPU; wall %.0f ms median, %.0f best, %.0f worst of %d" % (each, statistics.median(walls), walls[0], walls[-1], len(walls)))
sys.exit(each > 100)
PY
