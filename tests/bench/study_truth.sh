#!/usr/bin/env bash
# Studies whose truth is known, synthetic trusts with a planted effect and small made-up trials and series: over many
# seeds, how far each estimate is from what was planted (bias), how often its 95% interval holds it (coverage), and how
# often it is told from nothing (power; with no effect: how often something is found that is not there).
# Usage: study_truth.sh PROGRAM [SEEDS, default 60; or quick] [DESIGN...]     prints the tables of docs/studies.md; needs python3
# The design `few` is measured by itself, since it takes hundreds of seeds and little time: study_truth.sh PROGRAM 300 few
# `quick` is two seeds of each: half a minute that shows that all of it runs, and proves nothing about coverage.
set -euo pipefail
muster=$(realpath "${1:?the program}")
seeds=${2:-60}
[ "$seeds" != quick ] || seeds=2
[[ $seeds =~ ^[1-9][0-9]*$ ]] || { echo "'$seeds' seeds; expected a whole number from 1, or quick" >&2; exit 2; }
designs=${*:3}
designs=${designs:-mentors clubs letters hub trial block few}
beside=$(cd "$(dirname "$0")" && pwd)
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"

study() { # NAME PANEL ESTIMATORS
  printf 'return study { seed = 1, panel = panel { %s }, estimators = { %s } }\n' "$2" "$3" >"$1.lua"
}
register='outcome = "absence_rate", every = "half-term"'
study mentors "$register"', treated_from = intervention "mentor", cluster = "school", eligible = { at_least = 0.10, from = "2025-09-01", to = "2025-10-24" }' \
  'twfe {}, twfe { errors = "CR2" }, did {}, event_study {}, callaway_santanna {}, imputation {}, wild_bootstrap { draws = 399 }, pairs_bootstrap { draws = 399 }, before_after {}, matching {}, weighting {}, counts { family = "logit" }, subgroups { by = "fsm" }, placebo_outcomes {}'
study everybody "$register"', treated_from = intervention "mentor", cluster = "school"' 'twfe {}'
study clubs "$register"', unit = "school", treated_from = intervention "breakfast-club"' \
  'callaway_santanna { control = "notyet" }, imputation {}, twfe {}, event_study {}, permutation { draws = 199 }'
study letters "$register"', treated_from = intervention "letters"' 'rct {}, twfe {}, matching {}, counts { family = "poisson" }'
study hub 'outcome = "absence_rate", every = "week", unit = "school", treated_from = intervention "hub"' \
  'twfe {}, did {}, its { slope = false }, its { slope = false, errors = "gls" }, permutation { draws = 199 }'
study trial 'csv = "trial.csv", outcome = "after", treated = "drawn", taken = "taken", cluster = "school", covariates = { "before" }' \
  'rct {}, cace {}, multiple_imputation { imputations = 20 }'
study block 'csv = "block.csv", unit = "unit", time = "time", outcome = "y", treated_from = "start"' 'sdid {}, synthetic_control {}, twfe {}, permutation {}'
few='twfe {}, twfe { errors = "CR2" }, did {}, imputation {}, callaway_santanna { control = "notyet", bands = false }'
for each in arms waves twenty five three one six weeks; do
  case $each in
    waves) estimators=${few/did \{\}, /} ;;
    weeks) estimators='its { slope = false }' ;;
    *) estimators=$few ;;
  esac
  study "few-$each" "csv = \"few-$each.csv\", unit = \"school\", time = \"time\", outcome = \"y\", treated_from = \"start\", weight = \"size\"" "$estimators"
done

collect() { # STUDY EFFECT SEED
  python3 "$beside/study_truth.py" collect "$1" "$2" >>figures.csv
}
run() { # STUDIES EFFECT SYNTH-OPTIONS...
  local studies=$1 effect=$2 seed each
  shift 2
  for seed in $(seq 1 "$seeds"); do
    "$muster" synth --seed "$seed" --effect "$effect" "$@" --out trust 2>/dev/null
    for each in $studies; do
      "$muster" study "$each.lua" trust --out out --no-charts >/dev/null 2>said || { cat said >&2; exit 1; }
      collect "$each" "$effect"
    done
    rm -rf trust out
  done
}
made() { # STUDY EFFECT
  local seed
  for seed in $(seq 1 "$seeds"); do
    python3 "$beside/study_truth.py" make "$1" "$2" "$seed"
    "$muster" study "$1.lua" --out out --no-charts >/dev/null 2>said || { cat said >&2; exit 1; }
    collect "$1" "$1:$2"
    rm -rf out
  done
}
for design in $designs; do
  case $design in
    mentors)
      run "mentors everybody" "mentor:-3,select=high" --schools 40 --pupils 6000
      run "mentors everybody" "mentor:0,select=high" --schools 40 --pupils 6000 ;;
    clubs)
      run clubs "breakfast-club:-1,cohorts=2,stagger=8" --schools 40 --pupils 6000 --phases primary=1
      run clubs "breakfast-club:0,cohorts=2,stagger=8" --schools 40 --pupils 6000 --phases primary=1 ;;
    letters)
      run letters "letters:-1,share=0.5" --schools 10 --pupils 4000
      run letters "letters:0,share=0.5" --schools 10 --pupils 4000 ;;
    hub)
      run hub "hub:-1.5" --schools 40 --pupils 6000 --phases secondary=1
      run hub "hub:0" --schools 40 --pupils 6000 --phases secondary=1 ;;
    trial | block)
      made "$design" -1
      made "$design" 0 ;;
    few) for each in arms waves twenty five three one six weeks; do made "few-$each" -1; done ;;
    *) echo "there is no design $design" >&2; exit 2 ;;
  esac
done
python3 "$beside/study_truth.py" table figures.csv
