#!/bin/sh
# Calibration of the synthetic registers at full size: 50 schools, 50,000 pupils, many seeds.
#   tests/bench/synth_calibration.sh [BUILD] [SEEDS] [LEVEL]
# Fails when a seed is out of its margin. Prints, per group: pupils, persistent absence and the official figure for the
# same mix, bias and largest error over the seeds (points), severe absence likewise, overall absence.
set -eu
build=${1:-build} seeds=${2:-40} level=${3:-2022-23}
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
MUSTER_SYNTH_SEEDS=$seeds MUSTER_SYNTH_LEVEL=$level "$build/tests/test_calibration_of_synth" >"$rows"
awk -F, -v level="$level" '
  NF == 9 && $1 ~ /^[0-9]+$/ {
    if (!($2 in n)) order[++groups] = $2
    d = $4 - $5; e = d < 0 ? -d : d; s = $6 - $7; t = s < 0 ? -s : s; o = $8 - $9; u = o < 0 ? -o : o
    n[$2]++; pupils[$2] += $3; pa[$2] += $4; official[$2] += $5; bias[$2] += d; sev[$2] += $6; osev[$2] += $7
    absence[$2] += $8; published[$2] += $9
    if (e > most[$2]) most[$2] = e
    if (t > smost[$2]) smost[$2] = t
    if (u > omost[$2]) omost[$2] = u
  }
  END {
    printf "level %s\n%-16s %6s %7s | %6s %8s %6s %5s | %6s %8s %5s | %7s %9s %5s\n", level, "group", "seeds", "pupils",
      "PA", "official", "bias", "most", "severe", "official", "most", "absence", "published", "most"
    for (i = 1; i <= groups; i++) {
      g = order[i]; k = n[g]
      whole = g == "all" || i <= 3
      printf "%-16s %6d %7.0f | %6.2f %8.2f %6.2f %5.2f | %6.2f %8.2f %5.2f | %7.2f %9s %5s\n", g, k, pupils[g] / k,
        pa[g] / k, official[g] / k, bias[g] / k, most[g], sev[g] / k, osev[g] / k, smost[g], absence[g] / k,
        whole ? sprintf("%.2f", published[g] / k) : "-", whole ? sprintf("%.2f", omost[g]) : "-"
    }
  }' "$rows"
