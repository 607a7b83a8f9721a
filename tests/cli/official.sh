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

shows "three terms add up to the published year, for every local authority and type of school, and for the nation"
terms=$shared/data/dfe/absence_by_term_2016-17.csv
mkdir terms && ln -s "$(realpath "$terms")" terms/ && cp "$root/examples/official-statistics/by-term.lua" terms/source.lua
status 0 "$muster" check terms --strict
"$muster" measure terms --by school --format csv >units 2>/dev/null
"$muster" measure terms --by phase --format csv >phases 2>/dev/null
status 0 "$muster" measure terms --by phase --period "201617 / Autumn term" --format csv
python3 - "$terms" <<'END'
import csv, sys
published = [r for r in csv.DictReader(open(sys.argv[1])) if r["time_period"] == "201617"]
def agree(ours, rows, name, least):
    assert len(rows) > least, len(rows)
    for row in rows:
        us = ours[name(row)]
        for theirs, column in (("sess_possible", "possible"), ("sess_overall", "absent"), ("sess_authorised", "authorised"), ("sess_unauthorised", "unauthorised")):
            if row[theirs].isdigit(): assert us[column] == row[theirs], (name(row), column, us[column], row[theirs])
    return len(rows)
read = lambda path: {r["id"]: r for r in csv.DictReader(open(path))}
year = [r for r in published if r["term"] == "Total"]
units = agree(read("units"), [r for r in year if r["geographic_level"] == "Local authority"], lambda r: f"{r['la_name']} / {r['school_type']}", 440)
national = lambda rows: [r for r in rows if r["geographic_level"] == "National"]
agree(read("phases"), national(year), lambda r: r["school_type"], 2)
agree(read("out"), national(r for r in published if r["term"] == "Autumn term"), lambda r: r["school_type"], 2)
print(units, "units agree")
END

shows "the source.lua that check suggests for these files reads them as the example does"
mkdir terms2 && ln -s "$(realpath "$terms")" terms2/
status 0 "$muster" check terms2 --suggest
cp out terms2/source.lua
prints 'unit_id = { "la_name", "school_type" }, period = { "time_period", "term" }'
prints 'term = { "Autumn term", "Spring term", "Summer term" }'
status 0 "$muster" check terms2 --strict
"$muster" measure terms2 --by school --period "201617 / Spring term" --format csv >suggested 2>/dev/null
"$muster" measure terms --by school --period "201617 / Spring term" --format csv >given 2>/dev/null
cut -d, -f2,5-13 suggested >a && cut -d, -f2,5-13 given >b && cmp a b

shows "weekly attendance: what the published columns must add up to, row by row, by muster's own test of absent = authorised + unauthorised"
weeks=$shared/data/dfe/weekly_attendance_2025-11-20.csv
mkdir weeks && ln -s "$(realpath "$weeks")" weeks/ && cp "$root/examples/official-statistics/by-week.lua" weeks/source.lua
status 0 "$muster" check weeks --strict
"$muster" measure weeks --by phase --format csv >phases 2>/dev/null
status 0 "$muster" measure weeks --by school --format csv
says "30 totals have no number of possible sessions"
prints "school,City of London / Primary,,,,,,,,,,,"
identity() { # A = B + C, every level and phase
  mkdir -p identity && ln -sf "$(realpath "$weeks")" identity/
  cat >identity/source.lua <<END
return source { counts = { file = "$(basename "$weeks")", missing = { "c" }, attributes = {},
  columns = { unit_id = { "geographic_level", "region_name", "la_name", "education_phase" }, period = { "time_period", "time_identifier" },
              possible = "possible_sessions", absent = "$1", authorised = "$2", unauthorised = "$3", enrolments = "-", persistent = "-", severe = "-" } } }
END
  status 0 "$muster" check identity --strict
  prints "5146         5146          0          0          0"
}
identity possible_sessions overall_attendance overall_absence
identity overall_attendance present_sessions approved_educational_activity
identity overall_absence authorised_absence unauthorised_absence
identity late_sessions reason_l_present_late_before_registers_closed reason_u_unauthorised_late_after_registers_closed
python3 - "$weeks" <<'END'
import csv, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if r["possible_sessions"] != "c"]
codes = ["b_aea_education_off_site", "j_aea_interview", "p_aea_approved_sporting_activity", "v_aea_educational_visit_trip", "w_aea_work_experience", "k_aea_education_arranged_by_la"]
for r in rows:
    assert sum(int(r["reason_" + c]) for c in codes) == int(r["approved_educational_activity"]), r["la_name"]
ours = {r["id"]: r for r in csv.DictReader(open("phases"))}
for phase in ("Primary", "Secondary", "Special"):
    theirs = [r for r in rows if r["geographic_level"] == "Local authority" and r["education_phase"] == phase]
    for published, column in (("possible_sessions", "possible"), ("overall_absence", "absent"), ("authorised_absence", "authorised")):
        assert int(ours[phase][column]) == sum(int(r[published]) for r in theirs), (phase, column)
    assert ours[phase]["pupils"] == "", "numbers of pupils of several weeks were added up"
print(len(rows), "rows agree: approved = B + J + P + V + W + K")
END
