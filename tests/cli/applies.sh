#!/usr/bin/env bash
# Preconditions of packs: refused, passed over, or used all the same, and why.
source "$(dirname "$0")/_lib.sh"
mkdir -p p/rules
cat >p/rules/away.lua <<'END'
return rule { id = "away", title = "Away", scope = "pupil", level = "info", message = "{n}", hold = "2 school weeks",
  when = function(pupil) local n = pupil:count("absent", "this week") if n >= 2 then return { n = n } end end }
END
pack() { echo "return pack { name = 'p', version = '1.0.0', api = 1, licence = 'CC0', $1 }" >p/pack.lua; }
mkdir d
cat >d/marks.csv <<'END'
pupil_id,start_date,marks
ann,2025-09-01,OO/\/\/\/\OO/\/\/\/\OO/\/\/\/\
ben,2025-09-01,OO/\/\/\/\OO/\/\/\/\OO/\/\/\/\
cat,2025-09-01,OO/\/\/\/\OO/\/\/\/\OO/\/\/\/\
END
printf 'pupil_id,school_id,year_group\nann,A,3\nben,B,8\ncat,C,8\n' >d/pupils.csv
printf 'school_id,name,phase,region\nA,Ash,Primary,London\nB,Beech,Secondary,London\nC,Cedar,,London\n' >d/schools.csv
found() { cut -d, -f3 o/findings.csv | sed 1d | sort | tr '\n' ' '; }
run() { local want=$1; shift; rm -rf o; status "$want" "$muster" run p d --as-of 2025-09-19 --out o --charts none "$@"; }

shows "schools that are meant, and those of which the data does not say it"
pack "applies = { phase = { 'secondary', 'all-through' } }"
run 0
[ "$(found)" = "ben cat " ] || fail "found $(found)"
says "p passes over 1 of 3 schools: phase is Primary, and it is meant for secondary, all-through"
grep -q '"schools": 2' o/run.json || fail "run.json does not say for how many schools"
run 0 --allow-unfit
[ "$(found)" = "ann ben cat " ] || fail "found $(found)"
says "p is not meant for 1 of 3 schools"
grep -q '"allowed_unfit": true' o/run.json || fail "run.json does not say it"

shows "nowhere at all"
pack "applies = { region = 'North West' }"
run 4
says "p does not apply to any of the schools: region is London, and it is meant for North West"
says "--allow-unfit"
[ ! -e o/findings.csv ] || fail "it ran"
for command in "backtest p d --out b" "explain p d --pupil ann" "sweep p d --param away.x=1" "report p d --out r.html"; do
  status 4 "$muster" $command
done
cp -r p q
echo "return pack { name = 'q', version = '1.0.0', api = 1, licence = 'CC0' }" >q/pack.lua
run 0 --also q
[ "$(cut -d, -f1 o/findings.csv | sort -u | tr '\n' ' ')" = "q/away rule " ] || fail "both or none"
says "p passes over 3 of 3 schools"

shows "what the data must have"
pack "applies = { pupils = { 'year_group', 'attr.house' } }"
run 4
says "which lacks the column attr.house of pupils"
pack "applies = { data = { 'marks', 'interventions' } }"
run 4
says "which lacks interventions"
pack "applies = { pupils = 'year_group', data = 'marks', country = 'England' }"
run 0
says "p is meant for country England, which the data does not say of its schools"
[ "$(found)" = "ann ben cat " ] || fail "found $(found)"

shows "weeks and dates count for every day that is looked at, live and in a backtest"
pack "applies = { weeks = 4 }"
run 4
says "it needs 4 school weeks of marks, and there are 3"
pack "applies = { weeks = 3 }"
run 0
grep -q ',2025-09-15,2025-09-19,' o/findings.csv || { cat o/findings.csv >&2; fail "since a day on which the pack did not apply"; }
status 0 "$muster" backtest p d --from 2025-09-01 --to 2025-09-19 --out b
[ "$(cut -d, -f1,4 b/weeks.csv | grep 2025 | tr '\n' ' ')" = "2025-09-05,0 2025-09-12,0 2025-09-19,3 " ] || { cat b/weeks.csv >&2; fail "a backtest finds otherwise"; }
pack "applies = { from = '2025-09-10', to = '2025-09-17' }"
run 4
says "it is meant for dates until 2025-09-17"
run 4 --as-of 2025-09-05
says "it is meant for dates from 2025-09-10"
run 0 --as-of 2025-09-12
grep -q ',2025-09-10,2025-09-12,' o/findings.csv || { cat o/findings.csv >&2; fail "since before the pack applied"; }

shows "words that are wrong"
pack "applies = { data = 'intervention' }"
run 4
says 'did you mean "interventions"?'
pack "applies = { weeks = 0 }"
run 4
says "from 1 to 53 school weeks"
pack "applies = { from = '1/9/2025' }"
run 4
says 'a date such as "2025-09-01"'

shows "groups by what pupils do not have find nothing, and say so"
pack "about = 'x'"
echo 'return rule { id = "years", title = "Years", scope = "group", by = "yeargroup", level = "info", message = "", when = function() return true end }' >p/rules/years.lua
run 0
says "p/years is about groups by yeargroup, which the pupils of this data do not have; did the pack mean year_group?"
