#!/usr/bin/env bash
# What a study script reaches of sign tests, step-down p-values, marginal effects, closed forms, effect sizes, sample
# sizes, changes of slope and synthetic controls on predictors, against reference values.
source "$(dirname "$0")/_lib.sh"
golden=$shared/impact/golden/reference_values.csv
[ -f "$golden" ] || { echo "SKIPPED: the reference values are not here"; exit 0; }

python3 - "$shared/impact/data" <<'END'
import csv, random, sys
read = lambda name: list(csv.DictReader(open(f"{sys.argv[1]}/{name}.csv")))
def write(name, header, rows):
    with open(f"{name}.csv", "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
write("darwin", ["pair", "crossed", "height"], [(r["pair"], t, r["diff8"] if t else 0) for r in read("darwin_maize") for t in (1, 0)])
units = {}
for r in read("base_did_g12"):
    units.setdefault(r["id"], (r["treat"], {}))[1][int(r["period"])] = float(r["y"])
before = {u: sum(y[p] for p in range(1, 6)) / 5 for u, (_, y) in units.items()}
after = range(6, 11)
write("once", ["id", "treat", *(f"y{p}" for p in after)], [(u, t, *(repr(y[p] - before[u]) for p in after)) for u, (t, y) in units.items()])
write("twice", ["id", "time", "first", *(f"y{p}" for p in after)],
      [(u, w, 2 if t == "1" else "", *(repr(y[p] if w == 2 else before[u]) for p in after)) for u, (t, y) in units.items() for w in (1, 2)])
write("mentors", ["mentored", "absent", "possible", "b1", "b2"],
      [(r["mentored"], r["absent_f"], r["possible"], repr(int(r["absent_b1"]) / 60), repr(int(r["absent_b2"]) / 60))
       for r in read("sim_rtm_mentors") if int(r["absent_b2"]) >= 6])

write("sicily", ["region", "time", "aces", "stdpop"], [("Sicily", r["time"], r["aces"], r["stdpop"]) for r in read("sicily")])

# cigarette sales with seven predictors, each a column that stands still
spans = {"lnincome": (1980, 1988), "retprice": (1980, 1988), "age15to24": (1980, 1988), "beer": (1984, 1988)}
states, sales = {}, {}
for r in read("smoking_prop99"):
    sales[r["state"], int(r["year"])] = float(r["cigsale"])
    for name, (first, last) in spans.items():
        if first <= int(r["year"]) <= last:
            states.setdefault(r["state"], {}).setdefault(name, []).append(float(r[name]))
known = {s: [sum(v[n]) / len(v[n]) for n in spans] + [sales[s, y] for y in (1975, 1980, 1988)] for s, v in states.items()}
write("smoking", ["state", "year", "cigsale", *spans, "cig75", "cig80", "cig88"],
      [(s, y, v, *map(repr, known[s])) for (s, y), v in sales.items()])

# 40 schools of 25 whose plain effect size is 0.2 and whose intra-cluster correlation is 0.15
r = random.Random(7)
noise = [[r.gauss(0, 1) for _ in range(25)] for _ in range(40)]
noise = [[w - sum(c) / 25 for w in c] for c in noise]
level = [r.gauss(0, 1) for _ in range(40)]
for arm in (0, 1):
    mean = sum(level[arm::2]) / 20
    level[arm::2] = [x - mean for x in level[arm::2]]
def trial(scale):
    sd = (sum((scale * a + w) ** 2 for a, c in zip(level, noise) for w in c) / 998) ** 0.5
    return [[scale * a + w + 0.2 * sd * (s % 2) for w in c] for s, (a, c) in enumerate(zip(level, noise))]
def icc(y):
    all_mean = sum(map(sum, y)) / 1000
    between = 25 * sum((sum(c) / 25 - all_mean) ** 2 for c in y) / 39
    within = sum((v - sum(c) / 25) ** 2 for c in y for v in c) / 960
    return (between - within) / (between + 24 * within)
low, high = 0, 5
for _ in range(200):
    middle = (low + high) / 2
    low, high = (middle, high) if icc(trial(middle)) < 0.15 else (low, middle)
write("trial", ["school", "drawn", "y"], [(s, s % 2, repr(v)) for s, c in enumerate(trial(low)) for v in c])
END

study() { # NAME PANEL ESTIMATORS MORE
  printf 'return study { %s panel = panel { %s }, estimators = { %s } }\n' "${4:-}" "$2" "$3" >"$1.lua"
  status 0 "$muster" study "$1.lua" --out "o/$1" --no-charts
}
shows "sign tests of matched pairs, Westfall and Young, marginal effects, effect sizes, sample sizes, closed forms"
study darwin 'csv = "darwin.csv", outcome = "height", treated = "crossed", cluster = "pair", covariates = { "pair" }' \
  'matching { distance = "mahalanobis", within = "cluster", adjust = false }'
five='outcome = { "y6", "y7", "y8", "y9", "y10" }'
study once "csv = \"once.csv\", unit = \"id\", treated = \"treat\", $five" 'rct {}' 'adjust = "westfall-young",'
study twice "csv = \"twice.csv\", unit = \"id\", time = \"time\", treated_from = \"first\", $five" 'twfe {}' 'adjust = "westfall-young",'
study mentors 'csv = "mentors.csv", outcome = "absent", per = "possible", treated = "mentored", covariates = { "b1", "b2" }' \
  'counts { family = "logit", errors = "HC1" }'
study trial 'csv = "trial.csv", outcome = "y", treated = "drawn", cluster = "school"' 'rct {}'
study sizes 'csv = "trial.csv", outcome = "y", treated = "drawn", cluster = "school"' \
  'rct {}, power { by = "means", effect = 1, power = 0.9 }, power { by = "shares", from = 0.20, to = 0.17, pupils = 100, icc = 0.03 },
   power { by = "clusters", groups = 40, pupils = 50, icc = 0.1, effect = 0.3 },
   power { by = "series", groups = 40, before = 19, after = 20, correlation = 0.6, sd = 1, effect = 0.25 }'
study sicily 'csv = "sicily.csv", unit = "region", time = "time", outcome = "aces", per = "stdpop", starts = { Sicily = 37 }' \
  'its { family = "quasi-poisson", period = 12, harmonics = 2, level_lead = 1 }'
importance() { awk -F, -v q="$1" '$2 == "prop99_adh" && $6 == q { print $7 }' "$golden"; }
smoking='csv = "smoking.csv", unit = "state", time = "year", outcome = "cigsale", starts = { California = 1989 }'
smoking+=', covariates = { "lnincome", "retprice", "age15to24", "beer", "cig75", "cig80", "cig88" }'
study smoking "$smoking" "synthetic_control { predictors = { lnincome = $(importance v_lnincome), retprice = $(importance v_retprice),
  age15to24 = $(importance v_age15to24), beer = $(importance v_special_beer_1984_1988), cig75 = $(importance v_special_cigsale_1975),
  cig80 = $(importance v_special_cigsale_1980), cig88 = $(importance v_special_cigsale_1988) } }"
for model in 'beta-binomial", a = 0.75, b = 9.5, sessions = 30, later = 120, cut = 0.1' 'gamma-poisson", mean = 13.3, shape = 1.1, cut = 38' \
  'normal", mean = 60, sd = 15, correlation = 0.3, baselines = 2, cut = 80'; do
  study "${model%%\"*}" 'csv = "twice.csv", unit = "id", time = "time", treated_from = "first", outcome = "y6"' \
    "regression_to_the_mean { model = \"$model }"
done

python3 - "$golden" <<'END'
import csv, sys
golden = {(r["id"], r["quantity"]): float(r["value"]) for r in csv.DictReader(open(sys.argv[1])) if r["value"] not in ("", "NA")}
wrong = 0
def ours(study, term, column="estimate", outcome=None, nth=0, estimator=None):
    return [float(r[column]) for r in csv.DictReader(open(f"o/{study}/estimates.csv"))
            if r["term"] == term and outcome in (None, r["outcome"]) and estimator in (None, r["estimator"])][nth]
def check(name, value, identifier, quantity, sign=1, tolerance=1e-8):
    global wrong
    want = sign * golden[identifier, quantity]
    good = abs(value - want) <= tolerance * max(1, abs(want))
    wrong += not good
    print("ok " if good else "NOT", name, repr(value), repr(want))
check("sign test", ours("darwin", "treated_signs", "p_value"), "darwin", "p_two_sided")
check("sign test, mean", 15 * ours("darwin", "treated_signs"), "darwin", "sum")
note = [r["note"] for r in csv.DictReader(open("o/darwin/estimates.csv")) if r["term"] == "treated_signs"][0]
assert "15 pairs" in note and "863 sums" in note, note
for p in range(6, 11):
    for study, term in (("once", "itt_adjusted_p"), ("twice", "treated_adjusted_p")):
        check(f"{study} y{p}", ours(study, term, "p_value", f"y{p}"), "wy_g12", f"p_adj_p{p}")
check("logit", ours("mentors", "treated"), "frac_logit", "mentored_est")
check("marginal effect", ours("mentors", "ame_att"), "frac_logit", "ame_att")
assert 0.004 < ours("mentors", "ame_att", "std_error") < 0.008
assert abs(ours("trial", "icc") - 0.15) < 1e-9
check("d_T", ours("trial", "hedges_d_total"), "hedges2007_rho0.15", "d_T")
check("its variance", ours("trial", "hedges_d_total", "std_error") ** 2, "hedges2007_rho0.15", "var_d_T")
check("two means", ours("sizes", "per_arm"), "power_t", "n_per_arm", tolerance=1e-6)
check("two shares", ours("sizes", "per_arm", nth=1), "power_prop", "n_per_arm", tolerance=1e-6)
check("by school", ours("sizes", "per_arm_clustered"), "power_prop", "n_per_arm_deff", tolerance=1e-6)
assert abs(ours("sizes", "clusters_per_arm") - ours("sizes", "per_arm_clustered") / 100) < 1e-9
check("power by school", ours("sizes", "power"), "power_crt_d0.3", "power")
check("power of series", ours("sizes", "power", nth=1), "power_did_sim", "power_exact")
for term, quantity in (("share", "pa_share"), ("first", "rate1"), ("second", "rate2"), ("change", "change_pp"), ("still", "still_pa"), ("improved", "p_improve")):
    check(f"beta-binomial {term}", ours("beta-binomial", f"model_{term}") * (100 if quantity == "change_pp" else 1), "rtm_bb_n30", quantity)
for term, quantity in (("share", "share"), ("first", "mean1"), ("second", "mean2"), ("change", "change"), ("improved", "p_improve")):
    check(f"gamma-poisson {term}", ours("gamma-poisson", f"model_{term}"), "rtm_nb_c38", quantity)
check("change of slope, F", ours("sicily", "slope_test"), "sicily_slope", "F")
check("its p", ours("sicily", "slope_test", "p_value"), "sicily_slope", "F_p")
check("predictors", ours("smoking", "att"), "prop99_adh", "att_given_V")
check("their fit before", ours("smoking", "pre_mspe"), "prop99_adh", "pre_mspe_given_V")
balance = {r["covariate"]: r for r in csv.DictReader(open("o/smoking/balance.csv")) if r["sample"] == "synthetic"}
for name, quantity in (("lnincome", "ln_income"), ("age15to24", "youth"), ("beer", "beer"), ("cig75", "cig75"), ("cig80", "cig80"), ("cig88", "cig88")):
    scale = 1 if name != "age15to24" or golden["prop99_adh", quantity] < 1 else 100
    check(f"synthetic {name}", float(balance[name]["mean_control"]) * scale, "prop99_adh", quantity, tolerance=0.01)
p = ours("smoking", "att", "p_value")
assert abs(p * 39 - round(p * 39)) < 1e-9 and p <= 3 / 39, p  # California is among the first by placebos on the same predictors
check("normal", ours("normal", "model_change"), "rtm_normal_rho0.3_m2", "rtm_exact", sign=-1)
assert not wrong, wrong
END

shows "the page gives p among all outcomes and says where intervals are too narrow"
status 0 "$muster" study twice.lua --out page
grep -q "Among the outcomes of this study: p = 0.60 (step-down maxT" page/study.html || fail "no adjusted p on the page"
sed 's/twfe {}/imputation {}/; s/adjust = "westfall-young",//' twice.lua >narrow.lua
status 0 "$muster" study narrow.lua --out page
says "narrow_intervals: imputation has no small-sample factor, and there are 12 clusters"
grep -q "imputation has no small-sample factor" page/study.html || fail "the page does not say so"

shows "and what is missing or cannot be is named"
refused() { # STATUS TEXT PANEL ESTIMATOR MORE
  printf 'return study { %s panel = panel { %s }, estimators = { %s } }\n' "${5:-}" "$3" "$4" >r.lua
  status "$1" "$muster" study r.lua --out refused
  says "$2"
  [ ! -e refused ] || fail "something was written"
}
one='csv = "once.csv", outcome = "y6", treated = "treat"'
refused 4 'says nothing of effect' "$one" 'rct {}, power { by = "means" }'
refused 4 'says nothing of pupils' "$one" 'rct {}, power { by = "shares", from = 0.2, to = 0.1, icc = 0.1 }'
refused 4 'the predictor ber is no covariate of the panel' "$smoking" 'synthetic_control { predictors = { ber = 1 } }'
says 'did you mean "beer"'
refused 4 'the importance of the predictor beer is no number from 0' "$smoking" 'synthetic_control { predictors = { beer = -1 } }'
refused 4 'expected a table of name = number' "$smoking" 'synthetic_control { predictors = {} }'
refused 4 'model = "beta-binomial" says nothing of b' 'csv = "twice.csv", unit = "id", time = "time", treated_from = "first", outcome = "y6"' \
  'regression_to_the_mean { model = "beta-binomial", a = 1, cut = 0.1, sessions = 30 }'
awk -F, -v OFS=, 'NR>1 && $3==2 && $1==1 {$3=1} {print}' twice.csv >staggered.csv
refused 3 'adjust = "westfall-young": treatment starts at more than one time' \
  "csv = \"staggered.csv\", unit = \"id\", time = \"time\", treated_from = \"first\", $five" 'twfe {}' 'adjust = "westfall-young",'
