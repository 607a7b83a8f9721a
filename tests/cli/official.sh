#!/usr/bin/env bash
# The official absence statistics by school, 2018/19, as published: totals, local authorities, and the pack for hubs and trusts.
source "$(dirname "$0")/_lib.sh"
file=$shared/data/dfe/absence_3term_2018-19.csv
[ -f "$file" ] || { echo "SKIPPED: the official files are not here"; exit 0; }
mkdir d
cp "$root/examples/official-statistics/source.lua" d/
ln -s "$(realpath "$file")" d/

shows "4.7% of sessions, 10.9% of pupils, from 21,214 schools"
status 0 "$muster" measure d --by all --format csv
same out <"$root/examples/official-statistics/all.csv"
prints "all,all,,7105958,2522300237,,,83570764,35636525,119207289,,,0.047261,771863,0.108622"
status 0 "$muster" measure d --by phase --format csv
same out <"$root/examples/official-statistics/phase.csv"
status 0 "$muster" measure d --by school --format csv
[ "$(wc -l <out)" -eq 21215 ] || fail "not 21,214 schools"

shows "every local authority's published row from its schools"
"$muster" measure d --by local_authority --format csv >ours 2>/dev/null
python3 - "$file" <<'END'
import csv, sys
ours = {r["id"]: r for r in csv.DictReader(open("ours"))}
published = [r for r in csv.DictReader(open(sys.argv[1])) if r["geographic_level"] == "Local authority" and r["school_type"] == "Total"]
assert len(published) > 140, len(published)
for row in published:
    us = ours[row["la_name"]]
    for theirs, column in (("sess_possible", "possible"), ("sess_overall", "absent"), ("sess_authorised", "authorised"),
                           ("sess_unauthorised", "unauthorised"), ("enrolments", "pupils"), ("enrolments_pa_10_exact", "persistent")):
        assert us[column] == row[theirs], (row["la_name"], column, us[column], row[theirs])
print(len(published), "local authorities agree")
END

shows "schools with more persistent absence than chance explains"
status 0 "$muster" run "$root/rules/schools" d --out f
[ "$(grep -c beyond-others f/findings.csv)" -eq 584 ] || fail "beyond-others: $(grep -c beyond-others f/findings.csv)"
[ "$(grep -c more-than-chance f/findings.csv)" -eq 1741 ] || fail "more-than-chance: $(grep -c more-than-chance f/findings.csv)"
