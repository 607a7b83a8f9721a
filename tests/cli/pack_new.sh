#!/usr/bin/env bash
# muster pack new and check: a pack to begin with, and what is wrong with one.
source "$(dirname "$0")/_lib.sh"

shows "a new pack passes its own tests with coverage, and overwrites nothing"
status 0 "$muster" pack new my-school
same out <<'END'
my-school/pack.lua
my-school/rules/days-in-a-row.lua
my-school/rules/days-in-a-row_test.lua
my-school/plans/first-contact.lua
my-school/README.md
END
status 0 "$muster" test my-school --coverage
prints "3 passed, 0 failed"
cp -r my-school kept
status 5 "$muster" pack new my-school
says "nothing is overwritten"
diff -r kept my-school
ln -s nowhere linked
status 5 "$muster" pack new linked
status 2 "$muster" pack new "My School"
says "small letters"
status 2 "$muster" pack new trusted
mkdir shelf
status 0 "$muster" pack new shelf/other
grep -q 'name    = "other"' shelf/other/pack.lua

shows "check lists what is right"
status 0 "$muster" pack check my-school
same out <<'END'
good   loads        my-school 0.1.0, 1 rule, 1 plan
good   tests        3 of 3 cases pass
good   coverage     every rule fires, is silent, and is tried at every boundary
note   backtest     none is recorded: muster backtest PACK DATA --out DIR --record "what the data is"
note   authority    days-in-a-row does not say what its thresholds rest on: authority = "..."
note   sums         there is no pack.sums
note   signature    unsigned
END

shows "a failing test is status 1, as is a rule that is not covered"
sed -i 's/expect = none/expect = { { subject = "ann" } }/' my-school/rules/days-in-a-row_test.lua
status 1 "$muster" pack check my-school
grep -q '^wrong *tests *1 of 3 cases pass' out || fail "the tests are wrong"
rm my-school/rules/days-in-a-row_test.lua
status 1 "$muster" pack check my-school
grep -q '^wrong *tests' out || fail "no tests are wrong"

shows "a pack that does not load is status 4, and the file and line are named"
sed -i 's/title  =/titel  =/' my-school/rules/days-in-a-row.lua
status 4 "$muster" pack check my-school --format json
python3 - <<'END'
import json
rows = json.load(open("out"))
rows = rows if isinstance(rows, list) else rows["rows"]
loads = [r for r in rows if r["what"] == "loads"][0]
assert loads["verdict"] == "wrong" and "rules/days-in-a-row.lua:6" in loads["says"] and 'did you mean "title"' in loads["says"], loads
END
status 5 "$muster" pack check nowhere/at-all
