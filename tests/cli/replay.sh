#!/usr/bin/env bash
# muster test, explain, backtest, sweep: rules tried, explained and replayed.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning

shows "test: people, TAP, JUnit, coverage, and a failing case with its difference"
status 0 "$muster" test "$pack" --coverage
prints "0 failed"
prints "8 of 8 rules"
status 0 "$muster" test "$pack" --format tap
head -1 out | grep -qx 'TAP version 13'
grep -q '^not ok' out && fail "a case is not ok"
status 0 "$muster" test "$pack" --format junit
python3 -c 'import xml.dom.minidom; d = xml.dom.minidom.parse("out"); assert len(d.getElementsByTagName("testcase")) > 30'
cp -r "$pack" mine
sed -i 's/weeks = 2, first = "2025-09-01"/weeks = 3, first = "2025-09-01"/' mine/rules/broken-weeks_test.lua
status 1 "$muster" test mine
prints "weeks"
prints "broken-weeks_test.lua"
rm mine/rules/*_test.lua
status 1 "$muster" test mine

shows "explain: why, which sessions, how far away, when it clears"
strips d 'ann=II/\/\/\/\/\/\/\/\/\/\/\/\/\/\' 'ben=I\/\/\/\/\/\/\/\/\/\/\/\/\/\/\'
status 0 "$muster" explain "$pack" d --as-of 2025-09-12 --pupil ann --rule persistent-absence
prints "reported since"
prints "2 of 20 sessions"
prints "2025-09-01 AM I PM I"
prints "clears on 2025-09-15"
status 0 "$muster" explain "$pack" d --as-of 2025-09-12 --pupil ben --rule persistent-absence
prints "not flagged"
prints "more missed session"
status 0 "$muster" explain "$pack" d --as-of 2025-09-12 --pupil ben --format json
python3 - <<'END'
import json
x = json.load(open("out"))
assert x["subject"] == "ben" and len(x["rules"]) == 8
pa = [r for r in x["rules"] if r["rule"].endswith("persistent-absence")][0]
assert not pa["flagged"] and (pa["numerator"], pa["denominator"]) == (1, 20), pa
END
status 3 "$muster" explain "$pack" d --as-of 2025-09-12 --pupil zoe
status 2 "$muster" explain "$pack" d --as-of 2025-09-12 --pupil ann --rule persistent-absense
says "did you mean 'persistent-absence'?"

shows "backtest: scores with intervals, by group, the same for any number of threads"
"$muster" synth --schools 3 --pupils 450 --seed 4 --out trust 2>/dev/null
status 0 "$muster" backtest "$pack" trust --from 2025-09-01 --to 2026-07-17 --every week --outcome persistent --out one --jobs 1
cp out printed
status 0 "$muster" backtest "$pack" trust --from 2025-09-01 --to 2026-07-17 --every week --outcome persistent --out two --jobs 3
diff -r one two
cmp out printed
python3 - <<'END'
import csv
rules = {r["rule"]: r for r in csv.DictReader(open("one/rules.csv"))}
assert rules["threshold"]["recall"] == "1.000000"
for r in rules.values():
    if r["precision"]: assert float(r["precision_low"]) <= float(r["precision"]) <= float(r["precision_high"]), r
groups = list(csv.DictReader(open("one/groups.csv")))
assert {g["attribute"] for g in groups} >= {"fsm", "sen", "sex"}
pack = [g for g in groups if g["rule"] == "pack" and g["attribute"] == "sex"]
assert sum(int(g["cases"]) for g in pack) == int(rules["pack"]["cases"])
END
[ -s one/charts/rules.png ] || fail "no picture"

shows "a replay cannot see past its dates: later marks change no earlier week"
status 0 "$muster" backtest "$pack" trust --from 2025-09-01 --to 2025-12-19 --out whole --outcome ten-sessions-next-half-term
python3 - <<'END'
import csv
rows = list(csv.reader(open("trust/marks.csv")))
with open("trust/marks.csv", "w") as f:
    for r in rows: f.write(",".join(r[:3] + [r[3] if r[1] <= "2025-12-19" or r[0] == "pupil_id" else "O"]) + "\n")
END
status 0 "$muster" backtest "$pack" trust --from 2025-09-01 --to 2025-12-19 --out changed --outcome ten-sessions-next-half-term
cmp whole/weeks.csv changed/weeks.csv

shows "sweep: caseload for each value"
status 0 "$muster" sweep "$pack" trust --param broken-weeks.weeks=1,2,3 --as-of 2025-11-28 --format csv
[ "$(wc -l <out)" -eq 4 ] || fail "not three values"
python3 -c 'import csv; n = [int(r["findings"]) for r in csv.DictReader(open("out"))]; assert n[0] > n[1] > n[2], n'
status 2 "$muster" sweep "$pack" trust --param broken-weeks.weeks
status 2 "$muster" sweep "$pack" trust --param broken-weeks.weeks=99
status 2 "$muster" backtest "$pack" trust --outcome absent --out x
says "persistent"
