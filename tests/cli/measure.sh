#!/usr/bin/env bash
# muster measure: counts, boundaries, definitions, windows, attributes, errors.
source "$(dirname "$0")/_lib.sh"

shows "exactly 10% is persistent, exactly 50% severe, by whole numbers"
strips d 'ann=II/\/\/\/\/\/\/\/\/\' 'ben=I\/\/\/\/\/\/\/\/\/\' 'cat=IIIIIIIIII/\/\/\/\/\' 'dan=IIIIIIIII\/\/\/\/\/\'
status 0 "$muster" measure d --by pupil --format csv
cut -d, -f2,5,10,14,16 out >got
same got <<'END'
id,possible,absent,persistent,severe
ann,20,2,1,0
ben,20,1,0,0
cat,20,10,1,1
dan,20,9,1,0
END

shows "the header is that of the contract, rates have six decimals, and every line says that the calendar was inferred"
status 0 "$muster" measure d --by all --format csv
same out <<'END'
by,id,name,pupils,possible,present,approved,authorised,unauthorised,absent,late,missing,absence_rate,persistent,persistent_rate,severe,severe_rate,source
all,all,,4,80,58,0,22,0,22,0,0,0.275000,3,0.750000,1,0.250000,marks; calendar inferred
END

shows "late is L and U, approved stands beside present, closures and dual registration are not possible"
strips late 'ann=LUBVPWKDX#/\/\'
status 0 "$muster" measure late --by pupil --format csv
cut -d, -f5-12 out | tail -1 >got
echo '11,5,5,0,1,1,2,0' | same got

shows "periods are windows, and groups are any attribute"
cat >d/pupils.csv <<'END'
pupil_id,school_id,fsm,year_group,House
ann,S1,true,8,red
ben,S1,false,10,red
cat,S1,true,10,blue
dan,S1,,8,blue
END
status 0 "$muster" measure d --by house --period 2025-09-01..2025-09-05 --format csv
cut -d, -f1,2,4,5,10 out >got
same got <<'END'
by,id,pupils,possible,absent
house,blue,2,20,19
house,red,2,20,3
END
status 0 "$muster" measure d --by year_group --where fsm=true --format csv
cut -d, -f2,4,10 out >got
printf 'id,pupils,absent\n8,1,2\n10,1,10\n' | same got

shows "other definitions draw other lines"
status 0 "$muster" measure d --by pupil --definition mya --format csv
[ "$(sed -n 's/^pupil,ann,//p' out | cut -d, -f12)" = 0 ] || fail "exactly 90% is not lower than 90%"
status 0 "$muster" measure d --by all --definition chronic-us --format json
prints '"persistent": 3'

shows "wrong words: status 2, and the nearest right one"
status 2 "$muster" measure d --by hosue
says "did you mean 'house'?"
status 2 "$muster" measure d --by all --definition dfee
says "did you mean 'dfe'?"
status 2 "$muster" measure d --by all --period 'this half-trem'
says 'did you mean "this half term"?'
status 2 "$muster" measure d --by all --where fsm
says "name=value"
status 2 "$muster" measure d
says "--by"
status 2 "$muster" measure d --by all --formt csv
says "did you mean --format?"
status 5 "$muster" measure nowhere --by all

shows "the same bytes for any number of threads"
"$muster" synth --schools 5 --pupils 600 --seed 3 --out trust 2>/dev/null
"$muster" measure trust --by pupil --format csv --jobs 1 >one 2>/dev/null
"$muster" measure trust --by pupil --format csv --jobs 4 >four 2>/dev/null
cmp one four

shows "people see percentages, programs do not"
status 0 "$muster" measure trust --by school
prints "%"

shows "one school, one pupil, and attributes as rules write them"
mkdir -p two
printf 'school_id,name,Phase\nS1,One,primary\nS2,Two,secondary\n' >two/schools.csv
printf 'pupil_id,school_id,House\nann,S1,red\nben,S2,red\ncat,S2,blue\n' >two/pupils.csv
printf 'pupil_id,start_date,marks\nann,2025-09-01,/\\\nben,2025-09-01,II\ncat,2025-09-01,/I\n' >two/marks.csv
status 0 "$muster" measure two --by pupil --where school=S2 --format csv
cut -d, -f1,2,10 out >got
printf 'by,id,absent\npupil,ben,2\npupil,cat,1\n' | same got
status 0 "$muster" measure two --by School_ID --where 'pupil_id=ben' --format csv
cut -d, -f1,2,3,10 out >got
printf 'by,id,name,absent\nschool,S2,Two,2\n' | same got
status 0 "$muster" measure two --by pupil.attr.house --where school.phase=SECONDARY,house=red --format csv
cut -d, -f2,10 out >got
printf 'id,absent\nred,2\n' | same got
status 2 "$muster" measure two --by all --where schol=S1; says "did you mean 'school'?"

shows "the as-of date that was taken, and a period with nothing in it, are said"
status 0 "$muster" measure two --by all; says "as of 2025-09-01, the last day with a mark"
status 0 "$muster" measure two --by all --as-of 2026-01-05; says "the last mark is of 2025-09-01"
status 0 "$muster" measure two --by all --period HT4 --format csv; says "nothing lies in the period 'HT4'"
grep -q '^all,all,,0,0,' out || fail "an empty period is not empty"
status 2 "$muster" measure two --by all --period HT9; says '--period:'; says 'did you mean "HT1"?'
status 2 "$muster" measure nowhere --by all --where fsm; says "name=value"

shows "of totals with one period, the period is said"
mkdir -p sums; printf 'unit_id,period,possible,authorised,unauthorised\nA,autumn,100,5,1\n' >sums/counts.csv
status 0 "$muster" measure sums --by all; says "totals of the period autumn"

shows "every output says that presence was implied and the calendar inferred"
mkdir -p gone; printf 'pupil_id,date,session,code\nann,2025-09-01,AM,I\nben,2025-09-02,PM,U\n' >gone/absences.csv
want='marks; presence implied; calendar inferred'
pack=$root/rules/early-warning
for form in csv json table; do
  status 0 "$muster" measure gone --by pupil --format $form
  [ $form = table ] || prints "$want"
  says "counts as present"; says "no calendar of open days"
done
status 0 "$muster" explain "$pack" gone --pupil ann; prints "$want"
status 0 "$muster" explain "$pack" gone --pupil ann --format json; prints "$want"
status 0 "$muster" run "$pack" gone --out r --charts none; grep -q "$want" r/run.json || fail "run.json does not say it"
status 0 "$muster" backtest "$pack" gone --out b --format csv; prints "$want"; grep -q "$want" b/rules.csv || fail "rules.csv does not say it"
status 0 "$muster" sweep "$pack" gone --param broken-weeks.weeks=1,2 --format json; prints "$want"
status 0 "$muster" export gone; prints "$want"
status 0 "$muster" report "$pack" gone --out r.html; grep -q "$want" r.html || fail "the page does not say it"

shows "a value that holds a comma stands in double quotes, and an error says so"
strips commas 'ann=II/\/\/\/\/\/\/\/\/\' 'ben=I\/\/\/\/\/\/\/\/\/\' 'cat=/\/\/\/\/\/\/\/\/\/\'
cat >commas/pupils.csv <<'CSV'
pupil_id,school_id,house,fsm
ann,S1,"North, upper",true
ben,S1,"the ""old"" one",true
cat,S1,North,true
CSV
for where in 'house="North, upper"' 'fsm=true, house="North, upper"' 'house="North, upper",fsm=true' 'house="North, upper" , fsm=true'; do
  status 0 "$muster" measure commas --by pupil --where "$where" --format csv
  cut -d, -f2,4 out >got
  printf 'id,pupils\nann,1\n' | same got
done
status 0 "$muster" measure commas --by pupil --where 'house="the ""old"" one"' --format csv; prints "pupil,ben"
status 0 "$muster" measure commas --by pupil --where 'house="North"' --format csv; prints "pupil,cat"
for where in 'house=North, upper' 'house="North, upper' 'house="North, upper"x' 'fsm=true,"' 'house="x""'; do
  status 2 "$muster" measure commas --by all --where "$where"
  says "is not a condition"
  says "in double quotes: --where 'house=\"North, upper\"'"
done
status 0 "$muster" measure commas --by all --where '' --format csv; prints "all,all,,3,"
status 2 "$muster" measure commas --by all --where "$(printf 'fsm=true,%.0s' {1..33})"; says "more than 32 conditions"

shows "the lines of a pupil who moved are told apart"
strips movers 'ann=II/\/\/\/\/\/\/\/\/\' 'ben=/\/\/\/\/\/\/\/\/\/\'
cat >movers/pupils.csv <<'CSV'
pupil_id,school_id,start_date,end_date
ann,S1,2025-09-01,2025-09-05
ann,S2,2025-09-08,
ben,S1,,
CSV
printf 'school_id,name\nS1,Ash\nS2,Beech\n' >movers/schools.csv
status 0 "$muster" measure movers --by pupil --format csv
cut -d, -f2-6 out >got
same got <<'CSV'
id,name,pupils,possible,present
ann,Ash from 2025-09-01 to 2025-09-05,1,10,8
ann,Beech from 2025-09-08,1,10,10
ben,,1,20,20
CSV

shows "an exported name is no formula to a spreadsheet"
strips formulas 'ann=/\/\/\/\/\/\/\/\/\/\'
printf 'school_id,name\nS1,"=HYPERLINK(""x"")"\n' >formulas/schools.csv
status 0 "$muster" export formulas --least 0
prints 'S1," =HYPERLINK(""x"")",'
status 2 "$muster" export formulas --definition dfee; says "did you mean 'dfe'?"; says "chronic-us"
