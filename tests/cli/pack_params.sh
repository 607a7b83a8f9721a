#!/usr/bin/env bash
# Parameters of a pack itself: set, swept, recorded so that they can be given again, and kept apart in a store.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS
strips d 'ann=/\/\/\/\IIIIII' 'bob=/\/\/\/\/\IIII'
"$muster" pack new p >/dev/null 2>&1
sed -i 's|about   = .*|about = "x", params = { most = integer { 6, min = 1, max = 9, doc = "sessions" } },|' p/pack.lua
"$muster" import d s.db >/dev/null 2>&1

shows "run.json names it as --set takes it"
status 0 "$muster" run p s.db --out o --charts none
status 0 "$muster" run p s.db --out o --charts none --set p.most=4
grep -q '"p.most": *"4"' o/run.json || { cat o/run.json >&2; fail "run.json does not name p.most"; }

shows "in a store, runs with other parameters of the pack are other runs; the same run replaces the former"
runs() { python3 -c 'import sqlite3; print(sqlite3.connect("s.db").execute("select count(*) from run_row").fetchone()[0])'; }
[ "$(runs)" -eq 2 ] || fail "$(runs) runs are kept of two"
status 0 "$muster" run p s.db --out o --charts none --set p.most=4
[ "$(runs)" -eq 2 ] || fail "the same run is kept twice"

shows "it can be swept, and so can a rule's under its full name"
status 0 "$muster" sweep p d --param p.most=4,6 --format csv; [ "$(wc -l <out)" -eq 3 ] || fail "not two values"
status 0 "$muster" sweep p d --param p/days-in-a-row.sessions=4,6 --format csv; cp out full
status 0 "$muster" sweep p d --param days-in-a-row.sessions=4,6 --format csv; cmp out full
status 2 "$muster" sweep p d --param days-in-arow.sessions=4,6; says "has no parameter"
