#!/usr/bin/env bash
# Every pack in rules/: its tests cover it, it says what it rests on, and it runs on a synthetic trust.
source "$(dirname "$0")/_lib.sh"

"$muster" synth --schools 3 --pupils 360 --seed 11 --effect mentor:-1.0 --out trust 2>/dev/null
packs=0
for folder in "$root"/rules/*/; do
  pack=$(basename "$folder")
  shows "$pack: tested at every boundary, explained, and at work"
  status 0 "$muster" test "$folder" --coverage
  prints " 0 failed"
  status 0 "$muster" pack check --strict "$folder"
  grep -q '^good *backtest' out || fail "$pack: its record is missing or stale: tests/tools/record_backtests.sh"
  for rule in "$folder"rules/*.lua; do
    id=$(basename "$rule" .lua)
    case $id in *_test) continue ;; esac
    grep -q "$id" "$folder/README.md" || fail "README.md of $pack does not speak of $id"
  done
  for day in 2025-09-05 2025-12-12 2026-07-17; do
    status 0 "$muster" run "$folder" trust --as-of $day --charts none --out "findings/$pack/$day"
    [ -s "findings/$pack/$day/run.json" ] || fail "$pack has no run.json"
  done
  packs=$((packs + 1))
done
[ "$packs" -ge 10 ] || fail "only $packs packs"

shows "plans live on in a store: reviews are asked, plans escalate, nothing breaks"
status 0 "$muster" import trust trust.db
for folder in "$root"/rules/*/; do
  for day in 2025-10-10 2026-01-16 2026-05-08; do
    status 0 "$muster" run "$folder" trust.db --as-of $day --charts none --out stored
  done
done

shows "all packs in one run, and nobody's finding changes"
status 0 "$muster" run "$root/rules/early-warning" trust --as-of 2025-12-12 --charts none --out together \
  $(for folder in "$root"/rules/*/; do [ "$(basename "$folder")" = early-warning ] || echo --also "$folder"; done)
for folder in "$root"/rules/*/; do
  pack=$(basename "$folder")
  diff <(grep "^$pack/" together/findings.csv || true) <(grep "^$pack/" "findings/$pack/2025-12-12/findings.csv" || true) >&2 || fail "$pack differs in company"
done

shows "statutory-england: compulsory school age begins after the holidays that follow the fifth birthday"
week='OOOOOOOOOO'
strips age "august=$week$week$week" "september=$week$week$week" "older=$week$week$week"
cat >age/pupils.csv <<'END'
pupil_id,school_id,birth_date
august,S1,2020-08-31
september,S1,2020-09-01
older,S1,2015-02-28
END
status 0 "$muster" run "$root/rules/statutory-england" age --as-of 2025-09-19 --charts none --out aged
[ "$(grep '^statutory-england/attendance-return' aged/findings.csv | cut -d, -f3 | sort | tr '\n' ' ')" = "august older " ] ||
  { cat aged/findings.csv >&2; fail "who is of compulsory school age"; }

shows "last year: two synthetic years of the same pupils, read by the rules that ask for one"
"$muster" synth --schools 1 --pupils 300 --seed 11 --phases secondary=1 --year 2024 --out last 2>/dev/null
"$muster" synth --schools 1 --pupils 300 --seed 11 --phases secondary=1 --year 2025 --out this 2>/dev/null
python3 "$root/tests/tools/two_years.py" last this both
status 0 "$muster" run "$root/rules/chronic-us" both --as-of 2025-09-12 --charts none --out linked
grep -q '^chronic-us/last-year-or-first-month.*in last year' linked/findings.csv || fail "nobody was absent last year"
status 0 "$muster" run "$root/rules/transition" both --as-of 2025-09-12 --charts none --out moved
grep -q '^transition/year-6-history' moved/findings.csv || fail "no Year 6 history"
