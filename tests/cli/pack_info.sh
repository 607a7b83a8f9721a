#!/usr/bin/env bash
# muster pack info and diff: what a pack reads and rests on; what another version of it changes.
source "$(dirname "$0")/_lib.sh"
unset MUSTER_PACKS
"$muster" pack new a >/dev/null 2>&1
cat >a/rules/gap.lua <<'END'
--- The gap between pupils with and without free school meals.
-- Authority: Equality Act 2010, section 149: public bodies have due regard
-- to the need to advance equality of opportunity.
--
-- This line is no authority.
return rule {
  id = "gap", title = "Gap", scope = "school", level = "info", message = "{name}: a gap",
  params = { points = rate { 0.05, doc = "difference of rates" }, codes = codes { "G N", doc = "which" }, sex = boolean { false, doc = "no attribute" } },
  when = function(school, p)
    -- pupil.ethnicity in a comment is not read
    local note = "pupil.sex in a text neither"
    if school.phase == "Secondary" and school:gap("fsm") and school:count(p.codes) > 0 and school.attr.house then return true end
    return school:count(codes"O U", "this term") > 400 or p.sex
  end,
}
END

shows "the record tells data, personal characteristics, thresholds and authority"
status 0 "$muster" pack info a --format json
python3 - <<'END'
import json
f = json.load(open("out"))
gap = [r for r in f["rules"] if r["id"] == "gap"][0]
assert gap["reads"]["attributes"] == ["attr.house", "fsm", "name", "phase"], gap["reads"]
assert gap["reads"]["methods"] == ["count", "gap"], gap["reads"]
assert gap["reads"]["sessions"] == ["absent", "codes G N", "codes O U", "possible"], gap["reads"]
assert f["personal_characteristics"] == ["fsm"]
assert gap["authority"] == "Equality Act 2010, section 149: public bodies have due regard to the need to advance equality of opportunity."
assert [(p["name"], p["value"], p["bounds"]) for p in gap["params"]] == [("codes", "G N", ""), ("points", "0.05", "0 to 1"), ("sex", "false", "")], gap["params"]
assert gap["cases"] == 0 and not gap["covered"] and f["tests"] == {"cases": 3, "failed": 0} and f["signature"] == "unsigned"
END
cp out first
status 0 "$muster" pack info a --format json
cmp out first
status 0 "$muster" pack info a
prints "personal characteristics: fsm"
prints "Equality Act 2010"
status 2 "$muster" pack info a --format csv

shows "two packs that are the same"
cp -r a b
status 0 "$muster" pack diff a b
prints "the two packs are the same"

shows "what changed, in words"
sed -i 's/"0.1.0"/"0.2.0"/' b/pack.lua
sed -i 's/integer { 6, min = 2, max = 60/integer { 4, min = 2, max = 20/; s/"watch"/"review"/' b/rules/days-in-a-row.lua
sed -i 's/owner = "tutor", due = "1 school day"/owner = "head of year", due = "2 school days"/' b/plans/first-contact.lua
sed -i '/id = "note"/d' b/plans/first-contact.lua
rm b/rules/gap.lua
cat >b/rules/severe.lua <<'END'
return rule { id = "severe", title = "Severe", scope = "pupil", level = "urgent", message = "x", when = function(pupil) return pupil:severe() end }
END
status 0 "$muster" pack diff a b
same out <<'END'
pack: the version was 0.1.0, is 0.2.0
rule gap is gone: Gap
rule days-in-a-row: the level was watch, is review
rule days-in-a-row: the parameter sessions was 6, is 4
rule days-in-a-row: the bounds of sessions was 2 to 60, is 2 to 20
rule severe is new (pupil, urgent): Severe
plan first-contact: the step note is gone
plan first-contact: the owner of call was tutor, is head of year
plan first-contact: the time for call was 1 school days, is 2 school days
END

shows "what changed in functions: the lines, what they ask and what they read, and not their layout"
cp -r a c
mkdir c/lib
echo 'return { away = function(pupil) return pupil:current("absent") end }' >c/lib/spells.lua
cat >c/rules/days-in-a-row.lua <<'END'
--- Away now, and for several sessions in a row.
local spells = require "spells"
return rule {
  id     = "days-in-a-row",
  title  = "Several days away in a row",
  scope  = "pupil",
  level  = "watch",
  hold   = "2 school days",
  params = {
    sessions = integer { 6, min = 2, max = 60, doc = "sessions missed in a row; two are a school day" },
    over     = window { "this term", doc = "where the rate is taken" },
  },
  when   = function(pupil, p)
    local spell = spells.away(pupil)
    if spell.sessions >= p.sessions and pupil.fsm and (pupil:rate("absent", p.over) or 0) > 0.1 then
      return { sessions = spell.sessions, first = spell.first }
    end
  end,
  message = "{sessions} sessions missed in a row, since {first:date}",
  plan    = "first-contact",
}
END
sed -i 's/due = "3 school days" }/due = "3 school days", when = function(pupil) return pupil:severe() end }/' c/plans/first-contact.lua
printf '%s
' '-- a word more' "$(cat a/rules/gap.lua)" >c/rules/gap.lua
status 0 "$muster" pack diff a c
same out <<'END'
library spells is new, required by rules/days-in-a-row.lua
rule days-in-a-row: there is a new parameter over, this term
rule days-in-a-row: the hold was none, is 2 school days
rule days-in-a-row: the code before it is new (rules/days-in-a-row.lua:2-2)
    + local spells = require "spells"
rule days-in-a-row: the condition changed (rules/days-in-a-row.lua:13-18, before 12-17)
    - local spell = pupil:current("absent")
    - if spell.sessions >= p.sessions then
    + local spell = spells.away(pupil)
    + if spell.sessions >= p.sessions and pupil.fsm and (pupil:rate("absent", p.over) or 0) > 0.1 then
rule days-in-a-row: the condition now asks fsm, rate("absent", p.over)
rule days-in-a-row: the condition no longer asks current("absent")
rule days-in-a-row: the condition now reads the parameters over
rule gap: only comments or the layout of rules/gap.lua changed
plan first-contact: the condition of note is new (plans/first-contact.lua:6-6)
    + { id = "note", action = "Write down what was agreed", owner = "tutor", due = "3 school days", when = function(pupil) return pupil:severe() end },
plan first-contact: the condition of note asks severe()
END
cp -r c e
sed -i 's/current("absent")/longest("absent")/' e/lib/spells.lua
sed -i 's/    local spell = spells/    -- the spell\n    local   spell = spells/' e/rules/days-in-a-row.lua
sed -i 's/applies/& /; s/"0.1.0",/"0.1.0", applies = { phase = { "secondary", "all-through" } },/' e/pack.lua
status 0 "$muster" pack diff c e
same out <<'END'
pack: the phase it applies to was none, is secondary, all-through
library spells: the code changed (lib/spells.lua:1-1)
    - return { away = function(pupil) return pupil:current("absent") end }
    + return { away = function(pupil) return pupil:longest("absent") end }
library spells: the code now asks longest("absent")
library spells: the code no longer asks current("absent")
library spells: is required by rules/days-in-a-row.lua
rule days-in-a-row: only comments or the layout of rules/days-in-a-row.lua changed
END
status 0 "$muster" pack diff e c
prints "pack: the phase it applies to was secondary, all-through, is none"

shows "and whom it changes on one's own data"
strips d 'ann=/\/\OOOOOO' 'ben=/\/\/\OOOO' 'cat=/\/\/\/\/\' 'dan=OOOOOOOO/\'
status 0 "$muster" pack diff a b d --as-of 2025-09-05 --format csv
same out <<'END'
change,rule,scope,subject,school,level,since,message
another level,days-in-a-row,pupil,ann,S1,review,2025-09-04,"6 sessions missed in a row, since 3 September 2025"
appears,days-in-a-row,pupil,ben,S1,review,2025-09-05,"4 sessions missed in a row, since 4 September 2025"
appears,severe,pupil,ann,S1,urgent,2025-09-04,x
appears,severe,pupil,dan,S1,urgent,2025-09-01,x
END
says "as of 2025-09-05: "

shows "pack check --strict takes what readers miss for a fault, and a case that shows no inhibition for none"
cp -r a s
rm s/rules/gap.lua s/README.md
cat >s/rules/lesser.lua <<'END'
--- Half as much.
return rule {
  id = "lesser", title = "Lesser", scope = "pupil", level = "info", message = "x", authority = "none: an example",
  when = function(pupil) return pupil:count("absent") >= 2 end,
}
END
sed -i 's/^return rule {/return rule {\n  inhibits = "lesser", authority = "none: an example",/' s/rules/days-in-a-row.lua
cases() {
  cat >s/rules/lesser_test.lua <<END
return tests "lesser" { calendar = { from = "2025-09-01", to = "2025-09-12" },
  case "one is not" { given = { ann = "O/" }, expect = none },
  case "two are seen" { given = { ann = "OO", ben = "O/" }, expect = { { subject = "ann" } } },
  case "both are asked" { with = "days-in-a-row", given = { ann = "$1" }, expect = $2 } }
END
}
cases OO '{ { subject = "ann" } }'
status 0 "$muster" pack check s
prints "note   inhibition   days-in-a-row inhibits lesser, and no case of lesser shows it"
status 1 "$muster" pack check s --strict
prints "wrong  inhibition"
prints "wrong  README.md"
cases 'O*10' none
echo "# s" >s/README.md
status 0 "$muster" pack check s --strict
if grep -q inhibition out; then fail "it is shown"; fi

shows "codes of its own and what it is for are told too, and a long text is told to its end"
"$muster" pack new one >/dev/null 2>&1
cp -r one two
sed -i 's|about   = .*|about = "Another aim.", codes = { { code = "+", categories = { "possible", "authorised" }, meaning = "trial" } },|' two/pack.lua
status 0 "$muster" pack diff one two
prints "there is a new code +, trial"
prints "what it is for was What this pack is for, in one sentence., is Another aim."
cp -r two three
sed -i 's|"authorised"|"unauthorised"|' three/pack.lua
status 0 "$muster" pack diff two three; prints "its code + counts as something else"
status 0 "$muster" pack diff two one; prints "its code + is gone"
long=$(printf 'word %.0s' $(seq 150))
sed -i "s|about = \"Another aim.\"|about = \"${long}end.\"|" three/pack.lua
status 0 "$muster" pack diff two three; prints "word word end."
