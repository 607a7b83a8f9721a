#!/usr/bin/env bash
# Options that would be ignored, or contradict each other, are refused before anything is read or written.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS
strips d 'ann=/\/\IIIIII' 'bob=/\/\/\/\/\'
"$muster" pack new p >/dev/null 2>&1
"$muster" import d s.db >/dev/null 2>&1

shows "what is about DATA, where there is none"
for option in "--as-of 2025-09-05" "--known-at 2025-09-05" "--source x.lua" --strict "--jobs 2"; do
  status 2 "$muster" pack diff p p $option; says "${option%% *} is about DATA, and there is none"
done
status 2 "$muster" pack diff p p --format csv; says "there is no DATA"
status 0 "$muster" pack diff p p d --format csv
status 2 "$muster" pack info p --known-at 2025-09-05; says "--known-at is about DATA"
status 0 "$muster" pack info p d --jobs 2

shows "how files are read, of a store"
status 2 "$muster" measure s.db --by all --source x.lua; says "--source says how files are read, and a store has none"
status 2 "$muster" run p s.db --source x.lua --out o; [ ! -e o ] || fail "something was written"

shows "installing and going back"
for option in "--params x.lua" --no-params --allow-unsigned "--limit-time 3"; do
  status 2 "$muster" pack install p --rollback $option; says "${option%% *} is about installing"
done
status 2 "$muster" pack install p --params x.lua --no-params --allow-unsigned; says "--no-params contradicts --params"
[ ! -e packs ] || fail "something was installed"

shows "a status that no step has"
status 2 "$muster" plan list s.db --status finished; says "open, done, late or dropped"
status 0 "$muster" plan list s.db --status late

shows "one pack is tested, so there is none beside it"
status 2 "$muster" test p --also p; says "there is no option --also"

shows "a sweep as of one day is no backtest, and its parameter is looked at before the data"
for option in "--from 2025-09-01" "--to 2025-09-05" "--every day" "--outcome severe" "--by fsm"; do
  status 2 "$muster" sweep p d --param days-in-a-row.sessions=4,6 --as-of 2025-09-05 $option; says "${option%% *} is about a backtest"
done
status 2 "$muster" sweep p nowhere --param days; says "--param is missing or not of its form"
status 0 "$muster" sweep p d --param days-in-a-row.sessions=4,6 --as-of 2025-09-05

shows "a CSV panel: DATA that is no folder, and options of registers"
printf 'id,t,s,y\na,1,2,1\na,2,2,3\nb,1,,1\nb,2,,2\nc,1,2,2\nc,2,2,5\ne,1,,1\ne,2,,3\n' >y.csv
echo 'return study { panel = panel { csv = "y.csv", unit = "id", time = "t", outcome = "y", treated_from = "s" }, estimators = { twfe {} } }' >y.lua
for data in nowhere s.db y.csv; do status 2 "$muster" study y.lua $data --out o; says "$data is no folder that could hold it"; done
status 2 "$muster" study y.lua --strict --out o; says "--strict is about a register"
[ ! -e o ] || fail "something was written"
status 0 "$muster" study y.lua - --out o

shows "synthetic pupils are put into a new store only"
sha256sum s.db >before
status 5 "$muster" synth --pupils 20 --store s.db; says "is there already"; says "s.db"
sha256sum -c --quiet before || fail "a store was written to"
status 2 "$muster" synth --pupils 20 --store new.db --layout strip; says "--layout is of marks.csv"
status 0 "$muster" synth --pupils 20 --store new.db

shows "waiting for a pack to be saved that nobody saves"
status 0 "$muster" pack install p --allow-unsigned
status 2 timeout 20 "$muster" run p@0.1.0 d --watch; says "p@0.1.0 is not a folder"

shows "a secret key without its public half is not left behind"
mkdir k.pub
status 5 "$muster" pack key k.key
[ ! -e k.key ] || fail "half a pair is left"

shows "a pack is described in lines or as json, as help says"
for form in lines table json; do status 0 "$muster" pack info p --format $form; done
status 2 "$muster" pack info p --format csv; says "lines or json"
status 0 "$muster" pack info p d --timings; says "in all"

shows "a wrong --charts before anything is written, and dots of a picture that has none"
status 2 "$muster" run p d --out wrong --charts all; says "some, schools or none"; [ ! -e wrong ] || fail "something was written"
echo 'return chart { data = { { x = 1, y = 2 }, { x = 2, y = 3 } }, line { x = "x", y = "y" } }' >c.lua
status 2 "$muster" chart c.lua d --out c.svg --scale 2; says "--scale is about the dots of a .png"

shows "pictures of an earlier run or study do not stay beside findings that are not theirs"
status 0 "$muster" run p d --out r; [ -f r/charts/register.png ] || fail "no picture"
status 0 "$muster" run p d --out r --as-of 2025-09-01; [ ! -e r/charts/register.png ] || fail "the picture of another day is left"
status 0 "$muster" run p d --out r; touch r/charts/mine.png
status 0 "$muster" run p d --out r --charts none; [ ! -e r/charts/register.png ] || fail "an old picture is left"
[ -f r/charts/mine.png ] || fail "somebody else's file was removed"
status 0 "$muster" study y.lua --out o; [ -f o/study.html ] && [ -f o/charts/trends.png ] || fail "no page or picture"
status 0 "$muster" study y.lua --out o --no-charts; [ ! -e o/study.html ] && [ ! -e o/charts/trends.png ] || fail "an old page or picture is left"
