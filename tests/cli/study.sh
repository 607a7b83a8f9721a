#!/usr/bin/env bash
# muster study on CSV panels: what is read, what is written, what is refused, what a frozen plan says.
source "$(dirname "$0")/_lib.sh"

cat >panel.csv <<'END'
id,year,first,y,school,x,word
a,1,3,5.0,s1,1,b
a,2,3,5.5,s1,1,b
a,3,3,4.0,s1,1,b
a,4,3,4.2,s1,1,b
b,1,,6.0,s1,2,c
b,2,,6.2,s1,2,c
b,3,,6.4,s1,2,c
b,4,,6.1,s1,2,c
c,1,4,4.0,s2,3,b
c,2,4,4.4,s2,3,b
c,3,4,4.5,s2,3,b
c,4,4,3.0,s2,3,b
d,1,0,5.0,s2,4,c
d,2,0,5.1,s2,4,c
d,3,0,5.5,s2,4,c
d,4,0,5.2,s2,4,c
e,1,never,7.0,s3,5,d
e,2,never,7.4,s3,5,d
e,3,never,7.3,s3,5,d
e,4,never,7.9,s3,5,d
END
study() { printf 'return study {\n  panel = panel { csv = "panel.csv", unit = "id", time = "year", outcome = "y",\n    treated_from = "first", never = { 0, "never" }%s },\n  estimators = { %s },\n}\n' "$1" "$2" >s.lua; }

shows "the columns of estimates.csv, exactly, and a CSV panel without DATA"
study "" "twfe {}, event_study {}, callaway_santanna { control = \"notyet\" }"
status 0 "$muster" study s.lua --out o
[ "$(head -1 o/estimates.csv)" = "study,estimator,outcome,term,group,time,estimate,std_error,conf_low,conf_high,p_value,df,n_units,n_obs,n_clusters,note" ] || fail "$(head -1 o/estimates.csv)"
[ "$(head -1 o/balance.csv)" = "study,sample,covariate,mean_treated,mean_control,smd,var_ratio,ecdf_mean,ecdf_max,pair_distance" ] || fail "$(head -1 o/balance.csv)"
python3 - <<'END'
import csv, json
rows = list(csv.DictReader(open("o/estimates.csv")))
assert {r["study"] for r in rows} == {"s"} and {r["outcome"] for r in rows} == {"y"}
have = lambda **want: [r for r in rows if all(r[k] == v for k, v in want.items())]
assert len(have(estimator="twfe", term="treated", group="", time="")) == 1
assert {r["time"] for r in have(estimator="event_study", term="event")} == {"-3", "-2", "-1", "0", "1"}
att = have(estimator="callaway_santanna", term="att")
assert {(r["group"], r["time"]) for r in att} == {(g, t) for g in "34" for t in "234"}, att
for kind, filled in (("simple", ()), ("group", ("group",)), ("dynamic", ("time",)), ("calendar", ("time",))):
    overall = have(estimator="callaway_santanna", term=kind, group="", time="")
    assert len(overall) == 1, kind
    parts = [r for r in have(estimator="callaway_santanna", term=kind) if r not in overall]
    assert bool(parts) == bool(filled) and all(all(r[f] for f in filled) for r in parts), kind
for r in rows:
    for column in ("estimate", "std_error", "conf_low", "conf_high", "p_value"):
        assert not r[column] or repr(float(r[column])) == repr(float(repr(float(r[column])))), r
# units a, c start at 3 and 4; blank, 0 and "never" never do
assert json.load(open("o/study.json"))["outcomes"][0]["counts"]["treated_units"] == 2
by_hand = ((4.0 - 5.5) - sum((6.4 - 6.2, 4.5 - 4.4, 5.5 - 5.1, 7.3 - 7.4)) / 4)
first = have(estimator="callaway_santanna", term="att", group="3", time="3")[0]
assert abs(float(first["estimate"]) - by_hand) < 1e-12, (first, by_hand)
END

shows "a folder as DATA holds the file when the script's own does not; '-' is no folder"
mkdir d scripts && mv s.lua scripts/ && cp panel.csv d/
status 0 "$muster" study scripts/s.lua d --out o2
cmp o/estimates.csv o2/estimates.csv
cp panel.csv scripts/
status 0 "$muster" study scripts/s.lua - --out o3
cmp o/estimates.csv o3/estimates.csv

shows "covariates under their own names, clusters, factors, filters"
study ', covariates = { "z" }' 'twfe {}'
awk -F, -v OFS=, 'NR==1{print $0,"t","z";next}{print $0, $1<"c"?1:0, (NR*7)%5}' panel.csv >t.csv && mv t.csv panel.csv
status 0 "$muster" study s.lua --out o4
grep -q "^s,twfe,y,z,,,[-0-9]" o4/estimates.csv || fail "no row for the covariate"
printf 'return study { panel = panel { csv = "panel.csv", outcome = "y", treated = "t", where = { year = 4 } }, estimators = { rct {} } }\n' >s.lua
status 0 "$muster" study s.lua --out o4
grep -q "^s,rct,y,itt,," o4/estimates.csv || fail "no trial"
[ "$(cut -d, -f13 o4/estimates.csv | sed -n 2p)" = 5 ] || fail "where kept other rows"
study ', cluster = "school"' 'twfe {}'
status 0 "$muster" study s.lua --out o5
grep -q '3 clusters' o5/estimates.csv || fail "not by school"

shows "refused, with the line and the nearest word: the script (4), the file (3), the words (2), what is not there (5)"
refused() { # STATUS TEXT SED
  study "" "twfe {}"
  sed -i "$3" s.lua
  status "$1" "$muster" study s.lua --out refused
  says "$2"
  [ ! -e refused ] || fail "something was written"
}
refused 4 's.lua:3: panel does not know "nevr"' 's/never/nevr/'
says 'did you mean "never"?'
refused 4 's.lua:4: twfe does not know "error"' 's/twfe {}/twfe { error = "CR2" }/'
says 'did you mean "errors"?'
refused 4 's.lua:4: errors is "CR3"; expected one of CR1' 's/twfe {}/twfe { errors = "CR3" }/'
refused 4 'there is no "twef" here; did you mean twfe?' 's/twfe/twef/'
refused 4 's.lua:1: study says nothing of panel' 's/panel = panel {.*/panel = nil, title = "x",/; 3d'
refused 4 'control is "sometimes"; expected one of never, notyet' 's/twfe {}/callaway_santanna { control = "sometimes" }/'
refused 4 'expected a whole number' 's/twfe {}/permutation { draws = 1.5 }/'
refused 4 'used more than it may' '1i while true do end'
refused 4 'a function' 's/outcome = "y"/outcome = function() end/'
refused 4 's.lua:3: treated_from is a column, and there is no csv' 's/csv = "panel.csv", unit = "id", time = "year", //; s/, never = { 0, "never" }//'
refused 3 'panel.csv:1: there is no column "Y2"' 's/outcome = "y"/outcome = "Y2"/'
refused 3 'panel.csv: synthetic_control: treatment starts at' 's/twfe {}/synthetic_control {}/'
refused 5 'gone.csv: cannot open' 's/panel.csv/gone.csv/'
study "" "twfe {}"
status 2 "$muster" study s.lua
says "study: --out is missing"
status 5 "$muster" study gone.lua --out refused
sed 's/^a,2,3,5.5/a,2,3,oops/' panel.csv >d/panel.csv && rm scripts/panel.csv
status 3 "$muster" study scripts/s.lua d --out refused
says 'd/panel.csv:3: y: "oops" cannot be used; expected a number'
sed 's/^a,2,3,5.5/a,2,4,5.5/' panel.csv >d/panel.csv
status 3 "$muster" study scripts/s.lua d --out refused
says "the first treated time of a unit changes"
sed 's/^a,2,3,5.5/a,2,3/' panel.csv >d/panel.csv
status 3 "$muster" study scripts/s.lua d --out refused
says "d/panel.csv:3"
sed 's/^a,2,3,5.5/a,2,3,NA/' panel.csv >d/panel.csv
status 0 "$muster" study scripts/s.lua d --out o6
says "1 of 20 rows were left out, because a value is missing"

shows "a plan is frozen before its outcomes are read, and a later run says whether it is that plan"
study "" "twfe {}"
sed 's/,[0-9.]*,s/,not a number yet,s/' panel.csv >d/panel.csv
cp s.lua scripts/
status 0 "$muster" study scripts/s.lua d --preregister plan.json
says "no outcome was read"
status 0 "$muster" study scripts/s.lua d --preregister plan.json
cp panel.csv d/
status 0 "$muster" study scripts/s.lua d --preregister plan.json --out o7
says "this study is the preregistered plan"
grep -q '"matches": true' o7/study.json || fail "study.json does not say so"
echo '-- one more thought' >>scripts/s.lua
status 0 "$muster" study scripts/s.lua d --preregister plan.json --out o8
says "this study is NOT the preregistered plan: the script's text was changed since the plan was frozen, its choices were not"
status 5 "$muster" study scripts/s.lua d --preregister plan.json
says "a frozen plan is not overwritten"
sed -i 's/twfe {}/twfe { errors = "CR2" }/' scripts/s.lua
status 0 "$muster" study scripts/s.lua d --preregister plan.json --out o9
says "this study is NOT the preregistered plan: the script was changed"
grep -q '"matches": false' o9/study.json || fail "study.json does not say so"
status 3 "$muster" study scripts/s.lua d --preregister d/panel.csv --out o10
says "is no preregistered plan"

shows "for programs: JSON and CSV on stdout, nothing else"
study "" "twfe {}"
status 0 "$muster" study s.lua --out o --format csv
[ "$(head -1 out)" = "outcome,estimator,term,estimate,std_error,conf_low,conf_high,p_value,label" ] || fail "$(head -1 out)"
status 0 "$muster" study s.lua --out o --format json
python3 -c 'import json,sys; json.load(open("out")); json.load(open("o/study.json"))'

shows "the level of the study holds for every interval, whoever made it"
for level in 0.95 0.8; do
  printf 'return study { level = %s, panel = panel { csv = "panel.csv", unit = "id", time = "year", outcome = "y", treated_from = "first", never = { 0, "never" } }, estimators = { twfe {}, before_after {}, imputation {} } }\n' "$level" >s.lua
  status 0 "$muster" study s.lua --out "l$level"
done
grep -q "80% interval" l0.8/study.html && ! grep -q "95%" l0.8/study.html || fail "the page speaks of another level"
python3 - <<'END'
import csv
wide, narrow = (list(csv.DictReader(open(f"l{level}/estimates.csv"))) for level in ("0.95", "0.8"))
assert {r["estimator"] for r in wide} == {"twfe", "before_after", "imputation"}
for a, b in zip(wide, narrow, strict=True):
    assert (a["estimate"], a["std_error"], a["p_value"]) == (b["estimate"], b["std_error"], b["p_value"])
    if a["conf_low"] and a["term"] != "event_band":
        assert float(b["conf_high"]) - float(b["conf_low"]) < 0.8 * (float(a["conf_high"]) - float(a["conf_low"])), (a, b)
END

shows "a row that repeats a unit and time is named; a note is called a note once"
study "" "twfe {}"
cp panel.csv once.csv
tail -1 panel.csv >>panel.csv
status 0 "$muster" study s.lua --out o11
says "y: 1 rows repeat a unit and time; each counts as an observation of its own"
grep -q '"rows_repeated": 1' o11/study.json || fail "study.json does not say so"
! grep -q "note: note:" err || fail "note: note:"
study "" "callaway_santanna {}"
status 3 "$muster" study s.lua --out refused
says "a unit has more than one row in a time"
mv once.csv panel.csv

shows "everybody is treated in the end: those who start later are a comparison; a dose that moves is one too"
sed 's/,0,/,4,/; s/,never,/,4,/; s/^b,\([1-4]\),,/b,\1,4,/' panel.csv >later.csv
printf 'return study { panel = panel { csv = "later.csv", unit = "id", time = "year", outcome = "y", treated_from = "first" }, estimators = { callaway_santanna { control = "notyet" } } }\n' >s.lua
status 0 "$muster" study s.lua --out o12
! grep -q no_comparison err || fail "no comparison?"
! grep -q "no evidence of effect" out || fail "a comparison with those who start later is one"
awk -F, -v OFS=, 'NR==1{print $0,"dose";next}{print $0, 0.1 * NR % 1 + 0.1}' panel.csv >dose.csv
printf 'return study { panel = panel { csv = "dose.csv", unit = "id", time = "year", outcome = "y", treated = "dose" }, estimators = { twfe {} } }\n' >s.lua
status 0 "$muster" study s.lua --out o13
! grep -q no_comparison err || fail "no comparison for a dose?"

shows "effects by subgroup: those of separate studies, their difference, p-values for several attributes adjusted"
"$muster" synth --schools 12 --pupils 3000 --seed 5 --effect letters:-1,share=0.5 --out trust 2>/dev/null
for where in '' ', where = { fsm = true }' ', where = { fsm = false }'; do
  printf 'return study { panel = panel { outcome = "absence_rate", every = "half-term", treated_from = intervention "letters", cluster = "school"%s }, estimators = { twfe { errors = "CR0" }, subgroups { by = { "fsm", "sex" }, errors = "CR0" } } }\n' "$where" >s.lua
  status 0 "$muster" study s.lua trust --out "g$((n = ${n:-0} + 1))" --no-charts
done
python3 - <<'END'
import csv
read = lambda folder: {(r["estimator"], r["term"]): r for r in csv.DictReader(open(f"{folder}/estimates.csv"))}
both, fsm, others = read("g1"), read("g2"), read("g3")
value = lambda rows, estimator, term, column="estimate": float(rows[estimator, term][column])
for level, alone in (("true", fsm), ("false", others)):
    for column in ("estimate", "std_error"):
        ours, separate = value(both, "subgroups", f"fsm={level}", column), value(alone, "twfe", "treated", column)
        assert abs(ours - separate) <= 1e-9 * abs(separate), (level, column, ours, separate)
gap = value(both, "subgroups", "fsm=true less fsm=false")
assert abs(gap - value(fsm, "twfe", "treated") + value(others, "twfe", "treated")) < 1e-12
plain = sorted(value(both, "subgroups", by, "p_value") for by in ("fsm", "sex"))
adjusted = sorted(value(both, "subgroups", f"{by}_adjusted_p", "p_value") for by in ("fsm", "sex"))
assert abs(adjusted[0] - min(1, 2 * plain[0])) < 1e-12 and adjusted[1] >= plain[1], (plain, adjusted)
END
printf 'return study { panel = panel { outcome = "absence_rate", treated_from = intervention "letters" }, estimators = { subgroups {} } }\n' >s.lua
status 4 "$muster" study s.lua trust --out refused
says "subgroups says nothing of by"
sed -i 's/subgroups {}/subgroups { by = "fms" }/' s.lua
status 3 "$muster" study s.lua trust --out refused
says 'by: there is no attribute "fms"'
says 'did you mean "fsm"?'

shows "columns that the treatment cannot move are tested as placebos"
printf 'return study { panel = panel { csv = "panel.csv", unit = "id", time = "year", outcome = "y", treated_from = "first", never = { 0, "never" } }, estimators = { twfe {}, placebo_outcomes { outcomes = { "z" } } } }\n' >s.lua
status 0 "$muster" study s.lua --out o14
grep -q "^s,placebo_outcomes,y,z,,,[-0-9]" o14/estimates.csv || fail "no placebo"
sed -i 's/{ outcomes = { "z" } }/{}/' s.lua
status 3 "$muster" study s.lua --out refused
says "a panel without marks has no kinds of marks to compare"

shows "a trial that lost outcomes: who was lost, complete cases, everybody by multiple imputation, and a shift of what was drawn"
python3 - <<'END'
import csv, random
r = random.Random(4)
with open("trial.csv", "w", newline="") as out:
    write = csv.writer(out)
    write.writerow(["pupil", "drawn", "before", "after"])
    for i in range(1200):
        before, drawn = r.gauss(8, 3), i % 2
        after = before + r.gauss(0, 2) - drawn * (0.4 * (before - 8) + 1)
        write.writerow([i, drawn, before, "" if r.random() < (0.6 if drawn and before > 9 else 0.1) else after])
END
printf 'return study { seed = 7, panel = panel { csv = "trial.csv", unit = "pupil", outcome = "after", treated = "drawn", covariates = { "before" } }, estimators = { rct {}, multiple_imputation { imputations = 40, shift = 1 } } }\n' >s.lua
status 0 "$muster" study s.lua --out o15
status 0 "$muster" study s.lua --out o16
cmp o15/estimates.csv o16/estimates.csv
says "severe: attrition: outcomes are missing for"
python3 - <<'END'
import csv
rows = {(r["estimator"], r["term"]): r for r in csv.DictReader(open("o15/estimates.csv"))}
get = lambda term, column="estimate": float(rows["multiple_imputation", term][column])
assert abs(get("complete_cases") - float(rows["rct", "itt_adjusted"]["estimate"])) < 1e-12
assert get("lost_treated") > 0.25 > 0.15 > get("lost_comparison")
assert get("imputed", "conf_low") < -1 < get("imputed", "conf_high")
assert abs(get("imputed_shifted") - get("imputed") - get("lost_treated")) < 0.02
assert get("dropout_before", "p_value") < 0.001 and 0 < get("missing_information") < 1
assert "Rubin" in rows["multiple_imputation", "imputed"]["note"] and "seed 7" in rows["multiple_imputation", "imputed"]["note"]
END

shows "one treated cluster: errors by cluster must not be called an effect; permutation may"
python3 - <<'END'
import csv, random
r = random.Random(2)
with open("one.csv", "w", newline="") as out:
    write = csv.writer(out)
    write.writerow(["unit", "time", "start", "y"])
    for unit in range(30):
        level = r.gauss(0, 1)
        for time in range(1, 13):
            write.writerow([unit, time, 9 if unit == 0 else "", level + r.gauss(0, 1)])
END
for first in twfe permutation; do
  printf 'return study { panel = panel { csv = "one.csv", unit = "unit", time = "time", outcome = "y", treated_from = "start" }, estimators = { %s {} } }\n' $first >s.lua
  status 0 "$muster" study s.lua --out "o-$first" --no-charts
done
grep -q "few_clusters,severe" o-twfe/warnings.csv || fail "one treated cluster, and no severe guard"
grep -q "few_clusters,caution" o-permutation/warnings.csv || fail "a permutation test was stopped"
