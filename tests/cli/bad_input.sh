#!/usr/bin/env bash
# Bad data: a clear error or a counted, located reject; never a crash, never silence.
source "$(dirname "$0")/_lib.sh"

balanced() {
  python3 - "$1/ledger.json" <<'END'
import json, sys
def check(c): assert c["rows_read"] == c["accepted"] + c["duplicate"] + c["superseded"] + c["rejected"], c
ledger = json.load(open(sys.argv[1]))
for f in ledger["files"] + [ledger["total"]]: check(f)
END
}

good() { strips "$1" 'ann=/\/\/\/\/\' 'ben=/\/\/\/\/\'; }

shows "wrong kinds of folder and file"
status 5 "$muster" check nowhere
mkdir empty; status 3 "$muster" check empty
good d; : >d/marks.csv; status 3 "$muster" check d
good d; echo 'pupil_id,start_date' >d/marks.csv; status 3 "$muster" check d; says "marks"
good d; printf 'pupil_id,date,date,code\n' >d/marks.csv; status 3 "$muster" check d; says "date"
good d; iconv -f UTF-8 -t UTF-16 d/marks.csv >x && mv x d/marks.csv; status 3 "$muster" check d; says "UTF-16"
good d; printf 'pupil_id,start_date,marks\nJos\xe9,2025-09-01,/\\\n' >d/marks.csv; status 3 "$muster" check d; says "UTF-8"
good d; printf 'pupil_id,date,session,code\nann,2025-09-01,AM,/\0\n' >d/marks.csv; status 3 "$muster" check d
good d; head -c 3000000 /dev/zero | tr '\0' x >big; { printf 'pupil_id,date,session,code\nann,2025-09-01,AM,"'; cat big; printf '"\n'; } >d/marks.csv; status 3 "$muster" check d --strict
good d; printf 'pupil_id,date,session,code\nann,2025-09-01,AM,"/\nann,2025-09-01,PM,/\n' >d/marks.csv; status 3 "$muster" check d; says "quot"

shows "an ambiguous date is refused, never guessed"
good d; printf 'pupil_id,date,session,code\nann,03/09/2025,AM,/\n' >d/marks.csv; status 3 "$muster" check d; says "date_format"

shows "every kind of wrong row is rejected with its line, its column and a reason"
mkdir -p e
cat >e/pupils.csv <<'END'
pupil_id,school_id,start_date,end_date
ann,S1,2025-09-03,2025-09-10
ben,S1,,
ben,S1,,
ben,S2,,
END
cat >e/terms.csv <<'END'
name,half_term,start,end
Autumn,HT1,2025-09-01,2025-10-24
END
cat >e/marks.csv <<'END'
pupil_id,date,session,code
ann,2025-09-02,AM,/
ann,2025-09-03,AM,/
ann,2025-09-11,AM,/
zoe,2025-09-03,AM,/
ben,2025-09-03,XM,/
ben,2025-09-03,AM,%
ben,2025-09-03,AM,J
ben,2025-10-30,AM,/
ben,2025-02-30,AM,/
ben,2025-09-03
ben,2025-09-03,AM,/
ben,2025-09-03,AM,/
ben,2025-09-03,AM,I
END
status 0 "$muster" check e --out p
balanced p
cut -d, -f1-3 p/rejects.csv >got
same got <<'END'
file,line,column
pupils.csv,5,pupil_id
marks.csv,2,date
marks.csv,4,date
marks.csv,5,pupil_id
marks.csv,6,session
marks.csv,7,code
marks.csv,8,code
marks.csv,9,date
marks.csv,10,date
marks.csv,11,
END
grep -q 'it ended on 2024-08-18' p/rejects.csv || fail "the reject does not say when J ended"
prints "rejected"
python3 - <<'END'
import json
c = [f for f in json.load(open("p/ledger.json"))["files"] if f["file"] == "marks.csv"][0]
assert (c["rows_read"], c["accepted"], c["duplicate"], c["superseded"], c["rejected"]) == (13, 2, 1, 1, 9), c
END

shows "--strict fails on any rejected row"
status 3 "$muster" check e --strict
status 3 "$muster" import e x.db --strict
[ ! -e x.db ] || fail "a store was left"

shows "BOM, CRLF and capitals are fine"
mkdir -p w
printf '\xef\xbb\xbfPupil_ID,DATE,Session,Code\r\nann,2025-09-01,AM,/\r\nann,2025-09-01,PM,\\\r\n' >w/marks.csv
printf 'PUPIL_ID,School_Id\r\nann,S1\r\n' >w/pupils.csv
status 0 "$muster" measure w --by all --format csv
prints "all,all,,1,2,2,"

shows "source.lua is data: wrong keys name the nearest, functions are refused"
good d; echo 'return source { marks = { fil = "marks.csv" } }' >d/source.lua; status 3 "$muster" check d; says "file"
echo 'return source { marks = { file = function() end } }' >d/source.lua; status 3 "$muster" check d
echo 'while true do end' >d/source.lua; status 3 "$muster" check d; says "d/source.lua:1"; says "write it out as plain data"
if grep -q -- --limit err; then fail "an option that check does not have"; fi

shows "check and import for programs"
status 0 "$muster" check e --format csv
[ "$(head -1 out)" = file,kind,unit,rows_read,accepted,duplicate,superseded,rejected,left_out ] || fail "the header of the ledger"
awk -F, 'NR > 1 && $4 != $5 + $6 + $7 + $8 { exit 1 }' out || fail "the ledger does not add up"
tail -1 out | grep -q '^total,' || fail "no line of totals"
status 0 "$muster" import e e.db --format json
python3 -c 'import json; r = json.load(open("out")); assert r["new_store"] and r["ledger"]["total"]["rejected"] > 0 and r["marks_new"] > 0'
status 0 "$muster" check e.db --format json
python3 - <<'END'
import json
found = json.load(open("out"))
assert found["imports"][0]["import"] == 1 and found["imports"][0]["rejected"] > 0 and found["sound"] and not found["pseudonymous"]
assert found["register"]["marks"] > 0 and found["half_terms"] and "gaps" in found and "registers_not_taken_total" in found
END
status 0 "$muster" check e.db --format csv
[ "$(head -1 out)" = import,on,rows_read,rejected,marks_new,marks_changed ] || fail "the header of the imports"
status 0 "$muster" check e --format json
python3 - <<'END'
import json
found = json.load(open("out"))
assert found["total"]["rejected"] > 0 and any(file.get("layout") == "long" for file in found["files"])
assert found["register"]["calendar"] == "inferred" and found["register"]["marks"] > 0
assert found["half_terms"][0]["start"] <= found["register"]["first_mark"]
assert found["registers_not_taken_total"] == len(found["registers_not_taken"]) and all(gap["school"] for gap in found["gaps"])
END
status 0 "$muster" check e
[ "$(grep -c 'no calendar of open days' out err | cut -d: -f2 | awk '{ n += $1 } END { print n }')" -le 1 ] || fail "a note is said twice"

shows "when nothing could be read, there is no table"
good sep; printf 'pupil_id;date;session;code\n' >sep/marks.csv; status 3 "$muster" check sep; says 'delimiter = ";"'; [ ! -s out ] || grep -q pupils.csv out || fail "a table of nothing"
status 5 "$muster" check nowhere; grep -q suggest err && fail "a source.lua is proposed for a folder that is not there"

shows "what stands where a file should stand is named"
mkdir -p x1/marks.csv; status 5 "$muster" check x1; says "x1/marks.csv"
good x2; mkdir x2/source.lua; status 5 "$muster" check x2; says "x2/source.lua"
status 3 "$muster" check e --strict; says "'muster check e --out DIR'"
