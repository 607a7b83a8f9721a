#!/usr/bin/env bash
# muster run: findings, plans, pictures, run.json; nothing after the as-of date; the same bytes every time.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning

shows "findings with evidence, plans with due dates in school days"
strips d 'ann=/\/\II/\/\/\/\/\/\/\OO/\/\/\/\' 'ben=/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\'
status 0 "$muster" run "$pack" d --as-of 2025-09-19 --out f --charts none
grep broken-weeks f/findings.csv >got
same got <<'END'
early-warning/broken-weeks,pupil,ann,S1,review,2025-09-16,2025-09-19,2 broken weeks since 1 September 2025,"{""first"":""2025-09-01"",""last"":""2025-09-15"",""weeks"":2}"
END
grep broken-weeks f/plans.csv >got
same got <<'END'
attendance-panel,early-warning/broken-weeks,ann,S1,call,Call home and ask what is in the way,tutor,2025-09-22,open
attendance-panel,early-warning/broken-weeks,ann,S1,panel,Attendance panel review,attendance lead,2025-09-26,open
END
head -1 f/findings.csv | grep -qx 'rule,scope,subject,school,level,since,as_of,message,evidence'
head -1 f/plans.csv | grep -qx 'plan,rule,subject,school,step,action,owner,due,status'

shows "run.json says from what it was made, and names no pupil"
python3 - <<'END'
import json
r = json.load(open("f/run.json"))
assert r["as_of"] == "2025-09-19" and r["packs"][0]["name"] == "early-warning" and len(r["packs"][0]["digest"]) == 64
assert r["data"]["source"] == "marks; calendar inferred" and len(r["data"]["digests"]["register"]) == 64
assert r["counts"]["pupils"] == 2 and r["timings"] is None
END
grep -q 'ann' f/run.json && fail "run.json names a pupil"

shows "nothing after the as-of date reaches a rule"
strips later 'ann=/\/\II/\/\/\/\/\/\/\OO/\/\/\/\OOOOOOOOOOOOOOOOOOOO' 'ben=/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\OOOOOOOOOOOOOOOOOOOO'
status 0 "$muster" run "$pack" later --as-of 2025-09-19 --out g --charts none
cmp f/findings.csv g/findings.csv
cmp f/plans.csv g/plans.csv

shows "a parameter for one run, an overlay, and their bounds"
status 0 "$muster" run "$pack" d --as-of 2025-09-19 --out g --charts none --set broken-weeks.weeks=3
grep -q broken-weeks g/findings.csv && fail "three weeks were asked for"
grep -q '"broken-weeks.weeks": "3"' g/run.json
echo 'return overlay { disable = { "broken-weeks" } }' >local.lua
status 0 "$muster" run "$pack" d --as-of 2025-09-19 --out g --charts none --params local.lua
grep -q broken-weeks g/findings.csv && fail "the rule is disabled"
status 2 "$muster" run "$pack" d --out g --set broken-weeks.weeks=99
status 2 "$muster" run "$pack" d --out g --set broken-weeks.week=2
says "weeks"
echo 'return overlay { params = { ["broken-weeks.weeks"] = 99 } }' >local.lua
status 4 "$muster" run "$pack" d --out g --params local.lua

shows "the same bytes for any number of threads, and on every run"
"$muster" synth --schools 6 --pupils 900 --seed 5 --out trust 2>/dev/null
status 0 "$muster" run "$pack" trust --as-of 2026-03-20 --out one --jobs 1
cp -r one kept
status 0 "$muster" run "$pack" trust --as-of 2026-03-20 --out one --jobs 1
diff -r kept one
status 0 "$muster" run "$pack" trust --as-of 2026-03-20 --out four --jobs 4
diff -r one four
[ -s one/charts/register.png ] && [ -s one/charts/cumulative.png ] || fail "no pictures"

shows "the as-of date defaults to the last day with a mark, and that is said"
status 0 "$muster" run "$pack" d --out g --charts none
says "as of 2025-09-19, the last day with a mark"

shows "a pack that runs away ends with status 4, and says which rule and line"
mkdir -p bad/rules
echo 'return pack { name = "bad", version = "1.0.0", api = 1, licence = "x", authors = { "x" }, about = "x" }' >bad/pack.lua
cat >bad/rules/spin.lua <<'END'
return rule {
  id = "spin", title = "Spin", scope = "pupil", level = "info", message = "x",
  when = function(pupil, p)
    while true do end
  end,
}
END
status 4 "$muster" run bad d --out g
says "rules/spin.lua:4"
says "spin"

shows "wrong packs: the file, the line, the nearest key"
sed -i 's/title = "Spin"/titel = "Spin"/' bad/rules/spin.lua
status 4 "$muster" run bad d --out g
says "titel"
says "title"
status 5 "$muster" run nowhere d --out g
