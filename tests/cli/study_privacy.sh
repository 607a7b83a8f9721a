#!/usr/bin/env bash
# What a study of few pupils says of itself before it is passed on, and that no pupil is named in anything it writes.
source "$(dirname "$0")/_lib.sh"

# trust FOLDER PUPILS TREATED: two schools, eight weeks, mentors for the first pupils from the fifth week
trust() {
  python3 - "$@" <<'END'
import os, random, sys
folder, pupils, treated = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(folder)
r = random.Random(4)
with open(f"{folder}/pupils.csv", "w") as p, open(f"{folder}/marks.csv", "w") as m, open(f"{folder}/interventions.csv", "w") as i:
    p.write("pupil_id,school_id,fsm\n"), m.write("pupil_id,start_date,marks\n")
    i.write("subject_kind,subject_id,kind,start_date,end_date,provider,dose,cost\n")
    for k in range(pupils):
        p.write(f"Zed-{k:04},S{k % 2},{'true' if k % 3 else 'false'}\n")
        m.write(f"Zed-{k:04},2025-09-01,{''.join('I' if r.random() < (.3 if k % 4 == 0 else .03) else '/' if n % 2 == 0 else chr(92) for n in range(80))}\n")
        if k < treated:
            i.write(f"pupil,Zed-{k:04},mentor,2025-09-29,,,,\n")
END
}
cat >s.lua <<'END'
return study { title = "A <b>title</b> & more", panel = panel { outcome = "absence_rate", unit = "pupil", every = "week", treated_from = intervention "mentor" },
  estimators = { twfe {}, event_study {} } }
END

shows "three treated pupils: page, stderr and study.json say that it is not to be passed on; so does a frozen plan"
trust few 40 3
status 0 "$muster" study s.lua few --preregister plan.json
says "not to be passed on: it is about few pupils (3 pupils treated; 3 pupils with the same start)"
status 0 "$muster" study s.lua few --out few.out
says "not to be passed on: it is about few pupils (3 pupils treated; 3 pupils with the same start"
grep -q "Not to be passed on: this study is about few pupils (3 pupils treated" few.out/study.html || fail "the page says nothing"
grep -q '"few_pupils": "3 pupils treated' few.out/study.json || fail "study.json says nothing"

shows "thirty treated and forty others: nothing of the kind"
trust many 70 30
status 0 "$muster" study s.lua many --out many.out
grep -rqiE "passed on" err many.out/study.html && fail "it is said of many pupils too"
grep -q '"few_pupils": null' many.out/study.json || fail "study.json does not say that there is nothing to say"

shows "no file names a pupil; what the script says is text on the page"
grep -rlE 'Zed-[0-9]+' few.out many.out plan.json && fail "a pupil is named"
grep -q '<h1>A &lt;b&gt;title&lt;/b&gt; &amp; more</h1>' few.out/study.html || fail "a title is not escaped"

shows "a group of few is noted beside groups.csv, which only its owner may read; what is recorded in a pack leaves it out"
cp -r "$root/rules/early-warning" p && rm -f p/backtest.json p/pack.sums*
status 0 "$muster" backtest p many --out b --record "synthetic, 70 pupils"
says "groups.csv counts fewer than 10 pupils of some groups, and is not to be passed on"
[ "$(stat -c %a b/groups.csv)" = 600 ] || fail "groups.csv is for all to read"
python3 - <<'END'
import csv, json
groups = list(csv.DictReader(open("b/groups.csv")))
few = lambda n: 0 < n < 10
for line in json.load(open("p/backtest.json"))["rules"]:
    for g in line.get("groups", []):
        s = g["score"]
        assert not any(few(n) for n in (s["cases"], s["positives"], s["flagged"], s["hits"], s["cases"] - s["positives"], s["cases"] - s["flagged"])), (line["rule"], g)
    have = {(g["attribute"], g["value"]) for g in line.get("groups", [])}
    for attribute in {g["attribute"] for g in groups}:
        values = {g["value"] for g in groups if g["attribute"] == attribute and int(g["cases"])}
        assert len(values - {v for a, v in have if a == attribute}) != 1, (line["rule"], attribute, "one value alone is left out")
END
