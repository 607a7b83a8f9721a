#!/usr/bin/env bash
# What examples/ shows is what comes out.
source "$(dirname "$0")/_lib.sh"

shows "the trust of the quickstart: measures and findings are those that stand in examples/trust"
"$muster" synth --schools 4 --pupils 2000 --year 2025 --seed 7 --out trust 2>/dev/null
"$muster" measure trust --by school --period autumn --format csv 2>/dev/null >measures.csv
same measures.csv <"$root/examples/trust/measures.csv"
"$muster" run "$root/rules/early-warning" trust --as-of 2025-11-28 --out f --charts none --format csv 2>/dev/null >rules.csv
same rules.csv <"$root/examples/trust/rules.csv"
"$muster" measure trust --source "$root/examples/trust/source.lua" --by school --period autumn --format csv 2>/dev/null >measures.csv
same measures.csv <"$root/examples/trust/measures.csv"

shows "an export with other names, another delimiter and other codes, read through its source.lua"
"$muster" measure "$root/examples/export" --by pupil --format csv 2>/dev/null >measures.csv
same measures.csv <"$root/examples/export/measures.csv"

shows "exports in the shapes of four systems: every row is accepted, measures are those that stand beside them, from a store too"
for shape in sims arbor bromcom ed-fi; do
  export=$root/examples/exports/$shape
  status 0 "$muster" check "$export" --strict
  "$muster" measure "$export" --by pupil --definition plain --format csv 2>/dev/null >measures.csv
  same measures.csv <"$export/measures.csv"
  status 0 "$muster" import "$export" "$shape.db" --strict
  "$muster" measure "$shape.db" --by pupil --definition plain --format csv 2>/dev/null >measures.csv
  same measures.csv <"$export/measures.csv"
done

shows "without its source.lua the check of such a folder proposes one"
mkdir bare && cp "$root/examples/exports/sims/"*.csv bare/
status 3 "$muster" measure bare --by all
status 0 "$muster" check bare --suggest
prints 'week = "Week Beginning"'
prints "skip_lines = 2"
prints 'group = "Reg Group", year_group = "Year"'
cp out bare/source.lua
status 0 "$muster" measure bare --by pupil --definition plain --format csv
cut -d, -f2,5-10 out >got
cut -d, -f2,5-10 "$root/examples/exports/sims/measures.csv" | same got
rm bare/* && cp "$root/examples/exports/bromcom/"*.tsv bare/
status 0 "$muster" check bare --suggest
prints 'delimiter = "tab"'
rm bare/* && cp "$root/examples/exports/ed-fi/student"*.csv bare/
status 0 "$muster" check bare --suggest
prints 'session = "-"'
