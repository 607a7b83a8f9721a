#!/usr/bin/env bash
# Exports as a data manager gets them: from check, by the suggested source.lua, into a store, to measures.
source "$(dirname "$0")/_lib.sh"

# through FOLDER: the suggestion is read, nothing of the ledger is lost, the store says what the folder says
through() {
  status 0 "$muster" check "$1" --suggest
  cp out "$1/source.lua"
  status 0 "$muster" check "$1" --out "$1.out" --format json
  python3 - "$1.out/ledger.json" <<'END'
import json, sys
ledger = json.load(open(sys.argv[1]))
for c in ledger["files"] + [ledger["total"]]:
    assert c["rows_read"] == c["accepted"] + c["duplicate"] + c["superseded"] + c["rejected"], c
END
  status 0 "$muster" import "$1" "$1.db"
  status 0 "$muster" measure "$1" --by pupil --format csv --as-of 2025-09-30
  cp out "$1.folder"
  status 0 "$muster" measure "$1.db" --by pupil --format csv --as-of 2025-09-30
  same out <"$1.folder"
}

# pupil ID: its possible, present, authorised, unauthorised and late of the last measure
pupil() { awk -F, -v id="$1" '$2 == id { print $5, $6, $8, $9, $11 }' out; }
is() { [ "$1" = "$2" ] || { cat out >&2; fail "'$1' should be '$2'"; }; }

shows "a byte order mark, CRLF, semicolons, titles, names with commas, words with codes, an empty column, a line of totals"
mkdir a
{
  printf '\xef\xbb\xbfOakfield Academy;;;;;;\r\nAttendance marks 01/09/2025 - 05/09/2025;;;;;;\r\n\r\nUPN;Name;Reg;Date;Session;Mark;\r\n'
  for d in 01 02 03 04 05; do
    for p in 'A1;"Ash, Ann"' 'A2;"Birch, Ben"'; do
      printf '%s;7A;%s/09/2025;AM;Present (/);\r\n%s;7A;%s/09/2025;PM;Present (\\);\r\n' "$p" $d "$p" $d
    done
  done
  printf 'A3;"Cedar, Cy";7A;01/09/2025;AM;Late (L);\r\nA3;"Cedar, Cy";7A;01/09/2025;PM;Authorised absence;\r\n'
  printf 'A3;"Cedar, Cy";7A;02/09/2025;AM;No mark;\r\nA3;"Cedar, Cy";7A;02/09/2025;PM;Illness (I);\r\nTotal;;;;;24;\r\n'
} >'a/Marks export.csv'
through a
is "$(pupil A1)" "10 10 0 0 0"
is "$(pupil A3)" "3 1 2 0 1"
is "$(wc -l <a.out/rejects.csv)" 2
grep -q '^Marks export.csv,29,' a.out/rejects.csv || fail "the line of totals is not where it stands"

shows "a column a session in words, dates as 1-Sep-25, ids with leading zeros"
mkdir b
{
  echo 'Student ID,Student,Form,Date,AM,PM'
  for d in 1 2 3 4 5; do
    echo "00123,\"Ash, Ann\",7A,$d-Sep-25,Present,Present"
    echo "00124,\"Birch, Ben\",7A,$d-Sep-25,Late,Unauthorised absence"
  done
  echo '00125,"Cedar, Cy",7A,1-Sep-25,No mark,-'
  echo '00125,"Cedar, Cy",7A,2-Sep-25,,Suspended'
} >b/daily.csv
through b
is "$(pupil 00124)" "10 5 0 5 5"
is "$(pupil 00125)" "1 0 1 0 0"
is "$(wc -l <b.out/rejects.csv)" 1

shows 'ids as ="00123", codes in small letters, the header again for each class'
mkdir c
for k in 1 2; do
  echo 'UPN,Date,Session,Code'
  for d in 01 02 03; do printf '="0012%s",%s/09/2025,AM,/\n="0012%s",%s/09/2025,PM,\\\n' $k $d $k $d; done
  printf '="0012%s",04/09/2025,AM,l\n="0012%s",04/09/2025,PM,-\n="0012%s",15/09/2025,PM,c2\n' $k $k $k
done >c/marks.csv
printf 'UPN,School,Year\n="00121",S1,7\n00122,S1,7\n' >c/pupils.csv
through c
is "$(pupil 00121)" "8 7 1 0 1"
is "$(pupil 00122)" "8 7 1 0 1"
status 0 "$muster" check c
prints "the header is there again on 1 line"

shows "ids that lost their leading zeros are not taken for others, and it is said why"
mkdir d
printf 'pupil_id,date,session,code\n121,2025-09-01,AM,/\n00122,2025-09-01,AM,/\n' >d/marks.csv
printf 'pupil_id,school_id\n00121,S1\n00122,S1\n' >d/pupils.csv
status 0 "$muster" check d --out d.out
grep -q '^marks.csv,2,pupil_id,121,"\?the pupil is unknown, but for leading zeros' d.out/rejects.csv || fail "no word of leading zeros"

shows "a file of each day, tabs between columns; one day cannot tell day from month, and it is said"
mkdir e
for d in 01 02 03; do
  printf 'Adno\tUPN\tDate\tSession\tMark\tMinutes late\n7\tA1\t%s/09/2025\tMorning\t/\t\n7\tA1\t%s/09/2025\tAfternoon\tL\t12\n' $d $d >"e/day-$d.tsv"
done
through e
is "$(pupil A1)" "6 6 0 0 3"
is "$(grep -c 'a guess' e/source.lua)" 1

shows "a weekly register with words, and strips with letters of the school's own"
mkdir f g
{
  echo 'Class 7A,,,,,,,,,,,,'
  echo 'UPN,Name,Week Commencing,Mon AM,Mon PM,Tue AM,Tue PM,Wed AM,Wed PM,Thu AM,Thu PM,Fri AM,Fri PM'
  echo 'A1,"Ash, Ann",01/09/2025,present,present,present,present,ill,ill,-,-,late,present'
} >f/register.csv
through f
is "$(pupil A1)" "8 6 2 0 1"
printf 'UPN,Start Date,Marks\nA1,01/09/2025,/\\/\\tt{C2}I\n' >g/strips.csv
status 0 "$muster" check g --suggest
prints 'no code is known for "t"'
sed 's/^    -- no code is known.*/    codes = { t = "B" },/' out >g/source.lua
status 0 "$muster" measure g --by pupil --format csv
is "$(pupil A1)" "8 4 2 0 0"

shows "the same export again, and one more day beside it, lose nothing"
status 0 "$muster" import b b.db --format json
python3 -c 'import json; assert json.load(open("out"))["unchanged"]'
echo '00123,"Ash, Ann",7A,8-Sep-25,Present,Ill' >>b/daily.csv
status 0 "$muster" import b b.db --format json
python3 -c 'import json; r = json.load(open("out")); assert (r["marks_new"], r["marks_changed"]) == (1, 0), r' # Ill is not in source.lua yet
grep -q '"rejected": 1' out || fail "a word nobody knows was not rejected"

shows "files that are no text say what they are and what to do"
mkdir h
printf '\x89PNG\r\n\x1a\n' >h/marks.csv; status 3 "$muster" check h; says "a picture (PNG)"
printf 'PK\x03\x04xx[Content_Types].xml' >h/marks.csv; status 3 "$muster" check h; says "an Excel workbook (xlsx)"; says 'CSV UTF-8'
printf 'a,b\n' | iconv -f UTF-8 -t UTF-16 >h/marks.csv; status 3 "$muster" check h; says "UTF-16"; says "Unicode Text"
