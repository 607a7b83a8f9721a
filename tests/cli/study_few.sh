#!/usr/bin/env bash
# Few clusters: beside an interval that is too narrow stands one that holds, computed here once more by other means.
source "$(dirname "$0")/_lib.sh"

python3 - <<'END'
import csv, random
def write(name, schools, treated, times, start, weeks=False):
    r = random.Random(name)
    with open(f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["school", "time", "start", "y"])
        for s in range(schools):
            level, memory = r.gauss(8, 1), 0
            for t in range(1, times + 1):
                memory = 0.6 * memory + r.gauss(0, 0.5)
                out.writerow([s, t, start if s < treated else "", repr(level + 0.1 * t + memory - (t >= start and s < treated))])
write("twenty", 20, 8, 8, 5)
write("three", 15, 3, 8, 5)
write("one", 12, 1, 8, 5)
write("many", 60, 30, 8, 5)
END
study() { # NAME ESTIMATORS MORE
  printf 'return study { seed = 7, %s panel = panel { csv = "%s.csv", unit = "school", time = "time", outcome = "y", treated_from = "start" }, estimators = { %s } }\n' \
    "${3:-}" "$1" "$2" >"$1.lua"
  status 0 "$muster" study "$1.lua" --out "o/$1"
}

shows "twenty schools: wild bootstrap and jackknife stand beside, and are what they say"
study twenty 'twfe {}, did {}, imputation {}, callaway_santanna { bands = false }, its { slope = false }, twfe { errors = "CR2" }, wild_bootstrap {}'
shows "three treated schools trade their starts; one treated school has no jackknife; sixty schools need nothing beside twfe"
study three 'twfe {}, imputation {}, permutation {}'
study one 'imputation {}, twfe {}, permutation {}'
study many 'twfe {}, did {}'
python3 - <<'END'
import csv, json, math, statistics
rows = lambda name: list(csv.DictReader(open(f"o/{name}/estimates.csv")))
def row(name, estimator, term, nth=0):
    return [r for r in rows(name) if r["estimator"] == estimator and r["term"] == term and not r["group"] and not r["time"]][nth]
def panel(name):
    units = {}
    for r in csv.DictReader(open(f"{name}.csv")):
        units.setdefault(int(r["school"]), (bool(r["start"]), {}))[1][int(r["time"])] = float(r["y"])
    return units
def close(name, a, b, tolerance=1e-9):
    assert abs(a - b) <= tolerance * max(1, abs(b)), (name, a, b)

def jackknife(units, estimate):
    """(G-1)/G sum of squared moves; degrees of freedom by arm."""
    all_of, part, count = estimate(units), [0, 0], [0, 0]
    for s, (arm, _) in units.items():
        part[arm] += (estimate({k: v for k, v in units.items() if k != s}) - all_of) ** 2
        count[arm] += 1
    return all_of, math.sqrt((len(units) - 1) / len(units) * sum(part)), sum(part) ** 2 / sum(p * p / (n - 1) for p, n in zip(part, count))
def by_arm(units, figure):
    return [statistics.fmean(figure(y) for treated, y in units.values() if treated == arm) for arm in (False, True)]
def difference(units):  # before against after: twfe, did and imputation are this on a balanced panel with one start
    never, ever = by_arm(units, lambda y: statistics.fmean(y[t] for t in range(5, 9)) - statistics.fmean(y[t] for t in range(1, 5)))
    return ever - never
def callaway(units):  # against the last time before the start
    never, ever = by_arm(units, lambda y: statistics.fmean(y[t] for t in range(5, 9)) - y[4])
    return ever - never
def solve(a, b):
    n = len(b)
    for i in range(n):
        k = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[k], b[i], b[k] = a[k], a[i], b[k], b[i]
        for r in range(i + 1, n):
            f = a[r][i] / a[i][i]
            a[r] = [x - f * z for x, z in zip(a[r], a[i])]
            b[r] -= f * b[i]
    for i in reversed(range(n)):
        b[i] = (b[i] - sum(a[i][k] * b[k] for k in range(i + 1, n))) / a[i][i]
    return b
def series(units):  # level change of the difference of means, with a trend
    y, x = [], [[1, t, t >= 5] for t in range(1, 9)]
    for t in range(1, 9):
        never, ever = by_arm(units, lambda own: own[t])
        y.append(ever - never)
    return solve([[sum(r[i] * r[k] for r in x) for k in range(3)] for i in range(3)], [sum(r[i] * v for r, v in zip(x, y)) for i in range(3)])[2]

twenty = panel("twenty")
for estimator, term, how in (("did", "treated", difference), ("imputation", "treated", difference), ("callaway_santanna", "simple", callaway),
                             ("its_controlled", "level", series)):
    estimate, error, df = jackknife(twenty, how)
    ours = row("twenty", estimator, f"{term}_jackknife")
    close(estimator, float(ours["estimate"]), estimate)
    close(estimator, float(ours["estimate"]), float(row("twenty", estimator, term)["estimate"]))
    close(estimator, float(ours["std_error"]), error)
    close(estimator, float(ours["df"]), df, 1e-7)
    half = (float(ours["conf_high"]) - float(ours["conf_low"])) / 2
    assert 1.96 * error < half < 2.6 * error, (estimator, half, error)
    assert "trust this interval rather than that of " + term in ours["note"], ours["note"]
    if term != "level":
        assert half > (float(row("twenty", estimator, term)["conf_high"]) - float(row("twenty", estimator, term)["conf_low"])) / 2
wild, plain = row("twenty", "twfe", "treated_wild"), row("twenty", "wild_bootstrap", "treated")
assert all(wild[c] == plain[c] for c in ("estimate", "conf_low", "conf_high", "p_value")), (wild, plain)
assert len([r for r in rows("twenty") if r["term"] == "treated_wild"]) == 1  # CR2 holds by itself

for name, assignments in (("three", "all 455 assignments"), ("one", None)):
    trade = [r for r in rows(name) if r["term"] == "treated_permutation"]
    test = row(name, "permutation", "treated")
    if assignments:
        assert all(trade[0][c] == test[c] for c in ("estimate", "conf_low", "conf_high", "p_value")) and assignments in trade[0]["note"], trade
    else:
        assert not trade  # 1 of 12: p never falls below 0.083, so no interval either
estimate, error, df = jackknife(panel("three"), difference)
ours = row("three", "imputation", "treated_jackknife")
close("three", float(ours["std_error"]), error)
alone = row("one", "imputation", "treated_jackknife")
assert alone["conf_low"] == "" and "no interval to trust: without cluster 1 of 12" in alone["note"], alone
assert not [r for r in rows("many") if "_jackknife" in r["term"] or "_wild" in r["term"]]

said = json.load(open("o/twenty/study.json"))["outcomes"][0]
assert said["primary"]["term"] == "treated" and said["trust_interval_of"]["term"] == "treated_wild", said
assert json.load(open("o/many/study.json"))["outcomes"][0]["trust_interval_of"] is None
END
grep -q "With 20 clusters, 8 of them treated, that interval is too narrow. Trust treated_wild instead" o/twenty/study.html || fail "the page does not say which interval to trust"
grep -q "too narrow. Trust" o/many/study.html && fail "the page of sixty schools speaks of few clusters"

shows "covariates count for those who stayed as for all"
python3 - <<'END'
import csv, random
r = random.Random(3)
with open("left.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(["school", "time", "start", "x", "y"])
    for s in range(60):
        for t in range(1, 7):
            x = r.gauss(0, 1) + (3 if s % 2 and t >= 4 else 0)
            if not (s < 6 and t >= 4):
                out.writerow([s, t, 4 if s % 2 else "", repr(x), repr(5 * x + s % 7 + r.gauss(0, 0.3))])
END
cat >left.lua <<'END'
return study { panel = panel { csv = "left.csv", unit = "school", time = "time", outcome = "y", treated_from = "start", covariates = { "x" } }, estimators = { twfe {} } }
END
status 0 "$muster" study left.lua --out o/left --no-charts
grep -q "for stayers" o/left/warnings.csv && { cat o/left/warnings.csv >&2; fail "the covariate was left out among those who stayed"; }
true
