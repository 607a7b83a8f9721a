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
if grep -qE '<td data-v="[^-0]' few.html; then fail "something of one pupil is shown"; fi
has few.html "<h1>Too few pupils to show"
if grep -qE "of 2 pupils|[0-9]%" <(sed -n '/<main/,/<script>/p' few.html | grep -v "<script>"); then fail "a rate of two pupils is shown"; fi
has few.html "counts of fewer than 10 pupils"

shows "the same page whatever the hidden figures are: two or three severely absent, as many sessions missed in each week"
# weeks LETTERS...: a pupil's marks; each letter is a week: p present, a away, 2 or 3 that many sessions missed
weeks() { sed -E 's=p=//////////=g; s=a=OOOOOOOOOO=g; s=2=OO////////=g; s=3=OOO///////=g; s=//=/\\=g; s=O/\\=O\\/=g' <<<"$1"; }
# school FOLDER 12|13 WEEKS...: Year 7 has the given pupils and others who missed nothing; in Year 8 twelve or thirteen missed as many sessions; in Year 9 fifteen
school() {
  local folder=$1 year8=$2 n=0 who i
  shift 2
  mkdir "$folder"
  echo pupil_id,school_id,year_group >"$folder/pupils.csv"
  echo pupil_id,start_date,marks >"$folder/marks.csv"
  pupil() { n=$((n + 1)); echo "P$n,S1,$1" >>"$folder/pupils.csv"; echo "P$n,2025-09-01,$(weeks "$2")" >>"$folder/marks.csv"; }
  for who in "$@"; do pupil 7 "$who"; done
  while [ "$n" -lt 40 ]; do pupil 7 pppppppp; done
  if [ "$year8" -eq 13 ]; then
    for ((i = 0; i < 13; i++)); do pupil 8 222222pp; done
  else
    for who in 322222 232222 223222 222322 222232 222223; do pupil 8 "${who}pp"; pupil 8 "${who}pp"; done
  fi
  while [ "$n" -lt 80 ]; do pupil 8 pppppppp; done
  for ((i = 0; i < 15; i++)); do pupil 9 222222pp; done
  while [ "$n" -lt 120 ]; do pupil 9 pppppppp; done
}
mkdir -p levels/rules
echo 'return pack { name = "levels", version = "1.0.0", api = 1, licence = "CC0-1.0", authors = { "x" }, about = "Two levels." }' >levels/pack.lua
for level in severe persistent; do
  cat >levels/rules/$level.lua <<LUA
return rule { id = "$level", title = "Rule of $level", scope = "pupil", level = "urgent", message = "missed",
  when = function(pupil, p) return $([ $level = severe ] && echo 'pupil:severe("year")' || echo 'pupil:persistent("year") and not pupil:severe("year")') end }
LUA
done
school two 13 aaaaaapp aaaaaapp
school three 12 aaaapppp aappaapp ppaaaapp
for folder in two three; do
  status 0 "$muster" report levels $folder --as-of 2025-10-24 --title School --out $folder.html
  says "figures hidden because they count fewer than 10 pupils"
  page $folder.html
  status 0 "$muster" report levels $folder --as-of 2025-10-24 --title School --least 0 --out $folder-all.html
  says "no small number is hidden"
done
cmp two.html three.html || fail "the page depends on how many are hidden"
if cmp -s two-all.html three-all.html; then fail "this test cannot fail"; fi
has two.html "<strong>30 of 120 pupils (25.0%) are persistently absent</strong>, some of them severely"
has two.html "30 stand in all, some of them urgent"
has two.html "Hidden here: "
has two-all.html "2 of them severely"
has two-all.html "Keep this page in the school"

shows "no count of one to nine pupils behind any rate, and no hidden one alone in its column"
"$muster" synth --schools 6 --pupils 900 --year 2025 --seed 11 --out small 2>/dev/null
for as_of in 2025-10-03 2025-11-28; do
  status 0 "$muster" report "$pack" small --as-of $as_of --out small.html
  status 0 "$muster" report "$pack" small --as-of $as_of --least 0 --out small-all.html
  python3 - small.html small-all.html <<'PY'
import re, sys
def tables(path):
    html = open(path, encoding="utf-8").read()
    return [[re.findall(r"<t[hd](?![a-z])(?:[^>]*? data-v=\"([^\"]*)\")?[^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", t, re.S)]
            for t in re.findall(r"<table[ >].*?</table>", html, re.S)], html
(shown, html), (known, _) = tables(sys.argv[1]), tables(sys.argv[2])
def is_c(cell): return ">c</abbr>" in cell[1]
def number(cell): return int(re.sub(r"\D", "", cell[1]))
share = lambda row, k: round(float(row[k][0]) * number(row[1]))
tried = 0
for title, count in (("Persistently absent", share), ("Severely absent", share), ("Findings", lambda row, k: number(row[k]))):
    seen = 0
    for table, truth in zip(shown, known):
        heads = [re.sub("<[^>]*>|&shy;", "", cell[1]) for cell in table[0]]
        if title not in heads: continue
        k, hidden, seen = heads.index(title), [], seen + 1
        for row, true in zip(table[1:], truth[1:]):
            n = count(true, k)
            assert is_c(row[k]) or n == 0 or n >= 10, (title, row[0], n)
            if is_c(row[k]):
                assert row[k][0] in ("-1", ""), row[k]
                hidden.append(n)
        tried += len(hidden)
        total_hidden = "some of them severely" in html if title == "Severely absent" else False
        assert not hidden or len(hidden) > 1 and sum(hidden) >= 10 or total_hidden, (title, hidden)
    assert seen, title
assert tried, "nothing had to be hidden, so nothing was tried"
PY
done

shows "wrong words"
status 2 "$muster" report "$pack" trust --as-of 2025-11-28; says "--out"
status 5 "$muster" report "$pack" trust --as-of 2025-11-28 --out nowhere/x.html
