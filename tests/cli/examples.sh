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
