#!/usr/bin/env bash
# Two-way fixed effects with clustering and 999 bootstrap draws on 100,000 pupils by 39 weeks, here and in R, in one go
# and in rotation: do the figures agree, and how long does each take.
# Usage: impact_reference.sh BUILD [ROUNDS, default 3]     BUILD holds tests/impact_bench; needs Rscript and python3
set -euo pipefail
build=${1:?the build folder}
rounds=${2:-3}
beside=$(cd "$(dirname "$0")" && pwd)
bench=$(cd "$build" && pwd)/tests/impact_bench
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
command -v Rscript >/dev/null || { echo "Rscript is missing: there is nothing to compare with" >&2; exit 1; }
"$bench" --write panel.bin >/dev/null
for round in $(seq "$rounds"); do
  "$bench" --compare | sed '/^build/d; s/^/muster,/' >>figures.csv
  Rscript --vanilla "$beside/impact_reference.R" panel.bin 2>said | sed 's/^/R,/' >>figures.csv
done
python3 - <<'END'
import csv, statistics, sys
runs = {}
for who, what, estimate, error, quantile, seconds in csv.reader(open("figures.csv")):
    runs.setdefault((who, what), []).append((float(estimate), float(error), float(quantile or "nan"), float(seconds)))
ours = {what: rows for (who, what), rows in runs.items() if who == "muster"}
theirs = {what: rows for (who, what), rows in runs.items() if who == "R"}
wrong = 0
print("| | estimate | standard error | processor seconds | times as long |")
print("|---|---|---|---|---|")
for what, rows in theirs.items():
    mine = ours["wcr" if what == "wcr" else "twfe"]
    for column, name in ((0, "estimate"), (1, "standard error")):
        apart = abs(rows[0][column] / mine[0][column] - 1)
        if apart > 1e-8:
            wrong += 1
            print(f"{what}: {name} {rows[0][column]!r} and {mine[0][column]!r} lie {apart:.1e} apart", file=sys.stderr)
    if what == "wcr" and abs(rows[0][2] / mine[0][2] - 1) > 0.15:  # 999 draws: the 95% quantile of |t*| is good to about 4%
        wrong += 1
        print(f"wcr: quantiles {rows[0][2]} and {mine[0][2]}", file=sys.stderr)
    seconds = statistics.median(r[3] for r in rows)
    own = statistics.median(r[3] for r in mine)
    print(f"| muster, {'wcr' if what == 'wcr' else 'twfe'} | {mine[0][0]:.12g} | {mine[0][1]:.12g} | {own:.3f} | 1 |")
    print(f"| R, {what} | {rows[0][0]:.12g} | {rows[0][1]:.12g} | {seconds:.2f} | {seconds / own:.0f} |")
pairs = ours["pairs"]
print(f"| muster, pairs | {pairs[0][0]:.12g} | {pairs[0][1]:.6g} | {statistics.median(r[3] for r in pairs):.3f} | |")
sys.exit(wrong > 0)
END
sort -u said >&2
