#!/usr/bin/env bash
# Marks without a file of pupils, and one number that two children have: a folder and a store say the same, and no mark goes to the wrong child.
source "$(dirname "$0")/_lib.sh"

# file FOLDER/NAME LINE...: a file of these lines
file() { mkdir -p "$(dirname "$1")"; printf '%s\n' "${@:2}" >"$1"; }
long=pupil_id,date,session,code
named=pupil_id,school_id,date,session,code
absent() { "$muster" measure "$1" --by school --format csv 2>/dev/null | sed 1d | cut -d, -f2,5,10; }
# alike FOLDER STORE: the same measures of schools and of pupils
alike() {
  for by in school pupil; do
    "$muster" measure "$1" --by $by --format csv >want 2>/dev/null || fail "measure $1"
    "$muster" measure "$2" --by $by --format csv >got 2>/dev/null || fail "measure $2"
    diff -u want got >&2 || fail "$1 and $2 answer differently by $by"
  done
}
# both FOLDER FIRST SECOND: FIRST with the marks of SECOND behind its own, in one file
both() {
  rm -rf "$1" && cp -r "$2" "$1"
  sed 1d "$3/marks.csv" >>"$1/marks.csv"
}

shows "marks that name a school at which the store has not the pupil are rejected by line, as in one folder"
file a/pupils.csv pupil_id,school_id 17,S1 18,S2
file a/marks.csv $named 17,S1,2025-09-01,AM,/ 18,S2,2025-09-01,AM,/
file b/marks.csv $named 17,S2,2025-09-02,AM,O 18,S2,2025-09-02,AM,I 17,S1,2025-09-02,AM,/
status 0 "$muster" import a s.db --on 2025-09-01
status 0 "$muster" import b s.db --on 2025-09-02 --out r
prints "pupils   0 new, 0 changed, 0 moved"
prints "2 new, 0 changed"
same r/rejects.csv <<'END'
file,line,column,value,reason
marks.csv,2,school_id,S2,the pupil is at another school on that date
END
both ab a b
alike ab s.db
cp s.db before.db
status 0 "$muster" import b s.db --on 2025-09-03
cmp s.db before.db
status 3 "$muster" import b s.db --on 2025-09-03 --strict
cmp s.db before.db

shows "two folders of marks alone, one after the other: as both in one"
file m/marks.csv $named 17,S1,2025-09-01,AM,/ 19,S1,2025-09-01,AM,I
file n/marks.csv $named 17,S2,2025-09-02,AM,O 20,S2,2025-09-02,AM,O 19,S1,2025-09-02,AM,/
status 0 "$muster" import m alone.db --on 2025-09-01
status 0 "$muster" import n alone.db --on 2025-09-02 --out r
prints "pupils   1 new"
[ "$(cut -d, -f1-4 r/rejects.csv | tail -n +2)" = marks.csv,2,school_id,S2 ] || fail "the wrong row was rejected"
both mn m n
alike mn alone.db

shows "marks without a school go to the pupil's own, and make none"
file c/marks.csv $long 17,2025-09-03,AM,I 18,2025-09-03,AM,O
status 0 "$muster" import c s.db --on 2025-09-03
prints "schools  0 new"
prints "pupils   0 new, 0 changed, 0 moved"
absent s.db >got
same got <<'END'
S1,3,1
S2,3,2
END
file strip/marks.csv pupil_id,start_date,marks '17,2025-09-04,/\'
status 0 "$muster" import strip s.db --on 2025-09-04
prints "schools  0 new"

shows "interventions and responses beside marks alone find the store's pupils too"
file acts/marks.csv $long 17,2025-09-03,AM,I
file acts/interventions.csv subject_kind,subject_id,kind,start_date pupil,18,mentor,2025-09-03 pupil,nobody,mentor,2025-09-03
file acts/responses.csv respondent,pupil_id,school_id,date,instrument,item,value a,18,S2,2025-09-03,x,q,1
status 0 "$muster" import acts s.db --on 2025-09-04 --out r
prints "pupils   0 new, 0 changed, 0 moved"
prints "2 pupils are those that the store knows"
[ "$(cut -d, -f1-4 r/rejects.csv | tail -n +2)" = interventions.csv,3,subject_id,nobody ] || fail "a pupil of the store is unknown"

shows "whom nobody knows: at the only school there is, here and in the store, else at one made for them"
file d/marks.csv $long 99,2025-09-05,AM,/ 17,2025-09-05,AM,/
status 0 "$muster" import d s.db --on 2025-09-05
prints "schools  1 new"
prints "pupils   1 new"
file one/pupils.csv pupil_id,school_id 17,S1
file one/marks.csv $long 17,2025-09-01,AM,/
status 0 "$muster" import one one.db --on 2025-09-01
status 0 "$muster" import d one.db --on 2025-09-05
prints "schools  0 new"
prints "pupils   1 new"
absent one.db >got
echo S1,3,0 | same got

shows "a mover's marks go by their day, and those of a day on which the pupil is nowhere are rejected"
file mover/pupils.csv pupil_id,school_id,start_date,end_date ann,S1,,2026-02-27 ann,S2,2026-03-09, bob,S1,2025-09-03,2026-02-27
file mover/marks.csv $long ann,2025-09-01,AM,/ bob,2025-09-03,AM,/
file later/marks.csv $named ann,S1,2026-02-26,AM,I ann,S2,2026-03-10,AM,O ann,S1,2026-03-11,AM,O ann,S2,2026-02-25,AM,O \
  ann,S2,2026-03-03,AM,O bob,S1,2026-03-03,AM,O bob,S1,2025-09-02,AM,O
status 0 "$muster" import mover mover.db --on 2026-02-01
status 0 "$muster" import later mover.db --on 2026-04-01 --out r
prints "pupils   0 new, 0 changed, 0 moved"
same r/rejects.csv <<'END'
file,line,column,value,reason
marks.csv,4,school_id,S1,the pupil is at another school on that date
marks.csv,5,school_id,S2,the pupil is at another school on that date
marks.csv,6,date,2026-03-03,the pupil is at no school on that date
marks.csv,7,date,2026-03-03,after the pupil's end date
marks.csv,8,date,2025-09-02,before the pupil's start date
END
awk 'NR == 1' later/marks.csv >x
sed -e 1d -e 's/^\([^,]*\),/\1,,/' mover/marks.csv | sed 's/,,2025/,S1,2025/' >>x
file both/pupils.csv "$(cat mover/pupils.csv)"
{ cat x; sed 1d later/marks.csv; } >both/marks.csv
alike both mover.db

shows "dual registration: sessions under D are no possible ones, and stay at the school that marked them"
file dual/pupils.csv pupil_id,school_id ann,S1
file dual/marks.csv $long ann,2025-09-01,AM,/
file dual2/marks.csv $named ann,S1,2025-09-02,AM,D ann,S2,2025-09-02,AM,/
status 0 "$muster" import dual dual.db --on 2025-09-01
status 0 "$muster" import dual2 dual.db --on 2025-09-02 --out r
prints "1 new, 0 changed"
[ "$(cut -d, -f1-4 r/rejects.csv | tail -n +2)" = marks.csv,3,school_id,S2 ] || fail "the marks of the other school"
absent dual.db >got
echo S1,1,0 | same got

shows "pseudonyms: the same"
status 0 "$muster" import a q.db --on 2025-09-01 --pseudonymise key --new-key
status 0 "$muster" import b q.db --on 2025-09-02 --pseudonymise key --out r
prints "pupils   0 new, 0 changed, 0 moved"
[ "$(cut -d, -f1-4 r/rejects.csv | tail -n +2)" = marks.csv,2,school_id,S2 ] || fail "a pseudonym is not known again"
status 0 "$muster" import c q.db --on 2025-09-03 --pseudonymise key
prints "schools  0 new"
status 3 "$muster" import c q.db --on 2025-09-03

shows "a school beside strips and weeks is looked at too"
file w/pupils.csv pupil_id,school_id 17,S1
file w/marks.csv pupil_id,school_id,start_date,marks '17,S2,2025-09-01,OO' '17,S1,2025-09-02,/\'
status 0 "$muster" check w --out r
absent w >got
[ "$(cut -d, -f1-4 r/rejects.csv | tail -n +2 | sort -u)" = marks.csv,2,school_id,S2 ] || fail "a strip of another school"
echo S1,2,0 | same got
file w/marks.csv pupil_id,school_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm \
  '17,S2,2025-09-01,O,O,,,,,,,,,' '17,S1,2025-09-08,/,\,,,,,,,,'
status 0 "$muster" check w --out r
absent w >got
echo S1,2,0 | same got
file strips/marks.csv pupil_id,school_id,start_date,marks '17,S1,2025-09-01,/\' '18,S2,2025-09-01,OO'
absent strips >got
same got <<'END'
S1,2,0
S2,2,2
END

shows "two children of one number on the same days: the second row and marks that do not name a school are rejected"
file t/pupils.csv pupil_id,school_id,birth_date 17,S1,2012-03-01 17,S2,2014-05-06 18,S1,2012-01-01
file t/marks.csv $named 17,S1,2025-09-01,AM,/ 17,S2,2025-09-01,AM,O 17,,2025-09-02,AM,O 18,,2025-09-01,AM,/
status 0 "$muster" check t --out r
prints "1 pupil_id is of pupils at two schools with two birth dates"
prints 'pupil_id = { "school_id", "pupil_id" }'
if grep -qE '2012|2014' out r/ledger.json r/rejects.csv; then fail "a birth date is told"; fi
same r/rejects.csv <<'END'
file,line,column,value,reason
pupils.csv,3,pupil_id,17,"another child, of another birth date, has this pupil_id at another school: it is on line 2"
marks.csv,3,school_id,S2,the pupil is at another school on that date
marks.csv,4,pupil_id,17,"two children have this pupil_id, and the row does not say at which school"
END
file t/marks.csv $long 17,2025-09-01,AM,/ 17,2025-09-01,PM,O 18,2025-09-01,AM,/ 17,2025-09-02,AM,O
status 0 "$muster" import t t.db --on 2025-09-01
prints "rejected 3: two children have this pupil_id"
absent t.db >got
echo S1,1,0 | same got
for n in 1 2; do status 0 "$muster" check t --jobs $n --format json; cp out jobs$n; done
cmp jobs1 jobs2

shows "with the school before the number each has their own marks"
file t/marks.csv $named 17,S1,2025-09-01,AM,/ 17,S2,2025-09-01,AM,O 18,S1,2025-09-01,AM,/
for kind in pupils marks; do echo "$kind = { columns = { pupil_id = { \"school_id\", \"pupil_id\" } } },"; done >x
{ echo "return source {"; cat x; echo "}"; } >t/source.lua
status 0 "$muster" import t both.db --on 2025-09-01 --strict
absent both.db >got
same got <<'END'
S1,2,0
S2,1,1
END

shows "a store is not told that one child moved when the birth date is another's"
file u/pupils.csv pupil_id,school_id,birth_date 17,S1,2012-03-01
file u/marks.csv $long 17,2025-09-01,AM,/
file v/pupils.csv pupil_id,school_id,birth_date,start_date 17,S2,2014-05-06,2025-09-15
file v/marks.csv $long 17,2025-09-15,AM,O
status 0 "$muster" import u u.db --on 2025-09-01
cp u.db before.db
status 3 "$muster" import v u.db --on 2025-09-15
says "1 pupils would move to another school and have another birth date there"
says 'pupil_id = { "school_id", "pupil_id" }'
cmp u.db before.db
rm -rf uv && cp -r v uv && sed 1d u/pupils.csv | sed 's/$/,/' >>uv/pupils.csv
status 0 "$muster" check uv
prints "rejected 1: another child"

shows "with dates that separate them the two enrolments stand, and import and check warn"
file v/pupils.csv pupil_id,school_id,birth_date,start_date,end_date 17,S1,2012-03-01,,2025-09-12 17,S2,2014-05-06,2025-09-15,
status 0 "$muster" check v
prints "1 pupil_id is of pupils at two schools with two birth dates"
status 0 "$muster" import v u.db --on 2025-09-15
prints "1 pupils have another birth date at another school"
status 0 "$muster" check u.db
prints "1 pupils have two birth dates at two schools"
status 0 "$muster" check u.db --format json
prints '"two_birth_dates": 1'
file v/pupils.csv pupil_id,school_id,birth_date,start_date,end_date 17,S1,2012-03-01,,2025-09-12 17,S2,2012-03-01,2025-09-15,
status 0 "$muster" check v
if grep -q "two birth dates" out; then fail "a mover is taken for two children"; fi

shows "registered at two schools at once: said with what to do, and done both registers count"
rm -rf w
file w/pupils.csv pupil_id,school_id 17,S1 17,S2
file w/marks.csv pupil_id,school_id,date,session,code 17,S1,2025-09-01,AM,D 17,S2,2025-09-01,AM,/ 17,S2,2025-09-01,PM,I
status 0 "$muster" check w
prints "1 row is of pupils at two schools on the same days, of which the first stands"
printf '%s\n' 'return source {' '  pupils = { columns = { pupil_id = { "school_id", "pupil_id" } } },' \
  '  marks = { columns = { pupil_id = { "school_id", "pupil_id" } } },' '}' >w/source.lua
status 0 "$muster" measure w --by school --format csv
prints "school,S2,,1,2,1,0,1,0,1"
if grep -q "two schools" err; then fail "it is said where nothing is lost"; fi
