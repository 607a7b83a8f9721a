#!/usr/bin/env bash
# Studies of totals without pupils: units of counts.csv by their periods.
source "$(dirname "$0")/_lib.sh"
"$muster" synth --schools 30 --pupils 3000 --seed 21 --phases secondary=1 --effect hub:-1.5 --out trust 2>/dev/null
mkdir totals
echo "unit_id,period,possible,authorised,unauthorised,enrolments,persistent,severe,start" >totals/counts.csv
for ht in 1 2 3 4 5 6; do
  "$muster" measure trust --by school --period "HT$ht" --definition plain --format csv 2>/dev/null >"ht$ht.csv"
done
python3 - <<'END'
import csv
begun = {r["subject_id"] for r in csv.DictReader(open("trust/interventions.csv"))}
with open("totals/counts.csv", "a", newline="") as out:
    write = csv.writer(out)
    for ht in "123456":
        for r in csv.DictReader(open(f"ht{ht}.csv")):
            write.writerow([r["id"], f"2025/26 HT{ht}", r["possible"], r["authorised"], r["unauthorised"], r["pupils"], r["persistent"], r["severe"],
                            "2025/26 HT2" if r["id"] in begun else ""])
END
cp trust/terms.csv trust/interventions.csv trust/schools.csv totals/
study() { printf 'return study { panel = panel { %s }, estimators = { %s } }\n' "$1" "${2:-twfe {\}, event_study {\}, callaway_santanna {\}}" >s.lua; }

shows "the figures of totals are those of the marks they were added up from"
study 'outcome = { "absence_rate", "unauthorised_rate", "persistent" }, unit = "school", every = "half-term", treated_from = intervention "hub"'
status 0 "$muster" study s.lua trust --out marks --no-charts
study 'outcome = { "absence_rate", "unauthorised_rate", "persistent" }, unit = "unit_id", every = "period", treated_from = intervention "hub", cluster = "unit_id"'
status 0 "$muster" study s.lua totals --out sums
[ -s sums/study.html ] && [ -s sums/charts/trends-absence-rate.png ] || fail "no page, no picture"
study 'outcome = { "absence_rate", "unauthorised_rate", "persistent" }, every = "period", treated_from = "start"'
status 0 "$muster" study s.lua totals --out column --no-charts
python3 - <<'END'
import csv
marks, sums, column = (list(csv.DictReader(open(f"{folder}/estimates.csv"))) for folder in ("marks", "sums", "column"))
assert len(marks) > 60
for a, b, c in zip(marks, sums, column, strict=True):
    for key in ("outcome", "estimator", "term", "group", "time"):
        assert a[key] == b[key] == c[key], (a, b, c)
    for key in ("estimate", "std_error", "p_value"):
        for other in (b, c):
            assert a[key] == other[key] == "" or abs(float(a[key]) - float(other[key])) <= 1e-9 * max(1e-6, abs(float(a[key]))), (key, a, other)
END
grep -q '"name": "2025/26 HT1"' sums/study.json && grep -q '"from": "2025-09' sums/study.json || fail "the periods have no dates"

shows "periods are put in order, or the study says how; starts by name"
cat >named.py <<'END'
import csv, sys
rows = list(csv.DictReader(open("totals/counts.csv")))
with open("named/counts.csv", "w", newline="") as out:
    write = csv.DictWriter(out, rows[0])
    write.writeheader()
    for r in rows:
        r["period"] = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "6": "sixth"}[r["period"][-1]]
        r["start"] = "second" if r["start"] else "no"
        write.writerow(r)
END
mkdir named && python3 named.py
study 'outcome = "absence_rate", every = "period", treated_from = "start", never = { "no" }' 'twfe {}'
status 3 "$muster" study s.lua named --out refused
says 'the period "first" cannot be put in order'
says 'name them in their order: panel { periods = { ... } }'
sed -i 's/every = "period"/every = "period", periods = { "first", "second", "third", "fourth", "fifth", "sixth" }/' s.lua
status 0 "$muster" study s.lua named --out named-out --no-charts
cut -d, -f7,8 named-out/estimates.csv | sed -n 2p >a
cut -d, -f7,8 column/estimates.csv | sed -n 2p >b
cmp a b || fail "another answer under other names"
some=$(sed -n 2p totals/interventions.csv | cut -d, -f2)
study "outcome = \"absence_rate\", every = \"period\", starts = { $some = \"2025/26 HT3\" }" 'synthetic_control {}'
status 0 "$muster" study s.lua totals --out one --no-charts
grep -q "^s,synthetic_control,absence_rate,att,,,[-0-9]" one/estimates.csv || fail "no synthetic control"

shows "what does not fit is refused with a word on what would"
refused() { # STATUS PANEL TEXT
  study "$2" "twfe {}"
  status "$1" "$muster" study s.lua totals --out refused
  says "$3"
  [ ! -e refused ] || fail "something was written"
}
refused 4 'outcome = "illness_rate", every = "period", treated_from = intervention "hub"' 'totals have no outcome "illness_rate"'
refused 4 'outcome = "absence_rate", unit = "pupil", every = "period", treated_from = intervention "hub"' 'the data are totals without pupils'
refused 4 'outcome = "absence_rate", every = "period", eligible = { at_least = 0.1 }, treated_from = intervention "hub"' 'eligible is not for a panel from totals'
refused 4 'outcome = "absence_rate", every = "week", periods = { "a" }, treated_from = intervention "hub"' 'periods is not for a panel from marks'
refused 3 'outcome = "absence_rate", every = "period", treated_from = "begun"' 'treated_from: there is no attribute "begun"'
refused 3 'outcome = "absence_rate", every = "period", starts = { nowhere = 3 }' 'starts: there is no unit "nowhere"'
refused 3 'outcome = "absence_rate", every = "period", where = { start = "never" }, treated_from = "start"' 'nothing is left in the panel'
rm totals/terms.csv
refused 3 'outcome = "absence_rate", every = "period", treated_from = intervention "hub"' 'the periods have no dates'
study 'outcome = "absence_rate", every = "period", treated_from = intervention "hub"' 'twfe {}'
status 3 "$muster" study s.lua trust --out refused
says 'every = "period" reads totals, and the data has none'

shows "a plan is frozen without the outcomes"
study 'outcome = "absence_rate", every = "period", treated_from = "start"' 'twfe {}'
status 0 "$muster" study s.lua totals --preregister plan.json
status 0 "$muster" study s.lua totals --preregister plan.json --out planned --no-charts
says "this study is the preregistered plan"

shows "periods that begin on dates end before a holiday, and the last is as long as is usual"
mkdir weekly && cp totals/schools.csv weekly/
python3 - <<'END'
import csv, datetime as d
schools = [r["school_id"] for r in csv.DictReader(open("totals/schools.csv"))][:12]
mondays = [d.date(2025, 10, 6), d.date(2025, 10, 13), d.date(2025, 10, 20), d.date(2025, 11, 3), d.date(2025, 11, 10)] # a week off from the 27th
with open("weekly/counts.csv", "w") as out:
    out.write("unit_id,period,possible,authorised,unauthorised\n")
    for i, s in enumerate(schools):
        for k, day in enumerate(mondays): out.write(f"{s},{day},1000,{40 + (7 * i + 3 * k * k) % 11},10\n")
with open("weekly/interventions.csv", "w") as out:
    out.write("subject_kind,subject_id,kind,start_date\n")
    for s in schools[:3]: out.write(f"school,{s},hub,2025-10-30\n") # in the holiday: treated from 3 November
    for s in schools[3:6]: out.write(f"school,{s},hub,2025-11-12\n") # in the last week
END
study 'outcome = "absence_rate", every = "period", treated_from = intervention "hub"' 'callaway_santanna {}'
status 0 "$muster" study s.lua weekly --out weeks --no-charts
[ "$(cut -d, -f5 weeks/estimates.csv | grep -E '^[0-9]+$' | sort -u | paste -sd' ')" = "4 5" ] || fail "first treated periods: $(cut -d, -f5 weeks/estimates.csv | sort -u | paste -sd' ')"
grep -q '"to": "2025-10-26"' weeks/study.json && grep -q '"to": "2025-11-16"' weeks/study.json || fail "the ends of periods"
study 'outcome = "absence_rate", every = "period", periods = { "2025-10-13", "2025-10-20", "2025-11-03", "2025-11-10" }, treated_from = intervention "hub"' 'callaway_santanna {}'
status 0 "$muster" study s.lua weekly --out some --no-charts
[ "$(cut -d, -f5 some/estimates.csv | grep -E '^[0-9]+$' | sort -u | paste -sd' ')" = "3 4" ] || fail "periods that are named have no dates"

shows "periods that overlap, that are the same twice, or that from and to cannot choose from are refused"
twice() { # NAME OF HT1 IN ANOTHER ROW
  rm -rf twice && cp -r totals twice
  awk -F, -v OFS=, -v other="$1" 'NR > 1 && $2 == "2025/26 HT1" { $2 = other; print }' totals/counts.csv >>twice/counts.csv
}
study 'outcome = "absence_rate", every = "period", treated_from = "start"' 'twfe {}'
twice "2025/26 autumn"
status 3 "$muster" study s.lua twice --out refused
says 'cannot be put in order with'
twice "202526 HT1"
status 3 "$muster" study s.lua twice --out refused
says 'are the same period'
refused 3 'outcome = "absence_rate", every = "period", from = "2025-11-01", treated_from = "start"' 'from: the period "2025/26 HT1" has no dates'
