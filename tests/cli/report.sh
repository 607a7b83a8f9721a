#!/usr/bin/env bash
# muster report: one page that names no pupil, asks the network for nothing, and says what it leaves out.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning
"$muster" synth --schools 3 --pupils 600 --year 2025 --seed 5 --out trust 2>/dev/null

# page NAME: what no page may have, and that it is well-formed (its void elements closed for the check)
page() {
  grep -oE 'P[0-9A-Z]{7}' "$1" | sort -u >named || true
  cut -d, -f1 trust/pupils.csv | sort -u | comm -12 - named >leaked
  [ ! -s leaked ] || fail "$1 names pupils: $(head -3 leaked)"
  if grep -qiE '(src|href|url)[=(]["'"'"']?(https?:)?//' "$1"; then fail "$1 asks the network"; fi
  if grep -qE 'nan|-nan|inf%|-0\.0' <(sed 's/data:image[^"]*//g; s/<script>.*//; s/<style>.*//' "$1"); then fail "$1 shows what is no number"; fi
  python3 - "$1" <<'PY'
import html.parser, sys
class Page(html.parser.HTMLParser):
    void = {"meta", "img", "source", "br", "input", "link"}
    def __init__(self): super().__init__(); self.open, self.heads, self.ids = [], [], set()
    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag not in self.void: self.open.append(tag)
        if tag in ("h1", "h2", "h3"): self.heads.append(int(tag[1]))
        if tag == "img" and not 60 <= len(a.get("alt", "")) <= 300: sys.exit("an image without a description")
        if "id" in a: assert a["id"] not in self.ids, "an id twice: " + a["id"]; self.ids.add(a["id"])
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"; self.open.pop()
p = Page(); p.feed(open(sys.argv[1], encoding="utf-8").read())
assert not p.open, p.open
assert p.heads[0] == 1 and p.heads.count(1) == 1 and all(b <= a + 1 for a, b in zip(p.heads, p.heads[1:])), p.heads
PY
}
has() { grep -qF -- "$2" "$1" || fail "$1 does not say: $2"; }

shows "a trust: schools with their weeks, what is usual, disadvantaged pupils, the same bytes twice"
status 0 "$muster" report "$pack" trust --as-of 2025-11-28 --out trust.html
page trust.html
has trust.html "<h2 id=\"schools\">Schools</h2>"
has trust.html "Disadvantaged pupils have missed"
has trust.html "the usual range of"
has trust.html "<svg"
status 0 "$muster" report "$pack" trust --as-of 2025-11-28 --out again.html --jobs 3
cmp trust.html again.html

shows "its figures are those of muster measure and muster run"
"$muster" run "$pack" trust --as-of 2025-11-28 --out f --charts none >/dev/null 2>&1
tail -n +2 f/findings.csv | grep -c . >count
sed -E ':a;s/([0-9])([0-9]{3})($|,)/\1,\2\3/;ta' count >shown
has trust.html "$(cat shown) stand in all"
"$muster" measure trust --as-of 2025-11-28 --by all --format csv 2>/dev/null >all.csv
persistent=$(tail -1 all.csv | cut -d, -f14) pupils=$(tail -1 all.csv | cut -d, -f4)
has trust.html "<strong>$persistent of $pupils pupils"

shows "the first weeks of a year: nothing is usual yet"
status 0 "$muster" report "$pack" trust --as-of 2025-09-12 --out early.html
page early.html
has early.html "what is usual shows after six weeks"

shows "one school: its year groups; without free school meals: no column about them"
mkdir one
school=$(tail -1 trust/schools.csv | cut -d, -f1)
cp trust/terms.csv trust/calendar.csv one/
{ head -1 trust/schools.csv; tail -1 trust/schools.csv; } >one/schools.csv
python3 - "$school" <<'PY'
import csv, sys
rows = list(csv.DictReader(open("trust/pupils.csv")))
kept = [{k: r[k] for k in ("pupil_id", "school_id", "year_group")} for r in rows if r["school_id"] == sys.argv[1]]
ids = {r["pupil_id"] for r in kept}
with open("one/pupils.csv", "w", newline="") as f:
    w = csv.DictWriter(f, kept[0], lineterminator="\n"); w.writeheader(); w.writerows(kept)
with open("trust/marks.csv") as marks, open("one/marks.csv", "w") as out:
    out.write(next(marks)); out.writelines(line for line in marks if line.split(",")[0] in ids)
PY
status 0 "$muster" report "$pack" one --as-of 2025-11-28 --out one.html
page one.html
has one.html "<h2 id=\"years\">Year groups</h2>"
has one.html "<th scope=\"row\" class=\"left\">Year "
has one.html "<h1>Pupils have missed"
if grep -q "disadv" one.html; then fail "a column about what is not known"; fi

shows "too few pupils are not shown, neither their findings nor their weeks"
strips few "P1=$(printf 'O%.0s' {1..80})" "P2=$(printf '/\\%.0s' {1..40})"
sed -i 's/S1/S9/; s/^P2,S9/P2,S8/' few/pupils.csv
status 0 "$muster" report "$pack" few --as-of 2025-10-24 --out few.html
page few.html
[ "$(grep -o '<abbr title="too few pupils to show">c</abbr>' few.html | wc -l)" -eq 12 ] || fail "something of one pupil is shown"
has few.html "<h1>Too few pupils to show"
if grep -qE "of 2 pupils|[0-9]%" <(sed -n '/<main/,/<script>/p' few.html | grep -v "<script>"); then fail "a rate of two pupils is shown"; fi
has few.html "Rates over fewer than 10 pupils are not shown"

shows "wrong words"
status 2 "$muster" report "$pack" trust --as-of 2025-11-28; says "--out"
status 5 "$muster" report "$pack" trust --as-of 2025-11-28 --out nowhere/x.html
