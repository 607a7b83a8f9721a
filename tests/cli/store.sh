#!/usr/bin/env bash
# muster import and what lives in a store: history, plans from run to run, pseudonyms, figures that may leave.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning

shows "an import measures as the folder does; the same again changes nothing"
"$muster" synth --schools 2 --pupils 200 --seed 6 --out trust 2>/dev/null
status 0 "$muster" import trust t.db --on 2026-07-21
[ "$(stat -c %a t.db)" = 600 ] || fail "the store can be read by others"
"$muster" measure trust --by pupil --format csv 2>/dev/null >folder
"$muster" measure t.db --by pupil --format csv 2>/dev/null >store
cmp folder store
cp t.db before.db
status 0 "$muster" import trust t.db --on 2026-07-22
prints "nothing new"
cmp t.db before.db
status 0 "$muster" check t.db
"$muster" run "$pack" trust --as-of 2025-11-28 --out f --charts none >/dev/null 2>&1
"$muster" run "$pack" t.db --as-of 2025-11-28 --out g --charts none >/dev/null 2>&1
cmp f/findings.csv g/findings.csv

shows "run.json names folder and store by one digest, and says no count of rows where none were read"
content() { grep '"register"' "$1/run.json"; }
[ "$(content f)" = "$(content g)" ] || fail "folder and store have two digests"
grep -q '"rows": null' g/run.json || fail "a store's run counts rows"
grep -q '"accepted": [1-9]' f/run.json || fail "a folder's run counts no rows"
"$muster" run "$pack" t.db --as-of 2025-11-28 --out one --charts none --jobs 1 >/dev/null 2>&1
[ "$(content f)" = "$(content one)" ] || fail "the digest depends on --jobs"
cp -r trust other && awk -F, -v OFS=, 'NR == 5 { $4 = ($4 == "I" ? "M" : "I") } 1' trust/marks.csv >other/marks.csv
"$muster" run "$pack" other --as-of 2025-11-28 --out o --charts none >/dev/null 2>&1
[ "$(content f)" != "$(content o)" ] || fail "another mark and the same digest"
mkdir columns && cp trust/*.csv columns/ # the same pupils, columns in another order and one more that is empty
awk -F, -v OFS=, '{ $(NF + 1) = NR == 1 ? "nickname" : ""; t = $3; $3 = $4; $4 = t } 1' trust/pupils.csv >columns/pupils.csv
"$muster" run "$pack" columns --as-of 2025-11-28 --out c --charts none >/dev/null 2>&1
[ "$(content f)" = "$(content c)" ] || fail "the digest depends on the order of columns"

shows "what a register said on an earlier day"
strips d 'ann=NN/\/\/\/\/\/\/\/\/\' 'ben=/\/\/\/\/\/\/\/\/\/\'
status 0 "$muster" import d h.db --on 2025-09-12
strips d 'ann=II/\/\/\/\/\/\/\/\/\' 'ben=/\/\/\/\/\/\/\/\/\/\'
status 0 "$muster" import d h.db --on 2025-09-19
prints "2 changed"
"$muster" measure h.db --by pupil --format csv 2>/dev/null | grep ',ann,' | cut -d, -f8-9 >now
"$muster" measure h.db --by pupil --known-at 2025-09-12 --format csv 2>/dev/null | grep ',ann,' | cut -d, -f8-9 >then
echo 2,0 | same now
echo 0,2 | same then
status 3 "$muster" measure h.db --by all --known-at 2025-09-01
status 2 "$muster" measure d --by all --known-at 2025-09-12

shows "plans live on: done stays done, an undone step is late"
strips p 'ann=/\/\II/\/\/\/\/\/\/\OO/\/\/\/\/\/\/\/\/\/\/\/\/\/\'
status 0 "$muster" import p p.db --on 2025-10-03
status 0 "$muster" run "$pack" p.db --as-of 2025-09-19 --out r --charts none
status 0 "$muster" plan list p.db --format csv
number=$(grep broken-weeks out | head -1 | cut -d, -f1)
status 2 "$muster" plan done p.db ann call --on 2025-09-22
says "plan list"
status 0 "$muster" plan done p.db "$number" call --on 2025-09-22
status 0 "$muster" run "$pack" p.db --as-of 2025-10-03 --out r --charts none
grep broken-weeks r/plans.csv | cut -d, -f5,8,9 >got
same got <<'END'
call,2025-09-22,done
panel,2025-09-26,late
END
status 2 "$muster" plan done p.db nobody call --on 2025-09-22
status 2 "$muster" plan done p.db ann call

shows "pseudonyms: no identifier is left, measures are the same"
status 0 "$muster" import trust q.db --on 2026-07-21 --pseudonymise key --new-key
id=$(sed -n 2p trust/pupils.csv | cut -d, -f1)
grep -q "$id" q.db && fail "an identifier is in the store"
"$muster" measure q.db --by school --format csv 2>/dev/null >got
"$muster" measure trust --by school --format csv 2>/dev/null >want
cmp got want
status 3 "$muster" import trust q.db --on 2026-07-22

shows "figures that may leave: small numbers are hidden"
status 0 "$muster" export t.db --by fsm --least 30
grep -q ',c,' out || fail "nothing was hidden"
grep -qE "$(cut -d, -f1 trust/pupils.csv | sed 1d | head -40 | paste -sd'|')" out && fail "a pupil is named"

shows "what is no store, locked or newer: status 5 and a sentence"
echo 'not a database' >x.db
status 5 "$muster" measure x.db --by all
status 5 "$muster" measure none.db --by all
if command -v sqlite3 >/dev/null; then
  cp t.db newer.db
  sqlite3 newer.db 'PRAGMA user_version = 9999'
  status 5 "$muster" measure newer.db --by all
  says "newer"
fi
mkdir ro && chmod 555 ro
if [ "$(id -u)" -ne 0 ]; then status 5 "$muster" import d ro/x.db; fi
chmod 755 ro
