#!/usr/bin/env bash
# Studies that were published, from their data to the printed figures.
source "$(dirname "$0")/_lib.sh"
data=$shared/impact/data
[ -d "$data" ] || { echo "SKIPPED: the published data sets are not here"; exit 0; }
scripts=$root/examples/studies/published
mkdir d
for file in mpdta mlda_mv_deaths smoking_prop99 lalonde_matchit; do ln -s "$(realpath "$data/$file.csv")" d/; done

# Columns that the files lack.
awk -F, -v OFS=, 'NR==1 {for (i=1;i<=NF;i++) at[$i]=i; print $0, "treated_from"; next} {print $0, $at["treat"]==1 ? 6 : ""}' "$data/base_did.csv" >d/base_did.csv
awk -F, -v OFS=, 'NR==1 {print $0, "treated_from"; next} {print $0, $2==1 ? 1 : ""}' "$data/njmin.csv" >d/njmin.csv
python3 - "$data" <<'END'
import csv, math, sys
read = lambda name: csv.DictReader(open(f"{sys.argv[1]}/{name}.csv"))
def write(name, header, rows):
    with open(f"d/{name}.csv", "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
write("star", ["score", "small"], [(float(r["readk"]) + float(r["mathk"]), int(r["stark"] == "small")) for r in read("star_k")
                                   if r["readk"] and r["mathk"] and r["stark"] in ("small", "regular")])
write("seatbelts", ["country", "t", "log_drivers"], [("GB", r["t"], repr(math.log(float(r["drivers"])))) for r in read("seatbelts")])
write("sicily", ["region", "time", "aces", "stdpop"], [("Sicily", r["time"], r["aces"], r["stdpop"]) for r in read("sicily")])
write("mentors", ["pupil", "window", "absent", "possible", "treated_from"],
      [(r["pupil"], w + 1, r[c], r["possible"], 3 if r["mentored"] == "1" else "") for r in read("sim_rtm_mentors")
       for w, c in enumerate(("absent_b1", "absent_b2", "absent_f"))])
END

run() { status 0 "$muster" study "$scripts/$1.lua" d --out "results/$1" --no-charts; }
for name in mpdta mpdta-plain base_did njmin mlda prop99 star lalonde seatbelts sicily mentors-simulated; do run "$name"; done

# study estimator term group time column: our figure, the printed one, half a unit of its last place
python3 - <<'END'
import csv, math
rows = {}
for name in ("mpdta", "mpdta-plain", "base_did", "njmin", "mlda", "prop99", "star", "lalonde", "seatbelts", "sicily", "mentors-simulated"):
    for r in csv.DictReader(open(f"results/{name}/estimates.csv")):
        rows.setdefault((name, r["estimator"], r["term"], r["group"], r["time"]), r)
printed = [
    ("mpdta", "callaway_santanna", "att", "2004", "2004", "estimate", -.0145297, 5e-8),
    ("mpdta", "callaway_santanna", "att", "2004", "2004", "std_error", .0221292, 5e-8),
    ("mpdta", "callaway_santanna", "att", "2006", "2007", "estimate", -.0412939, 5e-8),
    ("mpdta", "callaway_santanna", "simple", "", "", "estimate", -.0417518, 5e-8),
    ("mpdta", "callaway_santanna", "simple", "", "", "std_error", .0115028, 5e-8),
    ("mpdta-plain", "callaway_santanna", "att", "2004", "2005", "estimate", -0.0704, 5e-5),
    ("mpdta-plain", "callaway_santanna", "att", "2007", "2007", "estimate", -0.0261, 5e-5),
    ("mpdta-plain", "callaway_santanna", "dynamic", "", "", "estimate", -0.0772, 5e-5),
    ("mpdta-plain", "callaway_santanna", "pretest", "", "", "p_value", 0.16812, 5e-6),
    ("base_did", "event_study", "event", "", "-5", "estimate", -1.403045, 5e-7),
    ("base_did", "event_study", "event", "", "4", "estimate", 6.606229, 5e-7),
    ("base_did", "event_study", "event", "", "4", "std_error", 1.120494, 5e-7),
    ("base_did", "event_study", "event", "", "1", "p_value", 1.4609e-03, 5e-8),
    ("base_did", "event_study", "x1", "", "", "estimate", 0.973490, 5e-7),
    ("base_did", "event_study", "x1", "", "", "std_error", 0.045678, 5e-7),
    ("njmin", "did", "mean_control_before", "", "", "estimate", 23.33, 5e-3),
    ("njmin", "did", "mean_treated_after", "", "", "std_error", 0.52, 5e-3),
    ("njmin", "did", "first_difference", "", "", "estimate", 2.75, 5e-3),
    ("njmin", "did", "first_difference", "", "", "std_error", 1.34, 5e-3),
    ("mlda", "twfe", "treated", "", "", "estimate", 7.59, 5e-3),
    ("mlda", "twfe", "treated", "", "", "std_error", 2.51, 5e-3),
    ("mlda", "twfe", "treated", "", "", "df", 24.58, 5e-3),
    ("prop99", "sdid", "att", "", "", "estimate", -15.60, 2e-2),
    ("prop99", "twfe", "treated", "", "", "estimate", -27.3, 5e-2),
    ("star", "rct", "itt", "", "", "estimate", 13.90, 5e-3),
    ("star", "rct", "itt", "", "", "std_error", 2.45, 5e-3),
    ("mentors-simulated", "regression_to_the_mean", "before_after", "", "", "estimate", -.0406, 5e-5),
    ("seatbelts", "its", "level", "", "", "std_error", .0214, 5e-5),
    ("sicily", "its", "level", "", "", "estimate", math.log(0.894), 6e-4),  # printed as rate ratios with three decimals
    ("sicily", "its", "level", "", "", "conf_low", math.log(0.864), 12e-4),
    ("sicily", "its", "level", "", "", "conf_high", math.log(0.925), 6e-4),
    ("seatbelts", "its", "level_ar1", "", "", "std_error", .0569, 5e-5),
    ("mentors-simulated", "regression_to_the_mean", "did_all", "", "", "estimate", -.0441, 5e-5),
    ("mentors-simulated", "regression_to_the_mean", "ancova", "", "", "estimate", -.0126, 5e-5),
    ("mentors-simulated", "regression_to_the_mean", "ancova", "", "", "std_error", .0055, 5e-5),
    ("mentors-simulated", "regression_to_the_mean", "adjusted", "", "", "estimate", -.0114, 5e-5),
]
wrong = 0
for name, estimator, term, group, time, column, value, half in printed:
    row = rows.get((name, estimator, term, group, time))
    ours = float(row[column]) if row and row[column] else float("nan")
    good = abs(ours - value) <= half * (1 + 1e-9)
    wrong += not good
    print(f"{'ok ' if good else 'NOT'} {name} {estimator} {term} {group} {time} {column}: {ours:.9g}, printed {value:g}")
assert not wrong, wrong
seen = {(r["sample"], r["covariate"]): r for r in csv.DictReader(open("results/lalonde/balance.csv"))}
for covariate, smd in (("age", 0.0718), ("educ", -0.1290), ("married", -0.0552), ("nodegree", 0.1546), ("re74", -0.0505), ("re75", -0.0257)):
    assert abs(float(seen["matched", covariate]["smd"]) - smd) < 5.1e-5, (covariate, seen["matched", covariate]["smd"])
END

shows "and the guards on them speak"
grep -q "selected_on_outcome,severe" results/mentors-simulated/warnings.csv || fail "chosen for their absence, and no guard"
grep -q "balance,severe" results/lalonde/warnings.csv || fail "no balance after matching, and no guard"
