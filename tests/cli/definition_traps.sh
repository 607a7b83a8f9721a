#!/usr/bin/env bash
# Questions on which published answers differ, one test for each: what the default says, and where another authority's answer is one setting away.
source "$(dirname "$0")/_lib.sh"
pack=$root/rules/early-warning

# persistent DEFINITION [FOLDER]: pupils counted and persistent, over all
persistent() { "$muster" measure "${2:-d}" --by all --definition "$1" --format csv 2>/dev/null | sed 1d | awk -F, '{ print $4 ":" $14 }'; }
is() { [ "$1" = "$2" ] || fail "$3: $1, expected $2"; }
# flags FOLDER AS_OF RULE [OPTION...]: subjects that a rule of the pack flags
flags() {
  local folder=$1 as_of=$2 rule=$3
  shift 3
  "$muster" run "$pack" "$folder" --as-of "$as_of" --out f --charts none "$@" >/dev/null 2>&1 || fail "the run failed"
  awk -F, -v rule="early-warning/$rule" '$1 == rule { print $3 }' f/findings.csv | paste -sd' '
}
week='/\/\/\/\/\'

shows "1. attendance of exactly 90.0%: persistent for the DfE (10% or more), not for 'lower than 90%'"
strips d "ann=II/\\/\\/\\/\\$week"
for definition in dfe dfe-daily plain edu-wh; do is "$(persistent $definition)" "$([ $definition = edu-wh ] && echo 0:0 || echo 1:1)" $definition; done
for definition in mya kipp; do is "$(persistent $definition)" 1:0 $definition; done

shows "2. time on roll before a pupil counts: none (DfE), 10 days (EDFacts), 20 (edu_wh), 31 (California), 45 (New Jersey)"
for days in 9 10 19 20 30 31 44 45; do
  marks=$(printf 'II%.0s' $(seq $days))
  strips d$days "ann=$marks"
  for limit in dfe:0 chronic-us:10 edu-wh:20 california:31 new-jersey:45; do
    is "$(persistent "${limit%:*}" d$days)" "$([ "$days" -ge "${limit#*:}" ] && echo 1:1 || echo 0:0)" "${limit%:*} after $days days"
  done
done

shows "3. leavers stay in, to the leaving date"
strips d "ann=IIIIIIIIII" "ben=$week$week"
printf 'pupil_id,school_id,start_date,end_date\nann,S1,,2025-09-05\nben,S1,,\n' >d/pupils.csv
is "$(persistent dfe)" 2:1 dfe
is "$("$muster" measure d --by all --format csv 2>/dev/null | sed 1d | cut -d, -f5)" 30 "possible sessions of a leaver and another"

shows "4. pupils or enrolments: a mover counts twice for the DfE, once for EDFacts"
strips d "ann=IIIIIIIIII$week$week$week"
printf 'pupil_id,school_id,start_date,end_date\nann,S1,,2025-09-12\nann,S2,2025-09-15,\n' >d/pupils.csv
is "$(persistent dfe)" 2:1 dfe
is "$(persistent chronic-us)" 1:1 chronic-us
status 0 "$muster" measure d --compare dfe,chronic-us
prints "counted with an earlier enrolment"

shows "5. a school week is any week with at least one session: a week of one day is one, a holiday is none"
mkdir w && printf 'pupil_id,school_id\nann,S1\n' >w/pupils.csv
python3 - <<'END'
import datetime as d
start, marks, days = d.date(2025, 9, 1), [], []
for week in range(13):
    if week == 5: continue                                   # a holiday
    for weekday in range(1 if week == 6 else 5):             # one day after it
        day = start + d.timedelta(7 * week + weekday)
        days.append(day)
        for session in ("AM", "PM"):
            marks.append((day, session, "O" if week == 1 and weekday < 5 else "/"))
open("w/calendar.csv", "w").write("school_id,date,kind\n" + "".join(f",{x},open\n" for x in days))
open("w/marks.csv", "w").write("pupil_id,date,session,code\n" + "".join(f"ann,{x},{s},{c}\n" for x, s, c in marks))
END
is "$(flags w 2025-11-21 unauthorised-ten)" ann "the tenth school week back: a holiday and a short week between"
is "$(flags w 2025-11-28 unauthorised-ten)" "" "the eleventh"

shows "6. codes that count to ten sessions: G, N, O, U, or another list by one setting"
strips d 'ann=GGGNNNOOUU'
is "$(flags d 2025-09-05 unauthorised-ten)" ann "G N O U"
is "$(flags d 2025-09-05 unauthorised-ten --set 'unauthorised-ten.codes=G O U')" "" "G O U"

shows "7. an unexplained N is unauthorised until it is resolved; a source may take it as no mark"
strips d "ann=NN/\\/\\/\\/\\$week"
is "$("$muster" measure d --by all --format csv 2>/dev/null | sed 1d | cut -d, -f5,9)" 20,2 "N counts"
echo 'return source { marks = { codes = { N = "-" } } }' >later.lua
is "$("$muster" measure d --source later.lua --by all --format csv 2>/dev/null | sed 1d | cut -d, -f5,9)" 18,0 "N left out"

shows "8. no mark: no possible session, and reported as missing; present for edu_wh"
marks=$(printf 'II%.0s' 1 2)$(printf -- '-%.0s' $(seq 18))$(printf '/\\%.0s' $(seq 9))
strips d "ann=$marks" "ben=$(printf '/\\%.0s' $(seq 20))"
is "$("$muster" measure d --by pupil --definition plain --format csv 2>/dev/null | grep ann | cut -d, -f5,12,14)" 22,18,1 "left out"
is "$("$muster" measure d --by pupil --definition edu-wh --format csv 2>/dev/null | grep ann | cut -d, -f4,5,14)" 1,40,1 "present"

shows "9. a spell runs over weekends and days at the other school, and ends at the next present mark"
strips d 'ann=/\/\/\IIII IIDDDDII/\' 'ben=/\/\/\IIII IIIIIII\/\'
mkdir -p spell/rules && cat >spell/pack.lua <<'END'
return pack { name = "spell", version = "1.0.0", api = 1, licence = "GPL-3.0-or-later", authors = { "test" }, about = "The longest spell." }
END
cat >spell/rules/longest.lua <<'END'
return rule { id = "longest", title = "Longest spell", scope = "pupil", level = "info", message = "{sessions} in a row",
  when = function(pupil)
    local spell = pupil:longest("absent")
    return spell and { sessions = spell.sessions }
  end }
END
sed -i 's/ //' d/marks.csv
"$muster" run spell d --as-of 2025-09-12 --out f --charts none >/dev/null 2>&1
awk -F, '$1 == "spell/longest" { print $3, $8 }' f/findings.csv >got
same got <<'END'
ann 8 in a row
ben 11 in a row
END

shows "10. continuous absence counts sessions: an afternoon attended ends it, a late mark after the register closed does not"
strips d 'ann=IIIIIIIIIIII' 'ben=IIIIIIIII\II' 'cat=OOOOOOOOOOOU'
is "$(flags d 2025-09-08 long-absence)" "ann cat" "ten sessions in a row"

shows "11. late marks: present in full, or two thirds of present"
strips d "ann=I\\LL/\\/\\/\\$week"
is "$(persistent mya)" 1:0 "late is present"
is "$(persistent kipp)" 1:0 "1.66 of 20"
strips d "ann=I\\LLLL/\\/\\$week"
is "$(persistent mya)" 1:0 "late is present"
is "$(persistent kipp)" 1:1 "2.32 of 20"

shows "12. the school year begins in August: last year's absence and leavers raise no flag this year"
strips d "ben=$week$week$week"
printf 'pupil_id,start_date,marks\nann,2025-06-02,%s\nben,2025-06-02,%s\nben,2025-09-01,%s\n' IIIIIIIIIIIIIIIIIIIIIIIIIIIIII "$week$week$week" "$week$week$week" >d/marks.csv
printf 'pupil_id,school_id,start_date,end_date\nann,S1,,2025-07-18\nben,S1,,\n' >d/pupils.csv
is "$(flags d 2025-09-19 persistent-absence)" "" "after the summer"
is "$(flags d 2025-09-19 severe-absence)" "" "after the summer"
is "$(flags d 2025-06-20 severe-absence)" ann "before it"
