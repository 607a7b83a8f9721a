#!/usr/bin/env bash
# Studies on synthetic trusts whose truth is known: over many seeds, how far each estimate is from what was planted
# (bias), how often its 95% interval holds it (coverage), and how often it is told from nothing (power; with no effect:
# how often something is found that is not there).
# Usage: study_truth.sh PROGRAM [SEEDS, default 100]     prints the table of docs/studies.md; needs python3
set -euo pipefail
muster=${1:?the program}
seeds=${2:-100}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"

study() { # NAME PANEL ESTIMATORS
  printf 'return study { panel = panel { outcome = "absence_rate", every = "half-term", %s }, estimators = { %s } }\n' "$2" "$3" >"$1.lua"
}
chosen='treated_from = intervention "mentor", cluster = "school", eligible = { at_least = 0.10, from = "2025-09-01", to = "2025-10-24" }'
study mentors "$chosen" 'twfe {}, wild_bootstrap { draws = 399 }, before_after {}, imputation {}'
study everybody 'treated_from = intervention "mentor", cluster = "school"' 'twfe {}'
study clubs 'unit = "school", treated_from = intervention "breakfast-club"' 'callaway_santanna { control = "notyet", bands = false }, imputation {}, twfe {}, permutation { draws = 199 }'
study letters 'treated_from = intervention "letters"' 'rct {}, twfe {}, before_after {}'

run() { # STUDY SIZE-AND-OPTIONS SYNTH OPTIONS...
  local study=$1 effect=$2 seed
  shift 2
  for seed in $(seq 1 "$seeds"); do
    "$muster" synth --seed "$seed" --effect "$effect" "$@" --out trust 2>/dev/null
    for each in $study; do
      "$muster" study "$each.lua" trust --out out --no-charts >/dev/null 2>&1
      python3 - "$each" "$effect" <<'END' >>figures.csv
import csv, json, sys
name, effect = sys.argv[1:]
truth = json.load(open("trust/truth.json"))["effect"]["effect_points"] if not effect.split(":")[1].startswith("0") else 0
severe = any(w["severity"] == "severe" for w in json.load(open("out/study.json"))["outcomes"][0]["guards"])
for r in csv.DictReader(open("out/estimates.csv")):
    if r["group"] or r["time"] or not r["conf_low"] or r["term"] not in ("treated", "simple", "itt", "itt_adjusted", "change", "did_eligible", "ancova"):
        continue
    print(name, effect.split(",")[0], r["estimator"], r["term"], truth, 100 * float(r["estimate"]), 100 * float(r["conf_low"]),
          100 * float(r["conf_high"]), r["p_value"], int(severe), sep=",")
END
    done
    rm -rf trust out
  done
}
run "mentors everybody" "mentor:-3,select=high" --schools 40 --pupils 6000
run "mentors everybody" "mentor:0,select=high" --schools 40 --pupils 6000
run clubs "breakfast-club:-1,cohorts=2,stagger=8" --schools 40 --pupils 6000 --phases primary=1
run clubs "breakfast-club:0,cohorts=2,stagger=8" --schools 40 --pupils 6000 --phases primary=1
run letters "letters:-1,share=0.5" --schools 10 --pupils 4000
run letters "letters:0,share=0.5" --schools 10 --pupils 4000

python3 - <<'END'
import csv, math
cells = {}
for name, effect, estimator, term, truth, estimate, low, high, p, severe in csv.reader(open("figures.csv")):
    cells.setdefault((name, effect, estimator, term), []).append([float(v or "nan") for v in (truth, estimate, low, high, p, severe)])
print("| study | planted | estimator | mean estimate | bias | coverage | found (p < 0.05) | stopped by a severe guard |")
print("|---|---|---|---|---|---|---|---|")
for (name, effect, estimator, term), rows in cells.items():
    n = len(rows)
    mean = lambda f: sum(f(r) for r in rows) / n
    estimate, bias = mean(lambda r: r[1]), mean(lambda r: r[1] - r[0])
    error = math.sqrt(mean(lambda r: (r[1] - r[0] - bias) ** 2) / n)
    print(f"| {name} | {effect.split(':')[1]} | {estimator} {term} | {estimate:+.2f} | {bias:+.2f} ({error:.2f}) | {mean(lambda r: r[2] <= r[0] <= r[3]):.0%} | "
          f"{mean(lambda r: r[4] < 0.05):.0%} | {mean(lambda r: r[5]):.0%} |")
END
