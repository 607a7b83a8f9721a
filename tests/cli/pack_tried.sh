#!/usr/bin/env bash
# The backtest that a pack carries: recorded by a command, covered by the signature, shown, and stale when rules change.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS
"$muster" pack new p >/dev/null 2>&1
"$muster" synth --schools 1 --pupils 200 --seed 4 --out d 2>/dev/null

shows "none is recorded"
status 0 "$muster" pack check p
prints "none is recorded"
status 0 "$muster" pack info p
prints "none is recorded"
status 0 "$muster" pack info p --format json
grep -q '"backtest": null' out || fail "not null"

shows "recorded with what the backtest says, the same bytes every time and with --isolate"
status 0 "$muster" backtest p d --out b --record "synthetic, 200 pupils"
cmp b/backtest.json p/backtest.json
cp p/backtest.json first
status 0 "$muster" backtest p d --out b --jobs 1 --record "synthetic, 200 pupils"
cmp first p/backtest.json
rm p/backtest.json
if "$muster" backtest p d --out c --isolate --record "synthetic, 200 pupils" >out 2>err; then
  cmp first p/backtest.json
else
  grep -q "cannot shut a pack in" err || { cat err >&2; fail "--isolate"; }
  cp first p/backtest.json
fi
python3 - <<'END'
import csv, json
t = json.load(open("p/backtest.json"))
rows = {r["rule"]: r for r in csv.DictReader(open("b/rules.csv"))}
assert [l["rule"] for l in t["rules"]] == ["days-in-a-row", "pack", "threshold"]
for l in t["rules"]:
    r = rows.get("p/" + l["rule"]) or rows[l["rule"]]
    s = l["score"]
    assert [s[k] for k in ("cases", "positives", "flagged", "hits")] == [int(r[k]) for k in ("cases", "positives", "flagged", "hits")]
    assert abs(s["precision"]["low"] - float(r["precision_low"])) < 1e-6 and abs(l["new_per_tick"] - float(r["new_per_tick"])) < 1e-6
    assert str(l["lead"]["median"] or "") == "" or abs(l["lead"]["median"] - float(r["lead_median"])) < 1e-6
groups = [r for r in csv.DictReader(open("b/groups.csv")) if r["rule"] == "p/days-in-a-row"]
kept = t["rules"][0]["groups"]
few = lambda g: any(0 < n < 10 for n in (*(int(g[k]) for k in ("cases", "positives", "flagged", "hits")), int(g["cases"]) - int(g["positives"]), int(g["cases"]) - int(g["flagged"])))
assert {g["value"] for g in kept} <= {g["value"] for g in groups if not few(g)} and 0 < len(kept) < len(groups), (kept, groups)
assert t["data"]["pupils"] == 200 and t["data"]["is"] == "synthetic, 200 pupils" and t["from"] and t["outcome"] == "persistent"
END
status 0 "$muster" pack check p
prints "recorded on synthetic, 200 pupils"
status 0 "$muster" pack info p
prints "on synthetic, 200 pupils: 200 pupils in 1 school"
prints "by fsm: true"
status 0 "$muster" pack info p --format json
python3 -c 'import json; b = json.load(open("out"))["backtest"]; assert b["stale"] is False and b["record"] == json.load(open("p/backtest.json"))'

shows "it is signed with the pack, and travels with it"
"$muster" pack key k.key >/dev/null 2>&1
status 0 "$muster" pack sign p --key k.key
grep -q ' backtest.json$' p/pack.sums || fail "pack.sums does not have it"
mkdir -p packs/trusted && cp k.pub packs/trusted/
status 0 "$muster" pack install p
status 0 "$muster" pack info p@0.1.0
prints "on synthetic, 200 pupils"

shows "an overlay that changes verdicts is said to be none of the record"
echo 'return overlay { params = { ["days-in-a-row.sessions"] = 8 } }' >local.lua
cp -r packs others
status 0 "$muster" pack install p --params local.lua --packs others
status 0 "$muster" pack info p@0.1.0 --packs others
prints "of the pack as it is written, without the overlay that is in force here"
if grep -q STALE out; then fail "an overlay makes no record stale"; fi

shows "beside it stands what the pack would have done on one's own data, by the same steps and outcome"
status 0 "$muster" pack info p
prints "muster pack info PACK DATA"
status 0 "$muster" pack info p d
prints "Backtest on your own data"
prints "on d: 200 pupils in 1 school"
status 0 "$muster" pack info p d --format json
python3 - <<'END'
import json
f = json.load(open("out"))
record, here = f["backtest"]["record"], f["backtest_here"]
assert not f["backtest"]["without_overlay"]
assert here["data"].pop("is") == "d" and record["data"].pop("is") == "synthetic, 200 pupils"
assert here == record, "the same data, and another answer"
END
"$muster" backtest p d --out severe --every half-term --outcome severe --record "severe" >/dev/null 2>&1
status 0 "$muster" pack info p d --format json
python3 -c 'import json; h = json.load(open("out"))["backtest_here"]; assert h["outcome"] == "severe" and h["every"] == "half-term"'
cp first p/backtest.json
status 0 "$muster" pack info p@0.1.0 d --packs others --format json
python3 -c 'import json; f = json.load(open("out")); assert f["backtest"]["without_overlay"] and f["backtest_here"]["rules"][0] != f["backtest"]["record"]["rules"][0]'
status 5 "$muster" pack info p nowhere
mkdir empty && printf 'pupil_id,school_id\na,S\n' >empty/pupils.csv
status 3 "$muster" pack info p empty

shows "it can be of the pack as it is written only"
for more in "--set days-in-a-row.sessions=5" "--params x.lua" "--also p" "--allow-unfit"; do
  status 2 "$muster" backtest p d --out b --record x $more
  says "--record"
done
for text in "" "$(printf 'two\nlines')" "$(printf '%0400d' 0)"; do
  status 2 "$muster" backtest p d --out b --record "$text"
  says "what DATA is, in one line"
done
status 2 "$muster" backtest p@0.1.0 d --out b --record x
says "an installed pack is not changed"

shows "stale when what verdicts depend on changed since; not for a chart, a comment, a title or the manifest's words"
cp -r p q
echo "more" >>q/README.md
printf '%s\n' '-- more' >>q/rules/days-in-a-row_test.lua
status 4 "$muster" pack check q # the sums
prints "good   backtest"
rm q/pack.sums*
sed -i 's/version *= "0.1.0"/version = "0.1.1"/; s/about *= "/about = "Now with a chart. /' q/pack.lua
sed -i 's/title *= "/title = "Since: /; s/max = 60/max = 50/; 1i -- a comment' q/rules/days-in-a-row.lua
mkdir -p q/charts
echo 'return register_chart { pupils = 5 }' >q/charts/c.lua
if "$muster" pack diff p q | grep -q "the same"; then fail "nothing was changed"; fi
status 0 "$muster" pack check q
prints "good   backtest"
cp -r q r
sed -i 's/"5 school days"/"6 school days"/; s/"1 school day"/"2 school days"/' r/plans/*.lua
status 1 "$muster" pack check r
prints "backtest.json was made with other rules"
sed -i 's/integer { 6/integer { 5/' p/rules/days-in-a-row.lua
rm p/pack.sums*
status 1 "$muster" pack check p
prints "backtest.json was made with other rules, of p 0.1.0"
status 0 "$muster" pack info p
prints "STALE: made with other rules than these"
status 0 "$muster" pack info p --format json
grep -q '"stale": true' out || fail "not stale"
status 4 "$muster" pack sign p --key k.key
says "was made with other rules than the pack has now"
rm p/backtest.json
status 0 "$muster" pack sign p --key k.key

shows "a record from a stranger does no harm"
bad() {
  status 4 "$muster" pack check q
  prints "wrong  backtest"
  status 4 "$muster" pack info q
}
for text in '' '{' '[]' '{}' 'null' '{"format": 2}'; do printf '%s' "$text" >q/backtest.json; bad; done
sed 's/"hits": [0-9]*/"hits": -1/' first >q/backtest.json; bad
sed 's/"hits": [0-9]*/"hits": "many"/' first >q/backtest.json; bad
head -c 2000000 /dev/zero | tr '\0' ' ' >q/backtest.json; bad
ln -sf /etc/passwd q/backtest.json; bad
rm q/backtest.json
sed 's/synthetic, 200/\\u001b[31msynth\\u009b, 200/' first >q/backtest.json
status 0 "$muster" pack info q
if grep -q $'\033' out; then fail "an escape reaches the terminal"; fi
prints "[31msynth"
