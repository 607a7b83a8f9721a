#!/usr/bin/env bash
# muster chart: the examples draw, formats and presets, the same bytes twice, errors name the line and the nearest word.
source "$(dirname "$0")/_lib.sh"
"$muster" synth --schools 4 --pupils 2000 --year 2025 --seed 7 --out trust 2>/dev/null

shows "every example draws, as PNG, SVG and as the data behind it"
for script in "$root"/examples/charts/*.lua; do
  name=$(basename "$script" .lua)
  for form in png svg csv; do
    status 0 "$muster" chart "$script" trust --as-of 2025-11-28 --out "$name.$form"
    [ -s "$name.$form" ] || fail "$name.$form is empty"
  done
  head -c 8 "$name.png" | od -An -tx1 | grep -q '89 50 4e 47' || fail "$name.png is no PNG"
  python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$name.svg"
done

shows "the same bytes twice, on any number of threads"
status 0 "$muster" chart "$root/examples/charts/register.lua" trust --as-of 2025-11-28 --out again.png --jobs 4
cmp register.png again.png

shows "charts of schools: their figures are those of muster measure, small schools are left out and counted"
"$muster" measure trust --as-of 2025-11-28 --by school --definition plain --format csv 2>/dev/null | tail -n +2 | cut -d, -f3,4,14 | sort >expected.csv
status 0 "$muster" chart "$root/examples/charts/funnel.lua" trust --as-of 2025-11-28 --out funnel.csv
python3 - <<'PY'
import csv
measured = {r[0]: (int(r[1]), int(r[2])) for r in csv.reader(open("expected.csv"))}
drawn = {r["school"]: (round(float(r["n"])), round(float(r["n"]) * float(r["share"]) / 100)) for r in csv.DictReader(open("funnel.csv"))}
assert drawn.keys() == measured.keys(), (drawn, measured)
for name, (pupils, persistent) in drawn.items(): # those who left are not drawn
    assert 0 <= measured[name][0] - pupils <= 5 and 0 <= measured[name][1] - persistent <= 5, (name, measured[name], drawn[name])
PY
strips few "P1=$(printf 'O%.0s' {1..40})"
echo 'return bands_chart {}' >bands.lua
status 3 "$muster" chart bands.lua few --out bands.png; says "at least 10 pupils"

shows "presets"
for preset in slide report narrow; do status 0 "$muster" chart "$root/examples/charts/weekly.lua" trust --as-of 2025-11-28 --preset $preset --out $preset.png; done
cmp -s slide.png narrow.png && fail "presets are alike"

shows "wrong scripts and words"
echo 'return chart { data = { { x = 1, y = 2 } }, titel = "T", line { x = "x", y = "y" } }' >c.lua
status 4 "$muster" chart c.lua trust --out c.png
says "did you mean"
[ ! -e c.png ] || fail "a picture of a wrong chart"
echo 'return chart { data = { { x = 1, y = 2 } }, title = "T", line { x = "x", y = "yy" } }' >c.lua
status 4 "$muster" chart c.lua trust --out c.png
says "yy"
status 2 "$muster" chart "$root/examples/charts/weekly.lua" trust --out c.gif
status 2 "$muster" chart "$root/examples/charts/weekly.lua" trust
status 5 "$muster" chart nowhere.lua trust --out c.png
